//! What has to change among the routes of a link.

use std::collections::BTreeSet;

use minos_netlink::Route;

use super::listed;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Remove a route.
    Remove(Route),
    /// Set a route.
    Set(Route),
}

/// The changes after which every `desired` route is there, and none of those whose ids are in `removable` that nobody
/// desires. `observed` are the routes through the link. Of several wishes for one place on it the first counts. Routes
/// to the link itself come first, because gateways are reached through them.
pub(super) fn plan(link: &str, desired: &[Route], observed: &[Route], removable: &BTreeSet<String>) -> Vec<Step> {
    let mut wanted: Vec<&Route> = Vec::new();
    for route in desired {
        if !wanted.iter().any(|one| same_place(one, route)) {
            wanted.push(route);
        }
    }
    wanted.sort_by_key(|route| route.gateway.is_some());
    let id = |route: &Route| listed(route, link).id();
    let unwanted = observed.iter().filter(|route| {
        let in_the_way = wanted.iter().any(|one| same_place(one, route) && one.gateway == route.gateway);
        (in_the_way || removable.contains(&id(route))) && !wanted.iter().any(|one| same(one, route))
    });
    let missing = wanted.iter().filter(|route| !observed.iter().any(|one| same(one, route)));
    let removals: Vec<Step> = unwanted.cloned().map(Step::Remove).collect();
    removals.into_iter().chain(missing.map(|route| Step::Set((*route).clone()))).collect()
}

/// Whether two routes of a link lead to the same place with the same weight.
fn same_place(one: &Route, other: &Route) -> bool {
    one.destination == other.destination && one.table == other.table && metric(one) == metric(other)
}

fn same(one: &Route, other: &Route) -> bool {
    let link = one.link.is_none() || other.link.is_none() || one.link == other.link;
    same_place(one, other)
        && link
        && one.gateway == other.gateway
        && one.source == other.source
        && (one.scope == other.scope || one.destination.addr().is_ipv6())
        && one.kind == other.kind
        && one.protocol == other.protocol
        && one.mtu == other.mtu
}

/// For IPv6 the kernel fills in a metric.
fn metric(route: &Route) -> u32 {
    if route.metric == 0 && route.destination.addr().is_ipv6() { 1024 } else { route.metric }
}

#[cfg(test)]
mod tests {
    use minos_netlink::{
        AddressFlags, Addresses as _, FakeKernel, LinkIndex, LinkKind, Links as _, NewAddress, RouteProtocol,
        Routes as _, Scope,
    };
    use proptest::prelude::*;

    use super::super::apply::take;
    use super::*;

    fn route() -> impl Strategy<Value = Route> {
        (0_u8..3, 0_u8..3, 0_u32..2, any::<bool>(), 0_u32..2).prop_map(|(to, gateway, metric, main, mtu)| {
            let destination = match to {
                0 => "0.0.0.0/0".to_owned(),
                other => format!("192.0.{other}.0/24"),
            };
            let mut route = Route::to(destination.parse().expect("valid"), LinkIndex(2));
            route.gateway = (gateway > 0).then(|| [10, 0, 0, gateway].into());
            route.scope = if gateway > 0 { Scope::GLOBAL } else { Scope::LINK };
            route.table = if main { Route::TABLE_MAIN } else { 42 };
            (route.metric, route.mtu) = (metric, mtu * 1400);
            route
        })
    }

    fn routes() -> impl Strategy<Value = Vec<Route>> {
        proptest::collection::vec(route(), 0..6)
    }

    proptest! {
        #[test]
        fn applied_it_gives_what_is_desired_and_then_nothing_is_left_to_do(before in routes(), after in routes()) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
            runtime.block_on(async {
                let kernel = FakeKernel::new();
                let link = kernel.create("eth0", &LinkKind::Dummy).expect("created");
                kernel.set_up(link, true).expect("set up");
                let prefix = "10.0.0.9/24".parse().expect("valid");
                let flags = AddressFlags::default();
                kernel.add_address(&NewAddress { link, prefix, scope: Scope::GLOBAL, flags, metric: 0 }).expect("set");
                let foreign = kernel.routes().expect("listed");
                let set = |routes: &[Route], removable: &BTreeSet<String>| {
                    let steps = plan("eth0", routes, &kernel.routes().expect("listed"), removable);
                    take(&kernel, "eth0", &steps).expect("applied");
                    steps.len()
                };
                set(&before, &BTreeSet::new());
                let ours = before.iter().chain(&after).map(|route| listed(route, "eth0").id()).collect();
                set(&after, &ours);
                assert_eq!(set(&after, &ours), 0, "the next plan is empty");
                let found = kernel.routes().expect("listed");
                for route in &after {
                    let there: Vec<_> = found.iter().filter(|one| same_place(one, route)).collect();
                    assert_eq!(there.len(), 1);
                    let first = after.iter().find(|one| same_place(one, route)).expect("at least itself");
                    assert!(same(there[0], first));
                }
                assert!(foreign.iter().all(|route| found.contains(route)), "what is not ours stays");
                let ours_now = found.iter().filter(|one| one.protocol == RouteProtocol::STATIC).count();
                assert_eq!(ours_now, found.len() - foreign.len());
                for route in found.iter().filter(|one| one.protocol == RouteProtocol::STATIC) {
                    assert!(after.iter().any(|one| same(one, route)), "nothing else of ours");
                }
            });
        }
    }
}
