//! Routes of the model.

use std::net::IpAddr;

use super::{FakeKernel, State, errno};
use crate::{NetError, NetEvent, Route, RouteKind, Routes};

impl Routes for FakeKernel {
    fn routes(&self) -> Result<Vec<Route>, NetError> {
        Ok(self.lock().routes.clone())
    }

    fn add_route(&self, route: &Route) -> Result<(), NetError> {
        let mut state = self.lock_to_change();
        let made = state
            .check(route)
            .map_err(|code| NetError::new(format!("set the route to {}", route.destination), errno(code)))?;
        if state.routes.contains(&made) {
            return Err(NetError::new(format!("set the route to {}", route.destination), errno(libc::EEXIST)));
        }
        state.tell(&NetEvent::Route { link: made.link });
        state.routes.push(made);
        Ok(())
    }

    fn remove_route(&self, route: &Route) -> Result<(), NetError> {
        let mut state = self.lock_to_change();
        let wanted = normal(route);
        let found = state.routes.iter().position(|one| {
            same_place(one, &wanted)
                && one.kind == wanted.kind
                && (wanted.gateway.is_none() || one.gateway == wanted.gateway)
                && (wanted.link.is_none() || one.link == wanted.link)
        });
        let Some(found) = found else {
            return Err(NetError::new(format!("remove the route to {}", route.destination), errno(libc::ESRCH)));
        };
        let gone = state.routes.remove(found);
        state.tell(&NetEvent::Route { link: gone.link });
        Ok(())
    }
}

impl State {
    /// The route as it will be listed, or the errno with which the kernel refuses it.
    fn check(&self, route: &Route) -> Result<Route, i32> {
        let mut made = normal(route);
        if made.kind != RouteKind::UNICAST {
            return Ok(made);
        }
        if let Some(gateway) = made.gateway {
            let through = self.routes.iter().find(|one| {
                one.kind == RouteKind::UNICAST
                    && one.gateway.is_none()
                    && one.destination.contains(&gateway)
                    && (made.link.is_none() || one.link == made.link)
            });
            let on_link = made.flags & Route::ONLINK != 0 && made.link.is_some_and(|link| self.is_up(link));
            let link_local = matches!(gateway, IpAddr::V6(ip) if ip.is_unicast_link_local());
            made.link = match through {
                Some(one) => one.link,
                None if on_link || link_local => made.link,
                None => return Err(libc::ENETUNREACH),
            };
        }
        let link = made.link.ok_or(libc::EINVAL)?;
        if !self.links.iter().any(|one| one.index == link) {
            return Err(libc::ENODEV);
        }
        if !self.is_up(link) {
            return Err(libc::ENETDOWN);
        }
        let local = |source: IpAddr| self.addresses.iter().any(|one| one.prefix.addr() == source);
        if made.source.is_some_and(|source| !local(source)) {
            return Err(libc::EINVAL);
        }
        Ok(made)
    }
}

/// With what the kernel fills in: the network's address, and IPv6's metric.
fn normal(route: &Route) -> Route {
    let mut made = route.clone();
    made.destination = made.destination.trunc();
    if made.metric == 0 && made.destination.addr().is_ipv6() {
        made.metric = 1024;
    }
    made
}

/// Whether the kernel takes one in the other's place.
fn same_place(one: &Route, other: &Route) -> bool {
    one.destination == other.destination && one.table == other.table && one.metric == other.metric
}
