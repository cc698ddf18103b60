//! Field report talos@4adcda0f5: the ports of the node's API lie among those that the kernel gives to outgoing connections.
//! The controllers and the kernel, in a network namespace.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use minos_node::Deps;
use minos_runtime::testing::Harness;
use minos_sys::{Mode, Runner};

const NAME: &str = "talos_4adcda0f5_no_outgoing_connection_takes_a_port_of_the_api";
/// Of `apid` and `trustd`.
const API: [u16; 2] = [50000, 50001];
const RESERVED: &str = "/proc/sys/net/ipv4/ip_local_reserved_ports";
/// Few enough to use them up: twenty, both of the API among them.
const RANGE: (u16, u16) = (49990, 50009);

/// Runs this test again as root of fresh user and network namespaces.
fn in_namespaces() -> bool {
    if std::env::var_os("MINOS_TEST_IN_NAMESPACE").is_some() {
        return true;
    }
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net"])
        .arg(std::env::current_exe().expect("the test knows its own path"))
        .args(["--exact", NAME, "--nocapture"])
        .env("MINOS_TEST_IN_NAMESPACE", "1")
        .output()
        .expect("this test needs unshare(1) of util-linux");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inside the namespaces (which this host has to allow):\n{text}");
    assert!(text.contains("1 passed"), "the test did not run inside the namespaces:\n{text}");
    false
}

#[tokio::test]
async fn talos_4adcda0f5_no_outgoing_connection_takes_a_port_of_the_api() {
    if !in_namespaces() {
        return;
    }
    let up = Command::new("ip").args(["link", "set", "lo", "up"]).status().expect("this test needs ip(8) of iproute2");
    assert!(up.success(), "the loopback link is not up");
    let range = format!("{} {}", RANGE.0, RANGE.1);
    std::fs::write("/proc/sys/net/ipv4/ip_local_port_range", range).expect("the namespace is this test's own");

    let harness = Harness::new();
    let deps = Deps::linux(Mode::Container(Runner::Other));
    harness.engine.register_all(minos_node::controllers(deps)).expect("registered");
    let reserved = async {
        while std::fs::read_to_string(RESERVED).expect("readable").trim() != "50000-50001" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reserved).await.expect("the ports are reserved");

    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 4000)).expect("bound");
    let mut held = hold_all(server.local_addr().expect("bound"));
    assert_eq!(held.len(), usize::from(RANGE.1 - RANGE.0) + 1 - API.len(), "all but the API's");
    assert!(held.iter().all(|one| !API.contains(&port(one))), "{held:?}");
    for port in API {
        // A service that ends and starts again, with a client each time.
        for _ in 0..3 {
            let service = listen(port).unwrap_or_else(|error| panic!("{port}: {error}"));
            let client = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
            assert!(!API.contains(&self::port(&client)), "{client:?}");
            let accepted = service.accept().expect("accepted");
            // The client ends first: its side keeps the trace of the connection, and the port of the API is free.
            drop(client);
            drop(accepted);
        }
    }

    // Without the reservation both are taken, and the service cannot start: that is what this is about.
    drop(harness);
    std::fs::write(RESERVED, "\n").expect("the namespace is this test's own");
    let taken = async {
        while !API.iter().all(|api| held.iter().any(|one| port(one) == *api)) {
            held.extend(hold_all(server.local_addr().expect("bound")));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), taken).await.expect("the kernel gives them away");
    for port in API {
        assert_eq!(listen(port).expect_err("an outgoing connection has it").kind(), ErrorKind::AddrInUse, "{port}");
    }
}

/// Connections to `server` until there is no port left to connect from.
fn hold_all(server: SocketAddr) -> Vec<TcpStream> {
    let mut held = Vec::new();
    loop {
        match TcpStream::connect(server) {
            Ok(connection) => held.push(connection),
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => return held,
            Err(error) => panic!("after {}: {error}", held.len()),
        }
    }
}

fn port(connection: &TcpStream) -> u16 {
    connection.local_addr().expect("connected").port()
}

/// As `apid` does where there is no IPv6: std sets SO_REUSEADDR, as tokio does.
fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))
}
