//! Going down: what runs is stopped in order, then `init` does the rest.

use std::sync::Arc;
use std::time::Duration;

use minos_api::machine::sequence_event::Action;
use minos_resources::runtime::MachineStage;
use minos_resources::v1alpha1::{ServiceHistory, ServiceRequest, ServiceState};
use minos_sys::pid1::ToInit;
use minos_sys::{Mode, PowerAction};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{enter, say};
use crate::init_line::InitLine;
use crate::node::Node;
use crate::power::PowerRequest;

/// What is stopped first: the kubelet, so that it starts nothing, then the data of the cluster.
const ORDER: [&str; 2] = ["kubelet", "etcd"];
/// How long one of them may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long all of them may take in a container: its runner ends it after 30 s, and `init` needs some for the rest.
const PATIENCE_OF_RUNNER: Duration = Duration::from_secs(18);
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
        let begin = Instant::now();
        for service in ORDER {
            stop(&node, service, patience(node.mode, begin.elapsed())).await;
        }
    }
    say(&node, &request.actor, sequence, Action::Stop);
    tokio::time::sleep(LAST_WORDS).await;
    init.tell(match request.action {
        PowerAction::Reboot => ToInit::Reboot,
        PowerAction::Off => ToInit::PowerOff,
    });
}

/// How long the next service may take when the earlier ones took so long.
fn patience(mode: Mode, taken: Duration) -> Duration {
    if mode.is_container() { PATIENCE_OF_RUNNER.saturating_sub(taken) } else { PATIENCE }
}

async fn stop(node: &Arc<Node>, service: &str, patience: Duration) {
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
    if tokio::time::timeout(patience, stopped).await.is_err() {
        tracing::warn!(service, "does not stop in time");
    }
}

#[cfg(test)]
mod tests {
    use minos_sys::Runner;

    use super::*;

    #[test]
    fn a_container_is_down_before_its_runner_ends_it() {
        let container = |taken| patience(Mode::Container(Runner::Other), Duration::from_secs(taken));
        assert_eq!(container(0) + container(18), PATIENCE_OF_RUNNER, "together, however many there are");
        // What `init` takes: all processes get a signal and 5 s, and 5 s more when they need another.
        assert!(container(0) + LAST_WORDS + Duration::from_secs(10) < Duration::from_secs(30));
        assert_eq!(patience(Mode::Machine, Duration::from_secs(29)), PATIENCE);
    }
}
