//! A part of a disk as a medium of its own.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// The bytes from `start` on, `size` of them, of a larger medium.
#[derive(Debug)]
pub struct Window<T> {
    inner: T,
    start: u64,
    size: u64,
    position: u64,
}

impl<T: Seek> Window<T> {
    /// Opens the window; reading and writing begin at its first byte.
    pub fn new(inner: T, start: u64, size: u64) -> Self {
        Self { inner, start, size, position: 0 }
    }

    /// How many of `wanted` bytes lie inside, after the medium was moved to the present place.
    fn reach(&mut self, wanted: usize) -> io::Result<usize> {
        let left = self.size.saturating_sub(self.position);
        self.inner.seek(SeekFrom::Start(self.start + self.position))?;
        Ok(usize::try_from(left).map_or(wanted, |left| left.min(wanted)))
    }

    fn advance(&mut self, bytes: usize) -> usize {
        self.position += bytes as u64;
        bytes
    }
}

impl<T: Read + Seek> Read for Window<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let reach = self.reach(buffer.len())?;
        let read = self.inner.read(&mut buffer[..reach])?;
        Ok(self.advance(read))
    }
}

impl<T: Write + Seek> Write for Window<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let reach = self.reach(buffer.len())?;
        let written = self.inner.write(&buffer[..reach])?;
        Ok(self.advance(written))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Seek> Seek for Window<T> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
            SeekFrom::End(delta) => self.size.checked_add_signed(delta),
        };
        let position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.position = position;
        Ok(position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn nothing_outside_is_touched_or_seen() {
        let mut disk = Cursor::new(vec![9_u8; 10]);
        let mut window = Window::new(&mut disk, 3, 4);
        assert_eq!(window.write(&[1, 2, 3, 4, 5, 6]).unwrap(), 4);
        assert!(window.write_all(&[7]).is_err());
        assert_eq!(window.seek(SeekFrom::End(-1)).unwrap(), 3);
        let mut rest = Vec::new();
        window.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, [4]);
        assert_eq!(disk.into_inner(), [9, 9, 9, 1, 2, 3, 4, 9, 9, 9]);
    }
}
