//! DNS servers.

mod config;

use std::net::IpAddr;

use minos_resources::network::{CONFIG_NAMESPACE, ConfigLayer, NAMESPACE, ResolverSpec, ResolverStatus};
use minos_runtime::{Context, Controller, Merge, Query, Resource, StateError, Transform};

pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    let status = |_: &Context, spec: &Resource<ResolverSpec>| {
        let ResolverSpec { dns_servers, search_domains, .. } = spec.spec().clone();
        Ok(Some((ResolverStatus::ID.to_owned(), ResolverStatus { dns_servers, search_domains })))
    };
    vec![
        Box::new(config::Config),
        Merge::<ResolverSpec>::new(
            "network.resolver.merge",
            CONFIG_NAMESPACE,
            NAMESPACE,
            |_| ResolverSpec::ID.to_owned(),
            |layers| merge(layers.iter().map(Resource::spec).collect()),
        )
        .boxed(),
        Transform::<ResolverSpec, ResolverStatus, _>::new("network.resolver.status", status).boxed(),
    ]
}

/// What the status will say once all wishes have come through.
pub(crate) fn wished(cx: &Context) -> Result<Option<ResolverStatus>, StateError> {
    let layers = cx.list_in::<ResolverSpec>(CONFIG_NAMESPACE, &Query::default())?;
    let running = layers.iter().filter(|layer| layer.is_running());
    let merged = merge(running.map(Resource::spec).collect());
    Ok(merged.map(|ResolverSpec { dns_servers, search_domains, .. }| ResolverStatus { dns_servers, search_domains }))
}

/// Search domains add up, those of higher layers first. A layer's servers replace those of the layers below; but only
/// the machine configuration can leave an address family that had servers without any.
fn merge(mut layers: Vec<&ResolverSpec>) -> Option<ResolverSpec> {
    layers.sort_by_key(|spec| spec.layer);
    let mut merged = ResolverSpec::default();
    for spec in layers {
        let known = &merged.search_domains;
        let mut domains: Vec<String> =
            spec.search_domains.iter().filter(|domain| !known.contains(domain)).cloned().collect();
        domains.append(&mut merged.search_domains);
        merged.search_domains = domains;
        if spec.layer == merged.layer {
            merged.dns_servers.extend(&spec.dns_servers);
        } else if spec.layer == ConfigLayer::Configuration {
            if !spec.dns_servers.is_empty() {
                merged.dns_servers.clone_from(&spec.dns_servers);
            }
        } else {
            let lacks = |family: fn(&IpAddr) -> bool| !spec.dns_servers.iter().any(family);
            let kept = merged
                .dns_servers
                .iter()
                .filter(|server| if server.is_ipv4() { lacks(IpAddr::is_ipv4) } else { lacks(IpAddr::is_ipv6) });
            merged.dns_servers = spec.dns_servers.iter().chain(kept).copied().collect();
        }
        merged.layer = spec.layer;
    }
    (!merged.dns_servers.is_empty()).then_some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(layer: ConfigLayer, servers: &[&str], domains: &[&str]) -> ResolverSpec {
        ResolverSpec {
            dns_servers: servers.iter().map(|server| server.parse().expect("valid")).collect(),
            layer,
            search_domains: domains.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn layers() {
        let default = spec(ConfigLayer::Default, &["1.1.1.1", "8.8.8.8"], &[]);
        assert_eq!(merge(vec![]), None);
        assert_eq!(merge(vec![&default]).as_ref(), Some(&default));
        let dhcp = spec(ConfigLayer::Operator, &["10.0.2.3"], &["lab"]);
        assert_eq!(merge(vec![&dhcp, &default]).as_ref(), Some(&dhcp));
        let second = spec(ConfigLayer::Operator, &["10.0.3.3"], &[]);
        let both = merge(vec![&default, &dhcp, &second]).expect("some");
        assert_eq!(both.dns_servers, spec(ConfigLayer::Operator, &["10.0.2.3", "10.0.3.3"], &[]).dns_servers);
        let six = spec(ConfigLayer::Operator, &["fd00::1"], &[]);
        let mixed = merge(vec![&default, &six]).expect("some");
        assert_eq!(mixed.dns_servers, spec(ConfigLayer::Operator, &["fd00::1", "1.1.1.1", "8.8.8.8"], &[]).dns_servers);
        let search_only = spec(ConfigLayer::Configuration, &[], &["example.org"]);
        let found = merge(vec![&search_only, &dhcp]).expect("some");
        assert_eq!(found.dns_servers, dhcp.dns_servers);
        assert_eq!(found.search_domains, ["example.org", "lab"]);
        let chosen = spec(ConfigLayer::Configuration, &["fd00::2"], &[]);
        assert_eq!(merge(vec![&chosen, &default, &dhcp]).expect("some").dns_servers, chosen.dns_servers);
    }
}
