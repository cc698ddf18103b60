//! Going down: what runs is stopped in order, then `init` does the rest.

use std::sync::Arc;
use std::time::Duration;

use minos_api::machine::sequence_event::Action;
use minos_resources::runtime::MachineStage;
use minos_resources::v1alpha1::{ServiceHistory, ServiceRequest, ServiceState};
use minos_sys::PowerAction;
use minos_sys::pid1::ToInit;
use tokio::sync::mpsc;

use super::{enter, say};
use crate::init_line::InitLine;
use crate::node::Node;
use crate::power::PowerRequest;

/// What is stopped first: the kubelet, so that it starts nothing, then the data of the cluster.
const ORDER: [&str; 2] = ["kubelet", "etcd"];
/// How long one of them may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Answers and events get this long to reach whoever asked.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Waits for the first request and carries it out.
pub async fn down(node: Arc<Node>, mut requests: mpsc::UnboundedReceiver<PowerRequest>, init: Arc<InitLine>) {
    let Some(request) = requests.recv().await else { return };
    let (sequence, stage) = match request.action {
        PowerAction::Reboot => ("reboot", MachineStage::Rebooting),
        PowerAction::Off => ("shutdown", MachineStage::ShuttingDown),
    };
    say(&node, &request.actor, sequence, Action::Start);
    enter(&node, stage);
    if !request.force {
        for service in ORDER {
            stop(&node, service).await;
        }
    }
    say(&node, &request.actor, sequence, Action::Stop);
    tokio::time::sleep(LAST_WORDS).await;
    init.tell(match request.action {
        PowerAction::Reboot => ToInit::Reboot,
        PowerAction::Off => ToInit::PowerOff,
    });
}

async fn stop(node: &Arc<Node>, service: &str) {
    let runs = || {
        let history = node.store.get::<ServiceHistory>(service);
        history.is_some_and(|history| matches!(history.state, ServiceState::Running | ServiceState::Stopping))
    };
    if !runs() {
        return;
    }
    tracing::info!(service, "stopping");
    let restarts = node.store.get::<ServiceRequest>(service).map_or(0, |request| request.restarts);
    // Nobody else writes requests.
    drop(node.store.put("", service, ServiceRequest { run: false, restarts }));
    let stopped = async {
        while runs() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, stopped).await.is_err() {
        tracing::warn!(service, "does not stop in time");
    }
}
