//! Kernel modules by name.

use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

use minos_resources::runtime::LoadedKernelModule;
use minos_sys::{ModuleIndex, loaded_modules};

/// Loads modules and says which are loaded. Names are written with underscores.
pub trait KernelModules: Send + Sync {
    /// Loads a module with parameters, and what it needs; nothing happens when it is loaded or part of the kernel.
    ///
    /// # Errors
    /// `NotFound` when there is no such module; else what the kernel says.
    fn load(&self, name: &str, parameters: &[String]) -> Result<()>;

    /// The loaded modules by name.
    ///
    /// # Errors
    /// When the kernel does not say.
    fn loaded(&self) -> Result<Vec<(String, LoadedKernelModule)>>;
}

/// The running kernel, with modules in the folder of its release.
#[derive(Debug, Clone)]
pub struct LinuxKernelModules {
    /// For example `/usr/lib/modules`.
    folder: PathBuf,
}

impl LinuxKernelModules {
    /// Modules below `folder`, which has one folder per kernel release.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn release_folder(&self) -> Result<PathBuf> {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
        Ok(self.folder.join(release.trim()))
    }
}

impl KernelModules for LinuxKernelModules {
    fn load(&self, name: &str, parameters: &[String]) -> Result<()> {
        let name = name.replace('-', "_");
        // Parts of the kernel appear here too, those of them that have parameters.
        if !name.contains('/') && Path::new("/sys/module").join(&name).exists() {
            return Ok(());
        }
        let folder = self.release_folder()?;
        let result = ModuleIndex::open(&folder)?.load(&name, &parameters.join(" "));
        match result {
            Err(error) if error.kind() == ErrorKind::NotFound && built_in(&folder, &name) => Ok(()),
            other => other,
        }
    }

    fn loaded(&self) -> Result<Vec<(String, LoadedKernelModule)>> {
        let modules = loaded_modules()?.into_iter().map(|module| {
            let spec = LoadedKernelModule {
                size: module.size,
                reference_count: module.references,
                dependencies: module.users,
                state: module.state,
                address: module.address,
            };
            (module.name, spec)
        });
        Ok(modules.collect())
    }
}

fn built_in(folder: &Path, name: &str) -> bool {
    let text = std::fs::read_to_string(folder.join("modules.builtin")).unwrap_or_default();
    text.lines().any(|line| {
        let file = line.rsplit('/').next().unwrap_or_default();
        file.strip_suffix(".ko").is_some_and(|module| module.replace('-', "_") == name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_kernel_are_known() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("modules.builtin"), "kernel/fs/overlay-fs.ko\nkernel/net/x.ko\n")
            .expect("written");
        assert!(built_in(folder.path(), "overlay_fs"));
        assert!(!built_in(folder.path(), "overlay"));
    }
}
