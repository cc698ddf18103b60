//! The old form of the network's configuration.

use std::{collections::BTreeMap, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ipnet::IpNet;

use super::{Check, address, bond};
use crate::{
    documents::v1alpha1::{DeviceSelector, Interface, KubeSpan, Machine, Route, Vlan, Wireguard},
    view::MachineType,
};

/// The shortest packet that IPv6 allows a link to be limited to.
const LEAST_MTU: u32 = 1280;

pub(super) fn check(machine: &Machine, kind: MachineType, check: &mut Check) {
    let Some(network) = &machine.network else {
        return;
    };
    let place = "machine/network";
    let name = &network.hostname;
    check.require(
        name.is_empty() || address::is_hostname(name),
        format!("{place}/hostname"),
        "wanted a name of letters, digits, '-' and '.', each label at most 63 long",
    );
    for (index, server) in network.nameservers.iter().enumerate() {
        check.require(server.parse::<IpAddr>().is_ok(), format!("{place}/nameservers/{index}"), "wanted an IP address");
    }
    for (index, entry) in network.extra_host_entries.iter().enumerate() {
        check.require(
            entry.ip.parse::<IpAddr>().is_ok(),
            format!("{place}/extraHostEntries/{index}/ip"),
            "wanted an IP address",
        );
    }
    if let Some(mesh) = &network.kubespan {
        kube_span(mesh, &format!("{place}/kubespan"), check);
    }
    let members = members(&network.interfaces, check);
    for (index, interface) in network.interfaces.iter().enumerate() {
        let place = format!("{place}/interfaces/{index}");
        let shared = interface.vip.is_some() || interface.vlans.iter().any(|vlan| vlan.vip.is_some());
        check.require(
            kind != MachineType::Worker || !shared,
            format!("{place}/vip"),
            "only control planes share an address",
        );
        if interface.ignore != Some(true) {
            selection(interface, &place, check);
            addressing(interface, &members, &place, check);
            routes(&interface.routes, &place, check);
            interface
                .vlans
                .iter()
                .enumerate()
                .for_each(|(index, vlan)| vlan_of(vlan, &format!("{place}/vlans/{index}"), check));
            if let Some(wireguard) = &interface.wireguard {
                wireguard_of(wireguard, &format!("{place}/wireguard"), check);
            }
        }
    }
}

fn kube_span(mesh: &KubeSpan, place: &str, check: &mut Check) {
    check.require(
        mesh.mtu.is_none_or(|mtu| mtu == 0 || mtu >= LEAST_MTU),
        format!("{place}/mtu"),
        format!("wanted at least {LEAST_MTU}"),
    );
    let Some(filters) = &mesh.filters else { return };
    for (index, filter) in filters.endpoints.iter().enumerate() {
        let place = format!("{place}/filters/endpoints/{index}");
        check.require(address::is_filter(filter), place, "wanted a network or address, '!' before it excludes it");
    }
    for (index, network) in filters.exclude_advertised_networks.iter().enumerate() {
        let place = format!("{place}/filters/excludeAdvertisedNetworks/{index}");
        check.require(network.parse::<IpNet>().is_ok(), place, "wanted a network, as 10.0.0.0/8");
    }
}

/// Which interface is a member of which bond or bridge.
fn members(interfaces: &[Interface], check: &mut Check) -> BTreeMap<String, String> {
    let mut members: BTreeMap<String, String> = BTreeMap::new();
    for (index, interface) in interfaces.iter().enumerate() {
        let place = format!("machine/network/interfaces/{index}");
        check.require(
            interface.bond.is_none() || interface.bridge.is_none(),
            place.clone(),
            "bond and bridge exclude each other",
        );
        if let Some(bond) = &interface.bond {
            let both = !bond.interfaces.is_empty() && !bond.device_selectors.is_empty();
            check.require(!both, format!("{place}/bond"), "interfaces and deviceSelectors exclude each other");
            bond::check(bond, &format!("{place}/bond"), check);
        }
        let bonded = interface.bond.iter().flat_map(|bond| &bond.interfaces);
        let bridged = interface.bridge.iter().flat_map(|bridge| &bridge.interfaces);
        for member in bonded.chain(bridged) {
            if let Some(other) = members.insert(member.clone(), interface.name.clone())
                && other != interface.name
            {
                check.problem(place.clone(), format!("{member:?} is a member of {other:?} already"));
            }
        }
    }
    members
}

fn selection(interface: &Interface, place: &str, check: &mut Check) {
    match (&interface.device_selector, interface.name.is_empty()) {
        (None, true) => check.problem(place, "either interface or deviceSelector is needed"),
        (Some(_), false) => {
            check.problem(format!("{place}/deviceSelector"), "interface and deviceSelector exclude each other")
        }
        (Some(selector), true) if *selector == DeviceSelector::default() => {
            check.problem(format!("{place}/deviceSelector"), "at least one field is needed");
        }
        _ => {}
    }
}

fn addressing(interface: &Interface, members: &BTreeMap<String, String>, place: &str, check: &mut Check) {
    let addressed = interface.dhcp == Some(true)
        || !interface.cidr.is_empty()
        || !interface.addresses.is_empty()
        || interface.vip.is_some();
    check.require(
        !(addressed && members.contains_key(&interface.name)),
        place,
        "a member of a bond or bridge has no addresses",
    );
    addresses(&interface.addresses, &interface.cidr, place, check);
    if let Some(vip) = &interface.vip {
        check.require(vip.ip.parse::<IpAddr>().is_ok(), format!("{place}/vip/ip"), "wanted an IP address");
    }
}

fn addresses(addresses: &[String], cidr: &str, place: &str, check: &mut Check) {
    const WANTED: &str = "wanted an address, with or without prefix length";
    check.require(
        addresses.is_empty() || cidr.is_empty(),
        format!("{place}/cidr"),
        "addresses and cidr exclude each other",
    );
    check.require(cidr.is_empty() || address::is_address_or_network(cidr), format!("{place}/cidr"), WANTED);
    for (index, text) in addresses.iter().enumerate() {
        check.require(address::is_address_or_network(text), format!("{place}/addresses/{index}"), WANTED);
    }
}

fn routes(routes: &[Route], place: &str, check: &mut Check) {
    for (index, route) in routes.iter().enumerate() {
        let place = format!("{place}/routes/{index}");
        let network = route.network.is_empty() || route.network.parse::<IpNet>().is_ok();
        check.require(network, format!("{place}/network"), "wanted a network, as 10.0.0.0/8");
        for (field, text) in [("gateway", &route.gateway), ("source", &route.source)] {
            let holds = text.is_empty() || text.parse::<IpAddr>().is_ok();
            check.require(holds, format!("{place}/{field}"), "wanted an IP address");
        }
        let given = !route.network.is_empty() || !route.gateway.is_empty();
        check.require(given, place, "either network or gateway is needed");
    }
}

fn vlan_of(vlan: &Vlan, place: &str, check: &mut Check) {
    check.require(vlan.vlan_id < 4095, format!("{place}/vlanId"), "wanted a number from 0 to 4094");
    addresses(&vlan.addresses, &vlan.cidr, place, check);
    routes(&vlan.routes, place, check);
}

fn wireguard_of(wireguard: &Wireguard, place: &str, check: &mut Check) {
    let is_key = |text: &str| STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 32);
    check.require(is_key(wireguard.private_key.expose()), format!("{place}/privateKey"), "wanted 32 bytes in base64");
    for (index, peer) in wireguard.peers.iter().enumerate() {
        let place = format!("{place}/peers/{index}");
        check.require(is_key(&peer.public_key), format!("{place}/publicKey"), "wanted 32 bytes in base64");
        let endpoint = peer.endpoint.is_empty() || address::has_port(&peer.endpoint);
        check.require(endpoint, format!("{place}/endpoint"), "wanted host and port");
        for (index, network) in peer.allowed_ips.iter().enumerate() {
            check.require(network.parse::<IpNet>().is_ok(), format!("{place}/allowedIPs/{index}"), "wanted a network");
        }
    }
}
