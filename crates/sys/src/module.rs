//! Kernel modules.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

/// A line of `/proc/modules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedModule {
    /// Name.
    pub name: String,
    /// Memory, in bytes.
    pub size: u64,
    /// Users.
    pub references: u64,
    /// Modules that use it.
    pub users: Vec<String>,
    /// `Live`, `Loading` or `Unloading`.
    pub state: String,
    /// Address, zero for readers without privilege.
    pub address: String,
}

/// Where each module lies and what it needs: `modules.dep`.
#[derive(Debug, Clone, Default)]
pub struct ModuleIndex {
    folder: PathBuf,
    /// By name: file, and the files that it needs.
    entries: HashMap<String, (String, Vec<String>)>,
}

/// The kernel unpacks the module itself.
const MODULE_INIT_COMPRESSED_FILE: libc::c_int = 4;

/// Loads a module from a file; one that is loaded already is fine.
///
/// # Errors
/// As finit_module(2).
pub fn load_module(path: &Path, parameters: &str) -> Result<()> {
    let file = File::open(path)?;
    let parameters = std::ffi::CString::new(parameters)?;
    let compressed = path.extension().is_some_and(|extension| extension != "ko");
    let flags = if compressed { MODULE_INIT_COMPRESSED_FILE } else { 0 };
    // SAFETY: a descriptor of ours and a C string that lives on.
    let result = unsafe { libc::syscall(libc::SYS_finit_module, file.as_raw_fd(), parameters.as_ptr(), flags) };
    if result == 0 {
        return Ok(());
    }
    let error = Error::last_os_error();
    if error.raw_os_error() == Some(libc::EEXIST) { Ok(()) } else { Err(error) }
}

/// The modules that are loaded.
///
/// # Errors
/// When `/proc` is not there.
pub fn loaded_modules() -> Result<Vec<LoadedModule>> {
    Ok(std::fs::read_to_string("/proc/modules")?.lines().filter_map(parse_loaded).collect())
}

fn parse_loaded(line: &str) -> Option<LoadedModule> {
    let mut fields = line.split(' ');
    Some(LoadedModule {
        name: fields.next()?.to_owned(),
        size: fields.next()?.parse().ok()?,
        references: fields.next()?.parse().ok()?,
        users: fields.next()?.split(',').filter(|user| !matches!(*user, "" | "-")).map(str::to_owned).collect(),
        state: fields.next()?.to_owned(),
        address: fields.next()?.to_owned(),
    })
}

impl ModuleIndex {
    /// The index in `folder`, usually `/usr/lib/modules/<release>`.
    ///
    /// # Errors
    /// When `modules.dep` cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        Ok(Self::parse(folder, &std::fs::read_to_string(folder.join("modules.dep"))?))
    }

    fn parse(folder: &Path, text: &str) -> Self {
        let entries = text.lines().filter_map(|line| {
            let (file, needs) = line.split_once(':')?;
            let needs = needs.split_whitespace().map(str::to_owned).collect();
            Some((module_name(file)?, (file.to_owned(), needs)))
        });
        Self { folder: folder.to_owned(), entries: entries.collect() }
    }

    /// The files to load for a module, in order; `None` when there is no such module. Dashes and underscores are one.
    pub fn files(&self, name: &str) -> Option<Vec<PathBuf>> {
        let (file, needs) = self.entries.get(&name.replace('-', "_"))?;
        // modules.dep lists what a module needs nearest first, so the last one is loaded first.
        let mut seen = HashSet::new();
        let order = needs.iter().rev().chain([file]).filter(|file| seen.insert(*file));
        Some(order.map(|file| self.folder.join(file)).collect())
    }

    /// Loads a module and what it needs.
    ///
    /// # Errors
    /// `NotFound` when there is no such module; else as finit_module(2).
    pub fn load(&self, name: &str, parameters: &str) -> Result<()> {
        let Some(files) = self.files(name) else {
            return Err(Error::new(std::io::ErrorKind::NotFound, format!("there is no module {name:?}")));
        };
        let last = files.len().saturating_sub(1);
        files
            .iter()
            .enumerate()
            .try_for_each(|(index, file)| load_module(file, if index == last { parameters } else { "" }))
    }
}

/// `kernel/drivers/net/virtio_net.ko.xz` → `virtio_net`.
fn module_name(file: &str) -> Option<String> {
    Some(file.rsplit('/').next()?.split_once(".ko")?.0.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let text =
            "kernel/b.ko.xz: kernel/a.ko.xz kernel/base.ko.xz\nkernel/a.ko.xz: kernel/base.ko.xz\nkernel/base.ko.xz:\n";
        let index = ModuleIndex::parse(Path::new("/m"), text);
        let files = index.files("b").expect("there");
        assert_eq!(files, ["/m/kernel/base.ko.xz", "/m/kernel/a.ko.xz", "/m/kernel/b.ko.xz"].map(PathBuf::from));
        assert!(index.files("c").is_none());
    }

    #[test]
    fn loaded_modules_are_read() {
        let module = parse_loaded("dm_verity 45056 1 a,b, Live 0x0000000000000000").expect("a module");
        assert_eq!((module.name.as_str(), module.size, module.users.len()), ("dm_verity", 45056, 2));
        let alone = parse_loaded("loop 1 0 - Live 0x0").expect("a module");
        assert!(alone.users.is_empty());
    }
}
