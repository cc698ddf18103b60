use super::DeviceSelector;
use crate::schema::section;

section! {
    /// A bond: several links that act as one. The kernel's `bonding.rst` tells more about each field; 0 and an empty
    /// text leave it at the kernel's default.
    pub struct Bond {
        /// The names of its members. Excludes `deviceSelectors`.
        "interfaces" => interfaces: Vec<String> [example("[eth0, eth1]")],
        /// Finds its members by their properties. Excludes `interfaces`.
        "deviceSelectors" => device_selectors: Vec<DeviceSelector>,
        /// Kept for old files: must be empty.
        "arpIPTarget" => arp_ip_target: Vec<String>,
        /// How the members are used.
        "mode" => mode: String
            [values(&[
                "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb",
            ])]
            [default("balance-rr")] [example("802.3ad")],
        /// Which headers of a packet choose the member that sends it.
        "xmitHashPolicy" => xmit_hash_policy: String
            [values(&["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"])]
            [default("layer2")] [example("layer3+4")],
        /// How often the other side is asked for LACP packets: every 30 seconds or every second. Only with `802.3ad`.
        "lacpRate" => lacp_rate: String [values(&["slow", "fast"])] [default("slow")] [example("fast")],
        /// Kept for old files: must be empty.
        "adActorSystem" => ad_actor_system: String,
        /// On which members ARP packets are checked, or looked at alone. Not with `802.3ad`, `balance-tlb` and
        /// `balance-alb`.
        "arpValidate" => arp_validate: String
            [values(&["none", "active", "backup", "all", "filter", "filter-active", "filter-backup"])]
            [default("none")] [example("active")],
        /// Whether one or all of the addresses that are asked by ARP must answer.
        "arpAllTargets" => arp_all_targets: String [values(&["any", "all"])] [default("any")] [example("all")],
        /// The member that is used while it is up. Only with `active-backup`, `balance-tlb` and `balance-alb`.
        "primary" => primary: String [example("eth0")],
        /// When the primary member is used again after it was down: at once, when it is better than the present one,
        /// or when that one fails.
        "primaryReselect" => primary_reselect: String
            [values(&["always", "better", "failure"])] [default("always")] [example("failure")],
        /// Which hardware addresses the members have with `active-backup`: all the bond's, or the bond has the active
        /// member's, or the active member has the bond's.
        "failOverMac" => fail_over_mac: String
            [values(&["none", "active", "follow"])] [default("none")] [example("active")],
        /// By what one of several aggregates is chosen with `802.3ad`.
        "adSelect" => ad_select: String
            [values(&["stable", "bandwidth", "count"])] [default("stable")] [example("bandwidth")],
        /// Milliseconds between two looks at the members' carrier. 0 looks never.
        "miimon" => miimon: u32 [default("0")] [example("100")],
        /// Milliseconds from a carrier to the use of the member: a multiple of `miimon`.
        "updelay" => updelay: u32 [default("0")] [example("200")],
        /// Milliseconds from the loss of the carrier to the end of the use: a multiple of `miimon`.
        "downdelay" => downdelay: u32 [default("0")] [example("200")],
        /// Milliseconds between two ARP requests. 0 sends none. Not with `802.3ad`, `balance-tlb` and `balance-alb`.
        "arpInterval" => arp_interval: u32 [default("0")] [example("1000")],
        /// How many IGMP reports are sent after another member is used.
        "resendIgmp" => resend_igmp: u32 [default("1")] [example("2")],
        /// How many members must be up for the bond to be up, with `802.3ad`.
        "minLinks" => min_links: u32 [default("0")] [example("1")],
        /// Seconds between two packets by which switches learn where the members are.
        "lpInterval" => lp_interval: u32 [default("1")] [example("5")],
        /// How many packets one member sends before the next is used, with `balance-rr` only.
        "packetsPerSlave" => packets_per_slave: u32 [default("1")] [example("8")],
        /// How many unasked ARP and neighbour messages are sent after another member is used.
        "numPeerNotif" => num_peer_notif: u8 [default("1")] [example("2")],
        /// 1 moves flows among members by their load, with `balance-tlb` and `balance-alb` only.
        "tlbDynamicLb" => tlb_dynamic_lb: u8 [default("0")] [example("1")],
        /// 1 delivers what arrives at members that are not in use too.
        "allSlavesActive" => all_slaves_active: u8 [default("0")] [example("1")],
        /// Kept for old files: the carrier is always the driver's.
        "useCarrier" => use_carrier: Option<bool> [default("true")],
        /// The system's priority among partners, with `802.3ad` only.
        "adActorSysPrio" => ad_actor_sys_prio: u16 [default("65535")] [example("1000")],
        /// The upper ten bits of the port's key, with `802.3ad` only.
        "adUserPortKey" => ad_user_port_key: u16 [default("0")] [example("5")],
        /// Milliseconds between two of the messages of `numPeerNotif`.
        "peerNotifyDelay" => peer_notify_delay: u32 [default("0")] [example("100")],
    }
}
