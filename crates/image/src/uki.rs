//! Unified kernel images: systemd's EFI stub with kernel, initial RAM disk and command line as further sections.
//!
//! Formats: Microsoft's "PE Format", and the sections that `systemd-stub(7)` lists.

use anyhow::{Context as _, Result, ensure};

/// A section to append to the stub.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    /// At most eight bytes, the dot included.
    pub name: &'a str,
    /// What the file holds.
    pub data: &'a [u8],
    /// Bytes that the section takes in memory, when that is more than `data`.
    pub memory: usize,
}

impl<'a> Section<'a> {
    /// A section that takes in memory what it takes in the file.
    pub const fn new(name: &'a str, data: &'a [u8]) -> Self {
        Self { name, data, memory: data.len() }
    }

    /// The kernel's section: with room for what the kernel unpacks itself to, so that the stub can start it in place.
    pub fn kernel(data: &'a [u8]) -> Result<Self> {
        let image = Headers::parse(data).context("the kernel is not an EFI program")?;
        let memory = usize::try_from(read_u32(data, image.optional + SIZE_OF_IMAGE)?)?;
        Ok(Self { name: ".linux", data, memory: memory.max(data.len()) })
    }
}

const SECTION_HEADER: usize = 40;
/// Initialised data, readable.
const READ_ONLY_DATA: u32 = 0x4000_0040;
// Places in the optional header.
const SIZE_OF_INITIALIZED_DATA: usize = 8;
const SECTION_ALIGNMENT: usize = 32;
const FILE_ALIGNMENT: usize = 36;
const SIZE_OF_IMAGE: usize = 56;
const SIZE_OF_HEADERS: usize = 60;
const CHECKSUM: usize = 64;

/// Where the headers of a PE file lie.
struct Headers {
    /// The COFF header, behind the signature.
    coff: usize,
    optional: usize,
    sections: usize,
    count: usize,
}

impl Headers {
    fn parse(file: &[u8]) -> Result<Self> {
        ensure!(file.starts_with(b"MZ"), "it has no DOS header");
        let signature = usize::try_from(read_u32(file, 0x3c)?)?;
        ensure!(file.get(signature..signature + 4) == Some(b"PE\0\0"), "it has no PE signature");
        let coff = signature + 4;
        let optional = coff + 20;
        ensure!(read_u16(file, optional)? == 0x20b, "it is not a 64-bit program");
        let sections = optional + usize::from(read_u16(file, coff + 16)?);
        Ok(Self { coff, optional, sections, count: usize::from(read_u16(file, coff + 2)?) })
    }
}

/// Appends sections to the stub, each behind the last one in memory and in the file.
pub fn assemble(stub: &[u8], sections: &[Section<'_>]) -> Result<Vec<u8>> {
    let headers = Headers::parse(stub).context("the EFI stub cannot be read")?;
    let optional = |place| read_u32(stub, headers.optional + place);
    let memory_step = usize::try_from(optional(SECTION_ALIGNMENT)?)?;
    let file_step = usize::try_from(optional(FILE_ALIGNMENT)?)?;
    ensure!(memory_step > 0 && file_step > 0, "the EFI stub has no alignment");
    let table_end = headers.sections + (headers.count + sections.len()) * SECTION_HEADER;
    ensure!(
        table_end <= usize::try_from(optional(SIZE_OF_HEADERS)?)?,
        "the EFI stub has no room for {} more sections",
        sections.len()
    );
    let mut image = stub.to_vec();
    image.resize(image.len().next_multiple_of(file_step), 0);
    let mut address = usize::try_from(optional(SIZE_OF_IMAGE)?)?.next_multiple_of(memory_step);
    let mut initialized = usize::try_from(optional(SIZE_OF_INITIALIZED_DATA)?)?;
    for (at, section) in (headers.count..).zip(sections) {
        ensure!(section.name.len() <= 8, "the section name {} is too long", section.name);
        let raw = section.data.len().next_multiple_of(file_step);
        let header = headers.sections + at * SECTION_HEADER;
        image[header..header + SECTION_HEADER].fill(0);
        image[header..header + section.name.len()].copy_from_slice(section.name.as_bytes());
        let fields = [section.memory, address, raw, image.len()];
        for (field, value) in fields.into_iter().enumerate() {
            write_u32(&mut image, header + 8 + 4 * field, value)?;
        }
        write_u32(&mut image, header + 36, READ_ONLY_DATA as usize)?;
        image.extend_from_slice(section.data);
        image.resize(image.len().next_multiple_of(file_step), 0);
        address = (address + section.memory.max(1)).next_multiple_of(memory_step);
        initialized += raw;
    }
    let count = u16::try_from(headers.count + sections.len())?;
    image[headers.coff + 2..headers.coff + 4].copy_from_slice(&count.to_le_bytes());
    write_u32(&mut image, headers.optional + SIZE_OF_INITIALIZED_DATA, initialized)?;
    write_u32(&mut image, headers.optional + SIZE_OF_IMAGE, address)?;
    write_u32(&mut image, headers.optional + CHECKSUM, 0)?;
    Ok(image)
}

/// The contents of a section, if there is one of this name.
pub fn section<'a>(image: &'a [u8], name: &str) -> Result<Option<&'a [u8]>> {
    let headers = Headers::parse(image)?;
    for number in 0..headers.count {
        let header = headers.sections + number * SECTION_HEADER;
        let found = image.get(header..header + 8).context("the file ends within its headers")?;
        if found.split(|byte| *byte == 0).next() != Some(name.as_bytes()) {
            continue;
        }
        let field = |at: usize| -> Result<usize> { Ok(usize::try_from(read_u32(image, header + at)?)?) };
        let (size, start) = (field(8)?.min(field(16)?), field(20)?);
        return image.get(start..start + size).map(Some).with_context(|| format!("section {name} is cut off"));
    }
    Ok(None)
}

fn read_u16(file: &[u8], at: usize) -> Result<u16> {
    let bytes = file.get(at..at + 2).context("the file ends within its headers")?;
    Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
}

fn read_u32(file: &[u8], at: usize) -> Result<u32> {
    let bytes = file.get(at..at + 4).context("the file ends within its headers")?;
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

fn write_u32(file: &mut [u8], at: usize, value: usize) -> Result<()> {
    let value = u32::try_from(value).context("the image is larger than 4 GiB")?;
    file[at..at + 4].copy_from_slice(&value.to_le_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest PE file that has what is read: one section, room for three more.
    fn stub() -> Vec<u8> {
        let mut file = vec![0; 0x600];
        file[..2].copy_from_slice(b"MZ");
        file[0x3c] = 0x40;
        file[0x40..0x44].copy_from_slice(b"PE\0\0");
        let (coff, optional) = (0x44, 0x44 + 20);
        file[coff + 2] = 1;
        file[coff + 16] = 112;
        file[optional..optional + 2].copy_from_slice(&0x20b_u16.to_le_bytes());
        write_u32(&mut file, optional + SECTION_ALIGNMENT, 0x1000).unwrap();
        write_u32(&mut file, optional + FILE_ALIGNMENT, 0x200).unwrap();
        write_u32(&mut file, optional + SIZE_OF_IMAGE, 0x2000).unwrap();
        write_u32(&mut file, optional + SIZE_OF_HEADERS, optional + 112 + 4 * SECTION_HEADER).unwrap();
        file
    }

    #[test]
    fn sections_follow_each_other_in_file_and_memory() {
        let kernel = stub();
        let sections = [Section::new(".cmdline", b"panic=10"), Section::kernel(&kernel).unwrap()];
        let image = assemble(&stub(), &sections).unwrap();
        let headers = Headers::parse(&image).unwrap();
        assert_eq!(headers.count, 3);
        let field = |section: usize, at: usize| {
            read_u32(&image, headers.sections + section * SECTION_HEADER + at).unwrap() as usize
        };
        // Size in memory, address, size in the file, place in the file.
        assert_eq!([8, 12, 16, 20].map(|at| field(1, at)), [8, 0x2000, 0x200, 0x600]);
        assert_eq!([8, 12, 16, 20].map(|at| field(2, at)), [0x2000, 0x3000, 0x600, 0x800]);
        assert_eq!(section(&image, ".cmdline").unwrap(), Some(&b"panic=10"[..]));
        assert_eq!(section(&image, ".initrd").unwrap(), None);
        assert_eq!(&image[0x800..], &kernel[..]);
        assert_eq!(read_u32(&image, headers.optional + SIZE_OF_IMAGE).unwrap(), 0x5000);
    }

    #[test]
    fn too_many_sections_are_refused() {
        let sections = [Section::new(".x", b"x"); 4];
        assert!(assemble(&stub(), &sections).unwrap_err().to_string().contains("no room"));
    }

    #[test]
    fn other_files_are_refused() {
        assert!(assemble(b"#!/bin/sh", &[]).is_err());
        assert!(Section::kernel(b"MZ").is_err());
    }
}
