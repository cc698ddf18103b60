//! Files in a read-only `/etc`.

use std::io::Result;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Puts files into `/etc`.
pub trait EtcFiles: Send + Sync {
    /// Makes the file at `path` below `/etc` have this content; nothing happens when it has.
    ///
    /// # Errors
    /// When it cannot be written, or the image has no place for it.
    fn put(&self, path: &Path, contents: &str, mode: u32) -> Result<()>;
}

/// Binds one file over another.
pub type BindFile = dyn Fn(&Path, &Path) -> Result<()> + Send + Sync;

/// Writes files into a folder in memory and binds each over its empty place in the image.
pub struct LinuxEtcFiles {
    /// Where the files are written: `/system/etc`.
    store: PathBuf,
    /// Where they appear: `/etc`.
    etc: PathBuf,
    bind: Arc<BindFile>,
}

impl LinuxEtcFiles {
    /// Files in `store` that appear in `etc`.
    pub fn new(store: impl Into<PathBuf>, etc: impl Into<PathBuf>, bind: Arc<BindFile>) -> Self {
        Self { store: store.into(), etc: etc.into(), bind }
    }
}

impl std::fmt::Debug for LinuxEtcFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinuxEtcFiles").field("store", &self.store).field("etc", &self.etc).finish()
    }
}

impl EtcFiles for LinuxEtcFiles {
    fn put(&self, path: &Path, contents: &str, mode: u32) -> Result<()> {
        let (source, target) = (self.store.join(path), self.etc.join(path));
        if std::fs::read_to_string(&source).is_ok_and(|now| now == contents) && same_file(&source, &target) {
            return Ok(());
        }
        if let Some(parent) = source.parent() {
            std::fs::create_dir_all(parent)?;
        }
        // In place, not by rename: a bind mount shows the inode, and containers that have it bound see the change.
        std::fs::write(&source, contents)?;
        std::fs::set_permissions(&source, std::fs::Permissions::from_mode(mode))?;
        if same_file(&source, &target) {
            return Ok(());
        }
        (self.bind)(&source, &target)
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path: &Path| std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    id(one).is_some_and(|one| id(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn files_are_bound_once_and_changed_in_place() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (store, etc) = (root.path().join("store"), root.path().join("etc"));
        std::fs::create_dir_all(&etc).expect("made");
        let binds = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&binds);
        // A hard link has the same inode, as a bind mount does.
        let bind = move |from: &Path, to: &Path| {
            count.fetch_add(1, Ordering::SeqCst);
            std::fs::hard_link(from, to)
        };
        let files = LinuxEtcFiles::new(&store, &etc, Arc::new(bind));
        files.put(Path::new("hosts"), "one", 0o644).expect("written");
        files.put(Path::new("hosts"), "two", 0o644).expect("written");
        assert_eq!(std::fs::read_to_string(etc.join("hosts")).expect("there"), "two");
        assert_eq!(binds.load(Ordering::SeqCst), 1);
    }
}
