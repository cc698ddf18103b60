//! Copying without writing zeros, so that images take the room of their contents only.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

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
