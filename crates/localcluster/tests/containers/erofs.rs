//! The smallest EROFS image: a folder with one file.

const BLOCK: usize = 4096;
/// Inodes are counted in steps of 32 bytes from the beginning: these are at the beginning of the second block.
const FOLDER: u64 = 128;
const FILE: u64 = 129;

/// An image in which `name` has this content.
pub fn image(name: &str, content: &str) -> Vec<u8> {
    let mut image = vec![0; 4 * BLOCK];
    let entries = [(".", FOLDER, 2), ("..", FOLDER, 2), (name, FILE, 1)];
    let mut names = String::new();
    let mut folder = Vec::new();
    for (name, inode, kind) in entries {
        let place = (entries.len() * 12 + names.len()) as u16;
        folder.extend([&inode.to_le_bytes()[..], &place.to_le_bytes(), &[kind, 0]].concat());
        names.push_str(name);
    }
    folder.extend(names.as_bytes());
    put(&mut image, 1024, &superblock());
    put(&mut image, BLOCK, &inode(0o040_755, 2, folder.len(), 2));
    put(&mut image, BLOCK + 32, &inode(0o100_644, 1, content.len(), 3));
    put(&mut image, 2 * BLOCK, &folder);
    put(&mut image, 3 * BLOCK, content.as_bytes());
    image
}

/// `struct erofs_super_block`: blocks of 2^12 bytes, four of them, no features.
fn superblock() -> [u8; 128] {
    let mut block = [0; 128];
    put(&mut block, 0, &0xe0f5_e1e2_u32.to_le_bytes());
    put(&mut block, 12, &[12]);
    put(&mut block, 14, &(FOLDER as u16).to_le_bytes());
    put(&mut block, 16, &2_u64.to_le_bytes());
    put(&mut block, 36, &4_u32.to_le_bytes());
    block
}

/// `struct erofs_inode_compact` of a file whose content is whole blocks from `block` on.
fn inode(mode: u16, links: u16, size: usize, block: u32) -> [u8; 32] {
    let mut inode = [0; 32];
    put(&mut inode, 4, &mode.to_le_bytes());
    put(&mut inode, 6, &links.to_le_bytes());
    put(&mut inode, 8, &(size as u32).to_le_bytes());
    put(&mut inode, 16, &block.to_le_bytes());
    put(&mut inode, 20, &1_u32.to_le_bytes());
    inode
}

fn put(bytes: &mut [u8], at: usize, what: &[u8]) {
    bytes[at..at + what.len()].copy_from_slice(what);
}
