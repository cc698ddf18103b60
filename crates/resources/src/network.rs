//! Links, addresses, routes, names and time servers.

mod address;
mod hostname;
mod layer;
mod link;
mod names;
mod node_address;
mod operator;
mod platform_config;
mod resolver;
mod route;
mod status;
mod time_server;

pub use address::{AddressSpec, AddressStatus, address_id};
pub use hostname::{HostnameSpec, HostnameStatus};
pub use layer::{ConfigLayer, layered_id};
pub use link::{BondSlave, BridgeMaster, BridgeSlave, BridgeVlan, LinkSpec, LinkStatus, SpanningTree, VlanSpec};
pub use names::{
    AddressFlags, AddressSortAlgorithm, ClientIdentifier, Duplex, Family, LinkFlags, LinkType, OperationalState, Port,
    RouteFlags, RouteProtocol, RouteType, RoutingTable, Scope, VlanProtocol,
};
pub use node_address::{NodeAddress, NodeAddressFilter, NodeAddressSortAlgorithm};
pub use operator::{ClientIdentifierSpec, Dhcp4Operator, Operator, OperatorSpec};
pub use platform_config::PlatformConfig;
pub use resolver::{ResolverSpec, ResolverStatus};
pub use route::{DEFAULT_ROUTE_METRIC, RouteKey, RouteSpec, RouteStatus};
pub use status::NetworkStatus;
pub use time_server::{TimeServerSpec, TimeServerStatus};

use minos_runtime::Definition;

/// The namespace of final wishes and of what is seen.
pub const NAMESPACE: &str = "network";

/// The namespace of wishes by layer.
pub const CONFIG_NAMESPACE: &str = "network-config";

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[
    Definition::of::<AddressSpec>(),
    Definition::of::<AddressStatus>(),
    Definition::of::<HostnameSpec>(),
    Definition::of::<HostnameStatus>(),
    Definition::of::<LinkSpec>(),
    Definition::of::<LinkStatus>(),
    Definition::of::<NetworkStatus>(),
    Definition::of::<NodeAddress>(),
    Definition::of::<NodeAddressFilter>(),
    Definition::of::<NodeAddressSortAlgorithm>(),
    Definition::of::<OperatorSpec>(),
    Definition::of::<PlatformConfig>(),
    Definition::of::<ResolverSpec>(),
    Definition::of::<ResolverStatus>(),
    Definition::of::<RouteSpec>(),
    Definition::of::<RouteStatus>(),
    Definition::of::<TimeServerSpec>(),
    Definition::of::<TimeServerStatus>(),
];
