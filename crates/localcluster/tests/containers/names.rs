//! Cases about what a node reaches outside of its cluster: names, and nothing else.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::fixture::Cluster;
use crate::guest::{bytes, hex};

/// `www.example.org`, type A; id 0x1234, recursion desired.
const QUESTION: &str = "12340100000100000000000003777777076578616d706c65036f72670000010001";
const SERVFAIL: u8 = 2;
const REFUSED: u8 = 5;
/// More than one datagram of the smallest size holds.
const LARGE: usize = 2000;

/// A server on this host's loopback, as systemd's is.
struct Server {
    address: SocketAddr,
    questions: Arc<AtomicU32>,
}

impl Server {
    /// Answers with this code: over UDP with nothing more, over TCP with much more.
    fn start(code: u8) -> Self {
        let connections = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = connections.local_addr().expect("bound");
        let datagrams = UdpSocket::bind(address).expect("the same port");
        let questions = Arc::new(AtomicU32::new(0));
        let (one, other) = (questions.clone(), questions.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((length, client)) = datagrams.recv_from(&mut buffer) {
                one.fetch_add(1, Ordering::SeqCst);
                datagrams.send_to(&answer(&buffer[..length], code), client).expect("sent");
            }
        });
        std::thread::spawn(move || {
            for client in connections.incoming().flatten() {
                other.fetch_add(1, Ordering::SeqCst);
                // The runner may have given up.
                let _ = answer_connection(client, code);
            }
        });
        Self { address, questions }
    }

    fn asked(&self) -> u32 {
        self.questions.load(Ordering::SeqCst)
    }
}

fn answer(question: &[u8], code: u8) -> Vec<u8> {
    let mut answer = question.to_vec();
    answer[2] |= 0x80;
    answer[3] = 0x80 | code;
    answer
}

fn answer_connection(mut client: TcpStream, code: u8) -> std::io::Result<()> {
    let mut length = [0; 2];
    client.read_exact(&mut length)?;
    let mut question = vec![0; u16::from_be_bytes(length).into()];
    client.read_exact(&mut question)?;
    let mut answer = answer(&question, code);
    answer.resize(LARGE, 7);
    client.write_all(&[&(LARGE as u16).to_be_bytes(), answer.as_slice()].concat())
}

/// Over UDP and TCP, from a server on this host's loopback, which a packet of the segment could never reach.
pub async fn names_outside_the_cluster_resolve(root: &Path) {
    let (refuses, knows) = (Server::start(REFUSED), Server::start(0));
    let mut cluster = Cluster::new(root, "names", 1);
    cluster.spec.nameservers = vec![refuses.address, knows.address];
    cluster.start().await.expect("started");
    let ask = async |line: &str| cluster.ask(0, line).await;
    assert_eq!(ask("read /etc/resolv.conf").await, "nameserver 10.5.0.1\n");
    let expected = hex(&answer(&bytes(QUESTION), 0));
    assert_eq!(ask(&format!("datagram 10.5.0.1:53 {QUESTION}")).await, expected);
    assert_eq!((refuses.asked(), knows.asked()), (1, 1), "the second is asked when the first refuses");
    let stream = ask(&format!("stream 10.5.0.1:53 {QUESTION}")).await;
    assert!(stream.starts_with(&expected) && stream.len() == 2 * LARGE, "{} characters: {stream:.80}", stream.len());
    // Damaged questions do no harm, and two servers cannot talk to each other.
    let three = format!("datagram 10.5.0.1:53 123401 {} {QUESTION}", expected.replacen("1234", "9999", 1));
    assert_eq!(ask(&three).await, expected, "the only one that is a question");
    cluster.destroy().await;
}

/// Neither a server that does not answer nor one that does not know leaves a client without an answer.
pub async fn a_name_that_nobody_knows_fails_with_an_answer(root: &Path) {
    let refuses = Server::start(REFUSED);
    // Nobody reads what comes here.
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let silent_address = silent.local_addr().expect("bound");
    for (name, servers, code) in
        [("refusing", vec![silent_address, refuses.address], REFUSED), ("silent", vec![silent_address], SERVFAIL)]
    {
        let mut cluster = Cluster::new(root, name, 1);
        cluster.spec.nameservers = servers;
        cluster.start().await.expect("started");
        let reply = bytes(&cluster.ask(0, &format!("datagram 10.5.0.1:53 {QUESTION}")).await);
        assert_eq!((reply[..2].to_vec(), reply[2] & 0x80, reply[3] & 15), (vec![0x12, 0x34], 0x80, code), "{name}");
        cluster.destroy().await;
    }
}

/// A connection to an address outside fails at once instead of after minutes of silence.
pub async fn addresses_outside_the_cluster_are_unreachable(root: &Path) {
    let cluster = Cluster::started(root, "outside", 1).await;
    for _ in 0..20 {
        let answer = cluster.ask(0, "dial 192.0.2.1:443").await;
        assert!(answer.contains("unreachable"), "{answer}");
    }
    cluster.destroy().await;
}
