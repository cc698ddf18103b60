//! Where API servers are, as far as members tell.

use async_trait::async_trait;
use minos_resources::{cluster::Member, k8s::Endpoint};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

pub(crate) struct DiscoveredEndpoint;

#[async_trait]
impl Controller for DiscoveredEndpoint {
    fn name(&self) -> &str {
        "membership.endpoint.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<Member>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<Endpoint>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let members = cx.list::<Member>()?;
        let control_planes = members.iter().filter(|member| member.machine_type.is_control_plane());
        let mut addresses: Vec<_> = control_planes.flat_map(|member| member.addresses.iter().copied()).collect();
        addresses.sort();
        addresses.dedup();
        cx.write(Endpoint::DISCOVERED_ID, Endpoint { addresses, ..Endpoint::default() })?;
        Ok(())
    }
}
