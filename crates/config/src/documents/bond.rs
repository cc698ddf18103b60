use std::net::IpAddr;

use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, HardwareAddress, section},
    validate::Check,
};

/// Targets that the kernel takes.
const MOST_TARGETS: usize = 16;

section! {
    /// Several links as one. The options are those of the kernel's bonding driver.
    pub struct BondConfig {
        /// The name of the link that is made.
        "name" => name: String [required] [example("bond0")],
        /// Its hardware address, in place of the one that it has or is given.
        "hardwareAddr" => hardware_addr: Option<HardwareAddress> [example("02:00:5e:10:00:01")] [since("v1.12")],
        /// The links; they can be aliases.
        "links" => links: Vec<String> [required] [example("[enp0s3, enp0s8]")],
        /// How the links share the work.
        "bondMode" => bond_mode: String [required] [values(&[
            "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb",
        ])],
        /// How often each link is looked at, in milliseconds.
        "miimon" => miimon: Option<u32> [example("100")],
        /// How long a link must be up before it is used again, in milliseconds.
        "updelay" => up_delay: Option<u32> [example("200")],
        /// How long a link must be down before it is given up, in milliseconds.
        "downdelay" => down_delay: Option<u32> [example("200")],
        /// A link is asked for its carrier by its driver, not by ETHTOOL or MII registers.
        "useCarrier" => use_carrier: Option<bool> ,
        /// What of a packet chooses the link that it leaves by.
        "xmitHashPolicy" => xmit_hash_policy: String [values(&["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"])],
        /// How often other machines are asked by ARP, in milliseconds, in place of `miimon`.
        "arpInterval" => arp_interval: Option<u32> [example("1000")],
        /// Who is asked by ARP; at most 16.
        "arpIpTargets" => arp_ip_targets: Vec<IpAddr> [example("[10.5.0.1]")],
        /// Who is asked by neighbour discovery; at most 16.
        "nsIp6Targets" => ns_ip6_targets: Vec<IpAddr> [example("[fd00::1]")],
        /// On which links the answers are checked.
        "arpValidate" => arp_validate: String [values(&["none", "active", "backup", "all", "filter", "filter-active", "filter-backup"])],
        /// Whether one answer is enough, or all must come.
        "arpAllTargets" => arp_all_targets: String [values(&["any", "all"])],
        /// How often the other side is to send LACP packets (802.3ad).
        "lacpRate" => lacp_rate: String [values(&["slow", "fast"])],
        /// Whose hardware address the bond has (active-backup).
        "failOverMac" => fail_over_mac: String [values(&["none", "active", "follow"])],
        /// When another group of links is chosen (802.3ad).
        "adSelect" => ad_select: String [values(&["stable", "bandwidth", "count"])],
        /// Our priority towards the other side (802.3ad).
        "adActorSysPrio" => ad_actor_sys_prio: Option<u16> [example("65535")],
        /// Upper ten bits of the port key (802.3ad).
        "adUserPortKey" => ad_user_port_key: Option<u16> ,
        /// LACP packets are sent without being asked for (802.3ad).
        "adLACPActive" => ad_lacp_active: String [values(&["on", "off"])] [default("on")],
        /// When the first link is used again after it failed.
        "primaryReselect" => primary_reselect: String [values(&["always", "better", "failure"])],
        /// How often memberships in multicast groups are told anew after a link failed.
        "resendIGMP" => resend_igmp: Option<u32> ,
        /// With fewer links up the bond is down.
        "minLinks" => min_links: Option<u32> ,
        /// How often learning packets are sent to the switches, in seconds.
        "lpInterval" => lp_interval: Option<u32> ,
        /// How many packets leave by a link before it is the next one's turn (balance-rr).
        "packetsPerSlave" => packets_per_slave: Option<u32> ,
        /// How often neighbours are told of a change of links.
        "numPeerNotif" => num_peer_notif: Option<u8> ,
        /// 1 moves flows between links by their load (balance-tlb, balance-alb); 0 does not.
        "tlbLogicalLb" => tlb_logical_lb: Option<u8> [example("1")],
        /// 1 takes packets that arrive on a link that is not used; 0 drops them.
        "allSlavesActive" => all_slaves_active: Option<u8> ,
        /// How long to wait between two such notes, in milliseconds.
        "peerNotifDelay" => peer_notif_delay: Option<u32> ,
        /// How many ARP answers may be missing before a link counts as down.
        "missedMax" => missed_max: Option<u8> ,
    } with common: LinkCommon
}

impl Kind for BondConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        for (key, targets) in [("arpIpTargets", &self.arp_ip_targets), ("nsIp6Targets", &self.ns_ip6_targets)] {
            check.require(targets.len() <= MOST_TARGETS, key, format!("wanted at most {MOST_TARGETS}"));
        }
        self.common.check("BondConfig", &self.name, whole, check);
    }
}
