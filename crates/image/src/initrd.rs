//! The initial RAM disk: `init` and the modules that it needs to see the root's disk.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::cpio::CpioWriter;
use crate::modules::ModuleSet;

/// Mount points that `init` uses before there is a root; the kernel itself makes `/dev/console`.
const FOLDERS: [&str; 7] = ["dev", "modules", "proc", "root", "run", "sys", "sysroot"];

/// Builds the initial RAM disk as a zstd-compressed cpio archive.
///
/// `/modules` holds the module files that `list` asks for and `/modules/load.list` their names, one a line, in the
/// order in which they are to be loaded.
pub fn initrd(init: &Path, modules: &ModuleSet, list: &str, level: i32) -> Result<Vec<u8>> {
    let failed = "cannot build the initial RAM disk";
    let mut archive = CpioWriter::new(Vec::new());
    for folder in FOLDERS {
        archive.folder(folder)?;
    }
    let program = std::fs::read(init).with_context(|| format!("cannot read {}", init.display()))?;
    archive.file("init", 0o755, &program)?;
    let mut order = String::new();
    for file in modules.index.closure(list)? {
        let name = file.rsplit('/').next().unwrap_or(&file);
        let path = modules.folder.join(&file);
        let data = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        archive.file(&format!("modules/{name}"), 0o644, &data)?;
        order.push_str(name);
        order.push('\n');
    }
    archive.file("modules/load.list", 0o644, order.as_bytes())?;
    zstd::encode_all(&archive.finish()?[..], level).context(failed)
}
