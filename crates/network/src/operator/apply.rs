//! Runs a DHCP client for each operator and wishes what its lease says.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use minos_netlink::{DhcpSockets, LinkIndex, MacAddr};
use minos_resources::network::{
    AddressSpec, CONFIG_NAMESPACE, ClientIdentifier, Dhcp4Operator, HostnameSpec, LinkFlags, LinkSpec, LinkStatus,
    Operator, OperatorSpec, ResolverSpec, RouteSpec, TimeServerSpec, address_id,
};
use minos_runtime::{Context, Controller, Input, Key, Labels, Object, Output, ReconcileError, Resource, StateError};

use crate::Deps;
use crate::dhcp::{Identity, Leases, Start, Wishes};

pub(super) struct Apply {
    sockets: Arc<dyn DhcpSockets>,
    leases: Leases,
    /// Operators whose link has been down in this life of the process: it may be another network now.
    interrupted: HashSet<Key>,
}

impl Apply {
    pub(super) fn new(deps: &Deps) -> Self {
        let leases = Leases::new(Arc::clone(&deps.records));
        Self { sockets: Arc::clone(&deps.dhcp), leases, interrupted: HashSet::new() }
    }
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.operator.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        let of_link = |object: &Object| vec![Key::from(format!("{}/{}", Operator::Dhcp4, object.metadata().id))];
        vec![Input::of::<OperatorSpec>(), Input::of::<LinkStatus>().to_keys(of_link)]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![
            Output::shared::<AddressSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<RouteSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<LinkSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<HostnameSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<ResolverSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<TimeServerSpec>().in_namespace(CONFIG_NAMESPACE),
        ]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let operator = cx.get::<OperatorSpec>(key.as_str())?.filter(Resource::is_running);
        let Some((operator, settings)) = operator.as_ref().and_then(|one| Some((one, one.dhcp4.as_ref()?))) else {
            cx.stop_task();
            return Ok(());
        };
        let link = cx.get::<LinkStatus>(&operator.link_name)?.filter(|link| ready(link) || !operator.require_up);
        match link {
            Some(link) => {
                let start = self.start(key, &link, settings)?;
                let fingerprint = (settings, link.index, &link.hardware_addr);
                let leases = self.leases.clone();
                cx.run_task(&fingerprint, move |waker| leases.run(start, waker));
            }
            // A cable that comes loose for a moment costs nothing: the lease holds until it is over.
            None => {
                self.interrupted.insert(key.clone());
                cx.stop_task();
            }
        }
        if let Some(held) = self.leases.get(key.as_str()) {
            let left = held.expires().saturating_sub(self.leases.now());
            cx.wake_after(left + std::time::Duration::from_secs(1));
            let wishes = Wishes::of(&held.lease, &operator.link_name, settings.route_metric);
            write(cx, key, wishes)?;
        }
        Ok(())
    }
}

impl Apply {
    fn start(&self, key: &Key, link: &Resource<LinkStatus>, settings: &Dhcp4Operator) -> Result<Start, ReconcileError> {
        let mac: MacAddr = link.hardware_addr.parse()?;
        Ok(Start {
            key: key.as_str().to_owned(),
            link: LinkIndex(link.index),
            identity: Identity {
                mac,
                client_id: client_id(settings, mac),
                ask_hostname: !settings.skip_hostname_request,
            },
            sockets: Arc::clone(&self.sockets),
            trust: !self.interrupted.contains(key),
        })
    }
}

/// Whether a link passes packets.
fn ready(link: &LinkStatus) -> bool {
    const UP: u32 = 1;
    let LinkFlags(flags) = link.flags;
    flags & UP != 0 && link.link_state
}

/// Option 61: a type and the client's name.
fn client_id(settings: &Dhcp4Operator, mac: MacAddr) -> Vec<u8> {
    const ETHERNET: u8 = 1;
    const DUID: u8 = 255; // RFC 4361
    match settings.client_identifier.client_identifier {
        ClientIdentifier::MAC => [&[ETHERNET], &mac.0[..]].concat(),
        ClientIdentifier::DUID => {
            let text = settings.client_identifier.duid_raw_hex.as_bytes();
            let bytes = text.chunks(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            let association = &mac.0[2..];
            [DUID].into_iter().chain(association.iter().copied()).chain(bytes).collect()
        }
        _ => Vec::new(),
    }
}

fn write(cx: &Context, key: &Key, wishes: Wishes) -> Result<(), StateError> {
    let none = Labels::new();
    let id = |what: &str| format!("{key}/{what}");
    let Wishes { address, routes, link, hostname, resolver, time_servers } = wishes;
    for route in routes {
        cx.write_at(CONFIG_NAMESPACE, &id(&route.id()), &none, route)?;
    }
    if let Some(link) = link {
        cx.write_at(CONFIG_NAMESPACE, &id(&link.name), &none, link)?;
    }
    if let Some(hostname) = hostname {
        cx.write_at(CONFIG_NAMESPACE, &id(HostnameSpec::ID), &none, hostname)?;
    }
    if let Some(resolver) = resolver {
        cx.write_at(CONFIG_NAMESPACE, &id(ResolverSpec::ID), &none, resolver)?;
    }
    if let Some(time_servers) = time_servers {
        cx.write_at(CONFIG_NAMESPACE, &id(TimeServerSpec::ID), &none, time_servers)?;
    }
    // Last, because it says that the operator has been heard.
    let address_id = id(&address_id(&address.link_name, address.address));
    cx.write_at(CONFIG_NAMESPACE, &address_id, &none, address)?;
    Ok(())
}
