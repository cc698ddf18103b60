//! Bonds in the old form: which options fit which mode.

use super::Check;
use crate::documents::v1alpha1::Bond;

const LACP: &str = "802.3ad";
const BALANCING: [&str; 2] = ["balance-tlb", "balance-alb"];

pub(super) fn check(bond: &Bond, place: &str, check: &mut Check) {
    delays(bond, place, check);
    let mode = bond.mode.as_str();
    let balancing = BALANCING.contains(&mode);
    let mut only = |given: bool, fits: bool, key: &str, modes: &str| {
        check.require(!given || fits, format!("{place}/{key}"), format!("only with the mode {modes}"));
    };
    only(!bond.lacp_rate.is_empty(), mode == LACP, "lacpRate", LACP);
    only(bond.ad_actor_sys_prio > 0, mode == LACP, "adActorSysPrio", LACP);
    only(bond.ad_user_port_key > 0, mode == LACP, "adUserPortKey", LACP);
    let probing = "balance-rr, active-backup, balance-xor or broadcast";
    let probes = mode != LACP && !balancing;
    only(!bond.arp_validate.is_empty(), probes, "arpValidate", probing);
    only(bond.arp_interval > 0, probes, "arpInterval", probing);
    let leads = mode == "active-backup" || balancing;
    only(!bond.primary.is_empty(), leads, "primary", "active-backup, balance-tlb or balance-alb");
    only(bond.packets_per_slave > 1, matches!(mode, "" | "balance-rr"), "packetsPerSlave", "balance-rr");
    only(bond.tlb_dynamic_lb > 0, balancing, "tlbDynamicLb", "balance-tlb or balance-alb");
    for (given, key) in
        [(!bond.arp_ip_target.is_empty(), "arpIPTarget"), (!bond.ad_actor_system.is_empty(), "adActorSystem")]
    {
        check.require(!given, format!("{place}/{key}"), "this option cannot be set in the old form; use a BondConfig");
    }
}

fn delays(bond: &Bond, place: &str, check: &mut Check) {
    for (delay, key) in [(bond.updelay, "updelay"), (bond.downdelay, "downdelay")] {
        let holds = if bond.miimon == 0 { delay == 0 } else { delay % bond.miimon == 0 };
        check.require(holds, format!("{place}/{key}"), "wanted a multiple of miimon, which must be set");
    }
}
