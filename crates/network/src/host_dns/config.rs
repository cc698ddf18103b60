//! What the machine configuration says about host DNS.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use async_trait::async_trait;
use ipnet::IpNet;
use minos_config::Config as Machine;
use minos_resources::network::{
    AddressSpec, CONFIG_NAMESPACE, ConfigLayer, HostDnsConfig, Scope, address_id, layered_id,
};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError};

use crate::config;

/// Where the machine's own programs ask.
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 53)), PORT);
/// Where pods ask.
const FOR_PODS: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 116, 108));
/// The port of DNS.
pub(super) const PORT: u16 = 53;

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.host_dns.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![config::input().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<HostDnsConfig>(), Output::shared::<AddressSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let machine = config::get(cx)?;
        let desired = desired(machine.as_ref().map(|machine| &machine.spec().0));
        if let Some(address) = desired.service_host_dns_address {
            let spec = AddressSpec {
                scope: Scope::HOST,
                ..AddressSpec::new("lo", IpNet::from(address), ConfigLayer::Operator)
            };
            let id = layered_id(spec.layer, &address_id(&spec.link_name, spec.address));
            cx.write_at(CONFIG_NAMESPACE, &id, &Labels::new(), spec)?;
        }
        cx.write(HostDnsConfig::ID, desired)?;
        Ok(())
    }
}

/// Host DNS runs unless a configuration of the machine says otherwise: what is pulled before the machine has its
/// configuration needs names too.
fn desired(machine: Option<&Machine>) -> HostDnsConfig {
    let mut desired = HostDnsConfig {
        enabled: true,
        listen_addresses: vec![LOCAL],
        service_host_dns_address: None,
        resolve_member_names: false,
    };
    let Some(machine) = machine else {
        return desired;
    };
    let features = machine.features();
    desired.enabled = features.host_dns;
    desired.resolve_member_names = features.resolve_member_names;
    // The address is one of IPv4, which pods without IPv4 cannot reach.
    let pods_have_it = machine.cluster_network().pod_subnets.iter().any(|subnet| subnet.addr().is_ipv4());
    if features.host_dns && features.forward_kube_dns_to_host && pods_have_it {
        desired.listen_addresses.push(SocketAddr::new(FOR_PODS, PORT));
        desired.service_host_dns_address = Some(FOR_PODS);
    }
    desired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desired_of(text: &str) -> HostDnsConfig {
        let (machine, _) = Machine::parse(text.as_bytes()).expect("a valid configuration");
        desired(Some(&machine))
    }

    fn main_document(host_dns: &str) -> String {
        format!("version: v1alpha1\nmachine:\n  type: worker\n  features:\n    hostDNS: {host_dns}\n")
    }

    #[test]
    fn the_main_document_decides() {
        let both = desired_of(&main_document("{enabled: true, forwardKubeDNSToHost: true}"));
        assert_eq!(both.listen_addresses, [LOCAL, SocketAddr::new(FOR_PODS, 53)]);
        assert_eq!(both.service_host_dns_address, Some(FOR_PODS));
        let only = desired_of(&main_document("{enabled: true, resolveMemberNames: true}"));
        assert_eq!((only.listen_addresses, only.service_host_dns_address), (vec![LOCAL], None));
        assert!(only.enabled && only.resolve_member_names);
        assert!(!desired_of(&main_document("{enabled: false}")).enabled);
        assert!(!desired_of("version: v1alpha1\nmachine:\n  type: worker\n").enabled, "the contract's default");
        let six = main_document("{enabled: true, forwardKubeDNSToHost: true}")
            + "cluster:\n  network:\n    podSubnets: ['fd00:10:244::/56']\n    serviceSubnets: ['fd00:10:96::/112']\n";
        assert_eq!(desired_of(&six).service_host_dns_address, None);
    }

    /// Field report talos@63ef4df99.
    #[test]
    fn talos_63ef4df99_a_partial_configuration_leaves_host_dns_on() {
        assert!(desired(None).enabled, "before there is any configuration");
        let partial = desired_of("apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n");
        assert_eq!(partial, desired(None));
    }
}
