//! `DiskUsage`: how much folders and files take, the folders with everything below them.

use std::fs;
use std::path::{Path, PathBuf};

use minos_api::machine as m;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status};

use super::list::resolved;
use super::{Reply, Streaming};

/// Records that wait for a slow client.
const AHEAD: usize = 64;
/// Folders in one folder that are walked; their names are in memory meanwhile.
const MOST_FOLDERS: usize = 1 << 16;
/// Folders in each other that are walked.
const DEEPEST: usize = 512;

struct Usage {
    root: PathBuf,
    all: bool,
    /// Deeper than this is counted and not shown.
    depth: usize,
    /// What is smaller, or when negative larger, is counted and not shown.
    threshold: i64,
    to: mpsc::Sender<Result<m::DiskUsageInfo, Status>>,
}

/// The client went away.
struct Gone;

pub fn stream(request: m::DiskUsageRequest) -> Reply<Streaming<m::DiskUsageInfo>> {
    let (to, records) = mpsc::channel(AHEAD);
    let depth = usize::try_from(request.recursion_depth).ok().filter(|depth| *depth > 0).unwrap_or(usize::MAX);
    // Walking blocks on the disk, so it gets a thread of its own while it lasts.
    tokio::task::spawn_blocking(move || {
        for path in &request.paths {
            let root = Path::new("/").join(path.trim_matches('/'));
            let usage = Usage { root, all: request.all, depth, threshold: request.threshold, to: to.clone() };
            if usage.run().is_err() {
                return;
            }
        }
    });
    Ok(Response::new(Box::pin(ReceiverStream::new(records))))
}

impl Usage {
    fn run(mut self) -> Result<(), Gone> {
        match resolved(&self.root) {
            Ok(root) => self.root = root,
            Err(error) => return self.failed(&self.root, &error),
        }
        let root = self.root.clone();
        self.visit(&root, 0).map(drop)
    }

    /// Sends what is to be shown of a path; the bytes that it takes.
    fn visit(&self, path: &Path, level: usize) -> Result<u64, Gone> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.failed(path, &error).map(|()| 0),
        };
        if metadata.is_dir() {
            return self.folder(path, level, metadata.len());
        }
        // Its size is that of the kernel's address space.
        let size = if path == Path::new("/proc/kcore") { 0 } else { metadata.len() };
        if self.all {
            self.show(path, level, size)?;
        }
        Ok(size)
    }

    /// Files first, then the folders, whose names are all that has to be remembered.
    fn folder(&self, path: &Path, level: usize, own: u64) -> Result<u64, Gone> {
        let mut total = own;
        let mut folders = Vec::new();
        match fs::read_dir(path) {
            Err(error) => self.failed(path, &error)?,
            Ok(_) if level >= DEEPEST => {
                self.failed(path, &std::io::Error::other(format!("more than {DEEPEST} folders stand in each other")))?;
            }
            Ok(entries) => {
                for entry in entries.filter_map(Result::ok) {
                    if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                        total = total.saturating_add(self.visit(&entry.path(), level + 1)?);
                    } else if folders.len() < MOST_FOLDERS {
                        folders.push(entry.file_name());
                    } else {
                        let text = format!("only {MOST_FOLDERS} folders of a folder are counted");
                        self.failed(&entry.path(), &std::io::Error::other(text))?;
                        break;
                    }
                }
            }
        }
        folders.sort();
        for name in folders {
            total = total.saturating_add(self.visit(&path.join(name), level + 1)?);
        }
        self.show(path, level, total)?;
        Ok(total)
    }

    fn show(&self, path: &Path, level: usize, size: u64) -> Result<(), Gone> {
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let outside = match self.threshold {
            0 => false,
            least @ 1.. => size < least,
            most => size > most.saturating_neg(),
        };
        if level >= self.depth || outside {
            return Ok(());
        }
        self.send(m::DiskUsageInfo { size, ..self.named(path) })
    }

    fn failed(&self, path: &Path, error: &std::io::Error) -> Result<(), Gone> {
        self.send(m::DiskUsageInfo { error: format!("{}: {error}", path.display()), ..self.named(path) })
    }

    fn named(&self, path: &Path) -> m::DiskUsageInfo {
        let relative = path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        let relative_name = if relative.is_empty() { ".".to_owned() } else { relative };
        m::DiskUsageInfo { name: path.display().to_string(), relative_name, ..m::DiskUsageInfo::default() }
    }

    fn send(&self, info: m::DiskUsageInfo) -> Result<(), Gone> {
        self.to.blocking_send(Ok(info)).map_err(|_| Gone)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tokio_stream::StreamExt as _;

    use super::*;

    /// `a/b` with a file of 1000 bytes, `a` with one of 10 and a link to it.
    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/large"), [0; 1000]).unwrap();
        fs::write(folder.path().join("a/small"), [0; 10]).unwrap();
        symlink("b", folder.path().join("a/link")).unwrap();
        folder
    }

    async fn usage(folder: &Path, request: m::DiskUsageRequest) -> Vec<m::DiskUsageInfo> {
        let paths = vec![folder.canonicalize().unwrap().display().to_string()];
        let request = m::DiskUsageRequest { paths, ..request };
        stream(request).unwrap().into_inner().map(|info| info.unwrap()).collect().await
    }

    fn names(infos: &[m::DiskUsageInfo]) -> Vec<&str> {
        infos.iter().map(|info| info.relative_name.as_str()).collect()
    }

    #[tokio::test]
    async fn folders_have_the_size_of_what_is_below_and_come_after_it() {
        let folder = tree();
        let infos = usage(folder.path(), m::DiskUsageRequest::default()).await;
        assert_eq!(names(&infos), ["a/b", "a", "."]);
        let own = |path: &str| i64::try_from(fs::metadata(folder.path().join(path)).unwrap().len()).unwrap();
        assert_eq!(infos[0].size, own("a/b") + 1000);
        // The link counts with the length of its name, and is not followed.
        assert_eq!(infos[1].size, infos[0].size + own("a") + 10 + 1);
        assert_eq!(infos[2].size, infos[1].size + own("."));
    }

    #[tokio::test]
    async fn depth_files_and_threshold_decide_what_is_shown_and_not_what_is_counted() {
        let folder = tree();
        let plain = usage(folder.path(), m::DiskUsageRequest::default()).await;
        let shallow = usage(folder.path(), m::DiskUsageRequest { recursion_depth: 1, ..Default::default() }).await;
        assert_eq!(names(&shallow), ["."]);
        assert_eq!(shallow[0].size, plain[2].size);
        let all = usage(folder.path(), m::DiskUsageRequest { all: true, ..Default::default() }).await;
        let mut sorted = names(&all);
        sorted.sort_unstable();
        assert_eq!(sorted, [".", "a", "a/b", "a/b/large", "a/link", "a/small"]);
        let request = m::DiskUsageRequest { all: true, threshold: -500, ..Default::default() };
        let mut small: Vec<_> = usage(folder.path(), request).await;
        small.retain(|info| !fs::metadata(&info.name).is_ok_and(|metadata| metadata.is_dir()));
        assert_eq!(names(&small), ["a/small"]);
        let request = m::DiskUsageRequest { all: true, threshold: 999, ..Default::default() };
        assert!(usage(folder.path(), request).await.iter().any(|info| info.relative_name == "a/b/large"));
    }

    #[tokio::test]
    async fn what_is_not_there_is_an_error_of_its_own() {
        let folder = tree();
        let missing = folder.path().join("missing").display().to_string();
        let there = folder.path().canonicalize().unwrap().display().to_string();
        let request = m::DiskUsageRequest { paths: vec![missing, there], ..Default::default() };
        let infos: Vec<_> = stream(request).unwrap().into_inner().map(|info| info.unwrap()).collect().await;
        assert!(infos[0].error.contains("missing"), "{infos:?}");
        assert_eq!(names(&infos[1..]), ["a/b", "a", "."]);
    }
}
