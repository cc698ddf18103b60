//! What only the boot needed goes back to the kernel.
//!
//! The programs' start-up code, libraries read ahead and kernel modules stay in the page cache, and mapped, until memory is
//! short; on a node that serves pods that is late, and it makes room by taking from the pods too.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::runtime::{MachineStage, MachineStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use minos_sys::{Cgroup, CgroupError};
use tokio::time::Instant;

/// The groups of the operating system itself. Those of containerd and of pods hold what pods use.
const GROUPS: [&str; 2] = ["/init", "/system"];

/// How long the machine has been ready before memory is taken back: what starts just then needs the same code.
const SETTLED: Duration = Duration::from_secs(30);

/// Has the kernel take back the files that the boot left in memory, once; what is still used is read again at once.
pub(crate) struct BootMemory {
    groups: PathBuf,
    ready_since: Option<Instant>,
    done: bool,
}

impl BootMemory {
    pub(crate) const fn new(groups: PathBuf) -> Self {
        Self { groups, ready_since: None, done: false }
    }

    fn take_back(&self) -> Result<u64, CgroupError> {
        let mut taken = 0;
        for group in GROUPS.map(|name| Cgroup::at(&self.groups, name)) {
            let before = group.cached_files()?;
            group.reclaim_memory(before)?;
            taken += before.saturating_sub(group.cached_files()?);
        }
        Ok(taken)
    }
}

#[async_trait]
impl Controller for BootMemory {
    fn name(&self) -> &str {
        "node.boot-memory.reclaim"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineStatus>().only(MachineStatus::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        Vec::new()
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let machine = cx.require::<MachineStatus>(MachineStatus::ID)?;
        if self.done || machine.stage != MachineStage::Running || !machine.status.ready {
            self.ready_since = None;
            return Ok(());
        }
        let since = *self.ready_since.get_or_insert_with(Instant::now);
        if let Some(rest) = SETTLED.checked_sub(since.elapsed()).filter(|rest| !rest.is_zero()) {
            cx.wake_after(rest);
            return Ok(());
        }
        let taken = self.take_back()?;
        self.done = true;
        tracing::info!(bytes = taken, "the boot's memory went back to the kernel");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minos_resources::runtime::Readiness;
    use minos_runtime::testing::Harness;

    fn status(ready: bool) -> MachineStatus {
        let status = Readiness { ready, unmet_conditions: Vec::new() };
        MachineStatus { stage: MachineStage::Running, status }
    }

    #[tokio::test(start_paused = true)]
    async fn memory_goes_back_once_the_machine_has_been_ready_for_a_while() {
        let root = tempfile::tempdir().expect("a folder");
        for group in ["init", "system"] {
            std::fs::create_dir(root.path().join(group)).expect("made");
            std::fs::write(root.path().join(group).join("memory.stat"), "file 900\nshmem 100\n").expect("written");
        }
        let request = root.path().join("system/memory.reclaim");
        let asked = || std::fs::read_to_string(&request).ok();
        let harness = Harness::new().with(Box::new(BootMemory::new(root.path().to_owned())));
        harness.put(MachineStatus::ID, status(true));
        harness.pass(SETTLED / 2).await;
        harness.put(MachineStatus::ID, status(false));
        harness.pass(SETTLED * 2).await;
        assert_eq!(asked(), None, "not while it is not ready");

        harness.put(MachineStatus::ID, status(true));
        harness.pass(SETTLED * 2).await;
        assert_eq!(asked().as_deref(), Some("800"));

        std::fs::remove_file(&request).expect("removed");
        harness.put(MachineStatus::ID, status(false));
        harness.settle().await;
        harness.put(MachineStatus::ID, status(true));
        harness.pass(SETTLED * 2).await;
        assert_eq!(asked(), None, "once");
    }
}
