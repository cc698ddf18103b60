//! Asking a service how it is.

use std::time::Duration;

use minos_resources::v1alpha1::{HealthCheck, Probe};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

/// "Protocol wrong type for socket", of the kernel's errno.h.
const EPROTOTYPE: i32 = 91;

/// Asks once; what is wrong, if something is.
pub async fn check(health: &HealthCheck) -> Result<(), String> {
    let patience = Duration::from_secs(health.timeout.into());
    match tokio::time::timeout(patience, ask(&health.probe)).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("no answer within {} s", health.timeout)),
    }
}

async fn ask(probe: &Probe) -> Result<(), String> {
    match probe {
        Probe::Tcp(address) => {
            TcpStream::connect(address).await.map(drop).map_err(|error| format!("{address}: {error}"))
        }
        Probe::Unix(path) => match UnixStream::connect(path).await {
            // Somebody holds it, as a socket of another kind.
            Err(error) if error.raw_os_error() == Some(EPROTOTYPE) => Ok(()),
            outcome => outcome.map(drop).map_err(|error| format!("{}: {error}", path.display())),
        },
        Probe::Http(address) => get(address).await.map_err(|error| format!("{address}: {error}")),
    }
}

/// A `GET` of HTTP/1.0: the answer's first line says all that is asked.
async fn get(address: &str) -> Result<(), String> {
    let rest = address.strip_prefix("http://").ok_or("only http:// can be asked")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).await.map_err(|error| error.to_string())?;
    let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
    let mut start = vec![0; 64];
    let length = stream.read(&mut start).await.map_err(|error| error.to_string())?;
    let line = String::from_utf8_lossy(&start[..length]).lines().next().unwrap_or_default().to_owned();
    let status = line.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok());
    if status.is_some_and(|code| (200..400).contains(&code)) { Ok(()) } else { Err(format!("answered {line:?}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answering(line: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound").to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut request = [0; 256];
            drop(stream.read(&mut request).await);
            stream.write_all(line.as_bytes()).await.expect("answered");
        });
        address
    }

    #[tokio::test]
    async fn success_is_healthy_and_everything_else_says_why() {
        let health = |probe| HealthCheck { probe, period: 1, timeout: 2 };
        let good = answering("HTTP/1.0 200 OK\r\n\r\n").await;
        check(&health(Probe::Http(format!("http://{good}/healthz")))).await.expect("healthy");
        let bad = answering("HTTP/1.0 500 Internal Server Error\r\n\r\n").await;
        let reason = check(&health(Probe::Http(format!("http://{bad}/healthz")))).await.expect_err("unhealthy");
        assert!(reason.contains("500"), "{reason}");
        check(&health(Probe::Unix("/nonexistent".into()))).await.expect_err("nobody listens");
    }
}
