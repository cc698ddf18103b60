//! A file system in memory: what lies where, and where it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};

use crate::digest::{Digest, sha256, sha256_file};

/// Who brings an entry into the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A Debian package.
    Package(String),
    /// A part that we build from others' sources.
    Part(String),
    /// Minos itself: our binaries and what the build makes.
    Minos,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(name) | Self::Part(name) => f.write_str(name),
            Self::Minos => f.write_str("minos"),
        }
    }
}

/// Where a file's bytes are.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a file of the build machine.
    File(PathBuf),
    /// In memory.
    Bytes(Arc<[u8]>),
}

impl Source {
    /// The whole contents.
    pub fn read(&self) -> Result<Vec<u8>> {
        match self {
            Self::File(path) => std::fs::read(path).with_context(|| format!("cannot read {}", path.display())),
            Self::Bytes(bytes) => Ok(bytes.to_vec()),
        }
    }

    /// The digest of the contents.
    pub fn digest(&self) -> Result<Digest> {
        match self {
            Self::File(path) => sha256_file(path),
            Self::Bytes(bytes) => Ok(sha256([bytes])),
        }
    }

    /// Size in bytes.
    pub fn size(&self) -> Result<u64> {
        match self {
            Self::File(path) => {
                Ok(path.metadata().with_context(|| format!("cannot examine {}", path.display()))?.len())
            }
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// The first bytes, at most `count`.
    pub fn head(&self, count: u64) -> Result<Vec<u8>> {
        match self {
            Self::File(path) => {
                let read = || -> io::Result<Vec<u8>> {
                    let mut head = Vec::new();
                    File::open(path)?.take(count).read_to_end(&mut head)?;
                    Ok(head)
                };
                read().with_context(|| format!("cannot read {}", path.display()))
            }
            Self::Bytes(bytes) => Ok(bytes.iter().copied().take(usize::try_from(count)?).collect()),
        }
    }
}

/// What an entry is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A regular file.
    File(Source),
    /// A symbolic link to this target.
    Link(String),
}

/// One entry; all belong to root.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Permission bits, with set-user-id, set-group-id and sticky.
    pub mode: u32,
    /// Who brought it.
    pub origin: Origin,
}

/// Entries by absolute path; each path's folders are there too.
#[derive(Clone, Debug)]
pub struct Tree {
    entries: BTreeMap<String, Entry>,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// A tree of nothing but the root folder.
    pub fn new() -> Self {
        let root = Entry { kind: Kind::Folder, mode: 0o755, origin: Origin::Minos };
        Self { entries: BTreeMap::from([("/".to_owned(), root)]) }
    }

    /// Adds a folder, or gives an existing one this mode.
    pub fn folder(&mut self, path: &str, mode: u32, origin: Origin) -> Result<()> {
        self.insert(path, Entry { kind: Kind::Folder, mode, origin })
    }

    /// Adds a file.
    pub fn file(&mut self, path: &str, source: Source, mode: u32, origin: Origin) -> Result<()> {
        self.insert(path, Entry { kind: Kind::File(source), mode, origin })
    }

    /// Adds a file with these contents.
    pub fn bytes(&mut self, path: &str, bytes: impl Into<Vec<u8>>, origin: Origin) -> Result<()> {
        self.file(path, Source::Bytes(bytes.into().into()), 0o644, origin)
    }

    /// Adds a symbolic link.
    pub fn link(&mut self, path: &str, target: &str, origin: Origin) -> Result<()> {
        self.insert(path, Entry { kind: Kind::Link(target.to_owned()), mode: 0o777, origin })
    }

    /// Adds an entry and the folders above it. Two entries of one path are an error, unless both are folders.
    pub fn insert(&mut self, path: &str, entry: Entry) -> Result<()> {
        let plain = path.starts_with('/') && path[1..].split('/').all(|part| !matches!(part, "" | "." | ".."));
        ensure!(plain, "{path:?} is not a plain absolute path");
        for (at, _) in path.match_indices('/').skip(1) {
            let above = &path[..at];
            match self.entries.get(above).map(|entry| &entry.kind) {
                None => {
                    let folder = Entry { kind: Kind::Folder, mode: 0o755, origin: entry.origin.clone() };
                    self.entries.insert(above.to_owned(), folder);
                }
                Some(Kind::Folder) => {}
                Some(Kind::File(_) | Kind::Link(_)) => {
                    bail!("{path} lies below {above}, which is no folder")
                }
            }
        }
        if let Some(old) = self.entries.get(path) {
            let folders = matches!((&old.kind, &entry.kind), (Kind::Folder, Kind::Folder));
            ensure!(folders, "{path} comes from {} and from {}", old.origin, entry.origin);
        }
        self.entries.insert(path.to_owned(), entry);
        Ok(())
    }

    /// The entry of a path.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// All entries, folders before what they hold.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// All regular files.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Entry, &Source)> {
        self.iter().filter_map(|(path, entry)| match &entry.kind {
            Kind::File(source) => Some((path, entry, source)),
            Kind::Folder | Kind::Link(_) => None,
        })
    }

    /// A digest of all that the tree's image is made of.
    pub fn digest(&self) -> Result<Digest> {
        let mut lines = Vec::new();
        for (path, entry) in self.iter() {
            let what = match &entry.kind {
                Kind::Folder => "folder".to_owned(),
                Kind::Link(target) => format!("link {target}"),
                Kind::File(source) => format!("file {}", source.digest()?),
            };
            lines.push(format!("{path}\0{:o}\0{what}\0", entry.mode));
        }
        Ok(sha256(lines))
    }

    /// Writes the tree as a tar archive: sorted, all owned by root, no time stamps.
    pub fn write_tar(&self, out: impl io::Write) -> Result<()> {
        let mut archive = tar::Builder::new(out);
        for (path, entry) in self.iter() {
            let name = if path == "/" { "./" } else { &path[1..] };
            let mut header = tar::Header::new_gnu();
            header.set_mode(entry.mode);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(0);
            header.set_size(0);
            match &entry.kind {
                Kind::Folder => {
                    header.set_entry_type(tar::EntryType::Directory);
                    archive.append_data(&mut header, name, io::empty())?;
                }
                Kind::Link(target) => {
                    header.set_entry_type(tar::EntryType::Symlink);
                    archive.append_link(&mut header, name, target)?;
                }
                Kind::File(source) => {
                    // The default, of old archives, is a type that mkfs.erofs passes over in silence.
                    header.set_entry_type(tar::EntryType::Regular);
                    header.set_size(source.size()?);
                    match source {
                        Source::File(file) => {
                            let data = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
                            archive.append_data(&mut header, name, data)?;
                        }
                        Source::Bytes(bytes) => archive.append_data(&mut header, name, &bytes[..])?,
                    }
                }
            }
        }
        archive.into_inner()?.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above_are_made() {
        let mut tree = Tree::new();
        tree.bytes("/usr/lib/os-release", "ID=minos\n", Origin::Minos).unwrap();
        let paths: Vec<_> = tree.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/", "/usr", "/usr/lib", "/usr/lib/os-release"]);
    }

    #[test]
    fn two_origins_of_one_path_are_named() {
        let mut tree = Tree::new();
        tree.bytes("/etc/x", "", Origin::Package("one".into())).unwrap();
        let error = tree.bytes("/etc/x", "", Origin::Package("other".into())).unwrap_err().to_string();
        assert_eq!(error, "/etc/x comes from one and from other");
        assert!(tree.bytes("/etc/x/y", "", Origin::Minos).is_err());
    }

    #[test]
    fn the_digest_tells_modes_contents_and_targets_apart() {
        let digest = |mode: u32, data: &[u8], target: &str| {
            let mut tree = Tree::new();
            tree.file("/a", Source::Bytes(data.into()), mode, Origin::Minos).unwrap();
            tree.link("/b", target, Origin::Minos).unwrap();
            tree.digest().unwrap()
        };
        let one = digest(0o644, b"x", "a");
        assert_eq!(one, digest(0o644, b"x", "a"));
        assert!(
            [digest(0o755, b"x", "a"), digest(0o644, b"y", "a"), digest(0o644, b"x", "c")].iter().all(|d| *d != one)
        );
    }

    #[test]
    fn strange_paths_are_refused() {
        for path in ["etc", "/etc/../x", "/a//b", "/", "/a/"] {
            assert!(Tree::new().link(path, "x", Origin::Minos).is_err(), "{path}");
        }
    }

    #[test]
    fn the_archive_is_the_same_each_time() {
        let tar = || {
            let mut tree = Tree::new();
            tree.link("/bin", "usr/bin", Origin::Minos).unwrap();
            tree.file("/usr/bin/t", Source::Bytes((*b"t").into()), 0o755, Origin::Minos).unwrap();
            let mut out = Vec::new();
            tree.write_tar(&mut out).unwrap();
            out
        };
        assert!(tar() == tar());
        let mut archive = tar::Archive::new(&tar()[..]).entries().unwrap().count();
        assert_eq!(std::mem::take(&mut archive), 5);
    }
}
