//! Hosts and ports, alone and in URLs.

use std::net::Ipv6Addr;

/// The port of `https` URLs that name none.
const HTTPS_PORT: u16 = 443;

/// Host and port of `host`, `host:port` or `[address]:port`. An address of IPv6 needs its brackets: without them nobody
/// knows whether its last group is a port.
pub(crate) fn host_and_own_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            let address = host.split_once('%').map_or(host, |(address, _)| address);
            address.parse::<Ipv6Addr>().ok()?;
            match after {
                "" => (host, None),
                _ => (host, Some(after.strip_prefix(':')?)),
            }
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = match port {
        None | Some("") => None,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.parse().ok()?),
        Some(_) => return None,
    };
    (!host.is_empty() && !host.contains(['[', ']'])).then_some((host, port))
}

/// What stands between scheme and path of a URL, without the user.
pub(crate) fn authority(url: &str) -> Option<&str> {
    let authority = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    Some(authority.rsplit_once('@').map_or(authority, |(_, host)| host))
}

/// Host and port of an `https` URL.
pub(crate) fn host_and_port(url: &str) -> Option<(String, u16)> {
    let (host, port) = host_and_own_port(authority(url)?)?;
    Some((host.to_owned(), port.unwrap_or(HTTPS_PORT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv6_needs_brackets() {
        assert_eq!(host_and_own_port("[fd00::2]:6443"), Some(("fd00::2", Some(6443))));
        assert_eq!(host_and_own_port("[fe80::1%eth0]"), Some(("fe80::1%eth0", None)));
        assert_eq!(host_and_own_port("10.5.0.2:6443"), Some(("10.5.0.2", Some(6443))));
        assert_eq!(host_and_own_port("k8s.example.org"), Some(("k8s.example.org", None)));
        for wrong in
            ["aaa:aaaa::a:6443", "fd00::2", "[fd00::2", "[fd00::2]6443", "[name]:1", "a:b", "a:70000", ":1", "a:+1", ""]
        {
            assert_eq!(host_and_own_port(wrong), None, "{wrong}");
        }
        assert_eq!(host_and_port("https://user@[fd00::2]/x"), Some(("fd00::2".to_owned(), 443)));
        assert_eq!(host_and_port("https://aaa:aaaa::a:6443"), None);
    }
}
