//! The services that the operating system itself consists of: the gateway and the device manager.

use std::time::SystemTime;

use async_trait::async_trait;
use minos_resources::v1alpha1::{
    Condition, HealthCheck, Probe, ProcessRunner, Restart, Runner, Service, ServiceEvent, ServiceHistory, ServiceSpec,
    ServiceState,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use minos_sys::Mode;

use crate::node::Node;
use crate::server::{APID_SOCKET, APID_UID, MACHINE_SOCKET};

/// The device manager.
pub const UDEVD: &str = "udevd";

/// This process.
const OWN: &str = "machined";

/// The controllers of this module.
pub fn controllers(mode: Mode) -> Vec<Box<dyn Controller>> {
    vec![Box::new(SystemServices { mode })]
}

/// Says that this process is a service too. Nobody supervises it but init; while somebody can ask, it runs.
pub fn announce_own(node: &Node) {
    let event =
        ServiceEvent { at: SystemTime::now(), state: ServiceState::Running, message: "started by init".to_owned() };
    let health = Service { running: true, healthy: true, unknown: false };
    let history = ServiceHistory {
        state: ServiceState::Running,
        events: vec![event],
        health: health.clone(),
        pid: i32::try_from(std::process::id()).unwrap_or_default(),
        ..ServiceHistory::default()
    };
    // Nobody else writes these.
    drop(node.store.put("", OWN, health));
    drop(node.store.put("", OWN, history));
}

/// Asks for the services, once. A container's devices are its host's: nobody manages them here.
struct SystemServices {
    mode: Mode,
}

#[async_trait]
impl Controller for SystemServices {
    fn name(&self) -> &str {
        "machined.service.config"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<ServiceSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        if !self.mode.is_container() {
            cx.write(UDEVD, udevd())?;
        }
        cx.write("apid", apid())?;
        Ok(())
    }
}

fn udevd() -> ServiceSpec {
    let runner = ProcessRunner {
        argv: vec!["/usr/lib/systemd/systemd-udevd".to_owned()],
        env: vec!["PATH=/usr/bin".to_owned()],
        cgroup: "/system/udevd".to_owned(),
        memory_reservation: Some(8 << 20),
        oom_score_adj: -998,
        ..ProcessRunner::default()
    };
    ServiceSpec {
        runner: Runner::Process(runner),
        conditions: Vec::new(),
        health: Some(HealthCheck { probe: Probe::Unix("/run/udev/control".into()), period: 60, timeout: 5 }),
        restart: Restart::Always,
        operable: false,
    }
}

fn apid() -> ServiceSpec {
    let runner = ProcessRunner {
        argv: vec!["/usr/bin/apid".to_owned()],
        env: vec!["MALLOC_ARENA_MAX=1".to_owned()],
        uid: APID_UID,
        capabilities: Some(Vec::new()),
        no_new_privileges: true,
        cgroup: "/system/apid".to_owned(),
        memory_reservation: Some(16 << 20),
        oom_score_adj: -998,
        ..ProcessRunner::default()
    };
    ServiceSpec {
        runner: Runner::Process(runner),
        conditions: vec![Condition::PathExists(MACHINE_SOCKET.into()), Condition::PathExists(APID_SOCKET.into())],
        health: Some(HealthCheck { probe: Probe::Tcp("127.0.0.1:50000".to_owned()), period: 15, timeout: 5 }),
        restart: Restart::Always,
        operable: false,
    }
}

#[cfg(test)]
mod tests {
    use minos_runtime::testing::Harness;
    use minos_sys::Runner;

    use super::*;

    async fn asked_for(mode: Mode) -> Vec<String> {
        let harness = Harness::new().with(Box::new(SystemServices { mode }));
        harness.settle().await;
        harness.ids::<ServiceSpec>()
    }

    #[tokio::test(start_paused = true)]
    async fn a_container_has_no_device_manager() {
        assert_eq!(asked_for(Mode::Machine).await, ["apid", UDEVD]);
        assert_eq!(asked_for(Mode::Container(Runner::Minos)).await, ["apid"]);
    }
}
