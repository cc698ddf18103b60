//! Nodes that may become members.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::config::MachineRole;
use crate::declare::{message, resource};

resource! {
    /// What one node publishes about itself; its id is the node's id.
    #[derive(Default, Eq)]
    pub struct Affiliate = "Affiliates.cluster.talos.dev" in super::NAMESPACE => {
        /// The node's id.
        1 "nodeId" => node_id: String,
        /// Its addresses.
        2 "addresses" => addresses: Vec<IpAddr>,
        /// Its fully qualified name.
        3 "hostname" => hostname: String,
        /// Its name in Kubernetes; empty until it has one.
        4 "nodename" => nodename: String [omitempty],
        /// Its operating system with version.
        5 "operatingSystem" => operating_system: String,
        /// Its role.
        6 "machineType" => machine_type: MachineRole,
        /// How it is reached through the mesh.
        7 "kubespan" => kube_span: Option<KubeSpanAffiliate> [omitempty],
        /// Its API server, when it runs one.
        8 "controlPlane" => control_plane: Option<ControlPlane> [omitempty],
    }
    columns: ["Hostname" => "{.hostname}", "Machine Type" => "{.machineType}", "Addresses" => "{.addresses}"];
}

message! {
    /// The API server of a node.
    #[derive(Eq)]
    pub struct ControlPlane {
        /// Its port.
        1 "port" => port: u16,
    }
}

message! {
    /// How a node is reached through the mesh.
    #[derive(Default, Eq)]
    pub struct KubeSpanAffiliate {
        /// Its WireGuard key.
        1 "publicKey" => public_key: String,
        /// Its address inside.
        #[serde(with = "crate::wire::text")]
        2 "address" => address: Option<IpAddr>,
        /// Networks behind it.
        3 "additionalAddresses" => additional_addresses: Vec<IpNet>,
        /// Where it listens.
        4 "endpoints" => endpoints: Vec<SocketAddr>,
        /// Networks that it does not advertise.
        5 "excludeAdvertisedNetworks" => exclude_advertised_networks: Vec<IpNet>,
    }
}
