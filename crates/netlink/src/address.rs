//! IP addresses on links.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::{LinkIndex, NetError};

/// Distance to which an address or route is valid, the kernel's `RT_SCOPE_*` number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub u8);

/// An address's `IFA_F_*` flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AddressFlags(pub u32);

/// An address as the kernel lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The link.
    pub link: LinkIndex,
    /// Address with the length of its network.
    pub prefix: IpNet,
    /// The local end; differs from `prefix` only on point-to-point links.
    pub local: Option<IpAddr>,
    /// Broadcast address, IPv4.
    pub broadcast: Option<IpAddr>,
    /// Scope.
    pub scope: Scope,
    /// Flags.
    pub flags: AddressFlags,
    /// Metric of the route that the kernel makes for the network; 0 means the kernel's own choice.
    pub metric: u32,
}

/// An address to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    /// The link.
    pub link: LinkIndex,
    /// Address with the length of its network. IPv4 networks wider than two addresses get their broadcast address.
    pub prefix: IpNet,
    /// Scope.
    pub scope: Scope,
    /// Flags.
    pub flags: AddressFlags,
    /// Metric of the network's route; 0 for the kernel's choice.
    pub metric: u32,
}

/// Lists and changes addresses.
pub trait Addresses: Send + Sync + 'static {
    /// All addresses of all links.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn addresses(&self) -> Result<Vec<Address>, NetError>;

    /// Sets an address, or changes the metric of one that is there.
    ///
    /// # Errors
    /// When the link is missing or the kernel refuses.
    fn add_address(&self, address: &NewAddress) -> Result<(), NetError>;

    /// Removes an address.
    ///
    /// # Errors
    /// When it is not there or the kernel refuses.
    fn remove_address(&self, link: LinkIndex, prefix: IpNet) -> Result<(), NetError>;
}

impl Scope {
    /// Everywhere.
    pub const GLOBAL: Self = Self(0);
    /// On the link.
    pub const LINK: Self = Self(253);
    /// On this host.
    pub const HOST: Self = Self(254);
}

impl AddressFlags {
    /// `IFA_F_SECONDARY` (`IFA_F_TEMPORARY` for IPv6).
    pub const SECONDARY: u32 = 1;
    /// `IFA_F_NODAD`.
    pub const NODAD: u32 = 1 << 1;
    /// `IFA_F_TENTATIVE`: duplicate address detection runs.
    pub const TENTATIVE: u32 = 1 << 6;
    /// `IFA_F_PERMANENT`: no lifetime that the kernel counts down.
    pub const PERMANENT: u32 = 1 << 7;
    /// `IFA_F_NOPREFIXROUTE`: the kernel makes no route for the network.
    pub const NO_PREFIX_ROUTE: u32 = 1 << 9;

    /// Whether all of `bits` are set.
    pub fn has(self, bits: u32) -> bool {
        self.0 & bits == bits
    }
}

impl NewAddress {
    /// The broadcast address that the kernel is told.
    pub fn broadcast(&self) -> Option<IpAddr> {
        match self.prefix {
            IpNet::V4(net) if net.prefix_len() < 31 => Some(IpAddr::V4(net.broadcast())),
            _ => None,
        }
    }
}
