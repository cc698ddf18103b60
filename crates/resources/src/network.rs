//! Links, addresses, routes, names and time servers.

mod address;
mod bond;
mod device_config;
mod ethernet;
mod host_dns;
mod hostname;
mod layer;
mod link;
mod link_alias;
mod names;
mod nftables;
mod node_address;
mod operator;
mod platform_config;
mod probe;
mod resolver;
mod route;
mod routing_rule;
mod status;
mod time_server;
mod wireguard;

pub use address::{AddressSpec, AddressStatus, address_id};
pub use bond::{
    AdLacpActive, AdSelect, ArpAllTargets, ArpValidate, BondMaster, BondMode, BondXmitHashPolicy, FailOverMac,
    LacpRate, PrimaryReselect,
};
pub use device_config::DeviceConfigSpec;
pub use ethernet::{
    EthernetChannels, EthernetChannelsStatus, EthernetFeature, EthernetRings, EthernetRingsStatus, EthernetSpec,
    EthernetStatus, WakeOnLan,
};
pub use host_dns::{DnsResolveCache, DnsUpstream, HostDnsConfig};
pub use hostname::{HostnameSpec, HostnameStatus};
pub use layer::{ConfigLayer, layered_id};
pub use link::{BondSlave, BridgeMaster, BridgeSlave, BridgeVlan, LinkSpec, LinkStatus, SpanningTree, VlanSpec};
pub use link_alias::{HardwareAddr, LinkAliasSpec, LinkRefresh};
pub use names::{
    AddressFlags, AddressSortAlgorithm, ClientIdentifier, Duplex, Family, LinkFlags, LinkType, OperationalState, Port,
    RouteFlags, RouteProtocol, RouteType, RoutingTable, Scope, VlanProtocol,
};
pub use nftables::{
    AddressMatch, ChainHook, ChainPriority, ClampMss, ConntrackMatch, ConntrackState, IcmpType, IcmpTypeMatch,
    Layer4Match, LimitMatch, LinkNameMatch, Mark, MatchOperator, NfTablesChain, NfTablesRule, PortMatch, PortRange,
    Protocol, Verdict,
};
pub use node_address::{NodeAddress, NodeAddressFilter, NodeAddressSortAlgorithm};
pub use operator::{
    ClientIdentifierSpec, Dhcp4Operator, Dhcp6Operator, EquinixMetalVip, HcloudVip, Operator, OperatorSpec, VipOperator,
};
pub use platform_config::PlatformConfig;
pub use probe::{ProbeSpec, ProbeStatus, TcpProbe};
pub use resolver::{ResolverSpec, ResolverStatus};
pub use route::{DEFAULT_ROUTE_METRIC, RouteKey, RouteSpec, RouteStatus};
pub use routing_rule::{RoutingRuleAction, RoutingRuleSpec, RoutingRuleStatus};
pub use status::NetworkStatus;
pub use time_server::{TimeServerSpec, TimeServerStatus};
pub use wireguard::{VrfMaster, VrfSlave, Wireguard, WireguardPeer};

use crate::declare::definitions;

/// The namespace of final specs and of what is observed.
pub const NAMESPACE: &str = "network";

/// The namespace of specs by layer.
pub const CONFIG_NAMESPACE: &str = "network-config";

definitions![
    AddressSpec,
    AddressStatus,
    DeviceConfigSpec,
    DnsResolveCache,
    DnsUpstream,
    EthernetSpec,
    EthernetStatus,
    HardwareAddr,
    HostDnsConfig,
    HostnameSpec,
    HostnameStatus,
    LinkAliasSpec,
    LinkRefresh,
    LinkSpec,
    LinkStatus,
    NetworkStatus,
    NfTablesChain,
    NodeAddress,
    NodeAddressFilter,
    NodeAddressSortAlgorithm,
    OperatorSpec,
    PlatformConfig,
    ProbeSpec,
    ProbeStatus,
    ResolverSpec,
    ResolverStatus,
    RouteSpec,
    RouteStatus,
    RoutingRuleSpec,
    RoutingRuleStatus,
    TimeServerSpec,
    TimeServerStatus,
];
