//! How fast the API is: `Version` through mutual TLS, `apid`, its proxy and `machined`, on one connection. The client
//! runs on the same processors.

use std::time::{Duration, Instant};

use anyhow::Result;
use minos_api::client::Connection;

use super::processes::{PROGRAMS, list, processor_time};
use crate::host::loopback_microseconds;
use crate::report::Row;

/// One after the other.
const CALLS: usize = 5000;
/// At once, in the second part.
const PARALLEL: usize = 64;
/// How long the second part takes.
const SPAN: Duration = Duration::from_secs(10);

pub async fn measure(connection: &Connection) -> Result<Vec<Row>> {
    // The connection is made before anything is measured.
    connection.machine().version(()).await?;
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begin = Instant::now();
        connection.machine().version(()).await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    let p50 = times[CALLS / 2].as_secs_f64() * 1e3;
    let round_trip = tokio::task::spawn_blocking(loopback_microseconds).await??;
    let mut rows = vec![
        Row::new("version, one after the other: p50", p50, "ms").budget(0.15),
        Row::new("version, one after the other: p99", times[CALLS * 99 / 100].as_secs_f64() * 1e3, "ms"),
        Row::new("version, p50: TCP round trips of this host", p50 * 1e3 / round_trip, "×"),
    ];
    rows.extend(at_once(connection).await?);
    Ok(rows)
}

async fn at_once(connection: &Connection) -> Result<Vec<Row>> {
    let before = list(connection).await?;
    let begin = Instant::now();
    let workers: Vec<_> = (0..PARALLEL)
        .map(|_| {
            let mut machine = connection.machine();
            tokio::spawn(async move {
                let mut calls = 0_u64;
                while begin.elapsed() < SPAN {
                    machine.version(()).await?;
                    calls += 1;
                }
                Ok::<_, tonic::Status>(calls)
            })
        })
        .collect();
    let mut calls = 0;
    for worker in workers {
        calls += worker.await??;
    }
    let rate = calls as f64 / begin.elapsed().as_secs_f64();
    let after = list(connection).await?;
    let mut rows = vec![Row::new("version, 64 at once on one connection", rate, "1/s").budget(30_000.0)];
    for program in PROGRAMS.iter().filter(|program| ["machined", "apid"].contains(&program.name)) {
        let seconds = processor_time(&after, program) - processor_time(&before, program);
        let row = Row::new(format!("processor per call: {}", program.name), seconds * 1e6 / calls as f64, "µs");
        rows.push(if program.name == "apid" { row.budget(20.0) } else { row });
    }
    Ok(rows)
}
