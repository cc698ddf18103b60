//! Host DNS: what it should do, whom it asks, where it listens.

use std::net::{IpAddr, SocketAddr};

use crate::declare::resource;

resource! {
    /// What host DNS should do.
    #[derive(Default, Eq)]
    pub struct HostDnsConfig = "HostDNSConfigs.net.talos.dev" in super::NAMESPACE => {
        /// Whether it runs.
        1 "enabled" => enabled: bool,
        /// Where it listens, over UDP and TCP.
        2 "listenAddresses" => listen_addresses: Vec<SocketAddr> [omitempty],
        /// The address that pods ask, when the cluster's DNS forwards to it.
        #[serde(skip_serializing)]
        3 "serviceHostDNSAddress" => service_host_dns_address: Option<IpAddr> [omitempty],
        /// Whether it knows the names of the cluster's machines.
        4 "resolveMemberNames" => resolve_member_names: bool [omitempty],
    }
    columns: ["Enabled" => "{.enabled}"];
}

resource! {
    /// A DNS server that host DNS asks; the id has its place in the order and its address, for example `#000 10.5.0.1`.
    /// The contract has no message for it.
    #[derive(Eq)]
    pub struct DnsUpstream = "DNSUpstreams.net.talos.dev" in super::NAMESPACE => {
        /// Whether it answered when it was asked last: `true` or `false`, as text.
        0 "healthy" => healthy: String,
        /// Address and port.
        0 "addr" => addr: String,
    }
    columns: ["Healthy" => "{.healthy}", "Address" => "{.addr}"];
}

resource! {
    /// A listener of host DNS; the id has transport and address, for example `udp-127.0.0.53:53`.
    #[derive(Default, Eq)]
    pub struct DnsResolveCache = "DNSResolveCaches.net.talos.dev" in super::NAMESPACE => {
        /// `running`.
        1 "status" => status: String,
    }
    columns: ["Status" => "{.status}"];
}

impl HostDnsConfig {
    /// Id of the only one.
    pub const ID: &'static str = "config";
}

impl DnsUpstream {
    /// The server at `addr`.
    pub fn new(addr: SocketAddr, healthy: bool) -> Self {
        Self { healthy: healthy.to_string(), addr: addr.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_those_of_the_contract() {
        let config = HostDnsConfig {
            enabled: true,
            listen_addresses: vec![([127, 0, 0, 53], 53).into(), ([169, 254, 116, 108], 53).into()],
            service_host_dns_address: Some([169, 254, 116, 108].into()),
            resolve_member_names: true,
        };
        // Upstream's encoder takes a single address that may be absent for absent.
        let expected = json!({
            "enabled": true,
            "listenAddresses": ["127.0.0.53:53", "169.254.116.108:53"],
            "resolveMemberNames": true,
        });
        assert_eq!(serde_json::to_value(&config).unwrap(), expected);
        assert_eq!(serde_json::to_value(HostDnsConfig::default()).unwrap(), json!({"enabled": false}));
        let upstream = DnsUpstream::new(([10, 5, 0, 1], 53).into(), true);
        assert_eq!(serde_json::to_value(&upstream).unwrap(), json!({"healthy": "true", "addr": "10.5.0.1:53"}));
    }
}
