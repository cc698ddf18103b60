//! `List`: walks a directory.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use minos_api::machine as m;
use minos_api::machine::list_request::Type;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status};

use super::read::missing;
use super::{Reply, Streaming};

/// Entries that wait for a slow client.
const AHEAD: usize = 64;

struct Walk {
    root: PathBuf,
    /// How many levels below the root are shown.
    depth: usize,
    types: Vec<Type>,
    to: mpsc::Sender<Result<m::FileInfo, Status>>,
}

/// The client went away.
struct Gone;

pub fn stream(request: m::ListRequest) -> Reply<Streaming<m::FileInfo>> {
    let types = request.types().collect();
    let trimmed = request.root.trim_matches('/');
    let root = Path::new("/").join(trimmed);
    let depth = match (request.recurse, usize::try_from(request.recursion_depth).unwrap_or(0)) {
        (false, _) => 1,
        (true, 0) => usize::MAX,
        (true, depth) => depth,
    };
    let (to, entries) = mpsc::channel(AHEAD);
    // Walking blocks on the disk, so it gets a thread of its own while it lasts.
    tokio::task::spawn_blocking(move || Walk { root, depth, types, to }.run());
    Ok(Response::new(Box::pin(ReceiverStream::new(entries))))
}

impl Walk {
    /// What a link at the root leads to is listed, not the link: `/bin` shows what is in `/usr/bin`.
    fn run(mut self) {
        match resolved(&self.root) {
            Ok(root) => self.root = root,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return drop(self.to.blocking_send(Err(missing(&self.root.display()))));
            }
            Err(error) => return drop(self.send(self.failed(&self.root, &error))),
        }
        let root = self.root.clone();
        drop(self.visit(&root, 0));
    }

    fn visit(&self, path: &Path, level: usize) -> Result<(), Gone> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.send(self.failed(path, &error)),
        };
        if self.wanted(&metadata) {
            self.send(self.info(path, &metadata))?;
        }
        if !metadata.is_dir() || level == self.depth {
            return Ok(());
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.send(self.failed(path, &error)),
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        paths.iter().try_for_each(|path| self.visit(path, level + 1))
    }

    fn wanted(&self, metadata: &Metadata) -> bool {
        self.types.is_empty()
            || self.types.iter().any(|wanted| match wanted {
                Type::Regular => metadata.is_file(),
                Type::Directory => metadata.is_dir(),
                Type::Symlink => metadata.is_symlink(),
            })
    }

    fn info(&self, path: &Path, metadata: &Metadata) -> m::FileInfo {
        let link = metadata.is_symlink().then(|| fs::read_link(path).ok()).flatten();
        m::FileInfo {
            size: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
            mode: wire_mode(metadata.mode()),
            modified: metadata.mtime(),
            is_dir: metadata.is_dir(),
            link: link.map(|link| link.display().to_string()).unwrap_or_default(),
            uid: metadata.uid(),
            gid: metadata.gid(),
            ..self.named(path)
        }
    }

    fn failed(&self, path: &Path, error: &std::io::Error) -> m::FileInfo {
        m::FileInfo { error: format!("{}: {error}", path.display()), ..self.named(path) }
    }

    fn named(&self, path: &Path) -> m::FileInfo {
        let relative = path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        let relative = if relative.is_empty() { ".".to_owned() } else { relative };
        m::FileInfo { name: path.display().to_string(), relative_name: relative, ..m::FileInfo::default() }
    }

    fn send(&self, info: m::FileInfo) -> Result<(), Gone> {
        self.to.blocking_send(Ok(info)).map_err(|_| Gone)
    }
}

/// Where a path leads when it names a link; else the path as it is.
pub(super) fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    if fs::symlink_metadata(path)?.is_symlink() { fs::canonicalize(path) } else { Ok(path.to_owned()) }
}

/// The mode as the contract sends it: permission bits as they are, the file type in the high bits as Go's `io/fs`
/// numbers them.
fn wire_mode(mode: u32) -> u32 {
    const TYPE_MASK: u32 = 0o170_000;
    let kind = match mode & TYPE_MASK {
        0o040_000 => 1 << 31,
        0o120_000 => 1 << 27,
        0o060_000 => 1 << 26,
        0o020_000 => 1 << 26 | 1 << 21,
        0o010_000 => 1 << 25,
        0o140_000 => 1 << 24,
        _ => 0,
    };
    let flag = |bit: u32, to: u32| if mode & bit == 0 { 0 } else { 1 << to };
    kind | flag(0o4000, 23) | flag(0o2000, 22) | flag(0o1000, 20) | mode & 0o777
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use minos_api::machine as m;
    use tokio_stream::StreamExt as _;
    use tonic::Code;

    use super::{stream, wire_mode};

    async fn list(root: &std::path::Path) -> Vec<m::FileInfo> {
        let request = m::ListRequest { root: root.display().to_string(), ..Default::default() };
        stream(request).ok().unwrap().into_inner().map(|info| info.unwrap()).collect().await
    }

    #[tokio::test]
    async fn a_link_to_a_directory_lists_the_directory() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(folder.join("usr/bin")).unwrap();
        std::fs::write(folder.join("usr/bin/tool"), "").unwrap();
        symlink("usr/bin", folder.join("bin")).unwrap();
        symlink("nowhere", folder.join("broken")).unwrap();

        let infos = list(&folder.join("bin")).await;
        let names: Vec<_> = infos.iter().map(|info| info.relative_name.as_str()).collect();
        assert_eq!(names, [".", "tool"]);
        assert!(infos[0].is_dir && infos[1].name.ends_with("usr/bin/tool"), "{infos:?}");
        // Inside, links stay links.
        let infos = list(&folder).await;
        assert!(infos.iter().any(|info| info.relative_name == "bin" && info.link == "usr/bin"), "{infos:?}");
    }

    /// As a file that is read.
    #[tokio::test]
    async fn a_root_that_is_not_there_is_an_error_of_the_call() {
        let folder = tempfile::tempdir().unwrap();
        symlink("nowhere", folder.path().join("broken")).unwrap();
        for name in ["nothing", "broken"] {
            let root = folder.path().join(name).display().to_string();
            let request = m::ListRequest { root: root.clone(), ..Default::default() };
            let mut listing = stream(request).ok().unwrap().into_inner();
            let status = listing.next().await.unwrap().unwrap_err();
            let expected = (Code::NotFound, format!("{root}: no such file or directory"));
            assert_eq!((status.code(), status.message().to_owned()), expected);
            assert!(listing.next().await.is_none());
            let reading = crate::api::machine::read::stream(m::ReadRequest { path: root }).await;
            assert_eq!(reading.err().map(|status| status.message().to_owned()), Some(expected.1));
        }
    }

    #[test]
    fn modes_are_numbered_as_the_contract_does() {
        assert_eq!(wire_mode(0o100_644), 0o644);
        assert_eq!(wire_mode(0o040_755), 1 << 31 | 0o755);
        assert_eq!(wire_mode(0o041_777), 1 << 31 | 1 << 20 | 0o777);
        assert_eq!(wire_mode(0o120_777), 1 << 27 | 0o777);
    }
}
