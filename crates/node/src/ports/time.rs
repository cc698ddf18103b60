//! The clock, and servers that know the time.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::net::UdpSocket;

use crate::time::{Answer, decode, request};

/// The system's clock.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> SystemTime;

    /// Sets it.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn set(&self, to: SystemTime) -> Result<()>;
}

/// Asks time servers.
#[async_trait]
pub trait TimeServers: Send + Sync {
    /// Asks the server with this name or address once.
    ///
    /// # Errors
    /// When it does not answer in time, or not usefully.
    async fn ask(&self, server: &str) -> Result<Answer>;
}

/// The kernel's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinuxClock;

impl Clock for LinuxClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn set(&self, to: SystemTime) -> Result<()> {
        minos_sys::set_clock(to)
    }
}

/// SNTP over UDP.
#[derive(Debug, Clone, Copy)]
pub struct Sntp {
    port: u16,
}

/// How long a server has.
const TIMEOUT: Duration = Duration::from_secs(5);

impl Default for Sntp {
    fn default() -> Self {
        Self { port: 123 }
    }
}

impl Sntp {
    /// Servers on another port than 123.
    pub const fn on_port(port: u16) -> Self {
        Self { port }
    }

    async fn exchange(self, server: &str) -> Result<Answer> {
        let mut last = Error::new(ErrorKind::NotFound, "the name has no address");
        for address in tokio::net::lookup_host((server, self.port)).await? {
            match tokio::time::timeout(TIMEOUT, ask(address)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => last = error,
                Err(_) => last = Error::from(ErrorKind::TimedOut),
            }
        }
        Err(last)
    }
}

#[async_trait]
impl TimeServers for Sntp {
    async fn ask(&self, server: &str) -> Result<Answer> {
        // A name server that does not answer must not hold it up either.
        let all = tokio::time::timeout(TIMEOUT * 4, self.exchange(server)).await;
        all.unwrap_or_else(|_| Err(Error::from(ErrorKind::TimedOut)))
    }
}

async fn ask(address: SocketAddr) -> Result<Answer> {
    let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(address).await?;
    let token = token();
    let sent = SystemTime::now();
    socket.send(&request(token)).await?;
    let mut buffer = [0; 512];
    let length = socket.recv(&mut buffer).await?;
    let received = SystemTime::now();
    decode(&buffer[..length], token, sent, received).map_err(Error::other)
}

/// A number that others cannot guess: the seed of the standard library's hash maps is random.
fn token() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u8(0);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_on_loopback_is_asked() {
        let server = UdpSocket::bind("127.0.0.1:0").await.expect("bound");
        let port = server.local_addr().expect("bound").port();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 64];
            let (_, from) = server.recv_from(&mut buffer).await.expect("asked");
            let mut answer = [0u8; 48];
            answer[0] = 4 << 3 | 4;
            answer[1] = 1;
            answer[24..32].copy_from_slice(&buffer[40..48]);
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
            let seconds = u32::try_from((now.as_secs() + 2_208_988_800) & 0xffff_ffff).expect("32 bits");
            for at in [32, 40] {
                answer[at..at + 4].copy_from_slice(&seconds.to_be_bytes());
            }
            server.send_to(&answer, from).await.expect("sent");
        });
        let answer = Sntp::on_port(port).ask("127.0.0.1").await.expect("answered");
        assert!(answer.offset.abs() < 2_000_000_000, "{answer:?}");
        task.await.expect("no panic");
    }
}
