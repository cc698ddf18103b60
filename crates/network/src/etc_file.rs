//! The files of the network in `/etc`: `hosts`, `resolv.conf`, `hostname`; and the `resolv.conf` that the kubelet gives
//! to pods, which lies in a folder of its own.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_config::HostsEntry;
use minos_netlink::Records;
use minos_resources::files::EtcFileSpec;
use minos_resources::network::{
    AddressSpec, CONFIG_NAMESPACE, HostDnsConfig, HostnameStatus, LinkStatus, NodeAddress, ResolverSpec, ResolverStatus,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource, StateError};
use tokio::time::Instant;

use crate::{Deps, config, heard, resolver};

/// The resolver of libc reads no more servers than these.
const SERVERS: usize = 3;
/// How long the operators may take until the servers that hold without them are written.
const PATIENCE: Duration = Duration::from_secs(5);

/// The resolvers of the machine's programs and of pods.
const RESOLV_CONF: &str = "resolv.conf";

pub(crate) fn config(deps: &Deps) -> Box<dyn Controller> {
    Box::new(Config { pod_files: Arc::clone(&deps.pod_files), first: None, written: false })
}

struct Config {
    pod_files: Arc<dyn Records>,
    /// When it ran first.
    first: Option<Instant>,
    /// Whether `resolv.conf` has been written.
    written: bool,
}

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.etc_file.config"
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![
            config::input().to_all(),
            Input::of::<HostnameStatus>().to_all(),
            Input::of::<NodeAddress>().only(NodeAddress::DEFAULT).to_all(),
            Input::of::<ResolverStatus>().to_all(),
            Input::of::<HostDnsConfig>().to_all(),
            Input::of::<LinkStatus>().only(heard::LAST_LINK).to_all(),
            Input::of::<ResolverSpec>().in_namespace(CONFIG_NAMESPACE).without_wake(),
            Input::of::<AddressSpec>().in_namespace(CONFIG_NAMESPACE).to_all(),
        ];
        inputs.extend(heard::inputs());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<EtcFileSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let name = cx.get::<HostnameStatus>(HostnameStatus::ID)?.filter(Resource::is_running);
        let address = cx.get::<NodeAddress>(NodeAddress::DEFAULT)?.filter(Resource::is_running);
        let machine = config::get(cx)?;
        let further = machine.map(|machine| machine.extra_hosts()).unwrap_or_default();
        let address = address.and_then(|address| address.addresses.first().map(ipnet::IpNet::addr));
        write(cx, "hosts", hosts(name.as_deref(), address, &further))?;
        if let Some(name) = &name {
            write(cx, "hostname", format!("{}\n", name.hostname))?;
        }
        let resolver = cx.get::<ResolverStatus>(ResolverStatus::ID)?.filter(Resource::is_running);
        let host_dns = cx.get::<HostDnsConfig>(HostDnsConfig::ID)?.filter(Resource::is_running);
        if let (Some(resolver), Some(host_dns)) = (resolver, host_dns)
            && self.may_write(cx, &resolver)?
        {
            let domains = &resolver.search_domains;
            self.write_for_pods(&resolv_conf(&servers_of_pods(&host_dns, &resolver), domains))?;
            write(cx, RESOLV_CONF, resolv_conf(&servers_of_node(&host_dns, &resolver), domains))?;
        }
        Ok(())
    }
}

impl Config {
    /// Only when it changes: the kubelet may read it at any time.
    fn write_for_pods(&self, text: &str) -> std::io::Result<()> {
        if self.pod_files.load(RESOLV_CONF).as_deref() == Some(text) {
            return Ok(());
        }
        self.pod_files.save(RESOLV_CONF, text)
    }

    /// After a restart of the process the files hold what DHCP and the configuration said; what holds without them
    /// must not replace it just because they have not been read again, or have not come through to the status.
    fn may_write(&mut self, cx: &Context, resolver: &ResolverStatus) -> Result<bool, StateError> {
        let first = *self.first.get_or_insert_with(Instant::now);
        // The first process of a boot writes for a machine that may never get a configuration.
        let first_process = self.pod_files.load(RESOLV_CONF).is_none();
        let heard = heard::operators(cx)?
            && resolver::wished(cx)?.as_ref() == Some(resolver)
            && (first_process || config::get(cx)?.is_some());
        if !self.written && !heard {
            let left = PATIENCE.saturating_sub(first.elapsed());
            if !left.is_zero() {
                cx.wake_after(left);
                return Ok(false);
            }
        }
        self.written = true;
        Ok(true)
    }
}

fn write(cx: &Context, path: &str, contents: String) -> Result<(), StateError> {
    cx.write(path, EtcFileSpec { contents, mode: 0o644, ..EtcFileSpec::default() }).map(|_| ())
}

/// The machine's programs ask host DNS where it runs, so that they have its cache and see a change of the servers.
fn servers_of_node(host_dns: &HostDnsConfig, resolver: &ResolverStatus) -> Vec<IpAddr> {
    let local = host_dns.listen_addresses.iter().map(SocketAddr::ip).find(IpAddr::is_loopback);
    local.filter(|_| host_dns.enabled).map_or_else(|| resolver.dns_servers.clone(), |local| vec![local])
}

/// Pods have a network namespace of their own, in which no loopback address leads to the machine.
fn servers_of_pods(host_dns: &HostDnsConfig, resolver: &ResolverStatus) -> Vec<IpAddr> {
    match host_dns.service_host_dns_address {
        Some(address) => vec![address],
        None => resolver.dns_servers.iter().copied().filter(|server| !server.is_loopback()).collect(),
    }
}

fn resolv_conf(servers: &[IpAddr], search_domains: &[String]) -> String {
    let mut text = String::new();
    for server in servers.iter().take(SERVERS) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "nameserver {server}");
    }
    if !search_domains.is_empty() {
        let _ = writeln!(text, "\nsearch {}", search_domains.join(" "));
    }
    text
}

fn hosts(name: Option<&HostnameStatus>, address: Option<IpAddr>, further: &[HostsEntry]) -> String {
    let mut lines = vec![("127.0.0.1".to_owned(), vec!["localhost".to_owned()])];
    if let (Some(name), Some(address)) = (name, address) {
        let mut names = vec![name.fqdn()];
        if !name.domainname.is_empty() {
            names.push(name.hostname.clone());
        }
        lines.push((address.to_string(), names));
    }
    for (address, names) in [
        ("::1", &["localhost", "ip6-localhost", "ip6-loopback"][..]),
        ("ff02::1", &["ip6-allnodes"]),
        ("ff02::2", &["ip6-allrouters"]),
    ] {
        lines.push((address.to_owned(), names.iter().map(ToString::to_string).collect()));
    }
    lines.extend(further.iter().map(|entry| (entry.address.to_string(), entry.names.clone())));
    let width = lines.iter().map(|(address, _)| address.len()).max().unwrap_or_default();
    lines.into_iter().map(|(address, names)| format!("{address:width$} {}\n", names.join(" "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_names_the_node_by_its_address() {
        let name = HostnameStatus { hostname: "a".to_owned(), domainname: "example.org".to_owned() };
        let further = HostsEntry { address: [10, 0, 0, 9].into(), names: vec!["nine".to_owned()] };
        let text = hosts(Some(&name), Some([10, 0, 0, 2].into()), &[further]);
        let expected = "\
127.0.0.1 localhost
10.0.0.2  a.example.org a
::1       localhost ip6-localhost ip6-loopback
ff02::1   ip6-allnodes
ff02::2   ip6-allrouters
10.0.0.9  nine
";
        assert_eq!(text, expected);
    }

    #[test]
    fn resolv_conf_has_three_servers_at_most() {
        let resolver = ResolverStatus {
            dns_servers: (1..5).map(|last| [10, 0, 0, last].into()).collect(),
            search_domains: vec!["lab".to_owned()],
        };
        let expected = "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n\nsearch lab\n";
        assert_eq!(resolv_conf(&resolver.dns_servers, &resolver.search_domains), expected);
    }

    /// Field report talos#8303: the engine's resolver is one of the node's, and of no use to a pod.
    #[test]
    fn talos_8303_pods_do_not_get_the_engine_s_loopback_resolver() {
        let resolver = ResolverStatus { dns_servers: vec![[127, 0, 0, 11].into()], search_domains: Vec::new() };
        let forwarding = HostDnsConfig {
            enabled: true,
            listen_addresses: vec![([127, 0, 0, 53], 53).into(), ([169, 254, 116, 108], 53).into()],
            service_host_dns_address: Some([169, 254, 116, 108].into()),
            resolve_member_names: false,
        };
        assert_eq!(servers_of_pods(&forwarding, &resolver), [IpAddr::from([169, 254, 116, 108])]);
        assert_eq!(servers_of_node(&forwarding, &resolver), [IpAddr::from([127, 0, 0, 53])]);
        let off = HostDnsConfig { enabled: false, service_host_dns_address: None, ..forwarding };
        assert_eq!(servers_of_node(&off, &resolver), resolver.dns_servers);
        let both = ResolverStatus { dns_servers: vec![[127, 0, 0, 11].into(), [10, 5, 0, 1].into()], ..resolver };
        assert_eq!(servers_of_pods(&off, &both), [IpAddr::from([10, 5, 0, 1])]);
    }
}
