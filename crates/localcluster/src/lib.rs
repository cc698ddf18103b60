//! Clusters on this machine, for laptops and CI: virtual machines under QEMU, or containers on this host's kernel.
//!
//! In: an image, an image cache and a size. Out: running nodes whose state lies in one folder, which can be shown,
//! stopped and removed without a trace. Used by `minosctl cluster` and the end-to-end tests. Machines use QEMU's user
//! networking and need no root; containers ([`container`], on Linux only) need it.

#![forbid(unsafe_code)]

mod accelerator;
#[cfg(target_os = "linux")]
pub mod container;
mod folder;
mod machine;
mod ports;
mod qemu;
mod qmp;
mod upstream;

pub use accelerator::{Accelerator, Choice, choose};
pub use folder::{ClusterFolder, ClusterState, MachineState, NetworkState, NodeKind, Provisioner, clusters};
pub use machine::{MachineSpec, start, stop};
pub use ports::free_port;
pub use qemu::{Firmware, find_firmware, find_qemu};
pub use qmp::Qmp;

/// Something about a local cluster failed.
#[derive(Debug, thiserror::Error)]
pub enum LocalClusterError {
    /// A program or file that is needed is not on this host.
    #[error("{what} is missing; get it with: {get}")]
    Missing {
        /// What.
        what: String,
        /// The command that gets it.
        get: &'static str,
    },
    /// The host has it, too old to be useful.
    #[error("{what} is too old: {found} found, {needed} needed; get it with: {get}")]
    TooOld {
        /// What.
        what: &'static str,
        /// Version found.
        found: String,
        /// Version needed.
        needed: &'static str,
        /// The command that gets it.
        get: &'static str,
    },
    /// A cluster of the name is there already.
    #[error(
        "cluster {name:?} exists already (in {folder}); show it with `minosctl cluster show`, remove it with `minosctl cluster destroy --name {name}`"
    )]
    Exists {
        /// Its name.
        name: String,
        /// Where its state lies.
        folder: String,
    },
    /// There is no cluster of the name.
    #[error("there is no cluster {0:?}; `minosctl cluster show` lists those that are there")]
    NotFound(String),
    /// A name that cannot be one.
    #[error("{0:?} cannot be the name of a cluster: use lower-case letters, digits and dashes, at most 40")]
    BadName(String),
    /// QEMU ended at once.
    #[error("QEMU did not start: {0}")]
    Start(String),
    /// Talking to QEMU failed.
    #[error("QEMU's monitor: {0}")]
    Monitor(String),
    /// This host runs no container nodes.
    #[error("nodes as containers do not work on this host: {0}")]
    Host(String),
    /// A subnet that a cluster cannot have.
    #[error("the subnet {0} cannot be used: {1}")]
    Subnet(String, String),
    /// A port of this host that somebody else has.
    #[error("cannot listen on {address}")]
    Port {
        /// Address and port.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// A container node could not be started.
    #[error("{0}")]
    Container(String),
    /// The kernel refused something that a container node needs.
    #[error("cannot {what}")]
    Kernel {
        /// What.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The kernel refused something about a network.
    #[cfg(target_os = "linux")]
    #[error(transparent)]
    Network(#[from] minos_netlink::NetError),
    /// A process could not be started.
    #[cfg(target_os = "linux")]
    #[error(transparent)]
    Process(#[from] minos_sys::SpawnError),
    /// A file operation failed.
    #[error("cannot {action} {path}")]
    File {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl LocalClusterError {
    pub(crate) fn file(action: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| LocalClusterError::File { action, path, source }
    }
    /// The error and its causes in one line, for another process.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(one) = cause {
            text.push_str(": ");
            text.push_str(&one.to_string());
            cause = one.source();
        }
        text
    }
}
