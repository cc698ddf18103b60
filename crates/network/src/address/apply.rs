//! Sets the addresses that links should have.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use ipnet::IpNet;
use minos_netlink::{Addresses, LinkIndex, Links, NetError};
use minos_resources::network::{AddressSpec, AddressStatus, LinkStatus};
use minos_runtime::{Context, Controller, Input, Key, Object, Output, ReconcileError, Resource};

use super::plan::{Step, plan};
use crate::Deps;
use crate::heard::{self, Heard};
use crate::ours::Ours;

pub(super) struct Apply {
    links: Arc<dyn Links>,
    addresses: Arc<dyn Addresses>,
    ours: Ours,
    heard: Heard,
}

impl Apply {
    pub(super) fn new(deps: &Deps) -> Self {
        let ours = Ours::load(Arc::clone(&deps.records), "addresses.json");
        Self { links: Arc::clone(&deps.links), addresses: Arc::clone(&deps.addresses), ours, heard: Heard::default() }
    }
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.address.apply"
    }

    /// One unit of work is one link.
    fn inputs(&self) -> Vec<Input> {
        let spec = |object: &Object| object.spec_as::<AddressSpec>().map(|spec| Key::from(&spec.link_name));
        let status = |object: &Object| object.spec_as::<AddressStatus>().map(|status| Key::from(&status.link_name));
        let mut inputs = vec![
            Input::of::<AddressSpec>().to_keys(move |object| spec(object).into_iter().collect()),
            Input::of::<AddressStatus>().to_keys(move |object| status(object).into_iter().collect()),
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
        let specs = cx.list::<AddressSpec>()?;
        let desired = specs.iter().filter(|spec| spec.is_running() && spec.link_name == name).map(Resource::spec);
        let desired: Vec<&AddressSpec> = desired.collect();
        let wanted: BTreeSet<String> = desired.iter().map(|spec| spec.address.to_string()).collect();
        self.ours.note(name, &wanted)?;

        let all_heard = self.heard.all(cx)?;
        let removable = self.ours.removable(name, all_heard);
        let mut observed = self.addresses.addresses()?;
        observed.retain(|address| address.link == link.index);
        let prefixes: BTreeSet<IpNet> = removable.iter().filter_map(|id| id.parse().ok()).collect();
        let steps = plan(link.index, &desired, &observed, &prefixes);
        tracing::debug!(link = name, ?steps, "planned");
        take(self.addresses.as_ref(), link.index, name, &steps)?;

        self.ours.forget(name, &removable.difference(&wanted).cloned().collect())?;
        if !all_heard && self.ours.removable(name, true).difference(&wanted).next().is_some() {
            cx.wake_after(heard::ASK_AGAIN);
        }
        Ok(())
    }
}

/// Takes the steps of a plan.
pub(super) fn take(addresses: &dyn Addresses, link: LinkIndex, name: &str, steps: &[Step]) -> Result<(), NetError> {
    for step in steps {
        match step {
            Step::Remove(prefix) => match addresses.remove_address(link, *prefix) {
                Err(error) if !error.missing() => return Err(error),
                _ => tracing::info!(address = %prefix, link = name, "removed an address"),
            },
            Step::Set(address) => {
                addresses.add_address(address)?;
                tracing::info!(address = %address.prefix, link = name, "set an address");
            }
        }
    }
    Ok(())
}
