//! Tells which routes there are.

use std::sync::Arc;

use async_trait::async_trait;
use minos_netlink::{Links, NetEvent, NetEvents, Routes};
use minos_resources::network::{LinkStatus, RouteStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Source};

use super::listed;
use crate::{Deps, kernel};

pub(super) struct Status {
    links: Arc<dyn Links>,
    routes: Arc<dyn Routes>,
    events: Arc<dyn NetEvents>,
}

impl Status {
    pub(super) fn new(deps: &Deps) -> Self {
        let (links, routes) = (Arc::clone(&deps.links), Arc::clone(&deps.routes));
        Self { links, routes, events: Arc::clone(&deps.events) }
    }
}

#[async_trait]
impl Controller for Status {
    fn name(&self) -> &str {
        "network.route.status"
    }

    /// When an IPv4 link goes down the kernel removes its routes without a word.
    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<LinkStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<RouteStatus>()]
    }

    fn sources(&mut self) -> Vec<Source> {
        vec![kernel::wake_all(Arc::clone(&self.events), |event| matches!(event, NetEvent::Route { .. }))]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let links = self.links.links()?;
        for route in self.routes.routes()? {
            let link = links.iter().find(|link| Some(link.index) == route.link);
            let status = listed(&route, link.map(|link| link.name.as_str()).unwrap_or_default());
            cx.write(&status.id(), status)?;
        }
        Ok(())
    }
}
