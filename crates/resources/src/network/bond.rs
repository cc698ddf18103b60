//! Bonds.

use std::net::IpAddr;

use crate::declare::{enumeration, message};

message! {
    /// What a link is as a bond; the names are those of the kernel's bonding driver.
    #[derive(Default, Eq)]
    pub struct BondMaster {
        /// How packets are spread.
        1 "mode" => mode: BondMode,
        /// What spreads them in the modes that hash.
        2 "xmitHashPolicy" => hash_policy: BondXmitHashPolicy,
        /// How often LACP packets are asked for.
        3 "lacpRate" => lacp_rate: LacpRate,
        /// Which ARP packets are validated.
        4 "arpValidate" => arp_validate: ArpValidate,
        /// How many ARP targets have to answer.
        5 "arpAllTargets" => arp_all_targets: ArpAllTargets,
        /// Number of the preferred link.
        6 "primary" => primary_index: Option<u32> [omitempty],
        /// When the preferred link is taken again.
        7 "primaryReselect" => primary_reselect: PrimaryReselect,
        /// Whose hardware address the bond has.
        8 "failOverMac" => fail_over_mac: FailOverMac,
        /// How an aggregate is chosen.
        9 "adSelect" => ad_select: AdSelect [omitempty],
        /// Milliseconds between two looks at the carrier.
        10 "miimon" => miimon: u32 [omitempty],
        /// Milliseconds before a link that came up is used.
        11 "updelay" => up_delay: u32 [omitempty],
        /// Milliseconds before a link that went down is left.
        12 "downdelay" => down_delay: u32 [omitempty],
        /// Milliseconds between two ARP requests.
        13 "arpInterval" => arp_interval: u32 [omitempty],
        /// IGMP reports after a change.
        14 "resendIgmp" => resend_igmp: u32 [omitempty],
        /// Links that have to be up.
        15 "minLinks" => min_links: u32 [omitempty],
        /// Seconds between two learning packets.
        16 "lpInterval" => lp_interval: u32 [omitempty],
        /// Packets through one link before the next.
        17 "packetsPerSlave" => packets_per_slave: u32 [omitempty],
        /// Notifications of peers after a change.
        18 "numPeerNotif" => num_peer_notif: u8 [omitempty],
        /// Whether flows are shuffled by load.
        19 "tlbLogicalLb" => tlb_dynamic_lb: u8 [omitempty],
        /// Whether duplicate frames are let through.
        20 "allSlavesActive" => all_slaves_active: u8 [omitempty],
        /// Whether the driver's carrier is asked.
        21 "useCarrier" => use_carrier: bool [omitempty],
        /// Priority of the system in LACP.
        22 "adActorSysPrio" => ad_actor_sys_prio: u16 [omitempty],
        /// Part of the port's key in LACP.
        23 "adUserPortKey" => ad_user_port_key: u16 [omitempty],
        /// Milliseconds between two notifications of peers.
        24 "peerNotifyDelay" => peer_notify_delay: u32 [omitempty],
        /// Addresses that ARP requests go to.
        25 "arpIpTargets" => arp_ip_targets: Vec<IpAddr> [omitempty],
        /// Addresses that neighbour solicitations go to.
        26 "nsIp6Targets" => ns_ip6_targets: Vec<IpAddr> [omitempty],
        /// Whether LACP packets are sent unasked.
        27 "adLacpActive" => ad_lacp_active: Option<AdLacpActive> [omitempty],
        /// Missed answers before a link is left.
        28 "missedMax" => missed_max: u8 [omitempty],
    }
}

enumeration! {
    /// How a bond spreads packets.
    #[derive(Default)]
    pub enum BondMode {
        #[default]
        0 "balance-rr" => BalanceRr,
        1 "active-backup" => ActiveBackup,
        2 "balance-xor" => BalanceXor,
        3 "broadcast" => Broadcast,
        4 "802.3ad" => Ieee8023ad,
        5 "balance-tlb" => BalanceTlb,
        6 "balance-alb" => BalanceAlb,
    }
}

enumeration! {
    /// What is hashed to choose a link.
    #[derive(Default)]
    pub enum BondXmitHashPolicy {
        #[default]
        0 "layer2" => Layer2,
        1 "layer3+4" => Layer34,
        2 "layer2+3" => Layer23,
        3 "encap2+3" => Encap23,
        4 "encap3+4" => Encap34,
    }
}

enumeration! {
    /// How often LACP packets are asked for.
    #[derive(Default)]
    pub enum LacpRate {
        #[default]
        0 "slow" => Slow,
        1 "fast" => Fast,
    }
}

enumeration! {
    /// Which ARP packets are validated.
    #[derive(Default)]
    pub enum ArpValidate {
        #[default]
        0 "none" => None,
        1 "active" => Active,
        2 "backup" => Backup,
        3 "all" => All,
        4 "filter" => Filter,
        5 "filter-active" => FilterActive,
        6 "filter-backup" => FilterBackup,
    }
}

enumeration! {
    /// How many ARP targets have to answer.
    #[derive(Default)]
    pub enum ArpAllTargets {
        #[default]
        0 "any" => Any,
        1 "all" => All,
    }
}

enumeration! {
    /// When the preferred link is taken again.
    #[derive(Default)]
    pub enum PrimaryReselect {
        #[default]
        0 "always" => Always,
        1 "better" => Better,
        2 "failure" => Failure,
    }
}

enumeration! {
    /// Whose hardware address a bond has.
    #[derive(Default)]
    pub enum FailOverMac {
        #[default]
        0 "none" => None,
        1 "active" => Active,
        2 "follow" => Follow,
    }
}

enumeration! {
    /// How an aggregate is chosen.
    #[derive(Default)]
    pub enum AdSelect {
        #[default]
        0 "stable" => Stable,
        1 "bandwidth" => Bandwidth,
        2 "count" => Count,
    }
}

enumeration! {
    /// Whether LACP packets are sent unasked.
    #[derive(Default)]
    pub enum AdLacpActive {
        #[default]
        0 "off" => Off,
        1 "on" => On,
    }
}
