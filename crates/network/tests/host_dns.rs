//! Host DNS on the real kernel, in namespaces of its own, with two servers: the questions go over UDP and TCP as a
//! program or a pod sends them. The first server is where a container engine has its resolver.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use minos_config::Config;
use minos_network::Deps;
use minos_resources::config::MachineConfig;
use minos_resources::files::EtcFileSpec;
use minos_resources::network::{DnsResolveCache, DnsUpstream};
use minos_runtime::testing::Harness;

#[path = "namespaces/again.rs"]
mod namespaces;

use namespaces::in_namespaces;

const NAME: &str = "host_dns_between_clients_and_servers";

const LOCAL: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 53);
const FOR_PODS: Ipv4Addr = Ipv4Addr::new(169, 254, 116, 108);
/// Where Docker's and Podman's resolvers are.
const ENGINE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 11);
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 12);

const NXDOMAIN: u8 = 3;
const SERVFAIL: u8 = 2;
const REFUSED: u8 = 5;

/// Generous: nothing here is about speed.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn host_dns_between_clients_and_servers() {
    if !in_namespaces(NAME) {
        return;
    }
    let pods = std::env::temp_dir().join(format!("minos-host-dns-{}", std::process::id()));
    let harness = Harness::new();
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  network:\n    nameservers: [127.0.0.11, 127.0.0.53, 127.0.0.12]\n  \
                features:\n    hostDNS: {enabled: true, forwardKubeDNSToHost: true}\n";
    let (config, _) = Config::parse(text.as_bytes()).expect("valid");
    harness.put(MachineConfig::ID, MachineConfig(config));
    let deps = Deps::linux(pods.join("records"), pods.join("resolved"));
    harness.engine.register_all(minos_network::controllers(deps)).expect("registered");
    until("it listens", || harness.ids::<DnsResolveCache>().len() == 4).await;
    assert_eq!(harness.ids::<DnsUpstream>(), ["#000 127.0.0.11", "#001 127.0.0.12"], "never itself");
    let (engine, second) = (Server::start(ENGINE), Server::start(SECOND));

    let checks = tokio::task::spawn_blocking(move || {
        talos_8303_pods_ask_host_dns_and_not_the_engine(&engine);
        talos_9143_the_second_server_is_asked_when_the_first_refuses(&engine, &second);
        talos_8631_a_negative_answer_is_not_to_be_kept_for_long(&engine);
        large_answers_come_over_tcp(&engine);
        extensions_pass(&engine);
        a_server_that_nobody_listens_at_is_left_out(&second);
        damaged_questions_do_no_harm();
    });
    tokio::time::timeout(LIMIT * 4, checks).await.expect("in time").expect("passed");

    // Field report talos#8303.
    until("the files are written", || {
        let of_node =
            harness.spec::<EtcFileSpec>("resolv.conf").is_some_and(|file| file.contents == "nameserver 127.0.0.53\n");
        of_node && read(&pods.join("resolved/resolv.conf")) == "nameserver 169.254.116.108\n"
    })
    .await;
    drop(harness);
    std::fs::remove_dir_all(pods).expect("there are records");
}

fn talos_8303_pods_ask_host_dns_and_not_the_engine(engine: &Server) {
    engine.says(0);
    for at in [LOCAL, FOR_PODS] {
        let answer = over_udp(at, &question("pod.example"));
        assert_eq!(code(&answer), 0);
        assert_eq!(answer[answer.len() - 4..], [198, 51, 100, 1]);
        assert_eq!(code(&over_tcp(at, &question("pod.example"))), 0);
    }
    assert_eq!(engine.asked(), 1, "once for all of them");
}

fn talos_9143_the_second_server_is_asked_when_the_first_refuses(engine: &Server, second: &Server) {
    second.says(0);
    for failure in [SERVFAIL, REFUSED] {
        engine.says(failure);
        let name = format!("{failure}.example");
        assert_eq!(code(&over_udp(LOCAL, &question(&name))), 0);
        assert_eq!((engine.asked(), second.asked()), (1, 1));
    }
    second.says(REFUSED);
    assert_eq!(code(&over_tcp(FOR_PODS, &question("nobody.example"))), REFUSED);
    engine.asked();
    second.asked();
}

fn talos_8631_a_negative_answer_is_not_to_be_kept_for_long(engine: &Server) {
    engine.says(NXDOMAIN);
    let answer = over_udp(LOCAL, &question("missing.example"));
    assert_eq!(code(&answer), NXDOMAIN);
    // The SOA record ends with 12 + 22 bytes: the time to live, a length, two names, five numbers.
    let ttl = answer[answer.len() - 28..][..4].try_into().map(u32::from_be_bytes).expect("four bytes");
    assert!((1..=10).contains(&ttl), "{ttl}");
    assert_eq!(code(&over_udp(LOCAL, &question("missing.example"))), NXDOMAIN);
    assert_eq!(engine.asked(), 1, "but for some seconds it is");
}

fn large_answers_come_over_tcp(engine: &Server) {
    engine.says_much();
    let answer = over_udp(LOCAL, &question("large.example"));
    assert!(answer.len() <= 512 && answer[2] & 2 != 0, "cut, for a client that takes no more");
    assert_eq!(engine.asked(), 2, "the server was asked again over TCP");
    let answer = over_tcp(LOCAL, &question("large.example"));
    assert!(answer.len() > 1600 && answer[2] & 2 == 0);
    assert_eq!(engine.asked(), 0, "what came over TCP was kept");
}

fn extensions_pass(engine: &Server) {
    engine.says(0);
    let cookie = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
    let mut message = question("extended.example");
    message[11] = 1;
    message.extend([0, 0, 41, 4, 208, 0, 0, 0x80, 0, 0, 12]);
    message.extend(cookie);
    for _ in 0..2 {
        assert_eq!(code(&over_udp(LOCAL, &message)), 0);
        let last = engine.last();
        assert!(last.ends_with(&cookie) && last[2..] == message[2..], "the server sees what the client sent");
    }
    assert_eq!(engine.asked(), 2, "what is between one client and the server is not kept");
}

fn a_server_that_nobody_listens_at_is_left_out(second: &Server) {
    // The first server goes: its port refuses.
    Server::stop(ENGINE);
    second.says(0);
    assert_eq!(code(&over_udp(LOCAL, &question("after.example"))), 0);
    assert!(second.asked() >= 1);
}

fn damaged_questions_do_no_harm() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
    for length in 0..60 {
        let junk: Vec<u8> = (0..length).map(|at: usize| (at * 37 % 256) as u8).collect();
        socket.send_to(&junk, (LOCAL, 53)).expect("sent");
    }
    let mut stream = TcpStream::connect((LOCAL, 53)).expect("connected");
    stream.write_all(&[255, 255, 1, 2, 3]).expect("sent");
    assert_eq!(code(&over_udp(LOCAL, &question("after.example"))), 0);
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LIMIT, wait).await.unwrap_or_else(|_| panic!("waited for long: {what}"));
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn question(name: &str) -> Vec<u8> {
    let mut message = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        message.push(u8::try_from(label.len()).expect("short"));
        message.extend(label.as_bytes());
    }
    message.extend([0, 0, 1, 0, 1]);
    message
}

fn code(answer: &[u8]) -> u8 {
    assert_eq!(answer[..2], [0x12, 0x34], "the client's id");
    answer[3] & 0xf
}

fn over_udp(at: Ipv4Addr, message: &[u8]) -> Vec<u8> {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("bound");
    socket.connect((at, 53)).expect("connected");
    socket.set_read_timeout(Some(LIMIT)).expect("set");
    socket.send(message).expect("sent");
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).expect("answered");
    buffer[..length].to_vec()
}

fn over_tcp(at: Ipv4Addr, message: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect((at, 53)).expect("connected");
    stream.set_read_timeout(Some(LIMIT)).expect("set");
    stream.write_all(&framed(message)).expect("sent");
    receive(&mut stream).expect("answered")
}

fn framed(message: &[u8]) -> Vec<u8> {
    [&u16::try_from(message.len()).expect("short").to_be_bytes(), message].concat()
}

fn receive(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    Ok(message)
}

/// A DNS server on loopback, over UDP and TCP, that says the same to every question.
struct Server {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    code: u8,
    records: u8,
    asked: usize,
    last: Vec<u8>,
}

impl Server {
    fn start(at: Ipv4Addr) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let (udp, tcp) = (UdpSocket::bind((at, 53)).expect("bound"), TcpListener::bind((at, 53)).expect("bound"));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let (length, client): (usize, SocketAddr) = udp.recv_from(&mut buffer).expect("received");
                if length == 0 {
                    return;
                }
                let mut answer = answer(&shared, &buffer[..length]);
                if answer.len() > 512 {
                    answer.truncate(12 + length - 12);
                    answer[2] |= 2;
                    answer[6..12].fill(0);
                }
                udp.send_to(&answer, client).expect("sent");
            }
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in tcp.incoming() {
                let mut stream = stream.expect("accepted");
                while let Ok(message) = receive(&mut stream) {
                    stream.write_all(&framed(&answer(&shared, &message))).expect("sent");
                }
            }
        });
        Self { state }
    }

    /// Closes the datagram socket of the server at `at`.
    fn stop(at: Ipv4Addr) {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        socket.connect((at, 53)).expect("connected");
        // It is gone when the kernel refuses.
        while socket.send(&[]).is_ok() {
            std::thread::yield_now();
        }
    }

    fn says(&self, code: u8) {
        let mut state = self.state.lock().expect("not poisoned");
        (state.code, state.records) = (code, u8::from(code == 0));
    }

    fn says_much(&self) {
        let mut state = self.state.lock().expect("not poisoned");
        (state.code, state.records) = (0, 100);
    }

    /// How often it was asked since this was called last.
    fn asked(&self) -> usize {
        std::mem::take(&mut self.state.lock().expect("not poisoned").asked)
    }

    fn last(&self) -> Vec<u8> {
        self.state.lock().expect("not poisoned").last.clone()
    }
}

fn answer(state: &Mutex<State>, message: &[u8]) -> Vec<u8> {
    let mut state = state.lock().expect("not poisoned");
    state.asked += 1;
    state.last = message.to_vec();
    let end = 12 + message[12..].iter().position(|byte| *byte == 0).expect("a name") + 5;
    let mut answer = message[..end].to_vec();
    answer[2] |= 0x80;
    answer[3] = 0x80 | state.code;
    let missing = state.code == NXDOMAIN;
    answer[4..12].copy_from_slice(&[0, 1, 0, state.records, 0, u8::from(missing), 0, 0]);
    for _ in 0..state.records {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 198, 51, 100, 1]);
    }
    if missing {
        answer.extend([0xc0, 12, 0, 6, 0, 1, 0, 0, 14, 16, 0, 22, 0, 0]);
        answer.extend([[0, 0, 14, 16]; 5].concat());
    }
    answer
}
