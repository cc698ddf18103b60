//! A running node, measured from outside: how long it took to come up, what it holds in memory, how fast its API is.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use minos_api::client::{Connection, Talosconfig};
use minos_api::machine as m;
use serde_json::Value;

use crate::report::Row;

/// Our processes, and the control groups that they are in.
const PROCESSES: [(&str, &str, &str); 4] = [
    ("init", "/usr/bin/init", ""),
    ("machined", "/usr/bin/machined", "init"),
    ("apid", "/usr/bin/apid", "system/apid"),
    ("device manager", "/usr/lib/systemd/systemd-udevd", "system/udevd"),
];
const CALLS: usize = 2000;
const PARALLEL: usize = 64;

/// The node of the local cluster whose files are in `folder`.
pub async fn measure(folder: &Path) -> Result<Vec<Row>> {
    let talosconfig = Talosconfig::open(Some(&folder.join("talosconfig")))?;
    let connection = Connection::with_context(talosconfig.select(None)?, &[])?;
    let mut rows = boot(folder, &connection).await?;
    rows.extend(memory(&connection).await?);
    rows.extend(round_trips(&connection).await?);
    Ok(rows)
}

fn row(what: &str, value: f64, unit: &'static str, budget: Option<f64>) -> Row {
    Row { what: what.to_owned(), value, unit, budget }
}

async fn boot(folder: &Path, connection: &Connection) -> Result<Vec<Row>> {
    let file = folder.join("timings.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let timings: Value = serde_json::from_str(&text)?;
    let seconds = |name: &str| timings[name].as_f64().with_context(|| format!("{} lacks {name}", file.display()));
    let console = std::fs::read(folder.join("console.log")).unwrap_or_default();
    let console = String::from_utf8_lossy(&console);
    let told =
        |words: &[&str]| console.lines().find(|line| words.iter().all(|word| line.contains(word))).and_then(stamp);
    let kernel = told(&["the API answers"]);
    let ready = told(&["Kubernetes' opinion of the node changed", "ready=true"]);
    let to_api = seconds("powerOnToApiSeconds")?;
    // What the folder says holds only for the first boot.
    let uptime = read(connection, "/proc/uptime").await?;
    let uptime: f64 = uptime.split(' ').next().unwrap_or_default().parse().unwrap_or_default();
    println!("the node is up for {uptime:.0} s");
    let mut rows = Vec::new();
    if let Some(kernel) = kernel {
        rows.push(row("kernel start to API (TCG)", kernel, "s", Some(12.0)));
    }
    rows.push(row("power on to API (TCG)", to_api, "s", None));
    if let (Some(kernel), Some(ready)) = (kernel, ready) {
        rows.push(row("power on to node Ready (TCG)", to_api - kernel + ready, "s", Some(90.0)));
    }
    rows.push(row("power on to healthy, all pods running (TCG)", seconds("powerOnToHealthySeconds")?, "s", None));
    Ok(rows)
}

/// `[    8.316087] machined: …` → 8.316087.
fn stamp(line: &str) -> Option<f64> {
    line.split_once('[')?.1.split_once(']')?.0.trim().parse().ok()
}

async fn memory(connection: &Connection) -> Result<Vec<Row>> {
    let reply = connection.machine().processes(()).await?.into_inner();
    let processes = reply.messages.into_iter().next().unwrap_or_default().processes;
    let mib = |bytes: f64| bytes / f64::from(1 << 20);
    let mut rows = Vec::new();
    let (mut resident, mut own, mut charged, mut kept) = (0.0, 0.0, 0.0, 0.0);
    for (name, program, group) in PROCESSES {
        let mut rss = 0.0;
        for process in processes.iter().filter(|process| process.args.starts_with(program)) {
            let rollup = read(connection, &format!("/proc/{}/smaps_rollup", process.pid)).await?;
            own += rollup_mib(&rollup, "Pss:");
            rss += rollup_mib(&rollup, "Rss:");
        }
        resident += rss;
        rows.push(row(&format!("{name}: RSS"), rss, "MiB", None));
        if !group.is_empty() {
            let current = read(connection, &format!("/sys/fs/cgroup/{group}/memory.current")).await?;
            let current = mib(current.trim().parse().unwrap_or_default());
            charged += current;
            let stat = read(connection, &format!("/sys/fs/cgroup/{group}/memory.stat")).await?;
            let held = mib(["anon ", "kernel ", "shmem "].iter().map(|kind| counter(&stat, kind)).sum());
            kept += held;
            rows.push(row(&format!("control group {group}: memory"), current, "MiB", None));
            rows.push(row(&format!("control group {group}: of which not page cache"), held, "MiB", None));
        }
    }
    rows.push(row("all of them: RSS", resident, "MiB", None));
    rows.push(row("all of them: shared pages counted once (PSS)", own, "MiB", Some(24.0)));
    rows.push(row("all of them: control groups", charged, "MiB", Some(48.0)));
    rows.push(row("all of them: control groups, not page cache", kept, "MiB", None));
    Ok(rows)
}

/// A line of `smaps_rollup`, in MiB.
fn rollup_mib(rollup: &str, kind: &str) -> f64 {
    let value = rollup.lines().find_map(|line| line.strip_prefix(kind)?.strip_suffix("kB")?.trim().parse::<f64>().ok());
    value.unwrap_or_default() / 1024.0
}

/// A line of `memory.stat`, in bytes.
fn counter(stat: &str, kind: &str) -> f64 {
    stat.lines().find_map(|line| line.strip_prefix(kind)?.trim().parse().ok()).unwrap_or_default()
}

async fn read(connection: &Connection, path: &str) -> Result<String> {
    let mut stream = connection.machine().read(m::ReadRequest { path: path.to_owned() }).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(data) = stream.message().await? {
        bytes.extend_from_slice(&data.bytes);
    }
    String::from_utf8(bytes).with_context(|| format!("{path} is no text"))
}

async fn round_trips(connection: &Connection) -> Result<Vec<Row>> {
    connection.machine().version(()).await?;
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begin = Instant::now();
        connection.machine().version(()).await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    let begin = Instant::now();
    let workers = (0..PARALLEL).map(|_| {
        let connection = connection.clone();
        tokio::spawn(async move {
            for _ in 0..CALLS / PARALLEL * 4 {
                connection.machine().version(()).await?;
            }
            Ok::<_, tonic::Status>(CALLS / PARALLEL * 4)
        })
    });
    let mut calls = 0;
    for worker in workers.collect::<Vec<_>>() {
        calls += worker.await??;
    }
    let rate = calls as f64 / begin.elapsed().as_secs_f64();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    Ok(vec![
        row("API through TLS and proxy, one after the other: p50", milliseconds(times[CALLS / 2]), "ms", Some(0.15)),
        row("API through TLS and proxy, one after the other: p99", milliseconds(times[CALLS * 99 / 100]), "ms", None),
        row("API, 64 at once on one connection", rate, "1/s", Some(30_000.0)),
    ])
}

/// Sizes of what is shipped.
pub fn sizes(images: &Path) -> Result<Vec<Row>> {
    let mb = |path: PathBuf| -> Result<f64> {
        let metadata = std::fs::metadata(&path).with_context(|| format!("cannot find {}", path.display()))?;
        Ok(metadata.len() as f64 / 1e6)
    };
    let root = mb(images.join("root.erofs"))?;
    let kernel = mb(images.join("minos.efi"))?;
    Ok(vec![
        row("root image", root, "MB", None),
        row("kernel image with initrd", kernel, "MB", None),
        row("together, as downloaded", root + kernel, "MB", Some(65.0)),
        row("disk image, qcow2", mb(images.join("disk.qcow2"))?, "MB", None),
    ])
}

/// Sizes of our own programs, as the image holds them.
pub fn programs(folder: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut total = 0.0;
    for name in ["init", "machined"] {
        let path = folder.join(name);
        let size = std::fs::metadata(&path).with_context(|| format!("cannot find {}", path.display()))?.len();
        let size = size as f64 / 1e6;
        total += size;
        rows.push(row(&format!("program {name}"), size, "MB", None));
    }
    rows.push(row("own programs", total, "MB", Some(15.0)));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_kernel_s_time_is_read() {
        assert_eq!(super::stamp("[    8.316087] machined: the API answers"), Some(8.316_087));
        assert_eq!(super::stamp("no time"), None);
    }
}
