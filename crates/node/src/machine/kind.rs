//! Whether the node is a control plane or a worker.

use async_trait::async_trait;
use minos_resources::config::{MachineConfig, MachineRole, MachineType};
use minos_resources::runtime::{MachineStage, MachineStageSpec};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

/// Writes the machine's type from its configuration. Without one the type is `unknown`, and only once the boot has said
/// that there is none: before, nobody knows, and nothing is written.
pub(crate) struct MachineKind;

#[async_trait]
impl Controller for MachineKind {
    fn name(&self) -> &str {
        "node.machine-type.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(),
            Input::of::<MachineStageSpec>().only(MachineStageSpec::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<MachineType>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let config = cx.get::<MachineConfig>(MachineConfig::ID)?.filter(Resource::is_running);
        // A configuration that only adds documents (the network's, for example) says nothing about the type.
        if let Some(config) = config.filter(|config| config.machine().is_some()) {
            cx.write(MachineType::ID, MachineType(config.machine_type().into()))?;
            return Ok(());
        }
        let stage = cx.get::<MachineStageSpec>(MachineStageSpec::ID)?.map(|stage| stage.stage);
        if stage == Some(MachineStage::Maintenance) {
            cx.write(MachineType::ID, MachineType(MachineRole::Unknown))?;
        }
        Ok(())
    }
}
