//! The file of an EROFS image, which the kernel mounts without a loop device.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::{ClusterFolder, LocalClusterError};

const SECTOR: u64 = 512;
/// Where an EROFS superblock is, and how it begins.
const SUPERBLOCK: u64 = 1024;
const MAGIC: [u8; 4] = 0xe0f5_e1e2_u32.to_le_bytes();

/// Keeps an image in the cluster's folder under `name`: an EROFS image, or a folder, as it is; of a disk with a partition
/// table, as virtual machines have it, the first partition. The kernel mounts a file only from its beginning.
///
/// # Errors
/// When the file is missing or holds no EROFS.
pub fn keep_image(folder: &ClusterFolder, file: &Path, name: &str) -> Result<PathBuf, LocalClusterError> {
    if file.is_dir() {
        return folder.keep(file, name);
    }
    let failed = LocalClusterError::file("read", file);
    let place = File::open(file).and_then(|mut file| find(&mut file));
    match place.map_err(failed)? {
        Some((0, _)) => folder.keep(file, name),
        Some((start, length)) => {
            let kept = folder.file(&format!("{name}.erofs"));
            copy(file, start, length, &kept).map_err(LocalClusterError::file("write", &kept))?;
            Ok(kept)
        }
        None => Err(LocalClusterError::Container(format!(
            "{} is neither an EROFS image nor a disk whose first partition is one",
            file.display()
        ))),
    }
}

/// Where EROFS begins and how many bytes there are, when it is the file or its first partition.
fn find(file: &mut File) -> std::io::Result<Option<(u64, u64)>> {
    let size = file.metadata()?.len();
    if is_erofs(file, 0)? {
        return Ok(Some((0, size)));
    }
    // A GUID partition table: the header is the second sector (UEFI specification, 5.3).
    let Some(header) = bytes::<92>(file, SECTOR)? else { return Ok(None) };
    if !header.starts_with(b"EFI PART") {
        return Ok(None);
    }
    let Some(entry) = bytes::<48>(file, number(&header[72..]).saturating_mul(SECTOR))? else { return Ok(None) };
    let (first, last) = (number(&entry[32..]), number(&entry[40..]));
    let start = first.saturating_mul(SECTOR);
    let length = (last.saturating_sub(first)).saturating_add(1).saturating_mul(SECTOR);
    let fits = start.checked_add(length).is_some_and(|end| end <= size);
    Ok(if fits && is_erofs(file, start)? { Some((start, length)) } else { None })
}

fn is_erofs(file: &mut File, start: u64) -> std::io::Result<bool> {
    Ok(bytes::<4>(file, start + SUPERBLOCK)? == Some(MAGIC))
}

/// Bytes of a file; `None` when it ends before.
fn bytes<const N: usize>(file: &mut File, at: u64) -> std::io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(at))?;
    match file.read_exact(&mut bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        result => result.map(|()| Some(bytes)),
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn copy(file: &Path, start: u64, length: u64, to: &Path) -> std::io::Result<()> {
    let mut from = File::open(file)?;
    from.seek(SeekFrom::Start(start))?;
    std::io::copy(&mut from.take(length), &mut File::create(to)?).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erofs() -> Vec<u8> {
        let mut image = vec![7; 8192];
        image[1024..1028].copy_from_slice(&MAGIC);
        image
    }

    fn disk(content: &[u8]) -> Vec<u8> {
        let mut disk = vec![0; 4096];
        disk[512..520].copy_from_slice(b"EFI PART");
        disk[512 + 72..512 + 80].copy_from_slice(&2_u64.to_le_bytes());
        disk[1024 + 32..1024 + 40].copy_from_slice(&8_u64.to_le_bytes());
        disk[1024 + 40..1024 + 48].copy_from_slice(&(8 + content.len() as u64 / 512 - 1).to_le_bytes());
        disk.extend_from_slice(content);
        disk.extend_from_slice(&[0; 512]);
        disk
    }

    #[test]
    fn an_image_is_kept_as_it_is_and_the_partition_of_a_disk_alone() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = ClusterFolder::new(root.path(), "one").expect("a name");
        folder.create().expect("made");
        let write = |name: &str, bytes: &[u8]| {
            let path = root.path().join(name);
            std::fs::write(&path, bytes).expect("written");
            path
        };
        let plain = keep_image(&folder, &write("plain.erofs", &erofs()), "root").expect("kept");
        assert_eq!(plain, folder.file("root.erofs"));
        let part = keep_image(&folder, &write("disk.raw", &disk(&erofs())), "cache").expect("kept");
        assert_eq!(std::fs::read(&part).expect("readable"), erofs());
        for (name, bytes) in [("empty", vec![]), ("text", vec![b'x'; 3000]), ("other.raw", disk(&[1; 4096]))] {
            let error = keep_image(&folder, &write(name, &bytes), "bad").expect_err("no EROFS").to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
