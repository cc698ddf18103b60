//! What the network needs of the system.

use std::path::PathBuf;
use std::sync::Arc;

use minos_netlink::{Addresses, DhcpSockets, FileRecords, Hostname, Links, LinuxNetwork, NetEvents, Records, Routes};

use crate::host_dns::{DnsSockets, HostSockets};

/// The abilities that the controllers use.
#[derive(Clone)]
pub struct Deps {
    /// Links.
    pub links: Arc<dyn Links>,
    /// Addresses.
    pub addresses: Arc<dyn Addresses>,
    /// Routes.
    pub routes: Arc<dyn Routes>,
    /// Changes of all three.
    pub events: Arc<dyn NetEvents>,
    /// Sockets for DHCP.
    pub dhcp: Arc<dyn DhcpSockets>,
    /// The kernel's name for the node.
    pub hostname: Arc<dyn Hostname>,
    /// What is remembered across restarts of the process.
    pub records: Arc<dyn Records>,
    /// Where the `resolv.conf` of pods is written.
    pub pod_files: Arc<dyn Records>,
    /// Sockets for host DNS.
    pub(crate) dns: Arc<dyn DnsSockets>,
}

impl Deps {
    /// The kernel that the process runs on, with records in `directory` (`/run/minos/network`) and the `resolv.conf` of
    /// pods in `pod_files` (`/system/resolved`).
    pub fn linux(directory: impl Into<PathBuf>, pod_files: impl Into<PathBuf>) -> Self {
        let kernel = Arc::new(LinuxNetwork);
        Self {
            links: kernel.clone(),
            addresses: kernel.clone(),
            routes: kernel.clone(),
            events: kernel.clone(),
            dhcp: kernel.clone(),
            hostname: kernel,
            records: Arc::new(FileRecords::new(directory)),
            pod_files: Arc::new(FileRecords::new(pod_files)),
            dns: Arc::new(HostSockets),
        }
    }
}
