//! A node's console: a pipe that the node writes to, and a ring of two files in which the runner keeps what it said.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::unix::pipe;
use tokio::time::Instant;

use crate::LocalClusterError;

/// How much one of the two files holds, in bytes.
const LARGEST: u64 = 4 << 20;

/// Keeps at most twice [`LARGEST`] bytes: when a file is full, it takes the place of the one before.
struct Ring {
    path: PathBuf,
    file: File,
    size: u64,
}

/// The pipe of a node, which is its `/dev/console` and `/dev/kmsg`.
pub(super) fn pipe_path(node: &Path) -> PathBuf {
    node.join("console")
}

/// Makes a node's console and copies it to `console.log` as long as the future is polled.
pub(super) fn open(node: &Path) -> Result<impl Future<Output = ()> + use<>, LocalClusterError> {
    let pipe = pipe_path(node);
    mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0)
        .map_err(std::io::Error::from)
        .map_err(LocalClusterError::file("make the pipe", &pipe))?;
    // Open for writing too: the pipe does not end when the node does.
    let reader = pipe::OpenOptions::new().read_write(true).open_receiver(&pipe);
    let reader = reader.map_err(LocalClusterError::file("open", &pipe))?;
    let ring = Ring::open(node.join("console.log"))?;
    Ok(copy(reader, ring))
}

async fn copy(reader: pipe::Receiver, mut ring: Ring) {
    let begin = Instant::now();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = format!("[{:9.3}] ", begin.elapsed().as_secs_f64());
        // A full disk costs the console, not the node.
        let _ = ring.write(&[text.as_bytes(), without_priority(&line)].concat());
    }
}

/// A message for the kernel's log begins with its priority: `<6>`.
fn without_priority(line: &[u8]) -> &[u8] {
    let end = line.iter().take(5).position(|byte| *byte == b'>');
    match end {
        Some(end) if end > 1 && line[0] == b'<' && line[1..end].iter().all(u8::is_ascii_digit) => &line[end + 1..],
        _ => line,
    }
}

impl Ring {
    fn open(path: PathBuf) -> Result<Self, LocalClusterError> {
        let file = File::options().append(true).create(true).open(&path);
        let file = file.map_err(LocalClusterError::file("open", &path))?;
        let size = file.metadata().map_or(0, |data| data.len());
        Ok(Self { path, file, size })
    }

    fn write(&mut self, line: &[u8]) -> std::io::Result<()> {
        if self.size + line.len() as u64 > LARGEST {
            std::fs::rename(&self.path, self.path.with_extension("log.1"))?;
            self.file = File::options().append(true).create(true).open(&self.path)?;
            self.size = 0;
        }
        self.file.write_all(line)?;
        self.size += line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_keeps_the_newest_and_stays_bounded() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("console.log");
        let mut ring = Ring::open(path.clone()).expect("opened");
        let line = vec![b'x'; 1 << 20];
        for _ in 0..20 {
            ring.write(&line).expect("written");
        }
        ring.write(b"the last word\n").expect("written");
        let sizes: u64 = folder
            .path()
            .read_dir()
            .expect("listed")
            .map(|one| one.expect("one").metadata().expect("there").len())
            .sum();
        assert!(sizes <= 2 * LARGEST, "{sizes}");
        assert!(std::fs::read(&path).expect("readable").ends_with(b"the last word\n"));
    }

    #[test]
    fn priorities_of_the_kernels_log_are_not_text() {
        assert_eq!(without_priority(b"<30>hello\n"), b"hello\n");
        for kept in [&b"<>hello"[..], b"<b>hello", b"hello", b""] {
            assert_eq!(without_priority(kept), kept);
        }
    }
}
