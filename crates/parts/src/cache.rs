//! Where what is built is kept.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// `$MINOS_CACHE_DIR`, else `minos` in the user's cache folder. Made when missing.
pub fn cache_folder() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = variable("MINOS_CACHE_DIR")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("minos")))
        .or_else(|| Some(variable("HOME")?.join(".cache/minos")))
        .context("there is no cache folder: set MINOS_CACHE_DIR")?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}
