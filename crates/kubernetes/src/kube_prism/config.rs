//! Which API servers KubePrism may use and where it listens.

use async_trait::async_trait;
use minos_config::Config;
use minos_resources::cluster::Member;
use minos_resources::config::MachineConfig;
use minos_resources::k8s::{KubePrismConfig, KubePrismEndpoint, KubePrismEndpoints};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use crate::from_config::of_cluster;

/// One for the node.
pub(crate) struct KubePrismConfigure;

#[async_trait]
impl Controller for KubePrismConfigure {
    fn name(&self) -> &str {
        "kubernetes.kube-prism.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(), Input::of::<Member>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KubePrismEndpoints>(), Output::exclusive::<KubePrismConfig>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let config = cx.require::<MachineConfig>(MachineConfig::ID)?;
        let Some(config) = of_cluster(&config) else { return Ok(()) };
        let members = cx.list::<Member>()?;
        let endpoints = endpoints(config, members.iter().map(Resource::spec));
        if let Some(port) = config.features().kube_prism_port {
            let host = "127.0.0.1".to_owned();
            let config = KubePrismConfig { host, port, endpoints: endpoints.clone() };
            cx.write(KubePrismConfig::ID, config)?;
        }
        cx.write(KubePrismEndpoints::ID, KubePrismEndpoints { endpoints })?;
        Ok(())
    }
}

/// The cluster's endpoint, the API server on this node, those on other nodes.
fn endpoints<'a>(config: &Config, members: impl Iterator<Item = &'a Member>) -> Vec<KubePrismEndpoint> {
    let mut endpoints = Vec::new();
    if let Some((host, port)) = config.cluster_endpoint_host() {
        endpoints.push(KubePrismEndpoint { host, port });
    }
    if config.machine_type().is_control_plane() {
        let port = config.local_api_server_port();
        endpoints.push(KubePrismEndpoint { host: "localhost".to_owned(), port });
    }
    for member in members {
        let Some(control_plane) = &member.control_plane else { continue };
        let port = control_plane.port;
        endpoints.extend(member.addresses.iter().map(|address| KubePrismEndpoint { host: address.to_string(), port }));
    }
    endpoints
}
