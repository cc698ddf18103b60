//! Real sockets; nothing here waits for time to pass.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpSocket};

use super::*;
use crate::host_dns::fakes::FakeServers;
use crate::host_dns::message::tests::{Answer, question};

const A: u16 = 1;
/// Longer than any test: what is closed in a test is closed to make room.
const IDLE: Duration = Duration::from_secs(86_400);

/// Host DNS over TCP with a server that knows every name at once.
struct World {
    listener: TcpListener,
    connections: Connections,
    resolver: Resolver,
}

fn server() -> SocketAddr {
    ([192, 0, 2, 1], 53).into()
}

impl World {
    async fn new() -> Self {
        let servers = Arc::new(FakeServers::default());
        servers.set(server(), Duration::ZERO, Answer::of("a.example").with(300, [198, 51, 100, 1]));
        let resolver = Resolver::new(servers);
        resolver.set_servers(&[server()]);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { listener, connections: Connections::new(IDLE), resolver }
    }

    /// A connection of the client with this last number.
    async fn connect(&mut self, last: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::new(127, 0, 9, last), 0).into()).unwrap();
        let stream = socket.connect(self.listener.local_addr().unwrap()).await.unwrap();
        let (accepted, client) = self.listener.accept().await.unwrap();
        self.connections.serve(accepted, client.ip(), self.resolver.clone());
        stream
    }
}

async fn ask(stream: &mut TcpStream) {
    write_message(stream, &question(1, "a.example", A)).await.unwrap();
    assert_eq!(read_message(stream).await.unwrap()[3] & 0xf, 0);
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0]).await, Ok(0) | Err(_))
}

#[tokio::test]
async fn idle_connections_of_many_clients_keep_nobody_away() {
    let mut world = World::new().await;
    let mut idle = Vec::new();
    for number in 0..193_usize {
        idle.push(world.connect((number / 16) as u8 + 1).await);
    }
    let mut client = world.connect(99).await;
    ask(&mut client).await;
    assert_eq!(world.connections.open.len(), CONNECTIONS);
    for stream in idle.iter_mut().take(194 - CONNECTIONS) {
        assert!(is_closed(stream).await, "the oldest made room");
    }
    ask(idle.last_mut().unwrap()).await;
}

#[tokio::test]
async fn a_client_with_many_connections_takes_from_itself() {
    let mut world = World::new().await;
    let mut other = world.connect(1).await;
    let mut many = Vec::new();
    for _ in 0..193 {
        many.push(world.connect(2).await);
    }
    assert_eq!(world.connections.open.len(), OF_ONE_CLIENT + 1);
    ask(&mut other).await;
    ask(many.last_mut().unwrap()).await;
    assert!(is_closed(&mut many[0]).await);
}

#[tokio::test]
async fn a_connection_in_use_is_not_the_oldest() {
    let mut world = World::new().await;
    let (mut used, mut unused) = (world.connect(1).await, world.connect(1).await);
    ask(&mut used).await;
    // The answer is written before the connection is idle again.
    while world.connections.open[0].idle.since() < world.connections.open[1].idle.since() {
        tokio::task::yield_now().await;
    }
    let mut others = Vec::new();
    for _ in 2..=OF_ONE_CLIENT {
        others.push(world.connect(1).await);
    }
    assert!(is_closed(&mut unused).await);
    ask(&mut used).await;
}

#[tokio::test]
async fn a_question_without_an_answer_yet_is_not_given_up() {
    let mut world = World::new().await;
    let mut open = Vec::new();
    for _ in 0..OF_ONE_CLIENT {
        open.push(world.connect(1).await);
    }
    world.connections.open.iter().for_each(|one| one.idle.end());
    assert!(is_closed(&mut world.connect(1).await).await, "there is no room for one more");
    let mut other = world.connect(2).await;
    ask(&mut other).await;
    assert_eq!(world.connections.open.len(), OF_ONE_CLIENT + 1);
}
