//! The services' logs: one file each, written by the service itself (or copied from its container's fifo), bounded by
//! giving back the oldest part, and read by whoever asks.

use std::fs::File;
use std::io::{Read as _, Result, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FallocateFlags, SeekFrom as Seek, fallocate};

/// When a log holds more than this, in bytes …
const MOST: u64 = 4 << 20;
/// … only this much of it is kept.
const KEPT: u64 = 2 << 20;
/// Bytes in one chunk for a reader.
const CHUNK: usize = 64 << 10;
/// How often a follower looks for more.
const LOOK: Duration = Duration::from_millis(100);

/// The folder of all logs. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logs {
    folder: PathBuf,
}

/// A reader of one log.
#[derive(Debug)]
pub struct LogReader {
    file: File,
    follow: bool,
}

impl Logs {
    /// Logs in this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The file of a service's log.
    pub fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.log"))
    }

    /// The fifo that a container writes to.
    pub(crate) fn fifo(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.fifo"))
    }

    /// The services that have a log, by name.
    pub fn names(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".log")?.to_owned()))
            .collect();
        names.sort();
        names
    }

    /// A reader of a service's log: the last `lines` lines (all when absent), and what comes when it follows.
    ///
    /// # Errors
    /// `NotFound` when there is no such log.
    pub fn read(&self, id: &str, lines: Option<usize>, follow: bool) -> Result<LogReader> {
        if id.contains('/') {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        let mut file = File::open(self.file(id))?;
        let begin = beginning(&file)?;
        let start = match lines {
            None => begin,
            Some(lines) => last_lines(&mut file, begin, lines)?,
        };
        file.seek(SeekFrom::Start(start))?;
        Ok(LogReader { file, follow })
    }

    /// Gives back the oldest part of every log that has grown too long.
    pub fn trim(&self) {
        for name in self.names() {
            if let Err(error) = trim(&self.file(&name)) {
                tracing::debug!(log = name, %error, "cannot trim a log");
            }
        }
    }
}

impl LogReader {
    /// The next bytes; waits for them when following, else `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let mut chunk = vec![0; CHUNK];
            let length = self.file.read(&mut chunk)?;
            if length > 0 {
                chunk.truncate(length);
                return Ok(Some(chunk));
            }
            if !self.follow {
                return Ok(None);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Where the data begins: what was given back is a hole.
fn beginning(file: &File) -> Result<u64> {
    match rustix::fs::seek(file, Seek::Data(0)) {
        Ok(offset) => Ok(offset),
        Err(rustix::io::Errno::NXIO) => Ok(file.metadata()?.len()),
        Err(error) => Err(error.into()),
    }
}

/// Where the last lines begin.
fn last_lines(file: &mut File, begin: u64, lines: usize) -> Result<u64> {
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let end = if bytes.last() == Some(&b'\n') { bytes.len() - 1 } else { bytes.len() };
    let breaks = bytes[..end].iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let start = if lines == 0 { bytes.len() } else { breaks.clone().nth(lines - 1).unwrap_or(0) };
    Ok(begin + start as u64)
}

fn trim(path: &Path) -> Result<()> {
    let file = File::options().write(true).open(path)?;
    let metadata = file.metadata()?;
    if metadata.blocks() * 512 <= MOST {
        return Ok(());
    }
    let end = (metadata.len() - KEPT) / 4096 * 4096;
    Ok(fallocate(&file, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, 0, end)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn logs(text: &[u8]) -> (tempfile::TempDir, Logs) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.log"), text).expect("written");
        let logs = Logs::new(folder.path());
        (folder, logs)
    }

    #[tokio::test]
    async fn the_tail_is_whole_lines() {
        let (_folder, logs) = logs(b"one\ntwo\nthree\n");
        for (lines, want) in [(0, ""), (1, "three\n"), (2, "two\nthree\n"), (9, "one\ntwo\nthree\n")] {
            let mut reader = logs.read("a", Some(lines), false).expect("there");
            let bytes = reader.next().await.expect("read").unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&bytes), want);
        }
        assert_eq!(logs.names(), ["a"]);
        assert!(logs.read("../a", None, false).is_err());
    }

    #[tokio::test]
    async fn a_follower_sees_what_is_appended() {
        let (_folder, logs) = logs(b"one\n");
        let mut reader = logs.read("a", Some(0), true).expect("there");
        let mut file = File::options().append(true).open(logs.file("a")).expect("opened");
        file.write_all(b"two\n").expect("written");
        assert_eq!(reader.next().await.expect("read"), Some(b"two\n".to_vec()));
    }

    #[tokio::test]
    async fn the_oldest_part_is_given_back_and_the_newest_stays() {
        let line = [b'x'; 99];
        let mut text = Vec::new();
        for _ in 0..60_000 {
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        let (_folder, logs) = logs(&text);
        logs.trim();
        let mut reader = logs.read("a", None, false).expect("there");
        let mut left = 0;
        while let Some(chunk) = reader.next().await.expect("read") {
            assert!(!chunk.contains(&0), "no hole is shown");
            left += chunk.len() as u64;
        }
        assert!((KEPT..KEPT + 8192).contains(&left), "{left}");
    }
}
