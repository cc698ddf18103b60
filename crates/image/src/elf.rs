//! What a program asks of the dynamic loader.

use anyhow::{Result, anyhow};
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _};
use object::{Endianness, StringTable, elf};

/// The names of the shared libraries that an ELF file needs, its loader included; none for other files.
pub fn needed(data: &[u8]) -> Result<Vec<String>> {
    if !data.starts_with(&elf::ELFMAG) {
        return Ok(Vec::new());
    }
    let header = elf::FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    let mut names = Vec::new();
    let segments = header.program_headers(endian, data)?;
    for segment in segments {
        if let Some(path) = segment.interpreter(endian, data)? {
            let path = String::from_utf8_lossy(path);
            names.extend(path.rsplit('/').next().map(str::to_owned));
        }
    }
    let Some(dynamic) = segments.iter().find_map(|segment| segment.dynamic(endian, data).transpose()).transpose()?
    else {
        return Ok(names);
    };
    let value = |tag: elf::DynamicTag| {
        let found = dynamic.iter().find(|entry| entry.d_tag(endian) == tag);
        found.map(|entry| entry.d_val(endian))
    };
    let (Some(table), Some(size)) = (value(elf::DT_STRTAB), value(elf::DT_STRSZ)) else {
        return Ok(names);
    };
    let offset = segments.iter().find_map(|segment| {
        let (start, len) = (segment.p_vaddr(endian), segment.p_filesz(endian));
        let load = segment.p_type(endian) == elf::PT_LOAD && (start..start + len).contains(&table);
        load.then(|| segment.p_offset(endian) + table - start)
    });
    let offset = offset.ok_or_else(|| anyhow!("its dynamic string table lies outside of it"))?;
    let strings = StringTable::new(data, offset, offset + size);
    for entry in dynamic.iter().filter(|entry| entry.d_tag(endian) == elf::DT_NEEDED) {
        let name = entry.string(endian, strings)?;
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_needs_the_c_library_and_its_loader() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let names = needed(&program).unwrap();
        assert!(names.iter().any(|name| name == "libc.so.6"), "{names:?}");
        assert!(names.iter().any(|name| name.starts_with("ld-linux")), "{names:?}");
    }

    #[test]
    fn other_files_need_nothing() {
        assert!(needed(b"#!/bin/sh\n").unwrap().is_empty());
        assert!(needed(b"").unwrap().is_empty());
        assert!(needed(b"\x7fELF").is_err());
    }
}
