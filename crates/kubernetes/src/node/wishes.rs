//! Labels, annotations, taints and the cordon that the node should have.

use std::collections::BTreeMap;

use async_trait::async_trait;
use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_resources::k8s::{NodeAnnotationSpec, NodeCordonedSpec, NodeLabelSpec, NodeTaintSpec};
use minos_resources::runtime::{MachineStage, MachineStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

/// From the configuration: labels, annotations and taints.
pub(crate) struct NodeWishesConfig;

#[async_trait]
impl Controller for NodeWishesConfig {
    fn name(&self) -> &str {
        "kubernetes.node.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![
            Output::exclusive::<NodeLabelSpec>(),
            Output::exclusive::<NodeAnnotationSpec>(),
            Output::exclusive::<NodeTaintSpec>(),
        ]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        // Without a configuration nothing is known: a node does not lose its labels for that.
        let config = cx.require::<MachineConfig>(MachineConfig::ID)?;
        for (key, value) in labels(&config) {
            cx.write(&key.clone(), NodeLabelSpec { key, value })?;
        }
        for (key, value) in config.node_annotations() {
            cx.write(key, NodeAnnotationSpec { key: key.clone(), value: value.clone() })?;
        }
        for taint in taints(&config) {
            cx.write(&taint.key.clone(), taint)?;
        }
        Ok(())
    }
}

fn labels(config: &Config) -> BTreeMap<String, String> {
    let mut labels = config.node_labels().clone();
    if config.machine_type().is_control_plane() {
        labels.insert(CONTROL_PLANE.to_owned(), String::new());
    }
    labels
}

fn taints(config: &Config) -> Vec<NodeTaintSpec> {
    let mut taints = Vec::new();
    let dedicated = config.machine_type().is_control_plane() && !config.allow_scheduling_on_control_planes();
    if dedicated && config.cluster().is_some() {
        let (key, effect) = (CONTROL_PLANE.to_owned(), "NoSchedule".to_owned());
        taints.push(NodeTaintSpec { key, effect, value: String::new() });
    }
    for (key, value) in config.node_taints() {
        let (value, effect) = value.split_once(':').unwrap_or(("", value));
        taints.push(NodeTaintSpec { key: key.clone(), effect: effect.to_owned(), value: value.to_owned() });
    }
    taints
}

/// Cordons a node that goes down for good or for long.
pub(crate) struct NodeCordon;

#[async_trait]
impl Controller for NodeCordon {
    fn name(&self) -> &str {
        "kubernetes.node.cordon"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<NodeCordonedSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        match cx.require::<MachineStatus>(MachineStatus::ID)?.stage {
            MachineStage::ShuttingDown | MachineStage::Upgrading | MachineStage::Resetting => {
                cx.write(NodeCordonedSpec::ID, NodeCordonedSpec {})?;
            }
            MachineStage::Booting | MachineStage::Running => {}
            _ => cx.keep_outputs(),
        }
        Ok(())
    }
}
