//! Order and selection among addresses.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use minos_resources::network::{AddressSortAlgorithm, NodeAddressFilter};

/// The order of two addresses. `v1` goes by address alone; `v2` puts the narrower of two overlapping networks first,
/// so that an address given to the node alone comes before that of a whole network.
pub(super) fn compare(algorithm: AddressSortAlgorithm, one: &IpNet, other: &IpNet) -> Ordering {
    let by_address = family(one).cmp(&family(other)).then_with(|| one.addr().cmp(&other.addr()));
    if algorithm != AddressSortAlgorithm::V2 {
        return by_address.then_with(|| one.prefix_len().cmp(&other.prefix_len()));
    }
    if one.addr() == other.addr() {
        return other.prefix_len().cmp(&one.prefix_len());
    }
    match (one.contains(&other.addr()), other.contains(&one.addr())) {
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        _ => by_address,
    }
}

fn family(net: &IpNet) -> u8 {
    if net.addr().is_ipv4() { 4 } else { 6 }
}

/// Those of `addresses` that pass `filter`.
pub(super) fn filter(addresses: &[IpNet], filter: &NodeAddressFilter) -> Vec<IpNet> {
    let within = |subnets: &[IpNet], address: &IpNet| subnets.iter().any(|subnet| subnet.contains(&address.addr()));
    let passes = |address: &&IpNet| {
        (filter.include_subnets.is_empty() || within(&filter.include_subnets, address))
            && !within(&filter.exclude_subnets, address)
    };
    addresses.iter().filter(passes).copied().collect()
}

/// Whether an address can stand for the node at all.
pub(super) fn eligible(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !address.is_loopback() && !address.is_multicast() && !link_local
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(algorithm: AddressSortAlgorithm, texts: &[&str]) -> Vec<String> {
        let mut nets: Vec<IpNet> = texts.iter().map(|text| text.parse().expect("valid")).collect();
        nets.sort_by(|one, other| compare(algorithm, one, other));
        nets.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn orders() {
        let nets = ["10.3.4.1/24", "fd00::1/64", "10.3.4.5/24", "10.3.4.5/32", "1.2.3.4/26", "192.168.35.11/24"];
        assert_eq!(
            sorted(AddressSortAlgorithm::V1, &nets),
            ["1.2.3.4/26", "10.3.4.1/24", "10.3.4.5/24", "10.3.4.5/32", "192.168.35.11/24", "fd00::1/64"],
        );
        assert_eq!(
            sorted(AddressSortAlgorithm::V2, &nets),
            ["1.2.3.4/26", "10.3.4.5/32", "10.3.4.1/24", "10.3.4.5/24", "192.168.35.11/24", "fd00::1/64"],
        );
    }

    #[test]
    fn filters() {
        let nets: Vec<IpNet> =
            ["10.3.4.1/24", "10.244.0.1/24", "fd00::1/64"].map(|net| net.parse().expect("valid")).to_vec();
        let pods: IpNet = "10.244.0.0/16".parse().expect("valid");
        let no_k8s = NodeAddressFilter { exclude_subnets: vec![pods], ..NodeAddressFilter::default() };
        assert_eq!(filter(&nets, &no_k8s), [nets[0], nets[2]]);
        let only_k8s = NodeAddressFilter { include_subnets: vec![pods], ..NodeAddressFilter::default() };
        assert_eq!(filter(&nets, &only_k8s), [nets[1]]);
    }
}
