use std::time::Duration;

use minos_pki::Secret;

use crate::schema::section;

section! {
    /// What to do with an interface.
    pub struct Interface {
        /// Its name.
        "interface" => name: String,
        /// Or how to find it.
        "deviceSelector" => device_selector: Option<DeviceSelector>,
        /// Static addresses, with or without prefix length.
        "addresses" => addresses: Vec<String>,
        /// One static address.
        "cidr" => cidr: String [deprecated("use addresses")],
        /// Static routes.
        "routes" => routes: Vec<Route>,
        /// It is a bond of others.
        "bond" => bond: Option<Bond> [idle],
        /// It is a bridge of others.
        "bridge" => bridge: Option<Bridge> [idle],
        /// It is a port of a bridge.
        "bridgePort" => bridge_port: Option<BridgePort> [idle],
        /// VLANs on it.
        "vlans" => vlans: Vec<Vlan> [idle] [keyed(&["vlanId"])],
        /// Its MTU; 0 leaves it.
        "mtu" => mtu: u32,
        /// Ask for an address.
        "dhcp" => dhcp: Option<bool>,
        /// Leave it alone.
        "ignore" => ignore: Option<bool>,
        /// It is a dummy link.
        "dummy" => dummy: Option<bool> [idle],
        /// How to ask.
        "dhcpOptions" => dhcp_options: Option<DhcpOptions>,
        /// It is a WireGuard link.
        "wireguard" => wireguard: Option<Wireguard> [idle],
        /// An address that the control planes share.
        "vip" => vip: Option<Vip> [idle],
    }
}

section! {
    /// How to find an interface; all given fields must match.
    pub struct DeviceSelector {
        /// Prefix of the bus path.
        "busPath" => bus_path: String,
        /// The hardware address, with wildcards.
        "hardwareAddr" => hardware_addr: String,
        /// The permanent hardware address, with wildcards.
        "permanentAddr" => permanent_addr: String,
        /// Vendor and product.
        "pciID" => pci_id: String,
        /// The kernel's driver.
        "driver" => driver: String,
        /// Whether it is a physical device.
        "physical" => physical: Option<bool>,
    }
}

section! {
    /// A static route.
    pub struct Route {
        /// Destination; the default route when empty.
        "network" => network: String,
        /// Next hop.
        "gateway" => gateway: String,
        /// Source address.
        "source" => source: String,
        /// Priority; smaller wins.
        "metric" => metric: u32,
        /// MTU of the route.
        "mtu" => mtu: u32,
    }
}

section! {
    /// How to ask for an address.
    pub struct DhcpOptions {
        /// Priority of the routes that the server names.
        "routeMetric" => route_metric: u32,
        /// Ask by DHCPv4.
        "ipv4" => ipv4: Option<bool>,
        /// Ask by DHCPv6.
        "ipv6" => ipv6: Option<bool> [idle],
        /// Client id for DHCPv6.
        "duidv6" => duidv6: String [idle],
    }
}

section! {
    /// A VLAN.
    pub struct Vlan {
        /// Static addresses.
        "addresses" => addresses: Vec<String>,
        /// One static address.
        "cidr" => cidr: String [deprecated("use addresses")],
        /// Static routes.
        "routes" => routes: Vec<Route>,
        /// Ask for an address.
        "dhcp" => dhcp: Option<bool>,
        /// Its number.
        "vlanId" => vlan_id: u16,
        /// Its MTU.
        "mtu" => mtu: u32,
        /// An address that the control planes share.
        "vip" => vip: Option<Vip>,
        /// How to ask.
        "dhcpOptions" => dhcp_options: Option<DhcpOptions>,
    }
}

section! {
    /// An address that the control planes share.
    pub struct Vip {
        /// The address.
        "ip" => ip: String,
        /// Announced to Equinix Metal.
        "equinixMetal" => equinix_metal: Option<EquinixVip>,
        /// Announced to Hetzner.
        "hcloud" => hcloud: Option<HcloudVip>,
    }
}

section! {
    /// Access to Equinix Metal.
    pub struct EquinixVip {
        /// Its token.
        "apiToken" => api_token: Secret,
    }
}

section! {
    /// Access to Hetzner.
    pub struct HcloudVip {
        /// Its token.
        "apiToken" => api_token: Secret,
    }
}

section! {
    /// A WireGuard link.
    pub struct Wireguard {
        /// Its key, in base64.
        "privateKey" => private_key: Secret,
        /// UDP port.
        "listenPort" => listen_port: u16,
        /// Mark of its packets.
        "firewallMark" => firewall_mark: u32,
        /// The others.
        "peers" => peers: Vec<WireguardPeer>,
    }
}

section! {
    /// The other end of a WireGuard link.
    pub struct WireguardPeer {
        /// Its key, in base64.
        "publicKey" => public_key: String,
        /// Host and port.
        "endpoint" => endpoint: String,
        /// Time between keepalives.
        "persistentKeepaliveInterval" => persistent_keepalive_interval: Option<Duration>,
        /// Networks behind it.
        "allowedIPs" => allowed_ips: Vec<String>,
    }
}

section! {
    /// A bridge.
    pub struct Bridge {
        /// Its ports.
        "interfaces" => interfaces: Vec<String>,
        /// Spanning tree.
        "stp" => stp: Option<Stp>,
        /// VLANs.
        "vlan" => vlan: Option<BridgeVlan>,
    }
}

section! {
    /// Spanning tree.
    pub struct Stp {
        /// Whether it runs.
        "enabled" => enabled: Option<bool>,
    }
}

section! {
    /// VLANs of a bridge.
    pub struct BridgeVlan {
        /// Whether ports are filtered.
        "vlanFiltering" => vlan_filtering: Option<bool>,
    }
}

section! {
    /// Membership in a bridge.
    pub struct BridgePort {
        /// The bridge.
        "master" => master: String,
    }
}

section! {
    /// A bond; see the kernel's `bonding.rst` for what the fields mean.
    pub struct Bond {
        /// Its members.
        "interfaces" => interfaces: Vec<String>,
        /// Or how to find them.
        "deviceSelectors" => device_selectors: Vec<DeviceSelector>,
        /// Not supported.
        "arpIPTarget" => arp_ip_target: Vec<String>,
        /// Mode, as `802.3ad`.
        "mode" => mode: String,
        /// Which headers choose the member.
        "xmitHashPolicy" => xmit_hash_policy: String,
        /// `slow` or `fast`.
        "lacpRate" => lacp_rate: String,
        /// Not supported.
        "adActorSystem" => ad_actor_system: String,
        /// Whose ARP counts.
        "arpValidate" => arp_validate: String,
        /// `any` or `all`.
        "arpAllTargets" => arp_all_targets: String,
        /// The preferred member.
        "primary" => primary: String,
        /// When it is preferred again.
        "primaryReselect" => primary_reselect: String,
        /// Whose hardware address is shown.
        "failOverMac" => fail_over_mac: String,
        /// Which aggregate is chosen.
        "adSelect" => ad_select: String,
        /// Milliseconds between link checks.
        "miimon" => miimon: u32,
        /// Milliseconds until a link counts as up.
        "updelay" => updelay: u32,
        /// Milliseconds until a link counts as down.
        "downdelay" => downdelay: u32,
        /// Milliseconds between ARP checks.
        "arpInterval" => arp_interval: u32,
        /// IGMP reports after a change.
        "resendIgmp" => resend_igmp: u32,
        /// Members that must be up.
        "minLinks" => min_links: u32,
        /// Seconds between learning packets.
        "lpInterval" => lp_interval: u32,
        /// Packets until the next member.
        "packetsPerSlave" => packets_per_slave: u32,
        /// Gratuitous ARPs after a change.
        "numPeerNotif" => num_peer_notif: u8,
        /// Dynamic balance.
        "tlbDynamicLb" => tlb_dynamic_lb: u8,
        /// Duplicates are delivered.
        "allSlavesActive" => all_slaves_active: u8,
        /// Carrier by the driver.
        "useCarrier" => use_carrier: Option<bool>,
        /// System priority.
        "adActorSysPrio" => ad_actor_sys_prio: u16,
        /// Port key.
        "adUserPortKey" => ad_user_port_key: u16,
        /// Milliseconds between notifications.
        "peerNotifyDelay" => peer_notify_delay: u32,
    }
}
