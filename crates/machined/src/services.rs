//! The services that the operating system itself consists of: the gateway and the device manager.

use async_trait::async_trait;
use minos_resources::v1alpha1::{Condition, HealthCheck, Probe, ProcessRunner, Restart, Runner, ServiceSpec};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::server::{APID_SOCKET, APID_UID, MACHINE_SOCKET};

/// The device manager.
pub const UDEVD: &str = "udevd";

/// The controllers of this module.
pub fn controllers() -> Vec<Box<dyn Controller>> {
    vec![Box::new(SystemServices)]
}

/// Asks for the services, once.
struct SystemServices;

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
        cx.write(UDEVD, udevd())?;
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
