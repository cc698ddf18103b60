//! `Mounts`: what is mounted, and how full it is.

use minos_api::machine as m;
use tonic::{Response, Status};

use super::Reply;

pub fn get() -> Reply<m::MountsResponse> {
    let text = std::fs::read_to_string("/proc/mounts")
        .map_err(|error| Status::internal(format!("cannot read the mounts: {error}")))?;
    let message = m::Mounts { metadata: None, stats: text.lines().filter_map(stat).collect() };
    Ok(Response::new(m::MountsResponse { messages: vec![message] }))
}

fn stat(line: &str) -> Option<m::MountStat> {
    let mut fields = line.split(' ');
    let (filesystem, mounted_on) = (unescape(fields.next()?), unescape(fields.next()?));
    // A mount that has gone meanwhile, or that may not be asked, has no size.
    let size = rustix::fs::statvfs(mounted_on.as_str()).ok();
    let bytes = |blocks: u64, size: u64| blocks.saturating_mul(size);
    Some(m::MountStat {
        filesystem,
        size: size.as_ref().map(|stat| bytes(stat.f_blocks, stat.f_frsize)).unwrap_or_default(),
        available: size.as_ref().map(|stat| bytes(stat.f_bavail, stat.f_frsize)).unwrap_or_default(),
        mounted_on,
    })
}

/// The kernel writes space, tab, newline and backslash as three octal digits.
fn unescape(field: &str) -> String {
    let mut plain = Vec::with_capacity(field.len());
    let mut bytes = field.as_bytes();
    while let Some((first, rest)) = bytes.split_first() {
        let octal = rest.get(..3).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        match (first, octal) {
            (b'\\', Some(byte)) => {
                plain.push(byte);
                bytes = &rest[3..];
            }
            _ => {
                plain.push(*first);
                bytes = rest;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescape("/mnt/a\\040b\\134c"), "/mnt/a b\\c");
        assert_eq!(unescape("plain\\"), "plain\\");
    }

    #[test]
    fn the_root_has_a_size() {
        let root = stat("/dev/root / ext4 rw 0 0").expect("a mount");
        assert!(root.size > 0 && root.mounted_on == "/");
    }
}
