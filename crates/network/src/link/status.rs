//! Tells which links there are.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_netlink::{Link, Links, MacAddr, NetEvents};
use minos_resources::network::{
    Duplex, LinkFlags, LinkStatus, LinkType, OperationalState, Port, VlanProtocol, VlanSpec,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Source};

use crate::{Deps, kernel};

/// How often a link that is not settled is looked at.
const LOOK: Duration = Duration::from_millis(50);

pub(super) struct Status {
    links: Arc<dyn Links>,
    events: Arc<dyn NetEvents>,
}

impl Status {
    pub(super) fn new(deps: &Deps) -> Self {
        Self { links: Arc::clone(&deps.links), events: Arc::clone(&deps.events) }
    }
}

#[async_trait]
impl Controller for Status {
    fn name(&self) -> &str {
        "network.link.status"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<LinkStatus>()]
    }

    fn sources(&mut self) -> Vec<Source> {
        vec![kernel::wake_links(Arc::clone(&self.events), Arc::clone(&self.links))]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        // The engine's first key stands for no link.
        if key.as_str().is_empty() {
            return Ok(());
        }
        if let Some(link) = self.links.link(key.as_str())? {
            if !self.links.is_settled(&link) {
                cx.wake_after(LOOK);
                return Ok(());
            }
            cx.write(key.as_str(), status(link))?;
        }
        Ok(())
    }
}

fn status(link: Link) -> LinkStatus {
    let mac = |mac: Option<MacAddr>| mac.map(|mac| mac.to_string()).unwrap_or_default();
    LinkStatus {
        index: link.index.0,
        link_type: LinkType(link.layer.0),
        link_index: link.parent.map(|parent| parent.0).unwrap_or_default(),
        flags: LinkFlags(link.flags.0),
        hardware_addr: mac(link.mac),
        permanent_addr: mac(link.permanent_mac.or(link.mac)),
        broadcast_addr: mac(link.broadcast_mac),
        mtu: link.mtu,
        queue_disc: link.qdisc,
        master_index: link.master.map(|master| master.0).unwrap_or_default(),
        operational_state: OperationalState(link.state as u8),
        slave_kind: link.slave_kind,
        bus_path: link.bus_path,
        link_state: link.carrier,
        port: Port::OTHER,
        duplex: Duplex::UNKNOWN,
        vlan: link.vlan_id.map(|id| VlanSpec { id, protocol: VlanProtocol::IEEE8021Q }),
        alias: link.alias,
        alt_names: link.alt_names,
        kind: link.kind,
        ..LinkStatus::default()
    }
}
