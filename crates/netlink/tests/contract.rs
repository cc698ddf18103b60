//! What holds of the kernel's network holds of the model too: each scenario runs on both. The real one runs in an
//! unprivileged user and network namespace of its own, in a second process of this test.

use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::StreamExt as _;
use ipnet::IpNet;
use minos_netlink::{
    AddressFlags, Addresses, DhcpSockets, FakeKernel, LinkIndex, LinkKind, Links, LinuxNetwork, NetEvent, NetEvents,
    NewAddress, Route, RouteKind, RouteProtocol, Routes, Scope,
};
use rustix::fs::{Mode, OFlags};

trait Network: Links + Addresses + Routes + NetEvents {}
impl<T: Links + Addresses + Routes + NetEvents> Network for T {}

/// Runs a scenario on the model and, in a namespace, on the kernel.
macro_rules! contract {
    ($($name:ident)*) => {
        $(mod $name {
            #[tokio::test]
            async fn fake() {
                super::scenarios::$name(&super::FakeKernel::new()).await;
            }

            #[tokio::test]
            async fn linux() {
                if super::in_namespace(concat!(stringify!($name), "::linux")) {
                    super::scenarios::$name(&super::LinuxNetwork).await;
                }
            }
        })*
    };
}

contract! {
    loopback_comes_up_with_its_addresses
    an_address_is_listed_and_connects_its_network
    an_address_set_twice_is_there_once
    no_prefix_route_means_none
    routes_need_a_reachable_gateway
    routes_to_one_place_stand_beside_each_other
    routes_go_with_their_link
    links_are_made_changed_and_removed
    a_bridge_takes_links_and_gives_them_back
    a_moved_link_is_not_listed_any_more
    changes_are_told
}

/// Whether this process is inside a fresh namespace. If not, runs the test called `name` again in one and checks that
/// it passes.
fn in_namespace(name: &str) -> bool {
    if std::env::var_os("MINOS_TEST_IN_NAMESPACE").is_some() {
        return true;
    }
    let mut child = Command::new(std::env::current_exe().expect("the test knows its own path"));
    child.args(["--exact", name, "--nocapture"]).env("MINOS_TEST_IN_NAMESPACE", "1");
    // Root inside is whoever runs the test outside; without the map the capabilities would go with `exec`.
    let map = format!("0 {} 1", rustix::process::getuid().as_raw());
    #[allow(clippy::multiple_unsafe_ops_per_block, reason = "the closure is part of the call")]
    // SAFETY: between fork and exec the closure only makes system calls, in a process with one thread.
    unsafe {
        child.pre_exec(move || {
            let made = libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET);
            if made != 0 {
                return Err(std::io::Error::last_os_error());
            }
            let file = rustix::fs::open(c"/proc/self/uid_map", OFlags::WRONLY, Mode::empty())?;
            rustix::io::write(file, map.as_bytes())?;
            Ok(())
        });
    }
    let output = child.output().unwrap_or_else(|error| {
        panic!("this test needs unprivileged user and network namespaces (unshare: {error}); allow them on this host")
    });
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inside the namespace:\n{text}");
    assert!(text.contains("1 passed"), "the test did not run inside the namespace:\n{text}");
    false
}

fn net(text: &str) -> IpNet {
    text.parse().expect("a valid prefix")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("a valid address")
}

fn address(link: LinkIndex, prefix: &str) -> NewAddress {
    NewAddress { link, prefix: net(prefix), scope: Scope::GLOBAL, flags: AddressFlags::default(), metric: 0 }
}

/// A link that is up: one end of a pair, since not every kernel has other kinds.
fn link_up(network: &dyn Network, name: &str) -> LinkIndex {
    let peer = format!("{name}-peer");
    let index = network.create(name, &LinkKind::Veth { peer: peer.clone() }).expect("created");
    let peer = network.link(&peer).expect("listed").expect("made with the other").index;
    for end in [peer, index] {
        network.set_up(end, true).expect("set up");
    }
    index
}

fn routes_to(network: &dyn Network, destination: &str) -> Vec<Route> {
    let mut routes = network.routes().expect("listed");
    routes.retain(|route| route.destination == net(destination) && route.table == Route::TABLE_MAIN);
    routes
}

mod scenarios {
    use super::*;

    pub(super) async fn loopback_comes_up_with_its_addresses(network: &dyn Network) {
        let lo = network.link("lo").expect("listed").expect("always there");
        assert!(!lo.is_up());
        assert!(!lo.is_physical());
        network.set_up(lo.index, true).expect("set up");
        assert!(network.link("lo").expect("listed").expect("there").is_up());
        let addresses = network.addresses().expect("listed");
        let first = addresses.iter().find(|one| one.prefix == net("127.0.0.1/8")).expect("the kernel sets it");
        assert_eq!(first.link, lo.index);
        assert_eq!(first.scope, Scope::HOST);
        assert!(first.flags.has(AddressFlags::PERMANENT));
        assert!(addresses.iter().any(|one| one.prefix == net("::1/128")));
    }

    pub(super) async fn an_address_is_listed_and_connects_its_network(network: &dyn Network) {
        let link = link_up(network, "d0");
        network.add_address(&NewAddress { metric: 77, ..address(link, "10.5.0.2/24") }).expect("set");
        let listed = network.addresses().expect("listed");
        let listed = listed.iter().find(|one| one.prefix == net("10.5.0.2/24")).expect("there");
        assert_eq!((listed.link, listed.metric), (link, 77));
        assert_eq!(listed.broadcast, Some(ip("10.5.0.255")));
        let connected = routes_to(network, "10.5.0.0/24");
        assert_eq!(connected.len(), 1);
        assert_eq!(connected[0].protocol, RouteProtocol::KERNEL);
        assert_eq!((connected[0].scope, connected[0].metric), (Scope::LINK, 77));
        assert_eq!(connected[0].source, Some(ip("10.5.0.2")));
        let local = network.routes().expect("listed");
        assert!(local.iter().any(|one| one.kind == RouteKind::LOCAL && one.destination == net("10.5.0.2/32")));

        network.remove_address(link, net("10.5.0.2/24")).expect("removed");
        assert!(!network.addresses().expect("listed").iter().any(|one| one.prefix == net("10.5.0.2/24")));
        assert!(routes_to(network, "10.5.0.0/24").is_empty());
        let again = network.remove_address(link, net("10.5.0.2/24")).expect_err("not there");
        assert!(again.missing(), "{again}: {:?}", again.source);
    }

    pub(super) async fn an_address_set_twice_is_there_once(network: &dyn Network) {
        let link = link_up(network, "d0");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set again");
        let found = network.addresses().expect("listed");
        assert_eq!(found.iter().filter(|one| one.prefix == net("10.5.0.2/24")).count(), 1);
        let elsewhere = network.add_address(&address(LinkIndex(4711), "10.5.0.2/24")).expect_err("no such link");
        assert!(elsewhere.missing());
    }

    pub(super) async fn no_prefix_route_means_none(network: &dyn Network) {
        let link = link_up(network, "d0");
        let flags = AddressFlags(AddressFlags::NO_PREFIX_ROUTE);
        network.add_address(&NewAddress { flags, ..address(link, "10.5.0.2/24") }).expect("set");
        assert!(routes_to(network, "10.5.0.0/24").is_empty());
        let found = network.addresses().expect("listed");
        let found = found.iter().find(|one| one.prefix == net("10.5.0.2/24")).expect("there");
        assert!(found.flags.has(AddressFlags::NO_PREFIX_ROUTE));
    }

    pub(super) async fn routes_need_a_reachable_gateway(network: &dyn Network) {
        // Before the first address of the namespace the kernel has no local table and takes no gateway at all.
        network.set_up(network.link("lo").expect("listed").expect("there").index, true).expect("set up");
        let link = link_up(network, "d0");
        let default = Route { gateway: Some(ip("10.5.0.1")), metric: 1024, ..Route::to(net("0.0.0.0/0"), link) };
        let early = network.add_route(&default).expect_err("no network to the gateway yet");
        assert!(early.unreachable(), "{:?}", early.source);
        network.add_route(&Route { flags: Route::ONLINK, ..default.clone() }).expect("on the link by word");
        network.remove_route(&default).expect("removed");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set");
        network.add_route(&Route { source: Some(ip("10.5.0.2")), ..default.clone() }).expect("reachable now");
        let listed = routes_to(network, "0.0.0.0/0");
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].gateway, Some(ip("10.5.0.1")));
        assert_eq!((listed[0].metric, listed[0].link), (1024, Some(link)));
        assert_eq!(listed[0].protocol, RouteProtocol::STATIC);
        assert_eq!(listed[0].source, Some(ip("10.5.0.2")));
        network.remove_route(&default).expect("removed");
        let again = network.remove_route(&default).expect_err("gone");
        assert!(again.missing(), "{:?}", again.source);
    }

    pub(super) async fn routes_to_one_place_stand_beside_each_other(network: &dyn Network) {
        let link = link_up(network, "d0");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set");
        let to = net("192.0.2.0/24");
        let route = Route { gateway: Some(ip("10.5.0.1")), metric: 5, mtu: 1400, ..Route::to(to, link) };
        network.add_route(&route).expect("set");
        assert_eq!(routes_to(network, "192.0.2.0/24")[0].mtu, 1400);
        let again = network.add_route(&route).expect_err("there already");
        assert!(again.exists(), "{:?}", again.source);
        let other = Route { gateway: Some(ip("10.5.0.9")), ..route.clone() };
        network.add_route(&other).expect("beside the first");
        network.add_route(&Route { metric: 6, ..route.clone() }).expect("another metric");
        assert_eq!(routes_to(network, "192.0.2.0/24").len(), 3);
        network.remove_route(&route).expect("removed");
        let left = routes_to(network, "192.0.2.0/24");
        assert_eq!(left.len(), 2);
        assert!(left.iter().any(|one| one.gateway == Some(ip("10.5.0.9")) && one.metric == 5));
        network.add_route(&Route { table: 1000, ..route }).expect("in another table");
        assert!(network.routes().expect("listed").iter().any(|one| one.table == 1000 && one.destination == to));
    }

    pub(super) async fn routes_go_with_their_link(network: &dyn Network) {
        let link = link_up(network, "d0");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set");
        let far = Route { gateway: Some(ip("10.5.0.1")), ..Route::to(net("192.0.2.0/24"), link) };
        network.add_route(&far).expect("set");
        network.set_up(link, false).expect("set down");
        assert!(routes_to(network, "192.0.2.0/24").is_empty());
        assert!(network.addresses().expect("listed").iter().any(|one| one.prefix == net("10.5.0.2/24")));
        assert!(routes_to(network, "10.5.0.0/24").is_empty());
        network.set_up(link, true).expect("set up");
        assert_eq!(routes_to(network, "10.5.0.0/24").len(), 1, "the connected route comes back");
        assert!(routes_to(network, "192.0.2.0/24").is_empty(), "ours does not");
        network.add_route(&far).expect("set");
        network.remove_address(link, net("10.5.0.2/24")).expect("removed");
        assert!(routes_to(network, "192.0.2.0/24").is_empty(), "gone with the last address");
    }

    pub(super) async fn links_are_made_changed_and_removed(network: &dyn Network) {
        let one = network.create("one", &LinkKind::Veth { peer: "two".to_owned() }).expect("created");
        let taken = network.create("one", &LinkKind::Dummy).expect_err("taken");
        assert!(taken.exists(), "{:?}", taken.source);
        let two = network.link("two").expect("listed").expect("the other end");
        assert_eq!((two.kind.as_str(), two.is_physical()), ("veth", false));
        network.set_mtu(one, 1400).expect("set");
        let listed = network.link("one").expect("listed").expect("there");
        assert_eq!((listed.mtu, listed.parent), (1400, Some(two.index)));
        assert!(listed.mac.is_some());
        network.delete(one).expect("deleted");
        assert!(network.link("one").expect("listed").is_none());
        assert!(network.link("two").expect("listed").is_none(), "the pair goes as a whole");
        assert!(network.set_mtu(one, 1400).expect_err("gone").missing());
        assert!(network.set_up(one, true).expect_err("gone").missing());
    }

    pub(super) async fn a_bridge_takes_links_and_gives_them_back(network: &dyn Network) {
        let bridge = network.create("bridge", &LinkKind::Bridge).expect("created");
        let link = link_up(network, "d0");
        let master = || network.link("d0").expect("listed").expect("there").master;
        network.set_master(link, Some(bridge)).expect("taken");
        assert_eq!(master(), Some(bridge));
        network.set_master(link, None).expect("given back");
        assert_eq!(master(), None);
        network.set_master(bridge, Some(link)).expect_err("a veth takes no links");
        assert!(network.set_master(LinkIndex(4711), Some(bridge)).expect_err("there is none").missing());
    }

    pub(super) async fn a_moved_link_is_not_listed_any_more(network: &dyn Network) {
        let link = link_up(network, "d0");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set");
        let mut other = Command::new("unshare");
        // It says a word when it is in its own namespace, and ends with its input.
        other.args(["--net", "sh", "-c", "echo ready; exec cat"]);
        let mut other = other.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("unshare is there");
        let mut word = [0; 6];
        other.stdout.as_mut().expect("piped").read_exact(&mut word).expect("it starts");
        network.move_to_process(link, other.id()).expect("moved");
        assert!(network.link("d0").expect("listed").is_none());
        assert!(routes_to(network, "10.5.0.0/24").is_empty());
        assert!(network.move_to_process(link, other.id()).expect_err("gone").missing());
        drop(other.stdin.take());
        other.wait().expect("it ends");
    }

    pub(super) async fn changes_are_told(network: &dyn Network) {
        let mut events = network.subscribe().expect("subscribed");
        let link = link_up(network, "d0");
        network.add_address(&address(link, "10.5.0.2/24")).expect("set");
        let mut missing = vec![
            NetEvent::Link { index: link, name: "d0".to_owned() },
            NetEvent::Address { link },
            NetEvent::Route { link: Some(link) },
        ];
        let all = async {
            while !missing.is_empty() {
                let event = events.next().await.expect("the stream does not end");
                missing.retain(|one| *one != event);
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(5), all).await;
        assert!(heard.is_ok(), "not told: {missing:?}");
    }
}

/// A client on one end of a pair, a server on the other: what the packet socket sends arrives, and the answer passes
/// the filter, although the client's link has no address.
#[tokio::test]
async fn a_client_without_an_address_is_heard_and_answered() {
    if !in_namespace("a_client_without_an_address_is_heard_and_answered") {
        return;
    }
    let network = LinuxNetwork;
    let client = network.create("client", &LinkKind::Veth { peer: "server".to_owned() }).expect("created");
    let server = network.link("server").expect("listed").expect("there").index;
    for link in [client, server] {
        network.set_up(link, true).expect("set up");
    }
    network.add_address(&address(server, "10.6.0.1/24")).expect("set");
    let listener = std::net::UdpSocket::bind("0.0.0.0:67").expect("bound");
    listener.set_broadcast(true).expect("allowed");
    listener.set_read_timeout(Some(Duration::from_secs(5))).expect("set");

    let socket = network.broadcast(client, Ipv4Addr::UNSPECIFIED).expect("opened");
    // The pair needs a moment until its carrier is up.
    let mut heard = [0; 64];
    let mut length = 0;
    for _ in 0..50 {
        socket.send(b"anybody there?").await.expect("sent");
        listener.set_nonblocking(true).expect("set");
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Ok((got, from)) = listener.recv_from(&mut heard) {
            assert_eq!(from.port(), 68);
            length = got;
            break;
        }
    }
    assert_eq!(&heard[..length], b"anybody there?");
    listener.set_nonblocking(false).expect("set");
    network.add_route(&Route::to(net("255.255.255.255/32"), server)).expect("set");
    listener.send_to(b"to somebody else", "255.255.255.255:69").expect("sent");
    listener.send_to(b"here", "255.255.255.255:68").expect("sent");
    let answer = tokio::time::timeout(Duration::from_secs(5), socket.receive()).await.expect("in time");
    assert_eq!(answer.expect("received"), b"here");

    network.add_address(&address(client, "10.6.0.7/24")).expect("set");
    network.set_up(network.link("lo").expect("listed").expect("there").index, true).expect("set up");
    let renewal = network.unicast(client, Ipv4Addr::new(10, 6, 0, 7), Ipv4Addr::new(10, 6, 0, 1)).expect("opened");
    drop(renewal);
}
