//! Gives the node its name.

use std::sync::Arc;

use async_trait::async_trait;
use minos_netlink::Hostname;
use minos_resources::network::{HostnameSpec, HostnameStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use crate::Deps;

pub(super) struct Apply {
    kernel: Arc<dyn Hostname>,
}

impl Apply {
    pub(super) fn new(deps: &Deps) -> Self {
        Self { kernel: Arc::clone(&deps.hostname) }
    }
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.hostname.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<HostnameSpec>().only(HostnameSpec::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<HostnameStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(spec) = cx.get::<HostnameSpec>(HostnameSpec::ID)?.filter(Resource::is_running) else {
            return Ok(());
        };
        if self.kernel.hostname() != spec.hostname {
            self.kernel.set_hostname(&spec.hostname)?;
            tracing::info!(hostname = spec.hostname, domain = spec.domainname, "named the node");
        }
        let HostnameSpec { hostname, domainname, .. } = spec.spec().clone();
        cx.write(HostnameStatus::ID, HostnameStatus { hostname, domainname })?;
        Ok(())
    }
}
