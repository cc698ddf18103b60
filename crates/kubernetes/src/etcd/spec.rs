//! The etcd to run: its configuration with this node's name and addresses.

use std::net::{IpAddr, Ipv4Addr};

use async_trait::async_trait;
use minos_config::{SubnetError, choose_addresses};
use minos_resources::etcd::{EtcdConfig, EtcdSpec};
use minos_resources::network::{HostnameStatus, NodeAddress, NodeAddressFilter};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// One for the node.
pub(crate) struct EtcdSpecMake;

#[async_trait]
impl Controller for EtcdSpecMake {
    fn name(&self) -> &str {
        "kubernetes.etcd.spec"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<EtcdConfig>().to_all(),
            Input::of::<HostnameStatus>().to_all(),
            Input::of::<NodeAddress>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<EtcdSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<EtcdConfig>(EtcdConfig::ID)? else { return Ok(()) };
        let hostname = cx.require::<HostnameStatus>(HostnameStatus::ID)?.hostname.clone();
        let addresses = |kind| NodeAddress::filtered_id(kind, NodeAddressFilter::NO_K8S);
        let routed = cx.require::<NodeAddress>(&addresses(NodeAddress::ROUTED))?.ips();
        let current = cx.require::<NodeAddress>(&addresses(NodeAddress::CURRENT))?.ips();
        let spec = spec(&config, hostname, &routed, &current)?;
        let spec = spec.ok_or_else(|| ReconcileError::waiting("an address for etcd"))?;
        cx.write(EtcdSpec::ID, spec)?;
        Ok(())
    }
}

/// Nothing while there is no fitting address.
fn spec(
    config: &EtcdConfig,
    name: String,
    routed: &[IpAddr],
    current: &[IpAddr],
) -> Result<Option<EtcdSpec>, SubnetError> {
    let excluded = |subnets: &[String]| subnets.iter().map(|subnet| format!("!{subnet}")).collect::<Vec<_>>();
    let rules = |valid: &[String], exclude: &[String]| [valid.to_vec(), excluded(exclude)].concat();
    let pick = |addresses, rules: &[String]| choose_addresses(addresses, rules.iter().map(String::as_str));

    let advertise = rules(&config.advertise_valid_subnets, &config.advertise_exclude_subnets);
    let advertised_addresses = if config.advertise_valid_subnets.is_empty() {
        pick(routed, &advertise)?.into_iter().take(1).collect()
    } else {
        pick(current, &advertise)?
    };
    let listen = rules(&config.listen_valid_subnets, &config.listen_exclude_subnets);
    let (peer, client) = if listen.is_empty() {
        let any = vec![IpAddr::from(Ipv4Addr::UNSPECIFIED)];
        (any.clone(), any)
    } else {
        let peer = pick(routed, &listen)?;
        (peer.clone(), [vec![IpAddr::from(Ipv4Addr::LOCALHOST)], peer].concat())
    };
    if advertised_addresses.is_empty() || peer.is_empty() {
        return Ok(None);
    }
    Ok(Some(EtcdSpec {
        name,
        advertised_addresses,
        listen_peer_addresses: peer,
        listen_client_addresses: client,
        image: config.image.clone(),
        extra_args: config.extra_args.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn without_subnets_the_first_routed_address_is_told() {
        let routed = ips(&["10.0.0.2", "192.168.0.2"]);
        let spec = spec(&EtcdConfig::default(), "n".to_owned(), &routed, &routed).unwrap().unwrap();
        assert_eq!(spec.advertised_addresses, ips(&["10.0.0.2"]));
        assert_eq!(spec.listen_client_addresses, ips(&["0.0.0.0"]));
    }

    #[test]
    fn with_subnets_only_fitting_addresses_are_used() {
        let config = EtcdConfig {
            advertise_valid_subnets: vec!["192.168.0.0/16".to_owned()],
            listen_valid_subnets: vec!["192.168.0.0/16".to_owned()],
            ..EtcdConfig::default()
        };
        let all = ips(&["10.0.0.2", "192.168.0.2"]);
        let found = spec(&config, "n".to_owned(), &all, &all).unwrap().unwrap();
        assert_eq!(found.advertised_addresses, ips(&["192.168.0.2"]));
        assert_eq!(found.listen_client_addresses, ips(&["127.0.0.1", "192.168.0.2"]));
        assert_eq!(spec(&config, "n".to_owned(), &ips(&["10.0.0.2"]), &ips(&["10.0.0.2"])).unwrap(), None);
    }
}
