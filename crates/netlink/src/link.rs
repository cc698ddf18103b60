//! Network links.

use std::fmt;

use crate::{MacAddr, NetError};

/// The kernel's number of a link; never reused for another link until a reboot in practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkIndex(pub u32);

/// A link's layer 2 type, the kernel's `ARPHRD_*` number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkLayer(pub u16);

/// A link's `IFF_*` flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkFlags(pub u32);

/// Operational state after RFC 2863.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OperState {
    /// The driver does not say; taken as up by those who need to decide.
    #[default]
    Unknown,
    /// A component is missing.
    NotPresent,
    /// Down.
    Down,
    /// Down because the link below is.
    LowerLayerDown,
    /// In a test mode.
    Testing,
    /// Waits for something outside, for example authentication.
    Dormant,
    /// Passes packets.
    Up,
}

/// A link as the kernel lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Number.
    pub index: LinkIndex,
    /// Name.
    pub name: String,
    /// The `ifalias` text; empty when unset.
    pub alias: String,
    /// Alternative names.
    pub alt_names: Vec<String>,
    /// Layer 2 type.
    pub layer: LinkLayer,
    /// Flags.
    pub flags: LinkFlags,
    /// Hardware address, when it has six bytes.
    pub mac: Option<MacAddr>,
    /// Hardware address burnt in, when the driver says it.
    pub permanent_mac: Option<MacAddr>,
    /// Broadcast hardware address.
    pub broadcast_mac: Option<MacAddr>,
    /// MTU in bytes.
    pub mtu: u32,
    /// Queueing discipline.
    pub qdisc: String,
    /// The link below, for example of a VLAN.
    pub parent: Option<LinkIndex>,
    /// The bridge, bond or VRF it belongs to.
    pub master: Option<LinkIndex>,
    /// Operational state.
    pub state: OperState,
    /// Whether the driver sees a carrier.
    pub carrier: bool,
    /// `vlan`, `bridge`, `veth`, …; empty for hardware.
    pub kind: String,
    /// What it is to its master, for example `bond`; empty without one.
    pub slave_kind: String,
    /// Device behind it on its bus, for example `0000:00:03.0`; empty when there is none.
    pub bus_path: String,
    /// VLAN number of a `vlan`.
    pub vlan_id: Option<u16>,
}

/// A link to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// Drops what it is given.
    Dummy,
    /// A bridge.
    Bridge,
    /// A bond, round robin until configured.
    Bond,
    /// An 802.1Q VLAN on `parent`.
    Vlan {
        /// The link below.
        parent: LinkIndex,
        /// 1 to 4094.
        id: u16,
    },
    /// One end of a pair.
    Veth {
        /// Name of the other end.
        peer: String,
    },
}

/// Lists and changes links.
pub trait Links: Send + Sync + 'static {
    /// All links.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn links(&self) -> Result<Vec<Link>, NetError>;

    /// The link called `name`.
    ///
    /// # Errors
    /// When the kernel refuses; an absent link is `None`.
    fn link(&self, name: &str) -> Result<Option<Link>, NetError> {
        Ok(self.links()?.into_iter().find(|link| link.name == name))
    }

    /// Whether the device manager, where there is one, is done with a link. Until then it may get another name.
    fn is_settled(&self, _link: &Link) -> bool {
        true
    }

    /// Sets a link up or down.
    ///
    /// # Errors
    /// When the link is missing or the kernel refuses.
    fn set_up(&self, index: LinkIndex, up: bool) -> Result<(), NetError>;

    /// Sets the MTU, in bytes.
    ///
    /// # Errors
    /// When the link is missing or the value is out of its range.
    fn set_mtu(&self, index: LinkIndex, mtu: u32) -> Result<(), NetError>;

    /// Puts a link into a bridge or bond, or takes it out of the one it is in.
    ///
    /// # Errors
    /// When one of them is missing, or the master takes no links.
    fn set_master(&self, index: LinkIndex, master: Option<LinkIndex>) -> Result<(), NetError>;

    /// Moves a link to the network namespace of a process. It keeps its name and loses its addresses.
    ///
    /// # Errors
    /// When the link or the process is missing, or the name is taken there.
    fn move_to_process(&self, index: LinkIndex, pid: u32) -> Result<(), NetError>;

    /// Makes a link; it starts down.
    ///
    /// # Errors
    /// When the name is taken or the kernel refuses.
    fn create(&self, name: &str, kind: &LinkKind) -> Result<LinkIndex, NetError>;

    /// Removes a link made before.
    ///
    /// # Errors
    /// When the link is missing or is hardware.
    fn delete(&self, index: LinkIndex) -> Result<(), NetError>;
}

impl fmt::Display for LinkIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl LinkLayer {
    /// Ethernet.
    pub const ETHER: Self = Self(libc::ARPHRD_ETHER);
    /// The loopback link.
    pub const LOOPBACK: Self = Self(libc::ARPHRD_LOOPBACK);
}

impl LinkFlags {
    /// `IFF_UP`: an administrator wants it up.
    pub const UP: u32 = 1;
    /// `IFF_BROADCAST`.
    pub const BROADCAST: u32 = 1 << 1;
    /// `IFF_LOOPBACK`.
    pub const LOOPBACK: u32 = 1 << 3;
    /// `IFF_RUNNING`.
    pub const RUNNING: u32 = 1 << 6;
    /// `IFF_MULTICAST`.
    pub const MULTICAST: u32 = 1 << 12;
    /// `IFF_LOWER_UP`.
    pub const LOWER_UP: u32 = 1 << 16;

    /// Whether all of `bits` are set.
    pub fn has(self, bits: u32) -> bool {
        self.0 & bits == bits
    }
}

impl Link {
    /// Whether an administrator wants it up.
    pub fn is_up(&self) -> bool {
        self.flags.has(LinkFlags::UP)
    }

    /// Whether it is hardware (or a hypervisor's device), as opposed to a link made by software.
    pub fn is_physical(&self) -> bool {
        self.layer == LinkLayer::ETHER && self.kind.is_empty()
    }
}

impl OperState {
    /// The state for a driver's number (`IF_OPER_*`).
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::NotPresent,
            2 => Self::Down,
            3 => Self::LowerLayerDown,
            4 => Self::Testing,
            5 => Self::Dormant,
            6 => Self::Up,
            _ => Self::Unknown,
        }
    }
}

impl LinkKind {
    /// The kernel's name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Dummy => "dummy",
            Self::Bridge => "bridge",
            Self::Bond => "bond",
            Self::Vlan { .. } => "vlan",
            Self::Veth { .. } => "veth",
        }
    }
}
