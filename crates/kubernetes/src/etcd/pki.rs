//! Writes etcd's certificates.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::etcd::PkiStatus;
use minos_resources::secrets::{EtcdRootSecret, EtcdSecret};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::files;
use crate::digest::digest;
use crate::files::{Access, Files};

/// One for the node.
pub(crate) struct EtcdPki {
    files: Arc<dyn Files>,
}

impl EtcdPki {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Controller for EtcdPki {
    fn name(&self) -> &str {
        "kubernetes.etcd.pki"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<EtcdRootSecret>().to_all(), Input::of::<EtcdSecret>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<PkiStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<EtcdRootSecret>(EtcdRootSecret::ID)?;
        let leaves = cx.require::<EtcdSecret>(EtcdSecret::ID)?;
        self.files.make_dir(files::DIR, Access { mode: 0o700, owner: files::USER })?;
        for (path, content) in [
            (files::CA, root.etcd_ca.crt.as_str()),
            (files::SERVER_CERT, &leaves.etcd.crt),
            (files::SERVER_KEY, leaves.etcd.key.expose()),
            (files::PEER_CERT, &leaves.etcd_peer.crt),
            (files::PEER_KEY, leaves.etcd_peer.key.expose()),
            (files::ADMIN_CERT, &leaves.etcd_admin.crt),
            (files::ADMIN_KEY, leaves.etcd_admin.key.expose()),
        ] {
            self.files.write(path, content.as_bytes(), Access::secret(files::USER))?;
        }
        let version = digest(&(&root.etcd_ca.crt, &*leaves))?;
        cx.write(PkiStatus::ID, PkiStatus { ready: true, version })?;
        Ok(())
    }
}
