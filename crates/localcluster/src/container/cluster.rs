//! What the runner is asked to run, and what it says about it: files in the cluster's folder.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::Ipv4Net;
use minos_sys::{ProcessId, is_alive, process_start_time};
use serde::{Deserialize, Serialize};

use crate::LocalClusterError;

/// A cluster of container nodes; `containers.json` in its folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerCluster {
    /// Name.
    pub name: String,
    /// Part of the names of its control groups: a cluster of the same name in another place has another.
    pub id: String,
    /// The system that every node runs: an EROFS image, or a folder. Read-only.
    pub root: PathBuf,
    /// EROFS image with container images.
    pub image_cache: Option<PathBuf>,
    /// The segment of its nodes. The first address is the gateway's.
    pub subnet: Ipv4Net,
    /// MTU of the segment, in bytes.
    pub mtu: u32,
    /// Who is asked for names outside of the cluster; empty means the resolvers of this host, as they are at the time.
    #[serde(default)]
    pub nameservers: Vec<SocketAddr>,
    /// The nodes.
    pub nodes: Vec<ContainerNode>,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerNode {
    /// Its name, also its host name.
    pub name: String,
    /// Its address on the segment.
    pub address: Ipv4Addr,
    /// Size of its EPHEMERAL volume, in MiB: memory that is used as far as it is filled.
    pub ephemeral_mib: u64,
    /// The most memory that it may use, in MiB.
    pub memory_mib: Option<u64>,
    /// The most processor time that it may use, in thousandths of a processor.
    pub cpu_millis: Option<u64>,
    /// What leads to it from this host.
    pub forwards: Vec<Forward>,
}

/// A port of this host that leads to a port of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forward {
    /// Where this host listens.
    pub listen: SocketAddr,
    /// The node's port.
    pub port: u16,
}

/// A process, as it is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRecord {
    /// Id.
    pub pid: i32,
    /// When it started, in clock ticks since the boot.
    pub started: u64,
}

/// How a node is; `node.json` in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStatus {
    /// Its PID 1, while it runs.
    pub init: Option<ProcessRecord>,
    /// Its how many-th boot this is, from 1.
    pub boot: u32,
    /// How its last boot ended.
    pub ended: Option<String>,
}

impl ContainerCluster {
    /// The address of the gateway.
    pub fn gateway(&self) -> Ipv4Addr {
        gateway(self.subnet)
    }

    /// Writes it.
    ///
    /// # Errors
    /// When that fails.
    pub fn save(&self, folder: &Path) -> Result<(), LocalClusterError> {
        write(&folder.join(FILE), self)
    }

    /// What was written.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn load(folder: &Path) -> Result<Self, LocalClusterError> {
        read(&folder.join(FILE))
    }

    pub(super) fn node(&self, name: &str) -> Result<&ContainerNode, LocalClusterError> {
        let node = self.nodes.iter().find(|node| node.name == name);
        node.ok_or_else(|| {
            LocalClusterError::Container(format!("there is no node {name:?} in cluster {:?}", self.name))
        })
    }
}

const FILE: &str = "containers.json";

/// The gateway of a segment: its first address, as upstream has it.
pub fn gateway(subnet: Ipv4Net) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(subnet.network()) + 1)
}

/// The address of the node of that number, from 0: the addresses after the gateway's.
///
/// # Errors
/// When the segment has no room for it.
pub fn node_address(subnet: Ipv4Net, number: u32) -> Result<Ipv4Addr, LocalClusterError> {
    let address = u64::from(u32::from(subnet.network())) + 2 + u64::from(number);
    let address = u32::try_from(address).ok().map(Ipv4Addr::from);
    let free = address.filter(|address| subnet.contains(address) && *address != subnet.broadcast());
    free.ok_or_else(|| {
        LocalClusterError::Subnet(subnet.to_string(), format!("it has no room for a gateway and {} nodes", number + 1))
    })
}

impl ProcessRecord {
    /// The record of a running process.
    pub(super) fn of(pid: i32) -> std::io::Result<Self> {
        Ok(Self { pid, started: process_start_time(pid)? })
    }

    /// Whether that very process still runs.
    pub fn is_alive(self) -> bool {
        is_alive(ProcessId { pid: self.pid, started: self.started })
    }
}

impl NodeStatus {
    /// What the runner wrote last about a node.
    pub fn load(folder: &Path, node: &str) -> Option<Self> {
        read(&node_folder(folder, node).join("node.json")).ok()
    }

    pub(super) fn save(&self, folder: &Path, node: &str) -> Result<(), LocalClusterError> {
        write(&node_folder(folder, node).join("node.json"), self)
    }

    /// Whether its PID 1 runs.
    pub fn is_running(&self) -> bool {
        self.init.is_some_and(ProcessRecord::is_alive)
    }
}

/// Where a node's files lie.
pub fn node_folder(folder: &Path, node: &str) -> PathBuf {
    folder.join("nodes").join(node)
}

pub(super) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, LocalClusterError> {
    let text = std::fs::read_to_string(path).map_err(LocalClusterError::file("read", path))?;
    serde_json::from_str(&text).map_err(std::io::Error::from).map_err(LocalClusterError::file("parse", path))
}

/// Written beside and moved: a reader sees the old text or the new one.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), LocalClusterError> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from);
    let beside = path.with_extension("new");
    let written = text.and_then(|text| std::fs::write(&beside, text)).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(LocalClusterError::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_gateway_and_end_with_the_segment() {
        let subnet: Ipv4Net = "10.5.0.0/29".parse().expect("a subnet");
        assert_eq!(gateway(subnet), Ipv4Addr::new(10, 5, 0, 1));
        assert_eq!(node_address(subnet, 0).expect("there is room"), Ipv4Addr::new(10, 5, 0, 2));
        assert_eq!(node_address(subnet, 4).expect("there is room"), Ipv4Addr::new(10, 5, 0, 6));
        let error = node_address(subnet, 5).expect_err("that is the broadcast address");
        assert!(error.to_string().contains("10.5.0.0/29"), "{error}");
    }

    #[test]
    fn a_record_means_one_process_only() {
        let own = i32::try_from(std::process::id()).expect("small");
        let record = ProcessRecord::of(own).expect("it runs");
        assert!(record.is_alive());
        assert!(!ProcessRecord { started: record.started + 1, ..record }.is_alive());
    }
}
