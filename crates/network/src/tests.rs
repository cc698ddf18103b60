//! The whole domain on the model of the kernel.

mod server;

use std::sync::Arc;
use std::time::Duration;

use minos_config::Config;
use minos_netlink::{
    Addresses as _, FakeKernel, Hostname as _, LinkIndex, Links as _, MacAddr, Records as _, Routes as _,
};
use minos_resources::config::MachineConfig;
use minos_resources::files::{EtcFileSpec, EtcFileStatus};
use minos_resources::network::{
    AddressStatus, DnsResolveCache, DnsUpstream, HostnameStatus, LinkStatus, NetworkStatus, NodeAddress,
    NodeAddressFilter, OperatorSpec, PlatformConfig, ResolverStatus, RouteStatus, TimeServerStatus,
};
use minos_runtime::testing::Harness;

use crate::Deps;
use server::Server;

const SECOND: Duration = Duration::from_secs(1);

fn deps(kernel: &FakeKernel) -> Deps {
    let kernel = Arc::new(kernel.clone());
    Deps {
        links: kernel.clone(),
        addresses: kernel.clone(),
        routes: kernel.clone(),
        events: kernel.clone(),
        dhcp: kernel.clone(),
        hostname: kernel.clone(),
        records: kernel.clone(),
        pod_files: kernel,
        dns: Arc::new(crate::host_dns::FreePorts),
    }
}

/// A life of the process on `kernel`.
fn start(kernel: &FakeKernel) -> Harness {
    let harness = Harness::new();
    harness.engine.register_all(crate::controllers(deps(kernel))).expect("all can be registered");
    harness
}

/// A kernel with one card.
fn kernel() -> (FakeKernel, LinkIndex) {
    let kernel = FakeKernel::new();
    let card = kernel.plug("eth0", MacAddr([2, 0, 0, 0, 0, 1]));
    (kernel, card)
}

fn configure(harness: &Harness, network: &str) {
    let text = format!("version: v1alpha1\nmachine:\n  type: worker\n  network:\n{network}");
    let (config, _) = Config::parse(text.as_bytes()).expect("a valid configuration");
    harness.put(MachineConfig::ID, MachineConfig(config));
}

fn prefixes(kernel: &FakeKernel) -> Vec<String> {
    kernel.addresses().expect("listed").iter().map(|address| address.prefix.to_string()).collect()
}

fn default_gateways(kernel: &FakeKernel) -> Vec<String> {
    let routes = kernel.routes().expect("listed").into_iter().filter(|route| route.destination.prefix_len() == 0);
    routes.filter_map(|route| route.gateway).map(|gateway| gateway.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_card_gets_everything_by_dhcp_without_any_configuration() {
    let (kernel, card) = kernel();
    let server = Server::start(&kernel, card);
    let harness = start(&kernel);
    harness.pass(SECOND).await;

    assert!(kernel.link("lo").expect("listed").expect("there").is_up());
    assert_eq!(harness.ids::<LinkStatus>(), ["eth0", "lo"]);
    assert_eq!(harness.ids::<OperatorSpec>(), ["dhcp4/eth0"]);
    let address = harness.spec::<AddressStatus>("eth0/10.5.0.2/24").expect("leased and set");
    assert_eq!((address.priority, address.flags.to_string().as_str()), (1024, "permanent"));
    assert!(harness.ids::<AddressStatus>().contains(&"lo/127.0.0.1/8".to_owned()));
    let route = harness.spec::<RouteStatus>("inet4/10.5.0.1//1024").expect("set");
    assert_eq!((route.out_link_name.as_str(), route.protocol.to_string().as_str()), ("eth0", "boot"));
    assert_eq!(route.source, "10.5.0.2".parse().ok());
    let resolver = harness.spec::<ResolverStatus>(ResolverStatus::ID).expect("told");
    assert_eq!(resolver.dns_servers, ["10.5.0.3".parse::<std::net::IpAddr>().expect("valid")]);
    let name = harness.spec::<HostnameStatus>(HostnameStatus::ID).expect("told");
    assert_eq!((name.fqdn().as_str(), kernel.hostname().as_str()), ("node-a.lab.example", "node-a"));
    let times = harness.spec::<TimeServerStatus>(TimeServerStatus::ID).expect("told");
    assert_eq!(times.time_servers, ["10.5.0.4"]);
    let node = harness.spec::<NodeAddress>(NodeAddress::DEFAULT).expect("known");
    assert_eq!(node.addresses, ["10.5.0.2/24".parse().expect("valid")]);
    assert_eq!(harness.spec::<LinkStatus>("eth0").expect("there").mtu, 1400);

    let file = |path: &str| harness.spec::<EtcFileSpec>(path).expect("wished").contents;
    assert_eq!(file("resolv.conf"), "nameserver 127.0.0.53\n", "host DNS runs without a configuration");
    assert_eq!(harness.ids::<DnsUpstream>(), ["#000 10.5.0.3"]);
    assert_eq!(harness.ids::<DnsResolveCache>(), ["tcp-127.0.0.53:53", "udp-127.0.0.53:53"]);
    assert!(file("hosts").contains("10.5.0.2  node-a.lab.example node-a\n"), "{}", file("hosts"));
    for path in ["hosts", "resolv.conf"] {
        harness.put(path, EtcFileStatus { spec_version: "1".to_owned() });
    }
    harness.settle().await;
    assert!(harness.spec::<NetworkStatus>(NetworkStatus::ID).expect("told").ready());
    assert_eq!(server.asked(), 2, "discover and request");
}

#[tokio::test(start_paused = true)]
async fn static_settings_need_no_server() {
    let (kernel, card) = kernel();
    let harness = start(&kernel);
    configure(
        &harness,
        "    hostname: fixed\n    nameservers: [9.9.9.9]\n    interfaces:\n      - interface: eth0\n        \
         addresses: [10.7.0.2/24]\n        mtu: 1450\n        routes:\n          - network: 0.0.0.0/0\n            \
         gateway: 10.7.0.1\n    extraHostEntries:\n      - ip: 10.7.0.9\n        aliases: [nine]\n",
    );
    harness.pass(SECOND).await;
    assert!(harness.ids::<OperatorSpec>().is_empty());
    assert!(prefixes(&kernel).contains(&"10.7.0.2/24".to_owned()));
    assert_eq!(default_gateways(&kernel), ["10.7.0.1"]);
    assert_eq!(harness.spec::<RouteStatus>("inet4/10.7.0.1//1024").expect("set").protocol.to_string(), "static");
    assert_eq!(kernel.hostname(), "fixed");
    assert_eq!(kernel.link("eth0").expect("listed").expect("there").mtu, 1450);
    let file = |path: &str| harness.spec::<EtcFileSpec>(path).expect("wished").contents;
    assert_eq!(file("resolv.conf"), "nameserver 9.9.9.9\n");
    assert!(file("hosts").contains("10.7.0.9  nine\n"));

    // Without addresses the interface is spoken of, so nobody asks by DHCP either.
    configure(
        &harness,
        "    hostname: fixed\n    interfaces:\n      - interface: eth0\n        addresses: [10.7.0.3/24]\n",
    );
    harness.pass(SECOND).await;
    assert_eq!(prefixes(&kernel), ["127.0.0.1/8", "::1/128", "10.7.0.3/24"]);
    assert!(default_gateways(&kernel).is_empty());
    assert!(kernel.dhcp_server(card).try_receive().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_takes_away_is_set_again() {
    let (kernel, card) = kernel();
    let _server = Server::start(&kernel, card);
    let harness = start(&kernel);
    harness.pass(SECOND).await;
    kernel.remove_address(card, "10.5.0.2/24".parse().expect("valid")).expect("removed");
    assert!(default_gateways(&kernel).is_empty(), "the kernel takes the routes with it");
    harness.pass(SECOND).await;
    assert!(prefixes(&kernel).contains(&"10.5.0.2/24".to_owned()));
    assert_eq!(default_gateways(&kernel), ["10.5.0.1"]);
    kernel.set_up(card, false).expect("set down");
    harness.pass(SECOND).await;
    assert_eq!(default_gateways(&kernel), ["10.5.0.1"], "a link that is wanted up comes up, with its routes");
}

#[tokio::test(start_paused = true)]
async fn a_new_process_changes_nothing_that_is_right() {
    let (kernel, card) = kernel();
    let server = Server::start(&kernel, card);
    let life = || {
        let harness = start(&kernel);
        configure(&harness, "    disableSearchDomain: true\n");
        harness
    };
    let first = life();
    first.pass(SECOND).await;
    let (asked, changes) = (server.asked(), kernel.changes());
    drop(first);
    tokio::time::sleep(100 * SECOND).await;

    let second = life();
    second.settle().await;
    for _ in 0..20 {
        second.pass(Duration::from_millis(10)).await;
        if let Some(file) = second.spec::<EtcFileSpec>("resolv.conf") {
            assert_eq!(file.contents, "nameserver 10.5.0.3\n", "never the servers that hold without DHCP");
        }
    }
    assert!(second.spec::<EtcFileSpec>("resolv.conf").is_some());
    assert_eq!(kernel.changes(), changes, "the kernel was not touched");
    assert_eq!(server.asked(), asked, "the lease was read back");
    assert!(second.spec::<AddressStatus>("eth0/10.5.0.2/24").is_some());

    // The renewal comes when it is due, counted from the first process' lease.
    second.pass(400 * SECOND).await;
    assert_eq!(server.asked(), asked + 1);
    assert!(prefixes(&kernel).contains(&"10.5.0.2/24".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_new_process_with_a_configuration_removes_nothing_that_is_right() {
    let network = "    interfaces:\n      - interface: eth0\n        dhcp: true\n      - interface: eth1\n        \
                   addresses: [10.7.0.2/24]\n";
    let (kernel, card) = kernel();
    kernel.plug("eth1", MacAddr([2, 0, 0, 0, 0, 2]));
    let _server = Server::start(&kernel, card);
    let life = || {
        let harness = Harness::new();
        configure(&harness, network);
        harness.put(PlatformConfig::ACTIVE, PlatformConfig::default());
        let controllers = crate::controllers(deps(&kernel));
        harness.engine.register_all(controllers).expect("all can be registered");
        harness
    };
    let first = life();
    first.pass(60 * SECOND).await;
    assert!(prefixes(&kernel).contains(&"10.5.0.2/24".to_owned()));
    assert!(prefixes(&kernel).contains(&"10.7.0.2/24".to_owned()));
    drop(first);
    let changes = kernel.changes();
    let second = life();
    for _ in 0..100 {
        second.pass(SECOND).await;
        if let Some(file) = second.spec::<EtcFileSpec>("resolv.conf") {
            assert!(file.contents.starts_with("nameserver 10.5.0.3\n"), "{}", file.contents);
        }
    }
    assert!(second.spec::<EtcFileSpec>("resolv.conf").is_some());
    assert_eq!(kernel.changes(), changes, "the kernel was not touched");
}

#[tokio::test(start_paused = true)]
async fn what_a_former_process_set_goes_only_when_all_have_been_heard() {
    let (kernel, card) = kernel();
    let first = start(&kernel);
    let interface =
        |address: &str| format!("    interfaces:\n      - interface: eth0\n        addresses: [{address}]\n");
    configure(&first, &interface("10.7.0.2/24"));
    first.pass(SECOND).await;
    drop(first);
    let foreign = minos_netlink::NewAddress {
        link: card,
        prefix: "192.0.2.1/32".parse().expect("valid"),
        scope: minos_netlink::Scope::GLOBAL,
        flags: minos_netlink::AddressFlags::default(),
        metric: 0,
    };
    kernel.add_address(&foreign).expect("set");

    let second = start(&kernel);
    second.pass(60 * SECOND).await;
    assert!(prefixes(&kernel).contains(&"10.7.0.2/24".to_owned()), "no configuration, nothing removed");
    configure(&second, &interface("10.7.0.3/24"));
    second.pass(60 * SECOND).await;
    let now = prefixes(&kernel);
    assert!(now.contains(&"10.7.0.2/24".to_owned()), "the platform has not been heard");
    assert!(now.contains(&"10.7.0.3/24".to_owned()));
    second.put(PlatformConfig::ACTIVE, PlatformConfig::default());
    second.pass(60 * SECOND).await;
    let now = prefixes(&kernel);
    assert!(!now.contains(&"10.7.0.2/24".to_owned()));
    assert!(now.contains(&"10.7.0.3/24".to_owned()));
    assert!(now.contains(&"192.0.2.1/32".to_owned()), "what is not ours stays");
}

#[tokio::test(start_paused = true)]
async fn a_loose_cable_costs_nothing_and_another_network_is_noticed() {
    let (kernel, card) = kernel();
    let server = Server::start(&kernel, card);
    let harness = start(&kernel);
    harness.pass(SECOND).await;
    kernel.set_carrier(card, false);
    harness.pass(20 * SECOND).await;
    assert!(prefixes(&kernel).contains(&"10.5.0.2/24".to_owned()));
    server.refuse_old_addresses("10.6.0.9/24");
    kernel.set_carrier(card, true);
    harness.pass(10 * SECOND).await;
    let now = prefixes(&kernel);
    assert!(now.contains(&"10.6.0.9/24".to_owned()), "{now:?}");
    assert!(!now.contains(&"10.5.0.2/24".to_owned()), "{now:?}");
    assert_eq!(
        harness.spec::<NodeAddress>(NodeAddress::DEFAULT).expect("known").addresses[0].to_string(),
        "10.6.0.9/24"
    );
    let ever = harness.spec::<NodeAddress>(NodeAddress::ACCUMULATIVE).expect("known").addresses;
    assert_eq!(ever.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_nobody_extends_is_given_up() {
    let (kernel, card) = kernel();
    let server = Server::start(&kernel, card);
    let harness = start(&kernel);
    harness.pass(SECOND).await;
    server.stop();
    harness.pass(700 * SECOND).await;
    assert!(prefixes(&kernel).contains(&"10.5.0.2/24".to_owned()));
    harness.pass(200 * SECOND).await;
    assert!(!prefixes(&kernel).contains(&"10.5.0.2/24".to_owned()));
    assert!(default_gateways(&kernel).is_empty());
    let resolver = harness.spec::<ResolverStatus>(ResolverStatus::ID).expect("told");
    assert_eq!(resolver.dns_servers.len(), 2, "the servers that hold without DHCP");
}

#[tokio::test(start_paused = true)]
async fn lost_events_and_new_cards_are_noticed() {
    let (kernel, card) = kernel();
    let _server = Server::start(&kernel, card);
    let harness = start(&kernel);
    harness.pass(SECOND).await;
    let second = kernel.plug("eth1", MacAddr([2, 0, 0, 0, 0, 2]));
    let other = Server::start(&kernel, second);
    other.refuse_old_addresses("10.8.0.5/24");
    kernel.lose_events();
    harness.pass(2 * SECOND).await;
    assert!(harness.ids::<OperatorSpec>().contains(&"dhcp4/eth1".to_owned()));
    assert!(harness.spec::<AddressStatus>("eth1/10.8.0.5/24").is_some());
    let node = harness.spec::<NodeAddress>(NodeAddress::DEFAULT).expect("known");
    assert_eq!(node.addresses[0].to_string(), "10.5.0.2/24", "the address that stands for the node stays");
    let filter =
        NodeAddressFilter { exclude_subnets: vec!["10.8.0.0/16".parse().expect("valid")], ..Default::default() };
    harness.put(NodeAddressFilter::NO_K8S, filter);
    harness.settle().await;
    let routed = harness.spec::<NodeAddress>("routed-no-k8s").expect("filtered");
    assert_eq!(routed.addresses.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_ignored_card_is_left_alone() {
    let (kernel, card) = kernel();
    let server = Server::start(&kernel, card);
    let harness = Harness::new();
    configure(&harness, "    interfaces:\n      - interface: eth0\n        ignore: true\n");
    harness.engine.register_all(crate::controllers(deps(&kernel))).expect("all can be registered");
    harness.pass(10 * SECOND).await;
    assert!(!kernel.link("eth0").expect("listed").expect("there").is_up());
    assert_eq!(server.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn pods_get_the_address_of_host_dns_and_keep_it_across_a_new_process() {
    let (kernel, card) = kernel();
    let _server = Server::start(&kernel, card);
    let forwarding = "  features:\n    hostDNS: {enabled: true, forwardKubeDNSToHost: true}\n";
    let first = start(&kernel);
    configure(&first, &format!("    disableSearchDomain: true\n{forwarding}"));
    first.pass(SECOND).await;
    let for_pods = || kernel.load("resolv.conf").expect("written");
    assert_eq!(for_pods(), "nameserver 169.254.116.108\n");
    assert_eq!(first.spec::<EtcFileSpec>("resolv.conf").expect("written").contents, "nameserver 127.0.0.53\n");
    assert!(prefixes(&kernel).contains(&"169.254.116.108/32".to_owned()));
    let listening = ["127.0.0.53:53", "169.254.116.108:53"].map(|at| [format!("tcp-{at}"), format!("udp-{at}")]);
    let mut listening = listening.concat();
    listening.sort();
    assert_eq!(first.ids::<DnsResolveCache>(), listening);
    let node = first.spec::<NodeAddress>(NodeAddress::CURRENT).expect("known");
    assert!(node.addresses.iter().all(|address| address.to_string() != "169.254.116.108/32"), "{node:?}");
    drop(first);

    // The configuration is read a moment after the process began.
    let second = start(&kernel);
    for _ in 0..30 {
        second.pass(Duration::from_millis(100)).await;
        assert_eq!(for_pods(), "nameserver 169.254.116.108\n");
        assert!(prefixes(&kernel).contains(&"169.254.116.108/32".to_owned()));
    }
    configure(&second, &format!("    disableSearchDomain: true\n{forwarding}"));
    second.pass(10 * SECOND).await;
    assert_eq!(for_pods(), "nameserver 169.254.116.108\n");

    configure(&second, "    disableSearchDomain: true\n");
    second.pass(SECOND).await;
    assert_eq!(for_pods(), "nameserver 10.5.0.3\n", "without forwarding pods ask the node's servers");
    assert!(second.ids::<DnsResolveCache>().is_empty());
    assert!(!prefixes(&kernel).contains(&"169.254.116.108/32".to_owned()));
}

/// Field report talos@63ef4df99: a document without the main one is applied in maintenance.
#[tokio::test(start_paused = true)]
async fn talos_63ef4df99_host_dns_stays_while_a_partial_configuration_is_applied() {
    let (kernel, card) = kernel();
    let _server = Server::start(&kernel, card);
    let harness = start(&kernel);
    harness.pass(SECOND).await;
    let before = harness.store.list::<DnsResolveCache>();
    assert_eq!(before.len(), 2);
    let partial = "apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n";
    let (config, _) = Config::parse(partial.as_bytes()).expect("a valid configuration");
    harness.put(MachineConfig::ID, MachineConfig(config));
    for _ in 0..20 {
        harness.pass(Duration::from_millis(100)).await;
        let now = harness.store.list::<DnsResolveCache>();
        let created = |list: &[minos_runtime::Resource<DnsResolveCache>]| {
            list.iter().map(|one| (one.id().to_owned(), one.metadata().version)).collect::<Vec<_>>()
        };
        assert_eq!(created(&now), created(&before), "the listeners are the same");
        let file = harness.spec::<EtcFileSpec>("resolv.conf").expect("there").contents;
        assert!(file.starts_with("nameserver 127.0.0.53\n"), "{file}");
    }
}
