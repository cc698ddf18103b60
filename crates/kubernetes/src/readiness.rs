//! What has to be true of the node before etcd or the kubelet starts for the first time.

use std::io::{self, ErrorKind};
use std::time::Duration;

use minos_resources::network::NetworkStatus;
use minos_resources::v1alpha1::TimeStatus;
use minos_runtime::{Context, Input, ReconcileError};

/// How soon a disk that is not mounted yet is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// The inputs that [`require_node_ready`] reads.
pub(crate) fn node_ready_inputs() -> Vec<Input> {
    vec![Input::of::<TimeStatus>().to_all(), Input::of::<NetworkStatus>().to_all()]
}

/// Waits for the time, an address, the host name and its files. A service that runs stays when they fail later.
pub(crate) fn require_node_ready(cx: &Context) -> Result<(), ReconcileError> {
    if !cx.require::<TimeStatus>(TimeStatus::ID)?.synced {
        return Err(ReconcileError::waiting("the time"));
    }
    let network = cx.require::<NetworkStatus>(NetworkStatus::ID)?;
    if !(network.address_ready && network.hostname_ready && network.etc_files_ready) {
        return Err(ReconcileError::waiting("the network"));
    }
    Ok(())
}

/// A directory below which nothing is mounted yet is read-only: then waits instead of failing.
pub(crate) fn once_mounted<T>(cx: &Context, path: &str, result: io::Result<T>) -> Result<T, ReconcileError> {
    result.map_err(|error| {
        if is_unmounted(&error) {
            cx.wake_after(AGAIN);
            return ReconcileError::waiting(format!("a disk at {path}"));
        }
        ReconcileError::failed(format!("preparing {path}: {error}"))
    })
}

/// Whether an error means that the disk is not there yet.
fn is_unmounted(error: &io::Error) -> bool {
    error.kind() == ErrorKind::ReadOnlyFilesystem
}
