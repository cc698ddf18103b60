//! Addresses of the model, and the routes that the kernel makes and removes with them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{FakeKernel, State, errno};
use crate::{
    Address, AddressFlags, Addresses, LinkIndex, LinkLayer, NetError, NetEvent, NewAddress, Route, RouteKind,
    RouteProtocol, Scope,
};

impl Addresses for FakeKernel {
    fn addresses(&self) -> Result<Vec<Address>, NetError> {
        Ok(self.lock().addresses.clone())
    }

    fn add_address(&self, address: &NewAddress) -> Result<(), NetError> {
        let failed = |error| NetError::new(format!("set address {} on link {}", address.prefix, address.link), error);
        let mut state = self.lock_to_change();
        state.link_mut(address.link).map_err(failed)?;
        state.set_address(address);
        Ok(())
    }

    fn remove_address(&self, link: LinkIndex, prefix: IpNet) -> Result<(), NetError> {
        let mut state = self.lock_to_change();
        let found = state.addresses.iter().position(|one| one.link == link && one.prefix == prefix);
        let Some(found) = found else {
            return Err(NetError::new(format!("remove address {prefix} from link {link}"), errno(libc::EADDRNOTAVAIL)));
        };
        let address = state.addresses.remove(found);
        state.remove_address_routes(&address);
        state.tell(&NetEvent::Address { link });
        Ok(())
    }
}

impl State {
    fn set_address(&mut self, address: &NewAddress) {
        let NewAddress { link, prefix, scope, flags, metric } = address.clone();
        let made = Address {
            link,
            prefix,
            local: Some(prefix.addr()),
            broadcast: address.broadcast(),
            scope,
            flags: AddressFlags(flags.0 | AddressFlags::PERMANENT),
            metric,
        };
        let there = self.addresses.iter().position(|one| one.link == link && one.prefix == prefix);
        if let Some(there) = there {
            let old = std::mem::replace(&mut self.addresses[there], made.clone());
            self.routes.retain(|route| !made_for(&old).contains(route));
        } else {
            self.addresses.push(made.clone());
        }
        if self.is_up(link) {
            self.add_routes(made_for(&made));
        }
        self.tell(&NetEvent::Address { link });
    }

    fn add_routes(&mut self, routes: Vec<Route>) {
        for route in routes {
            if !self.routes.contains(&route) {
                let link = route.link;
                self.routes.push(route);
                self.tell(&NetEvent::Route { link });
            }
        }
    }

    fn remove_address_routes(&mut self, address: &Address) {
        let last_of_family = !self
            .addresses
            .iter()
            .any(|one| one.link == address.link && one.prefix.addr().is_ipv4() == address.prefix.addr().is_ipv4());
        let made = made_for(address);
        self.remove_routes_where(|route| {
            made.contains(route)
                || route.source == Some(address.prefix.addr())
                || (last_of_family
                    && route.link == Some(address.link)
                    && route.destination.addr().is_ipv4()
                    && address.prefix.addr().is_ipv4())
        });
    }

    pub(super) fn remove_routes_where(&mut self, gone: impl Fn(&Route) -> bool) {
        let (removed, kept) = std::mem::take(&mut self.routes).into_iter().partition(|route| gone(route));
        self.routes = kept;
        let removed: Vec<Route> = removed;
        for route in removed {
            self.tell(&NetEvent::Route { link: route.link });
        }
    }

    /// What happens when a link comes up.
    pub(super) fn connect(&mut self, link: LinkIndex) {
        if self.link_mut(link).is_ok_and(|link| link.layer == LinkLayer::LOOPBACK) {
            let host = Scope::HOST;
            for (address, length) in [(IpAddr::V4(Ipv4Addr::LOCALHOST), 8), (IpAddr::V6(Ipv6Addr::LOCALHOST), 128)] {
                let prefix = IpNet::new(address, length).expect("a valid length");
                if !self.addresses.iter().any(|one| one.link == link && one.prefix == prefix) {
                    let flags = AddressFlags::default();
                    self.set_address(&NewAddress { link, prefix, scope: host, flags, metric: 0 });
                }
            }
        }
        let addresses: Vec<Address> = self.addresses.iter().filter(|one| one.link == link).cloned().collect();
        for address in addresses {
            self.add_routes(made_for(&address));
        }
    }

    /// What happens when a link goes down: its routes go, its IPv6 addresses too.
    pub(super) fn disconnect(&mut self, link: LinkIndex) {
        self.remove_routes_where(|route| route.link == Some(link));
        self.addresses.retain(|one| one.link != link || one.prefix.addr().is_ipv4());
        self.tell(&NetEvent::Address { link });
    }
}

/// The routes that the kernel makes for an address.
fn made_for(address: &Address) -> Vec<Route> {
    let route = |destination, table, kind, scope| Route {
        source: Some(address.prefix.addr()).filter(IpAddr::is_ipv4),
        table,
        kind,
        scope,
        protocol: RouteProtocol::KERNEL,
        ..Route::to(destination, address.link)
    };
    let host = IpNet::from(address.prefix.addr());
    let mut routes = vec![route(host, Route::TABLE_LOCAL, RouteKind::LOCAL, Scope::HOST)];
    let single = address.prefix.prefix_len() == address.prefix.max_prefix_len();
    if !single && !address.flags.has(AddressFlags::NO_PREFIX_ROUTE) && address.scope != Scope::HOST {
        let v4 = address.prefix.addr().is_ipv4();
        let mut connected = route(
            address.prefix.trunc(),
            Route::TABLE_MAIN,
            RouteKind::UNICAST,
            if v4 { Scope::LINK } else { Scope::GLOBAL },
        );
        connected.metric = if v4 || address.metric != 0 { address.metric } else { 256 };
        routes.push(connected);
    }
    if let Some(broadcast) = address.broadcast.filter(|_| address.scope != Scope::HOST) {
        routes.push(route(IpNet::from(broadcast), Route::TABLE_LOCAL, RouteKind::BROADCAST, Scope::LINK));
    }
    routes
}
