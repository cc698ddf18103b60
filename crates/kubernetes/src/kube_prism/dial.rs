//! Connections to API servers.

use std::io;
use std::time::Duration;

use minos_resources::k8s::KubePrismEndpoint;
use rustix::net::sockopt;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How long an idle connection waits before it asks whether the other machine is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// How long what was sent, or asked, may stay without an answer before the connection ends, in milliseconds. A machine
/// that lost its power never resets anything.
const UNACKNOWLEDGED_MS: u32 = 30_000;

/// How an endpoint answers a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    /// Nobody says anything, as a machine without power.
    Silence,
    /// Somebody says no, or nothing was asked: a name that cannot be resolved says nothing about a machine.
    Failed,
}

impl Answer {
    pub(super) fn of<T>(outcome: &io::Result<T>) -> Self {
        match outcome.as_ref().map_err(io::Error::kind) {
            Ok(_) => Answer::Accepted,
            Err(io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable) => Answer::Silence,
            Err(_) => Answer::Failed,
        }
    }
}

/// Connects, with limits on how long the connection may be dead before it ends.
pub(super) async fn dial(address: &KubePrismEndpoint, limit: Duration) -> io::Result<TcpStream> {
    let resolving = timeout(limit, lookup_host((address.host.as_str(), address.port))).await;
    let addresses: Vec<_> = resolving.map_err(|_| io::Error::other("the name is not resolved in time"))??.collect();
    let connecting = timeout(limit, TcpStream::connect(addresses.as_slice())).await;
    let stream = connecting.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    stream.set_nodelay(true)?;
    limit_silence(&stream)?;
    Ok(stream)
}

fn limit_silence(stream: &TcpStream) -> io::Result<()> {
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, KEEPALIVE)?;
    sockopt::set_tcp_keepintvl(stream, KEEPALIVE)?;
    sockopt::set_tcp_user_timeout(stream, UNACKNOWLEDGED_MS)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_connection_to_a_machine_without_power_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let address = KubePrismEndpoint { host: "127.0.0.1".to_owned(), port };
        let stream = dial(&address, Duration::from_secs(60)).await.unwrap();
        assert!(sockopt::socket_keepalive(&stream).unwrap());
        assert_eq!(sockopt::tcp_keepidle(&stream).unwrap(), KEEPALIVE);
        assert_eq!(sockopt::tcp_keepintvl(&stream).unwrap(), KEEPALIVE);
        assert_eq!(sockopt::tcp_user_timeout(&stream).unwrap(), UNACKNOWLEDGED_MS);
    }

    #[test]
    fn only_a_machine_that_says_nothing_is_silent() {
        let of = |kind: io::ErrorKind| Answer::of::<()>(&Err(kind.into()));
        assert_eq!(of(io::ErrorKind::TimedOut), Answer::Silence);
        assert_eq!(of(io::ErrorKind::HostUnreachable), Answer::Silence);
        assert_eq!(of(io::ErrorKind::ConnectionRefused), Answer::Failed);
        assert_eq!(of(io::ErrorKind::Other), Answer::Failed);
    }
}
