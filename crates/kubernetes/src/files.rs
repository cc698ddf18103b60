//! Files of the node that Kubernetes' programs read.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Permission bits.
    pub mode: u32,
    /// Owning user and group.
    pub owner: u32,
}

/// Files and directories, by absolute path.
pub trait Files: Send + Sync {
    /// The content; nothing when there is no such file.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// Makes the file equal to `content`, in one step, and its directory when it lacks; whether it was different.
    fn write(&self, path: &str, content: &[u8], access: Access) -> io::Result<bool>;

    /// Makes a symbolic link at `path`, in one step, instead of what is there.
    fn link(&self, path: &str, target: &str) -> io::Result<()>;

    /// Makes a directory, and those above it.
    fn make_dir(&self, path: &str, access: Access) -> io::Result<()>;

    /// Removes a file or a directory with all in it, if it is there.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// Whether a directory holds nothing, or is not there.
    fn is_empty_dir(&self, path: &str) -> io::Result<bool>;
}

/// The files of this machine, or those below a directory of it.
#[derive(Debug, Clone)]
pub struct HostFiles {
    root: PathBuf,
    owners: bool,
}

impl Access {
    /// Only the owner may read.
    pub const fn secret(owner: u32) -> Self {
        Self { mode: 0o400, owner }
    }
}

impl Default for HostFiles {
    fn default() -> Self {
        Self { root: PathBuf::from("/"), owners: true }
    }
}

impl HostFiles {
    /// Paths are taken below `root`, and owners are left alone: for tests.
    pub fn below(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), owners: false }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    fn own(&self, path: &Path, access: Access) -> io::Result<()> {
        if self.owners {
            chown(path, Some(access.owner), Some(access.owner))?;
        }
        fs::set_permissions(path, fs::Permissions::from_mode(access.mode))
    }
}

impl Files for HostFiles {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        present(fs::read(self.path(path)))
    }

    fn write(&self, path: &str, content: &[u8], access: Access) -> io::Result<bool> {
        let path = self.path(path);
        if present(fs::read(&path))?.as_deref() == Some(content) {
            self.own(&path, access)?;
            return Ok(false);
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let temporary = free_place_beside(&path)?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(content)?;
        self.own(&temporary, access)?;
        fs::rename(&temporary, &path)?;
        Ok(true)
    }

    fn link(&self, path: &str, target: &str) -> io::Result<()> {
        let path = self.path(path);
        let temporary = free_place_beside(&path)?;
        symlink(self.path(target), &temporary)?;
        fs::rename(&temporary, &path)
    }

    fn make_dir(&self, path: &str, access: Access) -> io::Result<()> {
        let path = self.path(path);
        fs::create_dir_all(&path)?;
        self.own(&path, access)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let path = self.path(path);
        let removed = match fs::symlink_metadata(&path) {
            Ok(data) if data.is_dir() => fs::remove_dir_all(&path),
            Ok(_) => fs::remove_file(&path),
            Err(error) => Err(error),
        };
        present(removed).map(drop)
    }

    fn is_empty_dir(&self, path: &str) -> io::Result<bool> {
        let entries = present(fs::read_dir(self.path(path)))?;
        Ok(entries.is_none_or(|mut entries| entries.next().is_none()))
    }
}

/// Where a new file is made before it takes the place of an old one.
fn free_place_beside(path: &Path) -> io::Result<PathBuf> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    present(fs::remove_file(&temporary))?;
    Ok(temporary)
}

/// Nothing instead of an error when the file is not there.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = HostFiles::below(folder.path());
        assert!(files.write("/a/b", b"one", Access::secret(0)).unwrap());
        assert!(!files.write("/a/b", b"one", Access::secret(0)).unwrap());
        assert!(files.write("/a/b", b"two", Access::secret(0)).unwrap());
        assert_eq!(files.read("/a/b").unwrap().unwrap(), b"two");
        let mode = fs::metadata(folder.path().join("a/b")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o400);
    }

    #[test]
    fn links_take_the_place_of_links() {
        let folder = tempfile::tempdir().unwrap();
        let files = HostFiles::below(folder.path());
        for name in ["/a", "/b"] {
            files.write(name, name.as_bytes(), Access::secret(0)).unwrap();
            files.link("/current", name).unwrap();
            assert_eq!(files.read("/current").unwrap().unwrap(), name.as_bytes());
        }
    }

    #[test]
    fn what_is_absent_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let files = HostFiles::below(folder.path());
        assert!(files.is_empty_dir("/none").unwrap());
        files.remove("/none").unwrap();
        files.write("/d/f", b"", Access::secret(0)).unwrap();
        assert!(!files.is_empty_dir("/d").unwrap());
        files.remove("/d").unwrap();
        assert_eq!(files.read("/d/f").unwrap(), None);
    }
}
