//! What the host itself can do, measured in the same run: figures of two hosts compare by their ratio to these.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use anyhow::{Result, anyhow};

use crate::report::Row;

const ROUND_TRIPS: usize = 5000;
/// As large as a small gRPC call on the wire.
const MESSAGE: usize = 128;

pub fn measure() -> Result<Vec<Row>> {
    Ok(vec![Row::new("TCP round trip on loopback between two threads, p50", loopback_microseconds()?, "µs")])
}

/// The median time for a message and its answer. Both ends sleep in between, so it holds what the host takes to wake a
/// thread.
pub fn loopback_microseconds() -> Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    let (mut server, _) = listener.accept()?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let echo = std::thread::spawn(move || -> std::io::Result<()> {
        let mut message = [0; MESSAGE];
        for _ in 0..ROUND_TRIPS {
            server.read_exact(&mut message)?;
            server.write_all(&message)?;
        }
        Ok(())
    });
    let mut times = Vec::with_capacity(ROUND_TRIPS);
    let mut message = [1; MESSAGE];
    for _ in 0..ROUND_TRIPS {
        let begin = Instant::now();
        client.write_all(&message)?;
        client.read_exact(&mut message)?;
        times.push(begin.elapsed());
    }
    echo.join().map_err(|_| anyhow!("the thread that answers panicked"))??;
    times.sort_unstable();
    Ok(times[ROUND_TRIPS / 2].as_secs_f64() * 1e6)
}
