//! Nodes of the cluster.

use std::net::IpAddr;

use super::ControlPlane;
use crate::config::MachineRole;
use crate::declare::resource;

resource! {
    /// A node of the cluster; its id is the node's name.
    #[derive(Default, Eq)]
    pub struct Member = "Members.cluster.talos.dev" in super::NAMESPACE => {
        /// The node's id.
        1 "nodeId" => node_id: String,
        /// Its addresses.
        2 "addresses" => addresses: Vec<IpAddr>,
        /// Its fully qualified name.
        3 "hostname" => hostname: String,
        /// Its role.
        4 "machineType" => machine_type: MachineRole,
        /// Its operating system with version.
        5 "operatingSystem" => operating_system: String,
        /// Its API server, when it runs one.
        6 "controlPlane" => control_plane: Option<ControlPlane> [omitempty],
    }
    columns: [
        "Hostname" => "{.hostname}",
        "Machine Type" => "{.machineType}",
        "OS" => "{.operatingSystem}",
        "Addresses" => "{.addresses}",
    ];
}
