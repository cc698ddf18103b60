//! The whole domain on the real kernel, in namespaces of its own: a link gets its address, its routes and the node its
//! name from a DHCP server on the other end of a pair.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

use dhcproto::v4::{DhcpOption, Message, MessageType, Opcode};
use dhcproto::{Decodable as _, Decoder, Encodable as _};
use minos_config::Config;
use minos_netlink::{
    Address, AddressFlags, Addresses as _, Hostname as _, LinkKind, Links as _, LinuxNetwork, NewAddress, Route,
    Routes as _, Scope,
};
use minos_network::Deps;
use minos_resources::config::MachineConfig;
use minos_resources::network::{AddressStatus, NodeAddress, ResolverStatus, RouteStatus};
use minos_runtime::testing::Harness;

#[path = "namespaces/again.rs"]
mod namespaces;

use namespaces::in_namespaces;

const NAME: &str = "a_link_is_configured_by_dhcp";

#[tokio::test]
async fn a_link_is_configured_by_dhcp() {
    if !in_namespaces(NAME) {
        return;
    }
    let kernel = LinuxNetwork;
    kernel.create("client", &LinkKind::Veth { peer: "server".to_owned() }).expect("created");
    let server = kernel.link("server").expect("listed").expect("there").index;
    kernel.set_up(server, true).expect("set up");
    let prefix = "10.5.0.1/24".parse().expect("valid");
    let address = NewAddress { link: server, prefix, scope: Scope::GLOBAL, flags: AddressFlags::default(), metric: 0 };
    kernel.add_address(&address).expect("set");
    kernel.add_route(&Route::to("255.255.255.255/32".parse().expect("valid"), server)).expect("set");
    let socket = UdpSocket::bind("0.0.0.0:67").expect("bound");
    socket.set_broadcast(true).expect("allowed");
    std::thread::spawn(move || serve(&socket));

    let records = std::env::temp_dir().join(format!("minos-network-{}", std::process::id()));
    let harness = Harness::new();
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  network:\n    interfaces:\n      - interface: client\n        dhcp: true\n";
    let (config, _) = Config::parse(text.as_bytes()).expect("valid");
    harness.put(MachineConfig::ID, MachineConfig(config));
    harness
        .engine
        .register_all(minos_network::controllers(Deps::linux(&records, records.join("pods"))))
        .expect("registered");

    let done = || {
        harness.spec::<AddressStatus>("client/10.5.0.2/24").is_some()
            && harness.spec::<RouteStatus>("inet4/10.5.0.1//1024").is_some()
            && kernel.hostname() == "node-a"
    };
    for _ in 0..100 {
        if done() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let troubles: Vec<_> = harness.engine.status().into_iter().filter(|one| !one.unsettled.is_empty()).collect();
    assert!(done(), "addresses {:?}, unsettled {troubles:?}", harness.ids::<AddressStatus>());
    let resolver = harness.spec::<ResolverStatus>(ResolverStatus::ID).expect("told");
    assert_eq!(resolver.dns_servers.len(), 1);
    assert!(harness.spec::<NodeAddress>(NodeAddress::CURRENT).is_some());
    let loopback = kernel.link("lo").expect("listed").expect("there");
    assert!(loopback.is_up());

    // A second life finds everything as it should be.
    drop(harness);
    let before = of_version_4();
    let harness = Harness::new();
    harness
        .engine
        .register_all(minos_network::controllers(Deps::linux(&records, records.join("pods"))))
        .expect("registered");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(of_version_4(), before);
    std::fs::remove_dir_all(records).expect("there are records");
}

/// Addresses and routes; those of IPv6 the kernel changes on its own for a while.
fn of_version_4() -> (Vec<Address>, Vec<Route>) {
    let mut addresses = LinuxNetwork.addresses().expect("listed");
    addresses.retain(|address| address.prefix.addr().is_ipv4());
    let mut routes = LinuxNetwork.routes().expect("listed");
    routes.retain(|route| route.destination.addr().is_ipv4());
    (addresses, routes)
}

fn serve(socket: &UdpSocket) {
    let mut buffer = [0; 1500];
    loop {
        let (length, _) = socket.recv_from(&mut buffer).expect("received");
        let request = Message::decode(&mut Decoder::new(&buffer[..length])).expect("the client speaks DHCP");
        let kind = match request.opts().msg_type() {
            Some(MessageType::Discover) => MessageType::Offer,
            _ => MessageType::Ack,
        };
        let router = Ipv4Addr::new(10, 5, 0, 1);
        let none = Ipv4Addr::UNSPECIFIED;
        let mut reply = Message::new_with_id(request.xid(), none, [10, 5, 0, 2].into(), none, none, request.chaddr());
        reply.set_opcode(Opcode::BootReply);
        for option in [
            DhcpOption::MessageType(kind),
            DhcpOption::ServerIdentifier(router),
            DhcpOption::SubnetMask([255, 255, 255, 0].into()),
            DhcpOption::Router(vec![router]),
            DhcpOption::DomainNameServer(vec![router]),
            DhcpOption::Hostname("node-a".to_owned()),
            DhcpOption::AddressLeaseTime(3600),
        ] {
            reply.opts_mut().insert(option);
        }
        socket.send_to(&reply.to_vec().expect("it can be written"), "255.255.255.255:68").expect("sent");
    }
}
