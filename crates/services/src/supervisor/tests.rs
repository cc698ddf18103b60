use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use async_trait::async_trait;
use minos_containers::{ContainerError, ContainerSpec, Containers, TaskState};
use minos_resources::v1alpha1::{HealthCheck, Probe, ProcessRunner, Service, ServiceHistory};
use minos_runtime::testing::Harness;
use minos_sys::{CgroupError, Limits, ProcessId, SpawnError, SpawnSpec};

use super::*;
use crate::{Logs, Processes};

/// Processes that end after this time.
struct ShortLived {
    life: Duration,
    started: AtomicI32,
}

#[async_trait]
impl Processes for ShortLived {
    fn start(&self, _: &SpawnSpec) -> Result<ProcessId, SpawnError> {
        Ok(ProcessId { pid: self.started.fetch_add(1, Ordering::Relaxed) + 1, started: 0 })
    }

    fn is_alive(&self, _: ProcessId) -> bool {
        false
    }

    fn signal(&self, _: ProcessId, _: i32) -> io::Result<()> {
        Ok(())
    }

    async fn ended(&self, _: ProcessId) -> Option<i32> {
        tokio::time::sleep(self.life).await;
        Some(256)
    }

    fn limits(&self) -> Limits {
        Limits::current().expect("limits")
    }

    fn kill_group(&self, _: &str) {}

    fn make_group(&self, _: &str, _: Option<u64>) -> Result<(), CgroupError> {
        Ok(())
    }
}

/// There are none.
struct NoContainers;

#[async_trait]
impl Containers for NoContainers {
    async fn pull(&self, _: &str, _: &str) -> Result<(), ContainerError> {
        Ok(())
    }

    async fn start(&self, _: &str, _: &ContainerSpec) -> Result<i32, ContainerError> {
        Ok(0)
    }

    async fn state(&self, _: &str, _: &str) -> Result<Option<TaskState>, ContainerError> {
        Ok(None)
    }

    async fn wait(&self, _: &str, _: &str) -> Result<u32, ContainerError> {
        Ok(0)
    }

    async fn kill(&self, _: &str, _: &str, _: i32) -> Result<(), ContainerError> {
        Ok(())
    }

    async fn remove(&self, _: &str, _: &str) -> Result<(), ContainerError> {
        Ok(())
    }
}

/// A service `looping` whose process lives so long, and whose health check always passes.
fn node(folder: &std::path::Path, life: Duration) -> (Harness, Arc<ShortLived>) {
    let processes = Arc::new(ShortLived { life, started: AtomicI32::new(0) });
    let deps = Deps {
        processes: processes.clone(),
        containers: Arc::new(NoContainers),
        logs: Logs::new(folder.join("logs")),
        records: folder.join("records"),
    };
    let harness = crate::controllers(deps).into_iter().fold(Harness::new(), Harness::with);
    let spec = ServiceSpec {
        runner: Runner::Process(ProcessRunner {
            argv: vec!["/bin/looping".to_owned(), "-x".to_owned()],
            ..Default::default()
        }),
        conditions: Vec::new(),
        health: Some(HealthCheck { probe: Probe::Unix(folder.join("socket")), period: 5, timeout: 3 }),
        restart: Restart::Always,
        operable: true,
    };
    harness.put("looping", spec);
    (harness, processes)
}

fn messages(harness: &Harness) -> Vec<String> {
    let history = harness.spec::<ServiceHistory>("looping").expect("a history");
    history.events.into_iter().map(|event| event.message).collect()
}

#[tokio::test(start_paused = true)]
async fn a_service_that_keeps_ending_is_not_healthy_though_its_check_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let _socket = tokio::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
    let (harness, processes) = node(folder.path(), Duration::from_secs(3));
    harness.pass(Duration::from_secs(4)).await;
    for _ in 0..120 {
        harness.pass(Duration::from_millis(500)).await;
        assert!(!harness.spec::<Service>("looping").is_some_and(|service| service.healthy));
    }
    // Runs of 3 s and pauses of at most 5 s: what it fails for may be there at any time.
    assert!(processes.started.load(Ordering::Relaxed) >= 7, "{processes:?}", processes = processes.started);
    let restart = r#"Error running Process(["/bin/looping" "-x"]), going to restart forever: "#;
    assert!(messages(&harness).iter().any(|message| message.starts_with(restart)), "{:?}", messages(&harness));
}

#[tokio::test(start_paused = true)]
async fn events_have_upstreams_texts() {
    let folder = tempfile::tempdir().expect("a folder");
    let _socket = tokio::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
    let (harness, _) = node(folder.path(), Duration::from_secs(3600));
    harness.pass(Duration::from_secs(2)).await;
    assert!(harness.spec::<Service>("looping").is_some_and(|service| service.healthy));
    let wanted = [
        "Running pre state",
        "Creating service runner",
        "Starting service",
        r#"Process Process(["/bin/looping" "-x"]) started with PID 1"#,
        "Health check successful",
    ];
    assert_eq!(messages(&harness), wanted);
}
