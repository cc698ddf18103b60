//! The machine's stage, and whether it is ready in it.

use async_trait::async_trait;
use minos_resources::config::MachineType;
use minos_resources::k8s::{NodeStatus, Nodename, StaticPodStatus};
use minos_resources::network::NetworkStatus;
use minos_resources::runtime::{MachineStage, MachineStageSpec, MachineStatus};
use minos_resources::v1alpha1::{Service, TimeStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Spec};

use super::ready::Facts;

/// Writes the machine's status from everything that counts for it.
#[derive(Default)]
pub(crate) struct MachineReadiness {
    /// Whether it was said that the machine is ready.
    said: bool,
}

fn spec<S: Spec>(cx: &Context, id: &str) -> Result<Option<S>, ReconcileError> {
    Ok(cx.get::<S>(id)?.filter(minos_runtime::Resource::is_running).map(|resource| resource.spec().clone()))
}

#[async_trait]
impl Controller for MachineReadiness {
    fn name(&self) -> &str {
        "node.machine-status.report"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineStageSpec>().only(MachineStageSpec::ID).to_all(),
            Input::of::<MachineType>().only(MachineType::ID).to_all(),
            Input::of::<TimeStatus>().only(TimeStatus::ID).to_all(),
            Input::of::<NetworkStatus>().only(NetworkStatus::ID).to_all(),
            Input::of::<Service>().to_all(),
            Input::of::<StaticPodStatus>().to_all(),
            Input::of::<Nodename>().only(Nodename::ID).to_all(),
            Input::of::<NodeStatus>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<MachineStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let nodename: Option<Nodename> = spec(cx, Nodename::ID)?;
        let node = match &nodename {
            Some(nodename) => spec(cx, &nodename.nodename)?,
            None => None,
        };
        let stage = spec::<MachineStageSpec>(cx, MachineStageSpec::ID)?.map(|spec| spec.stage).unwrap_or_default();
        let services = cx.list::<Service>()?;
        let pods = cx.list::<StaticPodStatus>()?;
        let facts = Facts {
            stage,
            control_plane: spec::<MachineType>(cx, MachineType::ID)?.is_some_and(|kind| kind.is_control_plane()),
            time: spec(cx, TimeStatus::ID)?,
            network: spec(cx, NetworkStatus::ID)?,
            services: services.iter().map(|service| (service.id().to_owned(), service.spec().clone())).collect(),
            static_pods: pods.iter().map(|pod| (pod.id().to_owned(), pod.status.clone())).collect(),
            nodename,
            node,
        };
        let status = facts.readiness();
        if stage == MachineStage::Running && status.ready && !self.said {
            self.said = true;
            tracing::info!("machine is running and ready");
        }
        cx.write(MachineStatus::ID, MachineStatus { stage, status })?;
        Ok(())
    }
}
