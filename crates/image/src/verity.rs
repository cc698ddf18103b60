//! dm-verity hash trees, as the kernel's documentation and the superblock of `veritysetup(8)` define them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use uuid::{Uuid, uuid};

use crate::digest::Digest;

/// The digest at the top of a hash tree: whoever knows it can verify every block below.
pub type RootHash = Digest;

const BLOCK: usize = 4096;
const DIGEST: usize = 32;
const PER_BLOCK: usize = BLOCK / DIGEST;
const SUPERBLOCK: usize = 512;
/// Fixed, so that equal file systems give equal trees. A salt of one's own guards against trees computed in advance
/// for many images at once, which matters nothing when the root hash is what is trusted.
const SALT: [u8; 32] = *b"minos root file system, slot a/b";
const UUID: Uuid = uuid!("6d696e6f-7300-4000-8000-766572697479");

/// A file system with its hash tree behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verity {
    /// What the kernel command line carries.
    pub root_hash: RootHash,
    /// Size of the file system and place of the superblock, in bytes.
    pub offset: u64,
    /// Size of file system, superblock and tree together, in bytes.
    pub size: u64,
}

impl Verity {
    /// Notes beside an image what it was made of.
    pub(crate) fn write(&self, note: &Path, key: &str) -> Result<()> {
        let text = format!("{key} {} {} {}\n", self.root_hash, self.offset, self.size);
        std::fs::write(note, text).with_context(|| format!("cannot write {}", note.display()))
    }

    /// The note of an image, if it was made of the same and still has its size.
    pub(crate) fn read(note: &Path, image: &Path, key: &str) -> Option<Self> {
        let text = std::fs::read_to_string(note).ok()?;
        let words: Vec<_> = text.split_whitespace().collect();
        let [old, hash, offset, size] = words[..] else {
            return None;
        };
        let mut digest = [0; DIGEST];
        hex::decode_to_slice(hash, &mut digest).ok()?;
        let verity = Self { root_hash: Digest(digest), offset: offset.parse().ok()?, size: size.parse().ok()? };
        (old == key && image.metadata().ok()?.len() == verity.size).then_some(verity)
    }
}

/// Appends superblock and hash tree to a file system image.
pub fn append_verity(image: &Path) -> Result<Verity> {
    let context = || format!("cannot append a hash tree to {}", image.display());
    let mut file = File::options().read(true).write(true).open(image).with_context(context)?;
    let mut data = Vec::new();
    file.read_to_end(&mut data).with_context(context)?;
    data.resize(data.len().next_multiple_of(BLOCK), 0);
    ensure!(!data.is_empty(), "{}: it is empty", context());
    let levels = tree(&data);
    let root_hash = Digest(hash(&SALT, levels.last().map_or(&data[..], |top| &top[..])));
    file.set_len(data.len() as u64)?;
    file.seek(SeekFrom::End(0)).with_context(context)?;
    file.write_all(&superblock((data.len() / BLOCK) as u64)).with_context(context)?;
    for level in levels.iter().rev() {
        file.write_all(level).with_context(context)?;
    }
    let size = file.stream_position().with_context(context)?;
    Ok(Verity { root_hash, offset: data.len() as u64, size })
}

/// Reads `data` with superblock and tree behind `offset` and compares every block with the root hash.
///
/// The error names the first block that differs.
pub fn verify_tree(data: &[u8], offset: u64, root_hash: RootHash) -> Result<()> {
    let offset = usize::try_from(offset)?;
    ensure!(offset % BLOCK == 0 && offset > 0, "the hash tree begins at byte {offset}, within a block");
    let (content, rest) = data.split_at_checked(offset).context("the hash tree lies behind the end")?;
    let block = rest.get(..BLOCK).context("the superblock is missing")?;
    ensure!(block.starts_with(b"verity\0\0"), "there is no superblock at byte {offset}");
    ensure!(block == superblock((offset / BLOCK) as u64), "the superblock is not ours");
    let mut place = BLOCK;
    let mut levels = Vec::new();
    for blocks in level_sizes(content.len() / BLOCK).into_iter().rev() {
        let level = rest.get(place..place + blocks * BLOCK).context("the hash tree is cut off")?;
        levels.push((offset + place, level));
        place += level.len();
    }
    levels.push((0, content));
    let mut expected = root_hash.0.to_vec();
    for (start, level) in levels {
        for (number, (block, wanted)) in level.chunks(BLOCK).zip(expected.chunks(DIGEST)).enumerate() {
            if hash(&SALT, block)[..] != *wanted {
                let what = if start == 0 { "data" } else { "hash tree" };
                bail!("a block of the {what} differs, at byte {}", start + number * BLOCK);
            }
        }
        expected = level.to_vec();
    }
    Ok(())
}

/// The levels of the tree, the one over the data first; none for a single block.
fn tree(data: &[u8]) -> Vec<Vec<u8>> {
    let mut levels: Vec<Vec<u8>> = Vec::new();
    loop {
        let below = levels.last().map_or(data, |level| &level[..]);
        if below.len() <= BLOCK {
            return levels;
        }
        levels.push(hash_blocks(below));
    }
}

/// The digests of all blocks, padded to whole blocks; both halves at once, as it is most of the work.
fn hash_blocks(data: &[u8]) -> Vec<u8> {
    let part = |blocks: &[u8]| blocks.chunks(BLOCK).flat_map(|block| hash(&SALT, block)).collect::<Vec<u8>>();
    let (first, second) = data.split_at(data.len() / BLOCK / 2 * BLOCK);
    let mut digests = std::thread::scope(|scope| {
        let first = scope.spawn(|| part(first));
        let second = part(second);
        let mut digests = first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        digests.extend(second);
        digests
    });
    digests.resize(digests.len().next_multiple_of(BLOCK), 0);
    digests
}

/// How many blocks each level has, the one over the data first.
fn level_sizes(mut blocks: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    while blocks > 1 {
        blocks = blocks.div_ceil(PER_BLOCK);
        sizes.push(blocks);
    }
    sizes
}

fn hash(salt: &[u8], block: &[u8]) -> [u8; DIGEST] {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(block);
    hasher.finalize().into()
}

/// The first hash block: what is needed to read the tree, then zeros.
fn superblock(data_blocks: u64) -> Vec<u8> {
    let mut block = Vec::with_capacity(BLOCK);
    block.extend_from_slice(b"verity\0\0");
    block.extend_from_slice(&1_u32.to_le_bytes()); // version
    block.extend_from_slice(&1_u32.to_le_bytes()); // hash type: salt first
    block.extend_from_slice(UUID.as_bytes());
    block.extend_from_slice(b"sha256");
    block.resize(64, 0);
    for size in [BLOCK as u32; 2] {
        block.extend_from_slice(&size.to_le_bytes());
    }
    block.extend_from_slice(&data_blocks.to_le_bytes());
    block.extend_from_slice(&(SALT.len() as u16).to_le_bytes());
    block.resize(block.len() + 6, 0);
    block.extend_from_slice(&SALT);
    block.resize(SUPERBLOCK, 0);
    block.resize(BLOCK, 0);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `blocks` blocks, each different, with their tree.
    fn image(blocks: usize) -> (Vec<u8>, Verity) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let data: Vec<u8> = (0..blocks * BLOCK).map(|at| (at / BLOCK + at % 251) as u8).collect();
        std::fs::write(file.path(), &data).unwrap();
        let verity = append_verity(file.path()).unwrap();
        (std::fs::read(file.path()).unwrap(), verity)
    }

    #[test]
    fn a_tree_verifies_whatever_its_height() {
        for blocks in [1, 2, 128, 129, 300] {
            let (data, verity) = image(blocks);
            assert_eq!(data.len() as u64, verity.size);
            assert_eq!(verity.offset, (blocks * BLOCK) as u64);
            verify_tree(&data, verity.offset, verity.root_hash).unwrap();
        }
    }

    #[test]
    fn every_flipped_byte_is_found_and_placed() {
        let (data, verity) = image(300);
        let tree = verity.offset as usize + BLOCK;
        for (at, what) in
            [(0, "data"), (299 * BLOCK + 17, "data"), (tree + 5, "hash tree"), (tree + BLOCK, "hash tree")]
        {
            let mut broken = data.clone();
            broken[at] ^= 1;
            let error = verify_tree(&broken, verity.offset, verity.root_hash).unwrap_err().to_string();
            assert_eq!(error, format!("a block of the {what} differs, at byte {}", at / BLOCK * BLOCK));
        }
    }

    #[test]
    fn a_note_counts_for_the_same_inputs_and_size_only() {
        let folder = tempfile::tempdir().unwrap();
        let (image, note) = (folder.path().join("root.erofs"), folder.path().join("root.key"));
        std::fs::write(&image, vec![1; 3 * BLOCK]).unwrap();
        assert_eq!(Verity::read(&note, &image, "k"), None);
        let verity = append_verity(&image).unwrap();
        verity.write(&note, "k").unwrap();
        assert_eq!(Verity::read(&note, &image, "k"), Some(verity));
        assert_eq!(Verity::read(&note, &image, "other"), None);
        std::fs::write(&image, "cut off").unwrap();
        assert_eq!(Verity::read(&note, &image, "k"), None);
    }

    #[test]
    fn veritysetup_computes_the_same_root_hash() {
        // veritysetup 2.7.5, with this salt and UUID, over the 300 blocks of `image`.
        let (_, verity) = image(300);
        assert_eq!(verity.root_hash.to_string(), VERITYSETUP);
    }

    const VERITYSETUP: &str = "2b9a88f5ac4b86460f0d2f83fd759d776ab35ccdb3d3bda0f7b6b5119599fac8";
}
