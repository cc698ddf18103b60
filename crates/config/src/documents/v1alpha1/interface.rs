use super::{Bond, Bridge, BridgePort, Vip, Vlan, Wireguard};
use crate::schema::section;

section! {
    /// A link and what is set on it.
    pub struct Interface {
        /// The link's name, or another name that the kernel knows it by. Excludes `deviceSelector`.
        "interface" => name: String [example("enp0s3")],
        /// Finds the link by its properties; the entry counts for every link that fits. Excludes `interface`.
        "deviceSelector" => device_selector: Option<DeviceSelector>,
        /// Static addresses with the length of their network. One without a length is alone in its network.
        "addresses" => addresses: Vec<String> [example("[192.0.2.10/24, \"2001:db8::10/64\"]")],
        /// One static address. Excludes `addresses`.
        "cidr" => cidr: String [example("192.0.2.10/24")] [deprecated("use addresses")] [strict],
        /// Static routes over the link, besides those that a DHCP server names.
        "routes" => routes: Vec<Route>,
        /// The link is made: as a bond of others. Excludes `bridge`.
        "bond" => bond: Option<Bond> [idle],
        /// The link is made: as a bridge of others. Excludes `bond`.
        "bridge" => bridge: Option<Bridge> [idle],
        /// The link becomes a port of a bridge.
        "bridgePort" => bridge_port: Option<BridgePort> [idle],
        /// VLANs over the link. In a patch an entry changes the one with the same `vlanId`.
        "vlans" => vlans: Vec<Vlan> [keyed(&["vlanId"])] [idle],
        /// The MTU in bytes. 0 leaves it as it is.
        "mtu" => mtu: u32 [default("0")] [example("9000")],
        /// Asks a DHCP server for an address. Routes, DNS and time servers, an MTU and a host name come with it.
        "dhcp" => dhcp: Option<bool> [default("false")],
        /// The link is left alone: nothing of this entry is set.
        "ignore" => ignore: Option<bool> [default("false")],
        /// The link is made: one that leads nowhere, to hold addresses.
        "dummy" => dummy: Option<bool> [default("false")] [idle],
        /// How a DHCP server is asked. Only with `dhcp: true`.
        "dhcpOptions" => dhcp_options: Option<DhcpOptions>,
        /// The link is made: a WireGuard tunnel.
        "wireguard" => wireguard: Option<Wireguard> [idle],
        /// An address that one of the control planes holds at a time. Not on workers.
        "vip" => vip: Option<Vip> [idle],
    }
}

section! {
    /// How links are found. All fields that are given must fit; in texts `*` stands for anything, and case does not
    /// count.
    pub struct DeviceSelector {
        /// The path on the PCI or USB bus.
        "busPath" => bus_path: String [example("\"0000:00:*\"")],
        /// The hardware address. Members of a bond share one: there `permanentAddr` is better.
        "hardwareAddr" => hardware_addr: String [example("\"02:00:*\"")],
        /// The hardware address that the device was made with.
        "permanentAddr" => permanent_addr: String [example("\"02:00:00:00:00:01\"")],
        /// Vendor and product on the PCI bus.
        "pciID" => pci_id: String [example("\"1AF4:*\"")],
        /// The kernel's driver.
        "driver" => driver: String [example("virtio_net")],
        /// Whether the link is a physical device.
        "physical" => physical: Option<bool> [example("true")],
    }
}

section! {
    /// A static route. Network, gateway or both are needed.
    pub struct Route {
        /// Where it leads. Without it the route is the default route.
        "network" => network: String [default("everywhere")] [example("10.0.0.0/8")],
        /// The next hop. Without it the network is on the link itself.
        "gateway" => gateway: String [example("192.0.2.1")],
        /// The source address of what is sent over it.
        "source" => source: String [example("192.0.2.10")],
        /// The priority among routes to the same network: the smallest wins.
        "metric" => metric: u32 [default("1024")] [example("512")],
        /// The MTU of what is sent over it, in bytes.
        "mtu" => mtu: u32 [default("the link's")] [example("1400")],
    }
}

section! {
    /// How a DHCP server is asked.
    pub struct DhcpOptions {
        /// The priority of the routes that the server names: the smallest wins.
        "routeMetric" => route_metric: u32 [default("1024")] [example("512")],
        /// Asks by DHCPv4.
        "ipv4" => ipv4: Option<bool> [default("true")],
        /// Asks by DHCPv6.
        "ipv6" => ipv6: Option<bool> [default("false")] [idle],
        /// What the machine calls itself to a DHCPv6 server (DUID), in hexadecimal digits.
        "duidv6" => duidv6: String [example("\"00030001020000000001\"")] [idle],
    }
}
