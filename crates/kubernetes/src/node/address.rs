//! The node's addresses in Kubernetes, and the filters that tell them from those of pods and services.

use std::net::IpAddr;

use async_trait::async_trait;
use ipnet::IpNet;
use minos_config::{Config, choose_addresses};
use minos_resources::config::MachineConfig;
use minos_resources::k8s::{NodeIp, NodeIpConfig, NodeStatus, Nodename};
use minos_resources::network::{NodeAddress, NodeAddressFilter};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::from_config::{from_config, of_cluster};

/// From the configuration: which addresses may be the node's.
pub(crate) fn config_controller() -> Box<dyn Controller> {
    from_config("kubernetes.node-ip.config", NodeIpConfig::ID, make_config)
}

fn make_config(config: &Config) -> Option<NodeIpConfig> {
    let config = of_cluster(config)?;
    let network = config.cluster_network();
    let mut valid_subnets = config.kubelet().valid_subnets;
    if valid_subnets.is_empty() {
        // The families, and their order, are the services'.
        let any = |subnet: &IpNet| if subnet.addr().is_ipv4() { "0.0.0.0/0" } else { "::/0" };
        valid_subnets = network.service_subnets.iter().map(|subnet| any(subnet).to_owned()).collect();
    }
    let exclude = network.pod_subnets.iter().chain(&network.service_subnets);
    Some(NodeIpConfig { valid_subnets, exclude_subnets: exclude.map(ToString::to_string).collect() })
}

/// Chooses the addresses.
pub(crate) struct NodeIpMake;

#[async_trait]
impl Controller for NodeIpMake {
    fn name(&self) -> &str {
        "kubernetes.node-ip.make"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<NodeIpConfig>().to_all(), Input::of::<NodeAddress>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<NodeIp>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<NodeIpConfig>(NodeIpConfig::ID)? else { return Ok(()) };
        let routed = NodeAddress::filtered_id(NodeAddress::ROUTED, NodeAddressFilter::NO_K8S);
        let routed = cx.require::<NodeAddress>(&routed)?.ips();
        let excluded = config.exclude_subnets.iter().map(|subnet| format!("!{subnet}")).collect::<Vec<_>>();
        let rules = config.valid_subnets.iter().chain(&excluded).map(String::as_str);
        let addresses = one_of_each_family(choose_addresses(&routed, rules)?);
        if addresses.is_empty() {
            return Err(ReconcileError::waiting(
                "an address that machine.kubelet.nodeIP and the cluster's subnets allow",
            ));
        }
        cx.write(NodeIp::ID, NodeIp { addresses })?;
        Ok(())
    }
}

fn one_of_each_family(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let mut chosen: Vec<IpAddr> = Vec::with_capacity(2);
    for address in addresses {
        if chosen.iter().all(|other| other.is_ipv4() != address.is_ipv4()) {
            chosen.push(address);
        }
    }
    chosen
}

/// Writes the filters.
pub(crate) struct AddressFilters;

#[async_trait]
impl Controller for AddressFilters {
    fn name(&self) -> &str {
        "kubernetes.node-address.filter"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(),
            Input::of::<Nodename>().to_all(),
            Input::of::<NodeStatus>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<NodeAddressFilter>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let config = cx.get::<MachineConfig>(MachineConfig::ID)?;
        let Some(config) = config.as_ref().and_then(|config| of_cluster(config)) else { return Ok(()) };
        let network = config.cluster_network();
        let mut subnets = network.pod_subnets;
        if let Some(name) = cx.get::<Nodename>(Nodename::ID)?
            && let Some(status) = cx.get::<NodeStatus>(&name.nodename)?
        {
            subnets.extend(status.pod_cidrs.iter().copied());
        }
        subnets.extend(network.service_subnets);
        let without = NodeAddressFilter { include_subnets: Vec::new(), exclude_subnets: subnets.clone() };
        cx.write(NodeAddressFilter::NO_K8S, without)?;
        let only = NodeAddressFilter { include_subnets: subnets, exclude_subnets: Vec::new() };
        cx.write(NodeAddressFilter::ONLY_K8S, only)?;
        Ok(())
    }
}
