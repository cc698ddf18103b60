//! dm-verity's superblock, and whether a hash tree belongs to a root hash.
//!
//! The format is that of `veritysetup format`: the superblock, padded to one hash block, then the tree, its top first.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use sha2::{Digest as _, Sha256};

/// What the superblock says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VeritySuperblock {
    /// Bytes in a data block.
    pub data_block_size: u32,
    /// Bytes in a hash block.
    pub hash_block_size: u32,
    /// How many data blocks there are.
    pub data_blocks: u64,
    /// Salt.
    pub salt: Vec<u8>,
}

/// Why a device is not the verified one.
#[derive(Debug, thiserror::Error)]
pub enum VerityError {
    /// It cannot be read.
    #[error("cannot read the hash tree")]
    Read(#[from] std::io::Error),
    /// There is no superblock that we know.
    #[error("there is no hash tree: {0}")]
    NotVerity(&'static str),
    /// The tree belongs to another root hash.
    #[error("the hash tree does not belong to the root hash")]
    OtherRoot,
}

/// Bytes of the superblock.
const LENGTH: usize = 512;

impl VeritySuperblock {
    /// Reads the superblock at `offset` and checks that the top of its tree has the root hash.
    ///
    /// # Errors
    /// See [`VerityError`].
    pub fn check(device: &File, offset: u64, root_hash: &[u8]) -> Result<Self, VerityError> {
        let mut bytes = [0; LENGTH];
        device.read_exact_at(&mut bytes, offset)?;
        let superblock = Self::parse(&bytes)?;
        let mut top = vec![0; superblock.hash_block_size as usize];
        device.read_exact_at(&mut top, offset + u64::from(superblock.hash_block_size))?;
        let digest = Sha256::new().chain_update(&superblock.salt).chain_update(&top).finalize();
        if digest.as_slice() == root_hash { Ok(superblock) } else { Err(VerityError::OtherRoot) }
    }

    fn parse(bytes: &[u8; LENGTH]) -> Result<Self, VerityError> {
        let word = |offset: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&bytes[offset..offset + 4]);
            u32::from_le_bytes(word)
        };
        if &bytes[..8] != b"verity\0\0" {
            return Err(VerityError::NotVerity("no signature"));
        }
        if (word(8), word(12)) != (1, 1) {
            return Err(VerityError::NotVerity("unknown version"));
        }
        if !bytes[32..64].starts_with(b"sha256\0") {
            return Err(VerityError::NotVerity("its algorithm is not sha256"));
        }
        let (data_block_size, hash_block_size) = (word(64), word(68));
        let sane = |size: u32| size.is_power_of_two() && (512..=65536).contains(&size);
        let salt_size = usize::from(u16::from_le_bytes([bytes[80], bytes[81]]));
        if !sane(data_block_size) || !sane(hash_block_size) || salt_size > 256 {
            return Err(VerityError::NotVerity("impossible sizes"));
        }
        let data_blocks = u64::from(word(72)) | u64::from(word(76)) << 32;
        Ok(Self { data_block_size, hash_block_size, data_blocks, salt: bytes[88..88 + salt_size].to_vec() })
    }

    /// The table of the device-mapper target, for data and tree on one device. A block that does not match its hash
    /// stops the machine.
    pub fn table(&self, device: &str, offset: u64, root_hash: &[u8]) -> String {
        let tree = offset / u64::from(self.hash_block_size) + 1;
        let salt = if self.salt.is_empty() { "-".to_owned() } else { hex::encode(&self.salt) };
        format!(
            "1 {device} {device} {} {} {} {tree} sha256 {} {salt} 1 panic_on_corruption",
            self.data_block_size,
            self.hash_block_size,
            self.data_blocks,
            hex::encode(root_hash),
        )
    }

    /// Length of the data, in sectors of 512 bytes.
    pub fn sectors(&self) -> u64 {
        self.data_blocks * u64::from(self.data_block_size) / 512
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(salt: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut bytes = vec![0; 3 * 4096];
        bytes[..8].copy_from_slice(b"verity\0\0");
        bytes[8] = 1;
        bytes[12] = 1;
        bytes[32..38].copy_from_slice(b"sha256");
        bytes[64..68].copy_from_slice(&4096_u32.to_le_bytes());
        bytes[68..72].copy_from_slice(&4096_u32.to_le_bytes());
        bytes[72..76].copy_from_slice(&2_u32.to_le_bytes());
        bytes[80] = u8::try_from(salt.len()).expect("short");
        bytes[88..88 + salt.len()].copy_from_slice(salt);
        bytes[4096..8192].fill(7);
        let hash = Sha256::new().chain_update(salt).chain_update(&bytes[4096..8192]).finalize().to_vec();
        (bytes, hash)
    }

    #[test]
    fn a_tree_belongs_to_its_root_hash_only() {
        let (bytes, hash) = image(&[1, 2, 3]);
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &bytes).expect("written");
        let device = File::open(file.path()).expect("opened");
        let superblock = VeritySuperblock::check(&device, 0, &hash).expect("it matches");
        assert_eq!((superblock.data_blocks, superblock.sectors()), (2, 16));
        let table = superblock.table("254:3", 8192, &hash);
        assert!(table.starts_with("1 254:3 254:3 4096 4096 2 3 sha256 "), "{table}");
        assert!(table.ends_with(" 010203 1 panic_on_corruption"), "{table}");
        assert!(matches!(VeritySuperblock::check(&device, 0, &[0; 32]), Err(VerityError::OtherRoot)));
        assert!(matches!(VeritySuperblock::check(&device, 4096, &hash), Err(VerityError::NotVerity(_))));
    }
}
