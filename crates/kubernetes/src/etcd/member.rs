//! The id of the etcd member on this node.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::etcd::EtcdMember;
use minos_resources::v1alpha1::Service;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::client::Etcd;

/// How soon an etcd that does not answer yet is asked again.
const AGAIN: Duration = Duration::from_millis(500);

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
        // etcd lists its members only once they have agreed on a leader.
        let (id, _) = match self.etcd.members().await {
            Ok(members) => members,
            Err(error) => {
                cx.wake_after(AGAIN);
                return Err(ReconcileError::waiting(format!("an answer of etcd: {}", causes(&error))));
            }
        };
        cx.write(EtcdMember::ID, EtcdMember { member_id: format!("{id:016x}") })?;
        Ok(())
    }
}

fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
