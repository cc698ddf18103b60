//! What this node tells the others about itself.

use async_trait::async_trait;
use minos_resources::{
    cluster::{Affiliate, ControlPlane, Identity},
    config::MachineType,
    k8s::{ApiServerConfig, Nodename},
    network::{HostnameStatus, NodeAddress, NodeAddressFilter},
    runtime::Version,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

pub(crate) struct LocalAffiliate;

#[async_trait]
impl Controller for LocalAffiliate {
    fn name(&self) -> &str {
        "membership.affiliate.local"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<Identity>().only(Identity::ID).to_all(),
            Input::of::<HostnameStatus>().only(HostnameStatus::ID).to_all(),
            Input::of::<Nodename>().only(Nodename::ID).to_all(),
            Input::of::<NodeAddress>().only(routed()).to_all(),
            Input::of::<MachineType>().only(MachineType::ID).to_all(),
            Input::of::<ApiServerConfig>().only(ApiServerConfig::ID).to_all(),
            Input::of::<Version>().only(Version::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<Affiliate>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let identity = cx.require::<Identity>(Identity::ID)?;
        let hostname = cx.require::<HostnameStatus>(HostnameStatus::ID)?;
        let nodename = cx.require::<Nodename>(Nodename::ID)?;
        let addresses = cx.require::<NodeAddress>(&routed())?;
        let kind = cx.require::<MachineType>(MachineType::ID)?;
        let version = cx.require::<Version>(Version::ID)?;
        let api_server = cx.get::<ApiServerConfig>(ApiServerConfig::ID)?.filter(|_| kind.is_control_plane());
        let affiliate = Affiliate {
            node_id: identity.node_id.clone(),
            addresses: addresses.ips(),
            hostname: hostname.fqdn(),
            nodename: nodename.nodename.clone(),
            operating_system: format!("{} ({})", version.name, version.version),
            machine_type: kind.0,
            kube_span: None,
            control_plane: api_server.map(|config| ControlPlane { port: config.local_port }),
        };
        cx.write(&identity.node_id, affiliate)?;
        Ok(())
    }
}

/// The addresses that others may reach, without those of pods and services.
fn routed() -> String {
    NodeAddress::filtered_id(NodeAddress::ROUTED, NodeAddressFilter::NO_K8S)
}
