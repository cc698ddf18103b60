use minos_cel::{
    Declared::{self, Bool, Bytes, Duration, Int, List, String, Uint},
    Environment, Function, Message, Overload,
};

use super::{disk::GLOB, variable};

// Fields with a few named values hold their numbers, an int.

static VLAN: Message = Message { name: "a VLAN", fields: &[("vid", Uint), ("protocol", Int)] };
static STP: Message = Message { name: "a bridge's spanning tree", fields: &[("enabled", Bool)] };
static BRIDGE_VLAN: Message = Message { name: "a bridge's VLANs", fields: &[("filtering_enabled", Bool)] };
static VRF: Message = Message { name: "a VRF", fields: &[("table", Int)] };
static ADDRESS: Message = Message { name: "an address", fields: &[("ip", Bytes)] };
static PREFIX: Message = Message { name: "a network", fields: &[("ip", Bytes), ("prefix_length", Int)] };

static BRIDGE: Message = Message {
    name: "a bridge",
    fields: &[("stp", Declared::Message(&STP)), ("vlan", Declared::Message(&BRIDGE_VLAN))],
};

static BOND: Message = Message {
    name: "a bond",
    fields: &[
        ("mode", Int),
        ("hash_policy", Int),
        ("lacp_rate", Int),
        ("arp_validate", Int),
        ("arp_all_targets", Int),
        ("primary_index", Uint),
        ("primary_reselect", Int),
        ("fail_over_mac", Int),
        ("ad_select", Int),
        ("mii_mon", Uint),
        ("up_delay", Uint),
        ("down_delay", Uint),
        ("arp_interval", Uint),
        ("resend_igmp", Uint),
        ("min_links", Uint),
        ("lp_interval", Uint),
        ("packets_per_slave", Uint),
        ("num_peer_notif", Uint),
        ("tlb_dynamic_lb", Uint),
        ("all_slaves_active", Uint),
        ("use_carrier", Bool),
        ("ad_actor_sys_prio", Uint),
        ("ad_user_port_key", Uint),
        ("peer_notify_delay", Uint),
        ("arpip_targets", List(&Declared::Message(&ADDRESS))),
        ("nsip6_targets", List(&Declared::Message(&ADDRESS))),
        ("adlacp_active", Int),
        ("missed_max", Uint),
    ],
};

static WIREGUARD_PEER: Message = Message {
    name: "a WireGuard peer",
    fields: &[
        ("public_key", String),
        ("preshared_key", String),
        ("endpoint", String),
        ("persistent_keepalive_interval", Duration),
        ("allowed_ips", List(&Declared::Message(&PREFIX))),
    ],
};

static WIREGUARD: Message = Message {
    name: "a WireGuard link",
    fields: &[
        ("private_key", String),
        ("public_key", String),
        ("listen_port", Int),
        ("firewall_mark", Int),
        ("peers", List(&Declared::Message(&WIREGUARD_PEER))),
    ],
};

static LINK_FIELDS: Message = Message {
    name: "a link",
    fields: &[
        ("index", Uint),
        ("type", Int),
        ("link_index", Uint),
        ("flags", Uint),
        ("hardware_addr", Bytes),
        ("broadcast_addr", Bytes),
        ("mtu", Uint),
        ("queue_disc", String),
        ("master_index", Uint),
        ("operational_state", Int),
        ("kind", String),
        ("slave_kind", String),
        ("bus_path", String),
        ("pciid", String),
        ("driver", String),
        ("driver_version", String),
        ("firmware_version", String),
        ("product_id", String),
        ("vendor_id", String),
        ("product", String),
        ("vendor", String),
        ("link_state", Bool),
        ("speed_megabits", Int),
        ("port", Int),
        ("duplex", Int),
        ("vlan", Declared::Message(&VLAN)),
        ("bridge_master", Declared::Message(&BRIDGE)),
        ("bond_master", Declared::Message(&BOND)),
        ("wireguard", Declared::Message(&WIREGUARD)),
        ("permanent_addr", Bytes),
        ("alias", String),
        ("alt_names", List(&String)),
        ("vrf_master", Declared::Message(&VRF)),
    ],
};

/// For choosing a link.
pub static LINK: Environment = Environment {
    variables: &[variable("link", Declared::Message(&LINK_FIELDS))],
    constants: &[],
    // `mac` writes a hardware address as text.
    functions: &[GLOB, Function { name: "mac", overloads: &[Overload::global(&[Bytes], String)] }],
    optional: false,
};
