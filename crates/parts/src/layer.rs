//! Layers of container images: tar archives whose bytes follow from their content alone.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tar::{Builder, EntryType, Header};

/// What lies at a path of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file with the content of another.
    File { from: PathBuf, mode: u32 },
    /// A file with this content.
    Text { content: String, mode: u32 },
    /// A symbolic link.
    Link(PathBuf),
    /// A folder.
    Folder { mode: u32 },
}

/// Entries by path (without the leading slash), so that folders come before what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Layer {
    /// Adds an entry, and the folders above it.
    pub fn add(&mut self, path: &str, entry: Entry) {
        let path = PathBuf::from(path.trim_start_matches('/'));
        for folder in path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()) {
            self.entries.entry(folder.to_owned()).or_insert(Entry::Folder { mode: 0o755 });
        }
        self.entries.insert(path, entry);
    }

    /// Adds an unpacked file or link of a package.
    pub fn add_from(&mut self, path: &str, from: &Path) -> Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = from.symlink_metadata().with_context(|| format!("cannot look at {}", from.display()))?;
        if metadata.is_symlink() {
            let target = std::fs::read_link(from).with_context(|| format!("cannot read {}", from.display()))?;
            self.add(path, Entry::Link(target));
        } else if metadata.is_file() {
            // Without set-user-id bits, whatever the package says.
            let mode = metadata.permissions().mode() & 0o755;
            self.add(path, Entry::File { from: from.to_owned(), mode });
        } else {
            bail!("{} is neither file nor link", from.display());
        }
        Ok(())
    }

    /// Writes the archive.
    pub fn write(&self, to: File) -> Result<()> {
        let mut archive = Builder::new(to);
        archive.sparse(false);
        for (path, entry) in &self.entries {
            match entry {
                Entry::File { from, mode } => {
                    let mut file = File::open(from).with_context(|| format!("cannot open {}", from.display()))?;
                    let size = file.seek(SeekFrom::End(0))?;
                    file.rewind()?;
                    let mut header = header(EntryType::Regular, *mode, size);
                    archive.append_data(&mut header, path, file)?;
                }
                Entry::Text { content, mode } => {
                    let mut header = header(EntryType::Regular, *mode, content.len() as u64);
                    archive.append_data(&mut header, path, content.as_bytes())?;
                }
                Entry::Link(target) => {
                    let mut header = header(EntryType::Symlink, 0o777, 0);
                    archive.append_link(&mut header, path, target)?;
                }
                Entry::Folder { mode } => {
                    let mut header = header(EntryType::Directory, *mode, 0);
                    archive.append_data(&mut header, path, std::io::empty())?;
                }
            }
        }
        archive.into_inner()?.flush()?;
        Ok(())
    }
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer() -> Layer {
        let mut layer = Layer::default();
        layer.add("/usr/bin/b", Entry::Text { content: "b".to_owned(), mode: 0o755 });
        layer.add("/usr/bin/a", Entry::Link("b".into()));
        layer
    }

    #[test]
    fn equal_content_gives_equal_bytes_with_folders_first() {
        let write = || {
            let file = tempfile::NamedTempFile::new().expect("a file");
            layer().write(file.reopen().expect("opened")).expect("written");
            std::fs::read(file.path()).expect("read")
        };
        let bytes = write();
        assert_eq!(bytes, write());
        let mut archive = tar::Archive::new(bytes.as_slice());
        let names: Vec<String> = archive
            .entries()
            .expect("entries")
            .map(|entry| entry.expect("an entry").path().expect("a path").display().to_string())
            .collect();
        assert_eq!(names, ["usr", "usr/bin", "usr/bin/a", "usr/bin/b"]);
    }
}
