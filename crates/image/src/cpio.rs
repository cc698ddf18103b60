//! Archives in cpio's `newc` format, which the kernel unpacks as its initial RAM disk.

use std::io::{self, Write};

const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_000;

/// Writes an archive; all entries belong to root and carry no time.
#[derive(Debug)]
pub struct CpioWriter<W> {
    out: W,
    inode: u32,
}

impl<W: Write> CpioWriter<W> {
    /// Begins an archive.
    pub fn new(out: W) -> Self {
        Self { out, inode: 0 }
    }

    /// Adds a folder; the path has no slash in front.
    pub fn folder(&mut self, path: &str) -> io::Result<()> {
        self.inode += 1;
        self.entry(path, FOLDER | 0o755, self.inode, &[])
    }

    /// Adds a file; the path has no slash in front.
    pub fn file(&mut self, path: &str, mode: u32, data: &[u8]) -> io::Result<()> {
        self.inode += 1;
        self.entry(path, FILE | mode, self.inode, data)
    }

    /// Ends the archive.
    pub fn finish(mut self) -> io::Result<W> {
        self.entry("TRAILER!!!", 0, 0, &[])?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn entry(&mut self, path: &str, mode: u32, inode: u32, data: &[u8]) -> io::Result<()> {
        let too_large = |_| io::Error::new(io::ErrorKind::FileTooLarge, path.to_owned());
        let size = u32::try_from(data.len()).map_err(too_large)?;
        let name = u32::try_from(path.len() + 1).map_err(too_large)?;
        let links = if mode & FOLDER == FOLDER { 2 } else { 1 };
        // inode, mode, user, group, links, time, size, device (2), special device (2), length of the name, checksum
        let fields = [inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name, 0];
        write!(self.out, "070701")?;
        for field in fields {
            write!(self.out, "{field:08x}")?;
        }
        self.out.write_all(path.as_bytes())?;
        self.out.write_all(&[0])?;
        self.pad(110 + path.len() + 1)?;
        self.out.write_all(data)?;
        self.pad(data.len())
    }

    /// Names and data end on multiples of four bytes.
    fn pad(&mut self, written: usize) -> io::Result<()> {
        self.out.write_all(&[0; 3][..written.next_multiple_of(4) - written])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let mut archive = CpioWriter::new(Vec::new());
        archive.folder("dev").unwrap();
        archive.file("init", 0o755, b"hello").unwrap();
        let bytes = archive.finish().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let head = "070701\
                    00000001000041ed00000000000000000000000200000000\
                    0000000000000000000000000000000000000000\
                    0000000400000000dev\0\0\0";
        assert!(text.starts_with(head), "{text:?}");
        assert!(text.contains("init\x00\x00hello\x00\x00\x00070701"), "{text:?}");
        assert!(text.ends_with("TRAILER!!!\0\0\0\0"), "{text:?}");
        assert_eq!(bytes.len() % 4, 0);
    }
}
