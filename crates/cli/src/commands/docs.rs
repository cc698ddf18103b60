use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use minos_config::reference;

use crate::globals::Globals;

/// Write the reference pages of the machine configuration
#[derive(Args)]
#[command(hide = true)]
pub struct Docs {
    /// Folder to write to
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

impl Docs {
    pub fn run(self, _: &Globals) -> Result<()> {
        fs::create_dir_all(&self.folder).with_context(|| format!("cannot make {}", self.folder.display()))?;
        for (name, page) in reference::pages() {
            let path = self.folder.join(name);
            fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}
