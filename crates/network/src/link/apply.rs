//! Makes links what they should be. A link that nobody speaks of is left alone.

use std::sync::Arc;

use async_trait::async_trait;
use minos_netlink::{Link, Links, NetError};
use minos_resources::network::{LinkSpec, LinkStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use super::plan::{Step, plan};
use crate::Deps;

pub(super) struct Apply {
    links: Arc<dyn Links>,
}

impl Apply {
    pub(super) fn new(deps: &Deps) -> Self {
        Self { links: Arc::clone(&deps.links) }
    }
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.link.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<LinkSpec>(), Input::of::<LinkStatus>()]
    }

    fn outputs(&self) -> Vec<Output> {
        Vec::new()
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let Some(spec) = cx.get::<LinkSpec>(key.as_str())?.filter(Resource::is_running) else {
            return Ok(());
        };
        let Some(link) = self.links.link(key.as_str())? else {
            return Err(ReconcileError::waiting(format!("link {key}")));
        };
        let steps = plan(&spec, &link);
        if steps.is_empty() {
            return Ok(());
        }
        // Drivers of real cards take up to a second to come up.
        let links = Arc::clone(&self.links);
        tokio::task::spawn_blocking(move || take(links.as_ref(), &link, &steps)).await??;
        Ok(())
    }
}

fn take(links: &dyn Links, link: &Link, steps: &[Step]) -> Result<(), NetError> {
    for step in steps {
        match *step {
            Step::Mtu(mtu) => links.set_mtu(link.index, mtu)?,
            Step::Up(up) => links.set_up(link.index, up)?,
        }
        tracing::info!(link = link.name, ?step, "changed a link");
    }
    Ok(())
}
