//! The kernel and its initial RAM disk for a guest that starts another program than `init`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cpio::CpioWriter;
use crate::uki::section;

/// Writes `kernel` and `initrd` into a folder: those of a kernel image, and on the RAM disk more programs in its root,
/// each by name and file.
pub fn write_guest(uki: &Path, programs: &[(String, PathBuf)], out: &Path) -> Result<()> {
    let image = std::fs::read(uki).with_context(|| format!("cannot read {}", uki.display()))?;
    let part = |name| section(&image, name)?.with_context(|| format!("{} has no section {name}", uki.display()));
    let mut archive = CpioWriter::new(Vec::new());
    for (name, file) in programs {
        let data = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        archive.file(name, 0o755, &data)?;
    }
    let write = |name: &str, data: &[u8]| {
        let path = out.join(name);
        std::fs::write(&path, data).with_context(|| format!("cannot write {}", path.display()))
    };
    write("kernel", part(".linux")?)?;
    write("initrd", &joined(part(".initrd")?, &archive.finish()?))
}

/// The kernel unpacks one archive after the other, compressed or not, when each begins at a multiple of four bytes.
fn joined(first: &[u8], second: &[u8]) -> Vec<u8> {
    let mut all = first.to_vec();
    all.resize(all.len().next_multiple_of(4), 0);
    all.extend_from_slice(second);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_archive_begins_where_the_kernel_looks_for_it() {
        for length in 0..9 {
            let all = joined(&vec![7; length], b"070701");
            let place = all.len() - 6;
            assert_eq!((place % 4, &all[place..]), (0, &b"070701"[..]));
            assert!(all[length..place].iter().all(|byte| *byte == 0), "only zeros may stand between archives");
        }
    }
}
