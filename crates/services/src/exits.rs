//! How processes ended: `init` reaps them and passes on what it learnt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Statuses of ended processes, until somebody asks. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Exits {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    statuses: Mutex<HashMap<i32, i32>>,
    came: Notify,
}

/// More than these are not kept: nobody asks about most of what `init` reaps.
const KEPT: usize = 256;
/// How long `init` may take to report a process whose end was seen otherwise.
const PATIENCE: Duration = Duration::from_millis(500);

impl Exits {
    /// Notes the end of a process, by the status of wait(2).
    pub fn note(&self, pid: i32, status: i32) {
        let mut statuses = self.shared.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        if statuses.len() >= KEPT {
            statuses.clear();
        }
        statuses.insert(pid, status);
        drop(statuses);
        self.shared.came.notify_waiters();
    }

    /// Forgets what an earlier process of this id left.
    pub(crate) fn forget(&self, pid: i32) {
        self.shared.statuses.lock().unwrap_or_else(PoisonError::into_inner).remove(&pid);
    }

    /// The status of a process that has just ended, if `init` reports it soon.
    pub(crate) async fn status(&self, pid: i32) -> Option<i32> {
        let reported = async {
            loop {
                let came = self.shared.came.notified();
                tokio::pin!(came);
                came.as_mut().enable();
                if let Some(status) = self.shared.statuses.lock().unwrap_or_else(PoisonError::into_inner).remove(&pid) {
                    return status;
                }
                came.await;
            }
        };
        tokio::time::timeout(PATIENCE, reported).await.ok()
    }
}
