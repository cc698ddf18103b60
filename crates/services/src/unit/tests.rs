use std::io;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use minos_containers::{ContainerError, Containers};
use minos_resources::v1alpha1::{Restart, ServiceHistory, ServiceSpec, ServiceState};
use minos_runtime::testing::Harness;
use minos_sys::{CgroupError, SpawnError};

use super::*;
use crate::Processes;
use crate::logs::Logs;

/// containerd with one container; while it is down, every call fails and the container runs on.
#[derive(Default)]
struct FakeContainerd {
    down: Mutex<bool>,
    started: Mutex<Vec<ContainerSpec>>,
}

impl FakeContainerd {
    fn call(&self) -> Result<(), ContainerError> {
        match *self.down.lock().unwrap() {
            true => Err(ContainerError::Bad { what: "containerd".to_owned(), reason: "it is down".to_owned() }),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Containers for FakeContainerd {
    async fn pull(&self, _: &str, _: &str) -> Result<(), ContainerError> {
        self.call()
    }

    async fn start(&self, _: &str, container: &ContainerSpec) -> Result<i32, ContainerError> {
        self.call()?;
        self.started.lock().unwrap().push(container.clone());
        Ok(1000)
    }

    async fn state(&self, _: &str, _: &str) -> Result<Option<TaskState>, ContainerError> {
        self.call()?;
        Ok((!self.started.lock().unwrap().is_empty()).then_some(TaskState::Running { pid: 1000 }))
    }

    async fn wait(&self, _: &str, _: &str) -> Result<u32, ContainerError> {
        // The connection breaks when containerd ends.
        while self.call().is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.call().map(|()| 0)
    }

    async fn kill(&self, _: &str, _: &str, _: i32) -> Result<(), ContainerError> {
        panic!("the container was signalled")
    }

    async fn remove(&self, _: &str, _: &str) -> Result<(), ContainerError> {
        panic!("the container was removed")
    }
}

/// A host that allows little.
struct FakeProcesses;

const LIMITS: Limits = Limits { open_files: 4096, oom_score_adj: 0, capabilities: 0xff };

#[async_trait]
impl Processes for FakeProcesses {
    fn start(&self, spec: &SpawnSpec) -> Result<ProcessId, SpawnError> {
        panic!("{:?} was started", spec.argv)
    }

    fn is_alive(&self, _: ProcessId) -> bool {
        false
    }

    fn signal(&self, _: ProcessId, _: i32) -> io::Result<()> {
        Ok(())
    }

    async fn ended(&self, _: ProcessId) -> Option<i32> {
        None
    }

    fn limits(&self) -> Limits {
        LIMITS
    }

    fn kill_group(&self, _: &str) {}

    fn make_group(&self, _: &str, _: Option<u64>) -> Result<(), CgroupError> {
        Ok(())
    }
}

fn etcd() -> ServiceSpec {
    let runner =
        ContainerRunner { image: "etcd".to_owned(), cgroup: "/podruntime/etcd".to_owned(), ..Default::default() };
    ServiceSpec {
        runner: Runner::Container(Box::new(runner)),
        conditions: Vec::new(),
        health: None,
        restart: Restart::Always,
        operable: true,
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_of_containerd_restarts_no_container() {
    let folder = tempfile::tempdir().expect("a folder");
    let containerd = Arc::new(FakeContainerd::default());
    let deps = Deps {
        processes: Arc::new(FakeProcesses),
        containers: containerd.clone(),
        logs: Logs::new(folder.path()),
        records: folder.path().join("records"),
    };
    let harness = crate::controllers(deps).into_iter().fold(Harness::new(), Harness::with);
    harness.put("etcd", etcd());
    let running = || {
        let history = harness.spec::<ServiceHistory>("etcd")?;
        Some((history.state, history.pid))
    };
    harness.pass(Duration::from_secs(5)).await;
    assert_eq!(running(), Some((ServiceState::Running, 1000)));
    for _ in 0..3 {
        *containerd.down.lock().unwrap() = true;
        harness.pass(Duration::from_secs(10)).await;
        *containerd.down.lock().unwrap() = false;
        harness.pass(Duration::from_secs(10)).await;
    }
    assert_eq!(running(), Some((ServiceState::Running, 1000)));
    let started = containerd.started.lock().unwrap();
    assert_eq!(started.len(), 1, "it was started once");
    let limits = started[0].limits;
    assert_eq!((limits.open_files, limits.capabilities), (4096, 0xff), "no more than this process can give");
}
