//! Reading disk images back: is the root what the kernel image says it is?

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context as _, Result};
use minos_install::{FoundPartition, Slot, Window, read_table};

use crate::digest::Digest;
use crate::verity::verify_tree;

/// The command line's keys that tell of the root's hash tree.
pub const HASH_KEY: &str = "minos.verity.hash";
/// See [`HASH_KEY`].
pub const OFFSET_KEY: &str = "minos.verity.offset";

/// A slot's root on a disk image, and what its kernel image says of it.
#[derive(Clone, Debug)]
pub struct SlotRoot {
    /// First byte of the partition.
    pub start: u64,
    /// Where the hash tree begins, from there.
    pub offset: u64,
    /// What the kernel is told.
    pub root_hash: Digest,
}

/// Finds the root of a slot, and its hash in the slot's kernel image.
pub fn find_slot(disk: &Path, slot: Slot) -> Result<SlotRoot> {
    let failed = || format!("cannot read {}", disk.display());
    let mut file = File::open(disk).with_context(failed)?;
    let partitions = read_table(&mut file).with_context(failed)?;
    let find = |label: &str| -> Result<&FoundPartition> {
        let found = partitions.iter().find(|one| one.label == label);
        found.with_context(|| format!("{} has no partition {label}", disk.display()))
    };
    let esp = find("EFI")?;
    let uki =
        minos_install::read_esp(Window::new(&file, esp.offset, esp.size), &slot.kernel_path()).with_context(failed)?;
    let line = command_line(&uki).context("the kernel image has no command line with a root hash")?;
    let value = |key: &str| {
        let found = line.split_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        found.with_context(|| format!("the kernel command line has no {key}"))
    };
    let mut root_hash = [0; 32];
    hex::decode_to_slice(value(HASH_KEY)?, &mut root_hash).with_context(|| format!("{HASH_KEY} is no digest"))?;
    let offset = value(OFFSET_KEY)?.parse().with_context(|| format!("{OFFSET_KEY} is no number"))?;
    Ok(SlotRoot { start: find(slot.root().as_str())?.offset, offset, root_hash: Digest(root_hash) })
}

/// Compares every block of slot A's root with the hash tree, and that with the root hash in the kernel image.
pub fn verify_disk(disk: &Path) -> Result<Digest> {
    let root = find_slot(disk, Slot::A)?;
    let mut file = File::open(disk)?;
    file.seek(SeekFrom::Start(root.start))?;
    // The tree takes less than a hundredth of the data, the superblock a block.
    let size = root.offset + root.offset / 64 + (1 << 20);
    let mut data = Vec::new();
    file.take(size).read_to_end(&mut data).with_context(|| format!("cannot read {}", disk.display()))?;
    verify_tree(&data, root.offset, root.root_hash)?;
    Ok(root.root_hash)
}

/// The contents of the section `.cmdline`.
fn command_line(uki: &[u8]) -> Option<&str> {
    let section = crate::uki::section(uki, ".cmdline").ok()??;
    std::str::from_utf8(section).ok()
}
