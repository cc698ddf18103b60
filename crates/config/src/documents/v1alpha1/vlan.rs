use super::{DhcpOptions, Route, Vip};
use crate::schema::section;

section! {
    /// A VLAN over a link.
    pub struct Vlan {
        /// Static addresses with the length of their network. One without a length is alone in its network.
        "addresses" => addresses: Vec<String> [example("[198.51.100.10/24]")],
        /// One static address. Excludes `addresses`.
        "cidr" => cidr: String [example("198.51.100.10/24")] [deprecated("use addresses")],
        /// Static routes over the VLAN.
        "routes" => routes: Vec<Route>,
        /// Asks a DHCP server for an address.
        "dhcp" => dhcp: Option<bool> [default("false")],
        /// The VLAN's number, 0 to 4094.
        "vlanId" => vlan_id: u16 [example("100")],
        /// The MTU in bytes. 0 leaves it as it is.
        "mtu" => mtu: u32 [default("0")] [example("1400")],
        /// An address that one of the control planes holds at a time. Not on workers.
        "vip" => vip: Option<Vip>,
        /// How a DHCP server is asked. Only with `dhcp: true`.
        "dhcpOptions" => dhcp_options: Option<DhcpOptions>,
    }
}
