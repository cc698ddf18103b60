//! Where a file's bytes lie on a disk image, for tests that change one.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context as _, Result};
use minos_install::Slot;

use crate::sparse::copy_sparse;
use crate::tools::{Tools, run};
use crate::verify::find_slot;

/// The byte on the disk image at which the first block of a file of slot A's root begins.
pub fn locate(disk: &Path, file: &str, tools: &Tools) -> Result<u64> {
    let root = find_slot(disk, Slot::A)?;
    let mut source = File::open(disk)?;
    source.seek(SeekFrom::Start(root.start))?;
    let mut image = tempfile::NamedTempFile::new()?;
    let mut content = std::io::Read::take(source, root.offset);
    copy_sparse(&mut content, image.as_file_mut(), 0)?;
    image.as_file().set_len(root.offset)?;
    let mut command = tools.command("/usr/bin/dump.erofs")?;
    command.arg("-e").arg(format!("--path={file}")).arg(image.path());
    let output = run(&mut command, "dump.erofs")?;
    let text = String::from_utf8(output.stdout).context("dump.erofs printed something else than text")?;
    let place = first_extent(&text).with_context(|| format!("{file} has no block of its own in the root image"))?;
    Ok(root.start + place)
}

/// The byte on the disk image at which slot A's hash tree begins, behind the superblock of dm-verity.
pub fn locate_hash_tree(disk: &Path) -> Result<u64> {
    const SUPERBLOCK_BLOCK: u64 = 4096;
    let root = find_slot(disk, Slot::A)?;
    Ok(root.start + root.offset + SUPERBLOCK_BLOCK)
}

/// The first physical offset in a table of extents: `0: 0..4096 | 4096 : 8192..12288 | 4096`.
fn first_extent(table: &str) -> Option<u64> {
    let rows = table.lines().filter_map(|line| line.split_once('|'));
    let places = rows.filter_map(|(_, rest)| rest.split_once(':')?.1.split_once("..")?.0.trim().parse().ok());
    places.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_extents_is_read() {
        let table = "File : /usr/bin/x\nSize: 200000\n\n Ext:   logical offset   |  length :     physical offset    |  length\n   \
                     0:        0..  196608 |  196608 :     106496..    172032 |   65536\n";
        assert_eq!(first_extent(table), Some(106_496));
        assert_eq!(first_extent("nothing"), None);
    }
}
