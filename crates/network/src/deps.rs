//! What the network needs of the system.

use std::sync::Arc;

use minos_netlink::{Addresses, DhcpSockets, FileRecords, Hostname, Links, LinuxNetwork, NetEvents, Records, Routes};

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
}

impl Deps {
    /// The kernel that the process runs on, with records in `directory` (`/run/minos/network`).
    pub fn linux(directory: impl Into<std::path::PathBuf>) -> Self {
        let kernel = Arc::new(LinuxNetwork);
        Self {
            links: kernel.clone(),
            addresses: kernel.clone(),
            routes: kernel.clone(),
            events: kernel.clone(),
            dhcp: kernel.clone(),
            hostname: kernel,
            records: Arc::new(FileRecords::new(directory)),
        }
    }
}
