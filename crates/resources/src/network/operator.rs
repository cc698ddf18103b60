//! Operators: what configures links by asking others.

use std::fmt;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

use super::{ClientIdentifier, ConfigLayer};
use crate::wire::text::is_default;

/// Kind of operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// DHCP for IPv4.
    Dhcp4,
    /// DHCP for IPv6.
    Dhcp6,
    /// An address that control planes share.
    Vip,
}

/// An operator that should run on a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorSpec {
    /// Kind.
    pub operator: Operator,
    /// The link.
    pub link_name: String,
    /// Whether it waits for the link to be up.
    pub require_up: bool,
    /// What it needs to know for DHCPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dhcp4: Option<Dhcp4Operator>,
    /// Who wishes it.
    pub layer: ConfigLayer,
}

/// Settings of a DHCPv4 client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dhcp4Operator {
    /// Metric of the routes that the server names.
    pub route_metric: u32,
    /// Do not ask for a name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip_hostname_request: bool,
    /// How the client names itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub client_identifier: ClientIdentifierSpec,
}

/// How a DHCP client names itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientIdentifierSpec {
    /// Kind of name.
    pub client_identifier: ClientIdentifier,
    /// The DUID, in hexadecimal.
    #[serde(default, skip_serializing_if = "is_default")]
    pub duid_raw_hex: String,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dhcp4 => "dhcp4",
            Self::Dhcp6 => "dhcp6",
            Self::Vip => "vip",
        })
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
            layer,
        }
    }

    /// Id, without the layer: `dhcp4/eth0`. What the operator wishes carries it in front of its ids.
    pub fn id(&self) -> String {
        format!("{}/{}", self.operator, self.link_name)
    }
}

impl Spec for OperatorSpec {
    const TYPE: &'static str = "OperatorSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
