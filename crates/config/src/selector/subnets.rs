//! Choosing addresses by networks.

use std::net::IpAddr;

use ipnet::IpNet;
use thiserror::Error;

/// A text is neither a subnet nor an address.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is neither a subnet nor an address")]
pub struct SubnetError(String);

/// The addresses in `subnets`, in the subnets' order; a subnet with `!` before it excludes. Without a subnet that
/// includes, all that are not excluded.
pub fn choose_addresses<'a>(
    addresses: &[IpAddr],
    subnets: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<IpAddr>, SubnetError> {
    let (mut include, mut exclude) = (Vec::new(), Vec::new());
    for subnet in subnets {
        match subnet.strip_prefix('!') {
            Some(subnet) => exclude.push(parse(subnet)?),
            None => include.push(parse(subnet)?),
        }
    }
    let allowed = addresses.iter().filter(|address| !exclude.iter().any(|subnet| subnet.contains(*address)));
    let allowed: Vec<IpAddr> = allowed.copied().collect();
    if include.is_empty() {
        return Ok(allowed);
    }
    let mut chosen = Vec::new();
    for subnet in include {
        for address in allowed.iter().filter(|address| subnet.contains(*address)) {
            if !chosen.contains(address) {
                chosen.push(*address);
            }
        }
    }
    Ok(chosen)
}

fn parse(text: &str) -> Result<IpNet, SubnetError> {
    let subnet = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    subnet.map_err(|_| SubnetError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_order_is_the_subnets() {
        let all = addresses(&["10.0.0.1", "fd00::1", "192.168.1.1"]);
        assert_eq!(
            choose_addresses(&all, ["::/0", "0.0.0.0/0"]).unwrap(),
            addresses(&["fd00::1", "10.0.0.1", "192.168.1.1"])
        );
        assert_eq!(choose_addresses(&all, ["!10.0.0.0/8", "0.0.0.0/0"]).unwrap(), addresses(&["192.168.1.1"]));
        assert_eq!(choose_addresses(&all, ["!10.0.0.1"]).unwrap(), addresses(&["fd00::1", "192.168.1.1"]));
        assert!(choose_addresses(&all, ["home"]).is_err());
    }
}
