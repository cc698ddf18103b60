use std::net::IpAddr;

use ipnet::IpNet;

use crate::view::{host_and_own_port, host_and_port};

/// An address, or a network.
pub(crate) fn is_address_or_network(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok()
}

/// An address or network, `!` before it excludes it.
pub(crate) fn is_filter(text: &str) -> bool {
    is_address_or_network(text.strip_prefix('!').unwrap_or(text))
}

/// A host with a port.
pub(crate) fn has_port(text: &str) -> bool {
    host_and_own_port(text).is_some_and(|(_, port)| port.is_some())
}

/// A name that DNS can hold.
pub(crate) fn is_dns_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 255 && name.split('.').all(label)
}

/// A machine's name: a first label of at most 63, the whole of at most 253.
pub(crate) fn is_hostname(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// What is said of a registry's name that is none.
pub(crate) const NO_REGISTRY: &str = "no image is asked of it: wanted a host, with its port if it has one, or *";

/// What may be a registry's host and port, or `*`. A path in it would lead out of the folder of hosts.
pub(crate) fn is_registry(name: &str) -> bool {
    !name.contains('/') && !name.starts_with('.')
}

/// An `http` or `https` URL with a host.
pub(crate) fn is_http_url(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    matches!(scheme, Some("http" | "https")) && host_and_port(url).is_some_and(|(host, _)| is_host(&host))
}

fn is_host(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok() || is_dns_name(host)
}
