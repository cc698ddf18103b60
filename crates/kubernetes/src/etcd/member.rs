//! The id of the etcd member on this node.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::etcd::EtcdMember;
use minos_resources::v1alpha1::Service;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::client::Etcd;

/// One for the node.
pub(crate) struct EtcdMemberStatusOf {
    etcd: Arc<dyn Etcd>,
}

impl EtcdMemberStatusOf {
    pub(crate) fn new(etcd: Arc<dyn Etcd>) -> Self {
        Self { etcd }
    }
}

#[async_trait]
impl Controller for EtcdMemberStatusOf {
    fn name(&self) -> &str {
        "kubernetes.etcd.member"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<Service>().only("etcd").to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<EtcdMember>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        if !cx.get::<Service>("etcd")?.is_some_and(|service| service.is_running() && service.healthy) {
            return Ok(());
        }
        let (id, _) = self.etcd.members().await?;
        cx.write(EtcdMember::ID, EtcdMember { member_id: format!("{id:016x}") })?;
        Ok(())
    }
}
