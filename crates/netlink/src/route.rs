//! Routes.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::{LinkIndex, NetError, Scope};

/// What a route does with a packet, the kernel's `RTN_*` number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKind(pub u8);

/// Who made a route, the kernel's `RTPROT_*` number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteProtocol(pub u8);

/// A route, as listed and as set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    /// Where to: `0.0.0.0/0` or `::/0` for the default route.
    pub destination: IpNet,
    /// Next hop.
    pub gateway: Option<IpAddr>,
    /// Address that packets get as their source.
    pub source: Option<IpAddr>,
    /// Link that packets leave by.
    pub link: Option<LinkIndex>,
    /// Table; 254 is the main one.
    pub table: u32,
    /// Metric: the lower wins.
    pub metric: u32,
    /// Scope.
    pub scope: Scope,
    /// Kind.
    pub kind: RouteKind,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// `RTNH_F_*` flags as listed; [`Route::ONLINK`] is heeded when set.
    pub flags: u32,
    /// MTU towards the destination; 0 when unset.
    pub mtu: u32,
}

/// Lists and changes routes.
pub trait Routes: Send + Sync + 'static {
    /// All routes of all tables.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn routes(&self) -> Result<Vec<Route>, NetError>;

    /// Sets a route beside others to the same destination; of equal metric the one set first counts.
    ///
    /// # Errors
    /// When the same route is there, the gateway is not reachable or the kernel refuses.
    fn add_route(&self, route: &Route) -> Result<(), NetError>;

    /// Removes a route.
    ///
    /// # Errors
    /// When it is not there or the kernel refuses.
    fn remove_route(&self, route: &Route) -> Result<(), NetError>;
}

impl RouteKind {
    /// An ordinary route.
    pub const UNICAST: Self = Self(1);
    /// To an address of this host.
    pub const LOCAL: Self = Self(2);
    /// To a broadcast address.
    pub const BROADCAST: Self = Self(3);
    /// To an anycast address.
    pub const ANYCAST: Self = Self(4);
    /// To a multicast group.
    pub const MULTICAST: Self = Self(5);
    /// Drops silently.
    pub const BLACKHOLE: Self = Self(6);
}

impl RouteProtocol {
    /// Made by the kernel.
    pub const KERNEL: Self = Self(2);
    /// Made while booting; what most programs use that do not say.
    pub const BOOT: Self = Self(3);
    /// Configured.
    pub const STATIC: Self = Self(4);
    /// Made from a router advertisement.
    pub const RA: Self = Self(9);
}

impl Route {
    /// The main table.
    pub const TABLE_MAIN: u32 = 254;
    /// The table of the kernel's own local and broadcast routes.
    pub const TABLE_LOCAL: u32 = 255;
    /// `RTNH_F_ONLINK`: the gateway is on the link although no address says so.
    pub const ONLINK: u32 = 4;

    /// An ordinary configured route in the main table.
    pub fn to(destination: IpNet, link: LinkIndex) -> Self {
        Self {
            destination,
            gateway: None,
            source: None,
            link: Some(link),
            table: Self::TABLE_MAIN,
            metric: 0,
            scope: Scope::GLOBAL,
            kind: RouteKind::UNICAST,
            protocol: RouteProtocol::STATIC,
            flags: 0,
            mtu: 0,
        }
    }
}
