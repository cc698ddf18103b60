//! Disk images in QEMU's qcow2 format (version 3, as `docs/interop/qcow2.rst` of QEMU describes it).
//!
//! Only what a fresh image needs: no backing file, no snapshots, no compression; clusters of zeros are left out.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::sparse::{read_full, replace};

const CLUSTER_BITS: u32 = 16;
const CLUSTER: u64 = 1 << CLUSTER_BITS;
/// Entries of eight bytes in a cluster.
const TABLE: u64 = CLUSTER / 8;
/// Reference counts of two bytes in a cluster.
const COUNTS: u64 = CLUSTER / 2;
/// Set in table entries: the cluster is referred to once, so it may be written in place.
const COPIED: u64 = 1 << 63;
const HEADER_LENGTH: u32 = 104;

/// Writes a copy of a raw disk image as qcow2.
pub fn write_qcow2(raw: &Path, out: &Path) -> Result<()> {
    let mut input = File::open(raw).with_context(|| format!("cannot read {}", raw.display()))?;
    let size = input.metadata()?.len();
    replace(out, |out| {
        let failed = || format!("cannot write {}", out.display());
        copy(&mut input, size, File::create(out).with_context(failed)?).with_context(failed)
    })
}

/// The file: header, top table, data and second-level tables as they come, reference counts at the end.
fn copy(input: &mut File, size: u64, mut out: File) -> io::Result<()> {
    let clusters = size.div_ceil(CLUSTER);
    let mut top = vec![0_u64; clusters.div_ceil(TABLE) as usize];
    let top_clusters = (top.len() as u64).div_ceil(TABLE).max(1);
    let mut next = 1 + top_clusters;
    let mut buffer = vec![0; CLUSTER as usize];
    for (number, slot) in (0..).zip(&mut top) {
        let mut second = vec![0_u64; TABLE as usize];
        for (at, entry) in (0..).zip(&mut second) {
            let place = (number * TABLE + at) * CLUSTER;
            if place >= size || !holds_data(input, place)? {
                continue;
            }
            input.seek(SeekFrom::Start(place))?;
            let read = read_full(input, &mut buffer)?;
            buffer[read..].fill(0);
            if buffer.iter().any(|byte| *byte != 0) {
                out.seek(SeekFrom::Start(next * CLUSTER))?;
                out.write_all(&buffer)?;
                *entry = (next * CLUSTER) | COPIED;
                next += 1;
            }
        }
        if second.iter().any(|entry| *entry != 0) {
            out.seek(SeekFrom::Start(next * CLUSTER))?;
            out.write_all(&table(&second))?;
            *slot = (next * CLUSTER) | COPIED;
            next += 1;
        }
    }
    let (counts_table, counts_table_clusters) = write_counts(&mut out, next)?;
    out.seek(SeekFrom::Start(CLUSTER))?;
    out.write_all(&table(&top))?;
    out.rewind()?;
    out.write_all(&header(size, top.len() as u32, counts_table, counts_table_clusters))?;
    out.flush()
}

/// Whether there may be something but a hole in the cluster at `place`.
fn holds_data(input: &File, place: u64) -> io::Result<bool> {
    // Asking for each cluster costs less than reading the holes of a disk that is nearly empty.
    match rustix::fs::seek(input, rustix::fs::SeekFrom::Data(place)) {
        Ok(data) => Ok(data < place + CLUSTER),
        Err(rustix::io::Errno::NXIO) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Reference counts of one for every cluster before `next` and for the counts themselves; where their table is and how
/// many clusters it takes.
fn write_counts(out: &mut File, next: u64) -> io::Result<(u64, u32)> {
    let (mut blocks, mut tables) = (0, 0);
    loop {
        let total = next + blocks + tables;
        let wanted = (total.div_ceil(COUNTS), total.div_ceil(COUNTS).div_ceil(TABLE));
        if wanted == (blocks, tables) {
            break;
        }
        (blocks, tables) = wanted;
    }
    let total = next + blocks + tables;
    let counts: Vec<u8> = (0..blocks * COUNTS).flat_map(|one| u16::from(one < total).to_be_bytes()).collect();
    out.seek(SeekFrom::Start(next * CLUSTER))?;
    out.write_all(&counts)?;
    let mut entries: Vec<u64> = (0..blocks).map(|block| (next + block) * CLUSTER).collect();
    entries.resize((tables * TABLE) as usize, 0);
    out.write_all(&table(&entries))?;
    Ok(((next + blocks) * CLUSTER, tables as u32))
}

fn table(entries: &[u64]) -> Vec<u8> {
    entries.iter().flat_map(|entry| entry.to_be_bytes()).collect()
}

fn header(size: u64, top_entries: u32, counts_table: u64, counts_table_clusters: u32) -> Vec<u8> {
    let mut header = Vec::with_capacity(HEADER_LENGTH as usize);
    header.extend_from_slice(b"QFI\xfb");
    header.extend_from_slice(&3_u32.to_be_bytes());
    header.extend_from_slice(&[0; 12]); // no backing file
    header.extend_from_slice(&CLUSTER_BITS.to_be_bytes());
    header.extend_from_slice(&size.to_be_bytes());
    header.extend_from_slice(&0_u32.to_be_bytes()); // no encryption
    header.extend_from_slice(&top_entries.to_be_bytes());
    header.extend_from_slice(&CLUSTER.to_be_bytes()); // place of the top table
    header.extend_from_slice(&counts_table.to_be_bytes());
    header.extend_from_slice(&counts_table_clusters.to_be_bytes());
    header.extend_from_slice(&[0; 12]); // no snapshots
    header.extend_from_slice(&[0; 24]); // no features
    header.extend_from_slice(&4_u32.to_be_bytes()); // counts of 16 bits
    header.extend_from_slice(&HEADER_LENGTH.to_be_bytes());
    header
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn qemu_reads_the_same_bytes_and_finds_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let (raw, image) = (folder.path().join("disk.raw"), folder.path().join("disk.qcow2"));
        let mut file = File::create(&raw).unwrap();
        file.set_len(3 << 30).unwrap();
        for (place, byte) in [(0_u64, 1_u8), (70_000, 2), (600 << 20, 3), ((3 << 30) - 1, 4)] {
            file.seek(SeekFrom::Start(place)).unwrap();
            file.write_all(&[byte]).unwrap();
        }
        write_qcow2(&raw, &image).unwrap();
        assert!(image.metadata().unwrap().len() < 2 << 20);
        let qemu = |arguments: &[&str]| {
            let status = Command::new("qemu-img").args(arguments).current_dir(folder.path()).output();
            let output = status.expect("this test needs `qemu-img`; get it with: apt-get install qemu-utils");
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
        };
        qemu(&["check", "-q", "disk.qcow2"]);
        qemu(&["compare", "-q", "-f", "raw", "-F", "qcow2", "disk.raw", "disk.qcow2"]);
    }
}
