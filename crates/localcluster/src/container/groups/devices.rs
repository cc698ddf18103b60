//! Devices that a node's processes may open, whatever device files they make.
//!
//! In version 2 a program in the kernel refuses all others. Version 1 has a controller: what it denies in a group, no
//! group below can allow. There a group that allows only some devices cannot have one below that allows all, as privileged
//! containers want, so what is denied are the others that the host has when the node starts. Device files may always be
//! made: the usual rules of a container allow that for all numbers, and version 1 refuses a rule of which the group above
//! denies a part.

use std::path::Path;

use minos_sys::{CharacterDevices, restrict_devices};

use super::{Hierarchy, Version, set};
use crate::LocalClusterError;

/// Null, zero, full, random, urandom; terminals and the console, which every container's rules name; filesystems in user
/// space; links of the node's own network.
const ALLOWED: [CharacterDevices; 17] = [
    one(1, 3),
    one(1, 5),
    one(1, 7),
    one(1, 8),
    one(1, 9),
    all(5),
    all(128),
    all(136),
    all(137),
    all(138),
    all(139),
    all(140),
    all(141),
    all(142),
    all(143),
    one(MISC, 200),
    one(MISC, 229),
];
/// The driver of memory, and its highest device.
const MEMORY: u32 = 1;
const LAST_OF_MEMORY: u32 = 12;
/// The driver under which the kernel has small drivers with one device each.
const MISC: u32 = 10;

const fn one(major: u32, minor: u32) -> CharacterDevices {
    CharacterDevices { major, minor: Some(minor) }
}

const fn all(major: u32) -> CharacterDevices {
    CharacterDevices { major, minor: None }
}

/// Keeps the host's devices from a group and all below.
pub(super) fn restrict(hierarchy: &Hierarchy, group: &Path) -> Result<(), LocalClusterError> {
    if hierarchy.version == Version::Two {
        let restricted = restrict_devices(group, &ALLOWED);
        return restricted.map_err(LocalClusterError::file("restrict the devices of the control group", group));
    }
    if !hierarchy.has("devices") {
        return Ok(());
    }
    let read = |path: &str| std::fs::read_to_string(path).map_err(LocalClusterError::file("read", Path::new(path)));
    // A kernel without any has no such file.
    let misc = std::fs::read_to_string("/proc/misc").unwrap_or_default();
    let file = group.join("devices.deny");
    denied(&read("/proc/devices")?, &misc).iter().try_for_each(|rule| set(&file, rule))
}

/// Rules of version 1, from the texts of `/proc/devices` and `/proc/misc`. The controller takes one with each write.
fn denied(devices: &str, misc: &str) -> Vec<String> {
    let characters = devices.lines().take_while(|line| !line.starts_with("Block"));
    // A driver of which some devices are allowed is looked at below.
    let mut majors: Vec<u32> = characters.filter_map(number).collect();
    majors.retain(|major| !ALLOWED.iter().any(|allowed| allowed.major == *major));
    majors.dedup();
    let of_memory = (0..=LAST_OF_MEMORY).map(|minor| (MEMORY, minor));
    let of_misc = misc.lines().filter_map(number).map(|minor| (MISC, minor));
    let single = of_memory.chain(of_misc).filter(|(major, minor)| !ALLOWED.contains(&one(*major, *minor)));
    let all = std::iter::once("b *:* rw".to_owned());
    all.chain(majors.iter().map(|major| format!("c {major}:* rw")))
        .chain(single.map(|(major, minor)| format!("c {major}:{minor} rw")))
        .collect()
}

/// Lines of both files begin with a number.
fn number(line: &str) -> Option<u32> {
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_has_is_denied_but_what_every_container_opens() {
        let devices = "Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  5 /dev/tty\n  5 /dev/console\n 10 misc\n \
                       21 sg\n128 ptm\n136 pts\n245 hidraw\n\nBlock devices:\n  7 loop\n254 virtblk\n";
        let rules = denied(devices, "234 btrfs-control\n229 fuse\n200 net/tun\n130 watchdog\n");
        for rule in ["b *:* rw", "c 4:* rw", "c 21:* rw", "c 245:* rw", "c 1:1 rw", "c 10:130 rw", "c 10:234 rw"] {
            assert_eq!(rules.iter().filter(|one| *one == rule).count(), 1, "{rule}: {rules:?}");
        }
        for number in ["c 1:3 ", "c 1:5 ", "c 1:9 ", "c 5:", "c 136:", "c 10:229 ", "c 10:200 ", "c 7:", "c 254:"] {
            assert!(!rules.iter().any(|rule| rule.starts_with(number)), "{number}: {rules:?}");
        }
        assert!(rules.iter().all(|rule| rule.ends_with(" rw")), "device files may be made: {rules:?}");
    }
}
