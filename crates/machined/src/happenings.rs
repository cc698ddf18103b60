//! Puts into the log of events what happens in the resources: services, the machine's stage, its addresses.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use minos_api::machine as m;
use minos_resources::network::{HostnameStatus, NodeAddress};
use minos_resources::runtime::{MachineStage, MachineStatus};
use minos_resources::v1alpha1::{ServiceEvent, ServiceHistory, ServiceState};
use minos_runtime::Spec;

use crate::node::Node;

/// Runs as long as the node.
pub async fn report(node: Arc<Node>) {
    tokio::join!(
        on_change::<ServiceHistory>(&node, Services::new(SystemTime::now())),
        on_change::<MachineStatus>(&node, Stage::default()),
        on_change::<NodeAddress>(&node, Addresses::default()),
    );
}

/// Makes events of what is now, given what it remembers of before.
trait Reporter {
    fn look(&mut self, node: &Node);
}

async fn on_change<S: Spec>(node: &Arc<Node>, mut reporter: impl Reporter) {
    let mut watch = node.store.watch::<S>();
    loop {
        reporter.look(node);
        if watch.next().await.is_none() {
            // The watch was too slow: begin anew.
            watch = node.store.watch::<S>();
        }
    }
}

/// Each service's events, once.
struct Services {
    since: SystemTime,
    told: HashMap<String, SystemTime>,
}

impl Services {
    /// What happened before `since` was told by a former process.
    fn new(since: SystemTime) -> Self {
        Self { since, told: HashMap::new() }
    }
}

impl Reporter for Services {
    fn look(&mut self, node: &Node) {
        for service in node.store.list::<ServiceHistory>() {
            let told = self.told.entry(service.id().to_owned()).or_insert(self.since);
            for event in service.events.iter().filter(|event| event.at > *told) {
                node.events.add("", &state_event(service.id(), event, &service));
            }
            *told = service.events.last().map_or(*told, |event| event.at.max(*told));
        }
    }
}

fn state_event(id: &str, event: &ServiceEvent, history: &ServiceHistory) -> m::ServiceStateEvent {
    use m::service_state_event::Action;
    let action = match event.state {
        ServiceState::Initialized => Action::Initialized,
        ServiceState::Preparing => Action::Preparing,
        ServiceState::Waiting => Action::Waiting,
        ServiceState::Starting => Action::Starting,
        ServiceState::Running => Action::Running,
        ServiceState::Stopping => Action::Stopping,
        ServiceState::Finished => Action::Finished,
        ServiceState::Failed => Action::Failed,
        ServiceState::Skipped => Action::Skipped,
    };
    m::ServiceStateEvent {
        service: id.to_owned(),
        action: action.into(),
        message: event.message.clone(),
        health: Some(m::ServiceHealth {
            unknown: history.health.unknown,
            healthy: history.health.healthy,
            last_message: history.health_message.clone(),
            last_change: None,
        }),
    }
}

/// The machine's stage and readiness.
#[derive(Default)]
struct Stage {
    told: Option<MachineStatus>,
}

impl Reporter for Stage {
    fn look(&mut self, node: &Node) {
        let Some(status) = node.store.get::<MachineStatus>(MachineStatus::ID) else { return };
        if self.told.as_ref() == Some(status.spec()) {
            return;
        }
        node.events.add("", &status_event(status.spec()));
        self.told = Some(status.spec().clone());
    }
}

fn status_event(status: &MachineStatus) -> m::MachineStatusEvent {
    use m::machine_status_event as e;
    let stage = match status.stage {
        MachineStage::Unknown => e::MachineStage::Unknown,
        MachineStage::Booting => e::MachineStage::Booting,
        MachineStage::Installing => e::MachineStage::Installing,
        MachineStage::Maintenance => e::MachineStage::Maintenance,
        MachineStage::Running => e::MachineStage::Running,
        MachineStage::Rebooting => e::MachineStage::Rebooting,
        MachineStage::ShuttingDown => e::MachineStage::ShuttingDown,
        MachineStage::Resetting => e::MachineStage::Resetting,
        MachineStage::Upgrading => e::MachineStage::Upgrading,
    };
    let unmet = status.status.unmet_conditions.iter().map(|condition| e::machine_status::UnmetCondition {
        name: condition.name.clone(),
        reason: condition.reason.clone(),
    });
    m::MachineStatusEvent {
        stage: stage.into(),
        status: Some(e::MachineStatus { ready: status.status.ready, unmet_conditions: unmet.collect() }),
    }
}

/// Under which addresses the node is reached.
#[derive(Default)]
struct Addresses {
    told: Vec<String>,
}

impl Reporter for Addresses {
    fn look(&mut self, node: &Node) {
        let Some(current) = node.store.get::<NodeAddress>(NodeAddress::CURRENT) else { return };
        let addresses: Vec<String> = current.addresses.iter().map(|address| address.addr().to_string()).collect();
        if addresses == self.told {
            return;
        }
        let hostname = node.store.get::<HostnameStatus>(HostnameStatus::ID);
        let hostname = hostname.map(|status| status.hostname.clone()).unwrap_or_default();
        node.events.add("", &m::AddressEvent { hostname, addresses: addresses.clone() });
        self.told = addresses;
    }
}
