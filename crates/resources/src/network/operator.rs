//! Operators: what configures links by asking others.

use std::net::IpAddr;

use minos_pki::Secret;

use super::{ClientIdentifier, ConfigLayer};
use crate::declare::{enumeration, message, resource};
use crate::redacted::hide_secret;

enumeration! {
    /// Kind of operator.
    pub enum Operator {
        /// DHCP for IPv4.
        0 "dhcp4" => Dhcp4,
        /// DHCP for IPv6.
        1 "dhcp6" => Dhcp6,
        /// An address that control planes share.
        2 "vip" => Vip,
    }
}

resource! {
    /// An operator that should run on a link.
    #[derive(Eq, Hash)]
    pub struct OperatorSpec = "OperatorSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Kind.
        1 "operator" => operator: Operator,
        /// The link.
        2 "linkName" => link_name: String,
        /// Whether it waits for the link to be up.
        3 "requireUp" => require_up: bool,
        /// What it needs to know for DHCPv4.
        4 "dhcp4" => dhcp4: Option<Dhcp4Operator> [omitempty],
        /// What it needs to know for DHCPv6.
        5 "dhcp6" => dhcp6: Option<Dhcp6Operator> [omitempty],
        /// What it needs to know for a shared address.
        6 "vip" => vip: Option<VipOperator> [omitempty],
        /// Who wishes it.
        7 "layer" => layer: ConfigLayer,
    }
    sensitive: true;
}

message! {
    /// Settings of a DHCPv4 client.
    #[derive(Eq, Hash)]
    pub struct Dhcp4Operator {
        /// Metric of the routes that the server names.
        1 "routeMetric" => route_metric: u32,
        /// Do not ask for a name.
        2 "skipHostnameRequest" => skip_hostname_request: bool [omitempty],
        /// How the client names itself.
        3 "clientIdentifier" => client_identifier: ClientIdentifierSpec [omitempty],
    }
}

message! {
    /// How a DHCP client names itself.
    #[derive(Eq, Hash, Default)]
    pub struct ClientIdentifierSpec {
        /// Kind of name.
        1 "clientIdentifier" => client_identifier: ClientIdentifier,
        /// The DUID, in hexadecimal.
        2 "duidRawHex" => duid_raw_hex: String [omitempty],
    }
}

message! {
    /// Settings of a DHCPv6 client.
    #[derive(Eq, Hash)]
    pub struct Dhcp6Operator {
        /// Metric of the routes that the server names.
        2 "routeMetric" => route_metric: u32,
        /// Do not ask for a name.
        3 "skipHostnameRequest" => skip_hostname_request: bool [omitempty],
        /// How the client names itself.
        4 "clientIdentifier" => client_identifier: ClientIdentifierSpec [omitempty],
    }
}

message! {
    /// An address that control planes share.
    #[derive(Eq, Hash)]
    pub struct VipOperator {
        /// The address.
        #[serde(with = "crate::wire::text")]
        1 "ip" => ip: Option<IpAddr>,
        /// Tell the neighbours when the address moves here.
        2 "gratuitousARP" => gratuitous_arp: bool,
        /// Where Equinix Metal routes it.
        3 "equinixMetal" => equinix_metal: Option<EquinixMetalVip> [omitempty],
        /// Where Hetzner Cloud routes it.
        4 "hcloud" => hcloud: Option<HcloudVip> [omitempty],
    }
}

impl VipOperator {
    /// Hides the tokens for the platforms' APIs.
    pub(crate) fn hide_tokens(&mut self) {
        self.equinix_metal.iter_mut().for_each(|vip| hide_secret(&mut vip.api_token));
        self.hcloud.iter_mut().for_each(|vip| hide_secret(&mut vip.api_token));
    }
}

message! {
    /// A shared address of Equinix Metal.
    #[derive(Eq, Hash)]
    pub struct EquinixMetalVip {
        /// Project.
        1 "projectID" => project_id: String,
        /// This server.
        2 "deviceID" => device_id: String,
        /// Credentials.
        3 "apiToken" => api_token: Secret,
    }
}

message! {
    /// A shared address of Hetzner Cloud.
    #[derive(Eq, Hash)]
    pub struct HcloudVip {
        /// This server.
        1 "deviceID" => device_id: i64,
        /// Network.
        2 "networkID" => network_id: i64,
        /// Credentials.
        3 "apiToken" => api_token: Secret,
    }
}

impl OperatorSpec {
    /// A DHCPv4 client that names itself by its hardware address.
    pub fn dhcp4(link_name: impl Into<String>, route_metric: u32, layer: ConfigLayer) -> Self {
        let client_identifier =
            ClientIdentifierSpec { client_identifier: ClientIdentifier::MAC, duid_raw_hex: String::new() };
        Self {
            operator: Operator::Dhcp4,
            link_name: link_name.into(),
            require_up: true,
            dhcp4: Some(Dhcp4Operator { route_metric, skip_hostname_request: false, client_identifier }),
            dhcp6: None,
            vip: None,
            layer,
        }
    }

    /// Id, without the layer: `dhcp4/eth0`. What the operator wishes carries it in front of its ids.
    pub fn id(&self) -> String {
        format!("{}/{}", self.operator, self.link_name)
    }
}
