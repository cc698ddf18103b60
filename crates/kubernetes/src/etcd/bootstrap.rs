//! The request to found a cluster.

use minos_resources::config::MachineType;
use minos_resources::etcd::EtcdBootstrap;
use minos_resources::v1alpha1::TimeStatus;
use minos_runtime::Store;
use thiserror::Error;

use super::args::DATA_DIR;
use super::files::USER;
use crate::files::{Access, Files};

/// Why a cluster cannot be founded here and now.
#[derive(Debug, Error)]
pub enum BootstrapError {
    /// Workers have no etcd.
    #[error("a cluster can be bootstrapped on a control plane node only")]
    NotControlPlane,
    /// Certificates would be judged by a wrong clock.
    #[error("the time is not in sync yet")]
    TimeNotSynced,
    /// The disk for etcd's data is not there yet.
    #[error("the node is not ready for a bootstrap yet")]
    NotReady(#[source] std::io::Error),
    /// The cluster exists.
    #[error("etcd's data directory is not empty")]
    HasData,
    /// Somebody asked before.
    #[error("a bootstrap has been asked for already")]
    AlreadyAsked,
    /// Data cannot come from a snapshot yet.
    #[error("recovery from a snapshot is not implemented")]
    RecoveryUnsupported,
}

/// Asks this node to found an etcd cluster. At most one request of a node is accepted, and none when there is data.
///
/// # Errors
/// When the node must not or cannot do it; nothing has happened then.
pub fn request_bootstrap(store: &Store, files: &dyn Files, request: EtcdBootstrap) -> Result<(), BootstrapError> {
    let machine_type = store.get::<MachineType>(MachineType::ID);
    if !machine_type.is_some_and(|kind| kind.is_control_plane()) {
        return Err(BootstrapError::NotControlPlane);
    }
    if !store.get::<TimeStatus>(TimeStatus::ID).is_some_and(|status| status.synced) {
        return Err(BootstrapError::TimeNotSynced);
    }
    if request.recover {
        return Err(BootstrapError::RecoveryUnsupported);
    }
    if !files.is_empty_dir(DATA_DIR).map_err(BootstrapError::NotReady)? {
        return Err(BootstrapError::HasData);
    }
    // Fails while /var is not mounted.
    files.make_dir(DATA_DIR, Access { mode: 0o700, owner: USER }).map_err(BootstrapError::NotReady)?;
    store.create("", EtcdBootstrap::ID, request).map_err(|_| BootstrapError::AlreadyAsked)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use minos_resources::config::MachineRole;

    use super::*;
    use crate::files::HostFiles;

    #[test]
    fn a_cluster_is_founded_once() {
        let folder = tempfile::tempdir().unwrap();
        let files = HostFiles::below(folder.path());
        let store = Store::new();
        let ask = || request_bootstrap(&store, &files, EtcdBootstrap::default());
        assert!(matches!(ask(), Err(BootstrapError::NotControlPlane)));
        store.put("", MachineType::ID, MachineType(MachineRole::ControlPlane)).unwrap();
        assert!(matches!(ask(), Err(BootstrapError::TimeNotSynced)));
        let time = TimeStatus { synced: true, epoch: 0, sync_disabled: true };
        store.put("", TimeStatus::ID, time).unwrap();
        ask().unwrap();
        assert!(matches!(ask(), Err(BootstrapError::AlreadyAsked)));
        files.write("/var/lib/etcd/member", b"", Access::secret(0)).unwrap();
        assert!(matches!(ask(), Err(BootstrapError::HasData)));
    }
}
