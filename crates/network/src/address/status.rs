//! Tells which addresses there are.

use std::sync::Arc;

use async_trait::async_trait;
use minos_netlink::{Addresses, Links, NetEvent, NetEvents};
use minos_resources::network::{AddressFlags, AddressStatus, Family, LinkStatus, Scope, address_id};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Source};

use crate::{Deps, kernel};

pub(super) struct Status {
    links: Arc<dyn Links>,
    addresses: Arc<dyn Addresses>,
    events: Arc<dyn NetEvents>,
}

impl Status {
    pub(super) fn new(deps: &Deps) -> Self {
        let (links, addresses) = (Arc::clone(&deps.links), Arc::clone(&deps.addresses));
        Self { links, addresses, events: Arc::clone(&deps.events) }
    }
}

#[async_trait]
impl Controller for Status {
    fn name(&self) -> &str {
        "network.address.status"
    }

    /// A link may be renamed.
    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<LinkStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<AddressStatus>()]
    }

    fn sources(&mut self) -> Vec<Source> {
        vec![kernel::wake_all(Arc::clone(&self.events), |event| matches!(event, NetEvent::Address { .. }))]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let links = self.links.links()?;
        for address in self.addresses.addresses()? {
            let Some(link) = links.iter().find(|link| link.index == address.link) else {
                continue;
            };
            let status = AddressStatus {
                address: address.prefix,
                local: address.local,
                broadcast: address.broadcast,
                anycast: None,
                multicast: None,
                link_index: link.index.0,
                link_name: link.name.clone(),
                family: Family::of(address.prefix.addr()),
                scope: Scope(address.scope.0),
                flags: AddressFlags(address.flags.0),
                priority: address.metric,
            };
            cx.write(&address_id(&link.name, address.prefix), status)?;
        }
        Ok(())
    }
}
