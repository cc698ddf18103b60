//! Whether this host can run container nodes.

use std::path::Path;

use ipnet::Ipv4Net;

use super::groups::hierarchies;
use crate::LocalClusterError;

/// Namespaces of a node, as `/proc/self/ns` names them.
const NAMESPACES: [&str; 6] = ["mnt", "uts", "ipc", "pid", "net", "cgroup"];
/// Capabilities that the runner needs, by number: CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_MKNOD.
const CAPABILITIES: [(u32, &str); 3] = [(12, "CAP_NET_ADMIN"), (21, "CAP_SYS_ADMIN"), (27, "CAP_MKNOD")];
/// What a generated configuration has inside the cluster: pods and services.
const TAKEN: [(&str, &str); 2] = [("10.244.0.0/16", "pods"), ("10.96.0.0/12", "services")];

/// Checks that container nodes work on this host.
///
/// # Errors
/// What is missing.
pub fn check_host() -> Result<(), LocalClusterError> {
    check_privileges()?;
    check_filesystems(&read("/proc/filesystems")?)?;
    let missing = NAMESPACES.iter().find(|name| !Path::new("/proc/self/ns").join(name).exists());
    if let Some(name) = missing {
        return Err(host(format!("the kernel has no {name} namespaces")));
    }
    hierarchies().map(drop)
}

/// Checks that this process may do what the runner does.
pub(super) fn check_privileges() -> Result<(), LocalClusterError> {
    check_root(&read("/proc/self/status")?)
}

/// Checks that a cluster can have a subnet.
///
/// # Errors
/// Why not.
pub fn check_subnet(subnet: Ipv4Net, nodes: u32) -> Result<(), LocalClusterError> {
    let refused = |reason: String| Err(LocalClusterError::Subnet(subnet.to_string(), reason));
    if subnet.addr() != subnet.network() {
        return refused(format!("it has bits set beyond its length; {} is the network", subnet.trunc()));
    }
    for (range, whose) in TAKEN {
        let range: Ipv4Net = range.parse().expect("a constant");
        if range.contains(&subnet) || subnet.contains(&range) {
            return refused(format!("it overlaps with {range}, the addresses of {whose}"));
        }
    }
    if subnet.network().is_loopback() || subnet.network().is_multicast() || subnet.network().is_unspecified() {
        return refused("no node can have such an address".to_owned());
    }
    super::cluster::node_address(subnet, nodes.saturating_sub(1)).map(drop)
}

fn check_root(status: &str) -> Result<(), LocalClusterError> {
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim));
    // The second is the effective one.
    if field("Uid").and_then(|ids| ids.split_whitespace().nth(1)) != Some("0") {
        return Err(host(
            "they need root; run the command with sudo, or use virtual machines (`cluster create qemu`)".to_owned(),
        ));
    }
    let has = field("CapEff").and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or_default();
    match CAPABILITIES.iter().find(|(number, _)| has >> number & 1 == 0) {
        Some((_, name)) => Err(host(format!("this process is root without {name}"))),
        None => Ok(()),
    }
}

/// Whether the kernel mounts an image from its file or needs a loop device, the mount says.
fn check_filesystems(known: &str) -> Result<(), LocalClusterError> {
    if known.split_whitespace().any(|name| name == "erofs") {
        return Ok(());
    }
    Err(host("the kernel does not know EROFS; if it has a module for it: modprobe erofs".to_owned()))
}

fn host(reason: String) -> LocalClusterError {
    LocalClusterError::Host(reason)
}

fn read(path: &str) -> Result<String, LocalClusterError> {
    std::fs::read_to_string(path).map_err(LocalClusterError::file("read", Path::new(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(result: Result<(), LocalClusterError>) -> String {
        result.expect_err("refused").to_string()
    }

    #[test]
    fn who_is_not_root_hears_of_sudo() {
        assert!(text(check_root("Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n")).contains("sudo"));
        assert!(text(check_root("Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n")).contains("CAP_NET_ADMIN"));
        check_root("Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n").expect("root with all capabilities");
    }

    #[test]
    fn kernels_without_erofs_are_refused() {
        assert!(text(check_filesystems("nodev\tproc\n")).contains("modprobe erofs"));
        check_filesystems("nodev\tproc\n\terofs\n").expect("known");
    }

    #[test]
    fn a_subnet_needs_room_and_a_place_of_its_own() {
        let check = |subnet: &str, nodes| check_subnet(subnet.parse().expect("a subnet"), nodes);
        check("10.5.0.0/24", 4).expect("upstream's default");
        assert!(text(check("10.5.0.0/30", 2)).contains("no room"));
        assert!(text(check("10.244.3.0/24", 1)).contains("pods"));
        assert!(text(check("10.0.0.0/8", 1)).contains("overlaps"));
        assert!(text(check("10.5.0.7/24", 1)).contains("10.5.0.0/24 is the network"));
        assert!(text(check("127.0.0.0/24", 1)).contains("no node"));
    }
}
