//! `DiskStats`: `/proc/diskstats`, a line for each block device and the sum of all.

use minos_api::machine as m;
use tonic::{Response, Status};

use super::Reply;

pub fn get() -> Reply<m::DiskStatsResponse> {
    let text = std::fs::read_to_string("/proc/diskstats")
        .map_err(|error| Status::internal(format!("cannot read the disks' counters: {error}")))?;
    let devices: Vec<m::DiskStat> = text.lines().filter_map(parse).collect();
    let message = m::DiskStats { metadata: None, total: Some(sum(&devices)), devices };
    Ok(Response::new(m::DiskStatsResponse { messages: vec![message] }))
}

/// One line, see the kernel's `Documentation/admin-guide/iostats.rst`: two numbers of the device, its name, counters.
/// Counters that a newer kernel puts at the end are left out, and so are lines of a kernel that counts no discards.
fn parse(line: &str) -> Option<m::DiskStat> {
    let mut fields = line.split_whitespace().skip(2);
    let name = fields.next()?.to_owned();
    let mut next = || fields.next()?.parse::<u64>().ok();
    // Fields are evaluated in the order in which they stand here, which is that of the line.
    Some(m::DiskStat {
        name,
        read_completed: next()?,
        read_merged: next()?,
        read_sectors: next()?,
        read_time_ms: next()?,
        write_completed: next()?,
        write_merged: next()?,
        write_sectors: next()?,
        write_time_ms: next()?,
        io_in_progress: next()?,
        io_time_ms: next()?,
        io_time_weighted_ms: next()?,
        discard_completed: next()?,
        discard_merged: next()?,
        discard_sectors: next()?,
        discard_time_ms: next()?,
    })
}

/// As the contract has it, every line counts: a partition's work is in its disk's line too.
fn sum(devices: &[m::DiskStat]) -> m::DiskStat {
    devices.iter().fold(m::DiskStat::default(), |total, one| m::DiskStat {
        name: String::new(),
        read_completed: total.read_completed + one.read_completed,
        read_merged: total.read_merged + one.read_merged,
        read_sectors: total.read_sectors + one.read_sectors,
        read_time_ms: total.read_time_ms + one.read_time_ms,
        write_completed: total.write_completed + one.write_completed,
        write_merged: total.write_merged + one.write_merged,
        write_sectors: total.write_sectors + one.write_sectors,
        write_time_ms: total.write_time_ms + one.write_time_ms,
        io_in_progress: total.io_in_progress + one.io_in_progress,
        io_time_ms: total.io_time_ms + one.io_time_ms,
        io_time_weighted_ms: total.io_time_weighted_ms + one.io_time_weighted_ms,
        discard_completed: total.discard_completed + one.discard_completed,
        discard_merged: total.discard_merged + one.discard_merged,
        discard_sectors: total.discard_sectors + one.discard_sectors,
        discard_time_ms: total.discard_time_ms + one.discard_time_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::{parse, sum};

    /// A disk and its partition, as kernel 6.12 prints them, and a line of a kernel that counts no discards.
    const TEXT: &str = "\
 254       0 vda 1042 301 98406 1204 77 58 2192 96 1 1020 1310 5 6 7 8 4 10
 254       1 vda1 160 0 9456 100 2 0 2 3 0 90 103 1 2 3 4 0 0
   7       0 loop0 1 2 3 4 5 6 7 8 9 10 11
";

    #[test]
    fn lines_become_devices() {
        let devices: Vec<_> = TEXT.lines().filter_map(parse).collect();
        let names: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
        assert_eq!(names, ["vda", "vda1"]);
        let disk = &devices[0];
        assert_eq!((disk.read_completed, disk.read_sectors, disk.write_completed), (1042, 98_406, 77));
        assert_eq!((disk.io_in_progress, disk.io_time_weighted_ms), (1, 1310));
        assert_eq!((disk.discard_completed, disk.discard_time_ms), (5, 8));
    }

    #[test]
    fn the_total_is_the_sum_of_all_lines() {
        let devices: Vec<_> = TEXT.lines().filter_map(parse).collect();
        let total = sum(&devices);
        assert_eq!((total.name.as_str(), total.read_completed, total.discard_time_ms), ("", 1202, 12));
    }
}
