use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::*;

/// Sends back every byte, until it is dropped.
struct Echo {
    endpoint: KubePrismEndpoint,
    task: JoinHandle<()>,
}

impl Echo {
    async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn on(listener: TcpListener) -> Self {
        let endpoint = endpoint(listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    while let Ok(byte) = client.read_u8().await {
                        client.write_u8(byte).await.unwrap();
                    }
                });
            }
        });
        Self { endpoint, task }
    }
}

fn endpoint(address: SocketAddr) -> KubePrismEndpoint {
    KubePrismEndpoint { host: address.ip().to_string(), port: address.port() }
}

/// An address on which nothing listens. Each has an IP address of its own, so nothing else takes its port.
async fn unused(host: &str) -> SocketAddr {
    TcpListener::bind((host, 0)).await.unwrap().local_addr().unwrap()
}

async fn echoes(client: &mut TcpStream) {
    client.write_u8(7).await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), 7);
}

/// Starts the balancer at an address; every change of its health is a message.
fn start(balancer: &Balancer, address: SocketAddr) -> (JoinHandle<()>, UnboundedReceiver<bool>) {
    let (sender, changes) = unbounded_channel();
    let (running, reported) = (balancer.clone(), balancer.clone());
    let task = tokio::spawn(async move {
        running.run(&address.to_string(), move || _ = sender.send(reported.is_healthy())).await;
    });
    (task, changes)
}

/// A connection that the balancer passes to its endpoint, without checks that interfere.
async fn passed(balancer: &Balancer) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    let balancer = balancer.clone();
    tokio::spawn(async move { balancer.pass(server).await });
    echoes(&mut client).await;
    client
}

#[tokio::test]
async fn connections_reach_an_endpoint_that_answers() {
    let (address, echo) = (unused("127.7.4.1").await, Echo::start().await);
    let balancer = Balancer::default();
    balancer.set(&[endpoint(unused("127.7.4.2").await), echo.endpoint.clone()]);
    let (task, mut healthy) = start(&balancer, address);
    assert_eq!(healthy.recv().await, Some(true));
    for _ in 0..4 {
        echoes(&mut TcpStream::connect(address).await.unwrap()).await;
    }
    task.abort();
}

#[tokio::test]
async fn connections_are_refused_at_once_while_no_endpoint_answers() {
    let (address, server) = (unused("127.7.4.3").await, unused("127.7.4.4").await);
    let balancer = Balancer::default();
    balancer.set(&[endpoint(server)]);
    let (task, mut healthy) = start(&balancer, address);
    let refused = async || TcpStream::connect(address).await.unwrap_err().kind();
    tokio::task::yield_now().await;
    assert_eq!(refused().await, io::ErrorKind::ConnectionRefused);

    let echo = Echo::on(TcpListener::bind(server).await.unwrap());
    assert_eq!(healthy.recv().await, Some(true));
    let mut early = TcpStream::connect(address).await.unwrap();
    echoes(&mut early).await;

    echo.task.abort();
    drop(echo.task.await);
    // A check finds out, or this client, which then is let go.
    if let Ok(mut client) = TcpStream::connect(address).await {
        assert!(client.read_u8().await.is_err());
    }
    assert_eq!(healthy.recv().await, Some(false));
    assert_eq!(refused().await, io::ErrorKind::ConnectionRefused);
    echoes(&mut early).await;

    let _echo = Echo::on(TcpListener::bind(server).await.unwrap());
    assert_eq!(healthy.recv().await, Some(true));
    echoes(&mut TcpStream::connect(address).await.unwrap()).await;
    echoes(&mut early).await;
    task.abort();
}

/// An endpoint that never answers, as a machine that is off: its queue of connections is full.
async fn silent() -> (KubePrismEndpoint, TcpListener, Vec<JoinHandle<io::Result<TcpStream>>>) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    loop {
        let mut connecting = tokio::spawn(TcpStream::connect(address));
        let answered = timeout(Duration::from_millis(300), &mut connecting).await.is_ok();
        queue.push(connecting);
        if !answered {
            return (endpoint(address), listener, queue);
        }
    }
}

#[tokio::test]
async fn a_dead_endpoint_costs_less_than_a_handshake_of_kubernetes_may_take() {
    const HANDSHAKE: Duration = Duration::from_secs(10);
    let (silent, _listener, _queue) = silent().await;
    let echo = Echo::start().await;
    let balancer = Balancer::default();
    // It answered lately, so it comes first.
    balancer.set(&[silent.clone(), echo.endpoint.clone()]);
    balancer.endpoints.checked(&silent, Answer::Accepted);
    let (mut server, _) = timeout(HANDSHAKE, balancer.dial_all()).await.expect("in time").expect("one that answers");
    echoes(&mut server).await;
}

#[tokio::test]
async fn connections_to_an_endpoint_that_falls_silent_are_closed() {
    let echo = Echo::start().await;
    let balancer = Balancer::default();
    balancer.set(std::slice::from_ref(&echo.endpoint));
    let mut client = passed(&balancer).await;
    balancer.endpoints.checked(&echo.endpoint, Answer::Silence);
    // One packet may be lost.
    echoes(&mut client).await;
    balancer.endpoints.checked(&echo.endpoint, Answer::Accepted);
    balancer.endpoints.checked(&echo.endpoint, Answer::Silence);
    echoes(&mut client).await;
    balancer.endpoints.checked(&echo.endpoint, Answer::Silence);
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn connections_to_an_endpoint_that_refuses_or_is_removed_go_on() {
    let echo = Echo::start().await;
    let balancer = Balancer::default();
    balancer.set(std::slice::from_ref(&echo.endpoint));
    let mut client = passed(&balancer).await;
    for _ in 0..3 {
        balancer.endpoints.checked(&echo.endpoint, Answer::Failed);
        echoes(&mut client).await;
    }
    balancer.set(&[]);
    echoes(&mut client).await;
}

#[test]
fn what_is_known_of_endpoints_that_stay_is_kept() {
    let [a, b] = ["a", "b"].map(|host| KubePrismEndpoint { host: host.to_owned(), port: 1 });
    let balancer = Balancer::default();
    balancer.set(&[a.clone(), a.clone()]);
    balancer.endpoints.checked(&a, Answer::Accepted);
    balancer.set(&[b.clone(), a.clone()]);
    assert_eq!(balancer.endpoints.candidates(), [a, b]);
}
