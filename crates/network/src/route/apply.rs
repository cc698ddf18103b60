//! Sets the routes that there should be.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use minos_netlink::{Links, NetError, Route, Routes};
use minos_resources::network::{AddressStatus, LinkStatus, RouteSpec, RouteStatus};
use minos_runtime::{Context, Controller, Input, Key, Object, Output, ReconcileError, Resource};

use super::plan::{Step, plan};
use super::{listed, wanted};
use crate::Deps;
use crate::heard::{self, Heard};
use crate::ours::Ours;

pub(super) struct Apply {
    links: Arc<dyn Links>,
    routes: Arc<dyn Routes>,
    ours: Ours,
    heard: Heard,
}

impl Apply {
    pub(super) fn new(deps: &Deps) -> Self {
        let ours = Ours::load(Arc::clone(&deps.records), "routes.json");
        Self { links: Arc::clone(&deps.links), routes: Arc::clone(&deps.routes), ours, heard: Heard::default() }
    }
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.route.apply"
    }

    /// One unit of work is one link.
    fn inputs(&self) -> Vec<Input> {
        let spec = |object: &Object| object.spec_as::<RouteSpec>().map(|spec| Key::from(&spec.out_link_name));
        let status = |object: &Object| object.spec_as::<RouteStatus>().map(|status| Key::from(&status.out_link_name));
        let address = |object: &Object| object.spec_as::<AddressStatus>().map(|status| Key::from(&status.link_name));
        let mut inputs = vec![
            Input::of::<RouteSpec>().to_keys(move |object| spec(object).into_iter().collect()),
            Input::of::<RouteStatus>().to_keys(move |object| status(object).into_iter().collect()),
            Input::of::<AddressStatus>().to_keys(move |object| address(object).into_iter().collect()),
            Input::of::<LinkStatus>(),
        ];
        inputs.extend(heard::inputs());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        Vec::new()
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let name = key.as_str();
        let Some(link) = self.links.link(name)? else {
            return Err(ReconcileError::waiting(format!("link {key}")));
        };
        let specs = cx.list::<RouteSpec>()?;
        let mut desired: Vec<&RouteSpec> =
            specs.iter().filter(|spec| spec.is_running() && spec.out_link_name == name).map(Resource::spec).collect();
        desired.sort_by_key(|spec| std::cmp::Reverse(spec.layer));
        let ids: BTreeSet<String> = desired.iter().map(|spec| spec.id()).collect();
        self.ours.note(name, &ids)?;
        if !link.is_up() {
            return Err(ReconcileError::waiting(format!("link {key} to be up")));
        }
        let desired: Vec<Route> = desired.into_iter().map(|spec| wanted(spec, link.index)).collect();

        let all_heard = self.heard.all(cx)?;
        let removable = self.ours.removable(name, all_heard);
        let observed = self.routes.routes()?.into_iter().filter(|route| route.link == Some(link.index));
        let observed: Vec<Route> = observed.collect();
        let steps = plan(name, &desired, &observed, &removable);
        tracing::debug!(link = name, ?steps, "planned");
        match take(self.routes.as_ref(), name, &steps) {
            // The address that makes the gateway reachable, or is the source, wakes this key when it is there.
            Err(error) if error.unreachable() || error.invalid() => {
                cx.wake_after(heard::ASK_AGAIN);
                return Err(ReconcileError::waiting(ReconcileError::from(error).report()));
            }
            taken => taken?,
        }

        self.ours.forget(name, &removable.difference(&ids).cloned().collect())?;
        if !all_heard && self.ours.removable(name, true).difference(&ids).next().is_some() {
            cx.wake_after(heard::ASK_AGAIN);
        }
        Ok(())
    }
}

/// Takes the steps of a plan.
pub(super) fn take(routes: &dyn Routes, link: &str, steps: &[Step]) -> Result<(), NetError> {
    for step in steps {
        match step {
            Step::Remove(route) => match routes.remove_route(route) {
                Err(error) if !error.missing() => return Err(error),
                _ => tracing::info!(route = listed(route, link).id(), link, "removed a route"),
            },
            Step::Set(route) => match routes.add_route(route) {
                Err(error) if !error.exists() => return Err(error),
                _ => tracing::info!(route = listed(route, link).id(), link, "set a route"),
            },
        }
    }
    Ok(())
}
