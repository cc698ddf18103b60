//! The segment of a cluster: a bridge in a network namespace of the cluster, and a pair of links for each node.

use ipnet::{IpNet, Ipv4Net};
use minos_netlink::{
    AddressFlags, Addresses as _, LinkIndex, LinkKind, Links as _, LinuxNetwork, NetError, NewAddress, Route,
    Routes as _, Scope,
};

use super::cluster::{ContainerCluster, ContainerNode};
use crate::LocalClusterError;

/// The bridge's name. It is in a namespace of its own, so that no other cluster's can collide.
const BRIDGE: &str = "minos0";
/// A node's only link, as it sees it.
const LINK: &str = "eth0";

/// Parameters of the cluster's namespace. What a node sends to an address outside is answered with "unreachable": only who
/// forwards, and has no route, says so. Without it packets vanish, and a connection takes minutes to fail.
const PARAMETERS: [(&str, &str); 2] = [("ip_forward", "1"), ("icmp_ratelimit", "0")];

/// Makes the bridge, in the network namespace of this process.
pub(super) fn create_segment(cluster: &ContainerCluster) -> Result<(), LocalClusterError> {
    let network = LinuxNetwork;
    let bridge = network.create(BRIDGE, &LinkKind::Bridge)?;
    network.set_mtu(bridge, cluster.mtu)?;
    let prefix = prefix(cluster.subnet, cluster.gateway());
    network.add_address(&NewAddress {
        link: bridge,
        prefix,
        scope: Scope::GLOBAL,
        flags: AddressFlags::default(),
        metric: 0,
    })?;
    network.set_up(loopback()?, true)?;
    network.set_up(bridge, true)?;
    PARAMETERS.iter().try_for_each(|(name, value)| set_parameter(name, value))
}

/// Connects the network namespace of a process, a node's PID 1, to the bridge.
pub(super) fn plug(cluster: &ContainerCluster, outside: &str, pid: u32) -> Result<(), LocalClusterError> {
    let network = LinuxNetwork;
    let bridge = found(BRIDGE)?;
    let end = network.create(outside, &LinkKind::Veth { peer: LINK.to_owned() })?;
    let inside = found(LINK)?;
    for link in [end, inside] {
        network.set_mtu(link, cluster.mtu)?;
    }
    network.move_to_process(inside, pid)?;
    network.set_master(end, Some(bridge))?;
    network.set_up(end, true)?;
    Ok(())
}

/// Removes a node's end at the bridge; the kernel does it too, some time after the node's namespace has ended.
pub(super) fn unplug(outside: &str) -> Result<(), LocalClusterError> {
    match LinuxNetwork.link(outside)? {
        Some(link) => match LinuxNetwork.delete(link.index) {
            Err(error) if !error.missing() => Err(error.into()),
            _ => Ok(()),
        },
        None => Ok(()),
    }
}

/// Gives a node its address and its default route, in the node's namespace.
pub(super) fn configure(cluster: &ContainerCluster, node: &ContainerNode) -> Result<(), LocalClusterError> {
    let network = LinuxNetwork;
    network.set_up(loopback()?, true)?;
    let link = found(LINK)?;
    // After a reboot the node has another hardware address: it says so at once, and nobody has to find out.
    set_parameter("conf/eth0/arp_notify", "1")?;
    let prefix = prefix(cluster.subnet, node.address);
    let flags = AddressFlags::default();
    network.add_address(&NewAddress { link, prefix, scope: Scope::GLOBAL, flags, metric: 0 })?;
    network.set_up(link, true)?;
    let everywhere = IpNet::from(Ipv4Net::default());
    network.add_route(&Route { gateway: Some(cluster.gateway().into()), ..Route::to(everywhere, link) })?;
    Ok(())
}

/// Of the network namespace of this process.
fn set_parameter(name: &str, value: &str) -> Result<(), LocalClusterError> {
    let path = std::path::Path::new("/proc/sys/net/ipv4").join(name);
    std::fs::write(&path, value).map_err(LocalClusterError::file("write", &path))
}

fn prefix(subnet: Ipv4Net, address: std::net::Ipv4Addr) -> IpNet {
    IpNet::from(Ipv4Net::new_assert(address, subnet.prefix_len()))
}

fn loopback() -> Result<LinkIndex, LocalClusterError> {
    found("lo")
}

fn found(name: &str) -> Result<LinkIndex, LocalClusterError> {
    let link = LinuxNetwork.link(name)?;
    let missing = || NetError::new(format!("find link {name:?}"), std::io::ErrorKind::NotFound);
    Ok(link.ok_or_else(missing)?.index)
}
