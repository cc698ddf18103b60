//! What certificates wait for.

use minos_resources::{network::NetworkStatus, v1alpha1::TimeStatus};
use minos_runtime::{Context, ReconcileError};

/// Waits until the node has an address.
pub(crate) fn address(cx: &Context) -> Result<(), ReconcileError> {
    if cx.require::<NetworkStatus>(NetworkStatus::ID)?.address_ready {
        Ok(())
    } else {
        Err(ReconcileError::waiting("an address"))
    }
}

/// Waits until the node has an address and its name.
pub(crate) fn address_and_name(cx: &Context) -> Result<(), ReconcileError> {
    address(cx)?;
    if cx.require::<NetworkStatus>(NetworkStatus::ID)?.hostname_ready {
        Ok(())
    } else {
        Err(ReconcileError::waiting("the node's name"))
    }
}

/// Waits until the clock is right: a certificate for years must not begin at a wrong time.
pub(crate) fn clock(cx: &Context) -> Result<(), ReconcileError> {
    if cx.require::<TimeStatus>(TimeStatus::ID)?.synced {
        Ok(())
    } else {
        Err(ReconcileError::waiting("the right time"))
    }
}
