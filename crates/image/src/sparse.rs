//! Copying without writing zeros, so that images take the room of their contents only.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, Result};

/// Writes a file beside its place and then moves it there: a node that runs from the old one keeps that.
pub fn replace<T>(out: &Path, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = out.with_file_name(name);
    let written = write(&partial)?;
    std::fs::rename(&partial, out).with_context(|| format!("cannot replace {}", out.display()))?;
    Ok(written)
}

const CHUNK: usize = 64 * 1024;

/// Copies all of `from` into a new file region at `offset`, leaving holes where there are zeros; returns the bytes.
pub fn copy_sparse(from: &mut impl Read, to: &mut File, offset: u64) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK];
    let mut copied = 0;
    loop {
        let read = read_full(from, &mut buffer)?;
        if read == 0 {
            return Ok(copied);
        }
        if buffer[..read].iter().any(|byte| *byte != 0) {
            to.seek(SeekFrom::Start(offset + copied))?;
            to.write_all(&buffer[..read])?;
        }
        copied += read as u64;
    }
}

/// Reads until the buffer is full or the input ends.
pub fn read_full(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_the_old_file_open_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("disk.raw");
        let write = |text: &'static str| move |path: &Path| Ok(std::fs::write(path, text)?);
        replace(&out, write("old")).unwrap();
        let mut open = File::open(&out).unwrap();
        replace(&out, write("new")).unwrap();
        let mut seen = String::new();
        open.read_to_string(&mut seen).unwrap();
        assert_eq!((seen.as_str(), std::fs::read(&out).unwrap()), ("old", b"new".to_vec()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn zeros_become_holes_and_read_back() {
        use std::os::unix::fs::MetadataExt as _;
        let mut data = vec![0; 40 * CHUNK];
        data[20 * CHUNK] = 7;
        let mut file = tempfile::tempfile().unwrap();
        file.set_len(data.len() as u64).unwrap();
        assert_eq!(copy_sparse(&mut &data[..], &mut file, 0).unwrap(), data.len() as u64);
        file.rewind().unwrap();
        let mut back = Vec::new();
        file.read_to_end(&mut back).unwrap();
        assert!(back == data);
        assert!(file.metadata().unwrap().blocks() * 512 < data.len() as u64 / 4);
    }
}
