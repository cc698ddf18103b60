//! How long the node took to come up, from what the command that made the cluster measured and from the node's console.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use minos_api::client::Connection;

use super::{Kind, json, read};
use crate::report::Row;

/// A moment of the boot, and the words of the console's line that shows it.
struct Milestone {
    name: &'static str,
    words: &'static [&'static str],
}

const API: Milestone = Milestone { name: "API answers", words: &["the API answers"] };
const READY: Milestone =
    Milestone { name: "node Ready", words: &["Kubernetes' opinion of the node changed", "ready=true"] };
/// In the order in which they come.
const BETWEEN: [Milestone; 3] = [
    Milestone { name: "etcd is healthy", words: &["service=etcd", "Health check successful"] },
    Milestone { name: "the kubelet is healthy", words: &["service=kubelet", "Health check successful"] },
    Milestone { name: "the API server takes the first manifest", words: &["created "] },
];

pub async fn measure(folder: &Path, kind: Kind, connection: &Connection) -> Result<Vec<Row>> {
    let timings = json(&folder.join("timings.json"))?;
    let seconds = |name: &str| timings[name].as_f64().with_context(|| format!("timings.json lacks {name}"));
    let (to_api, to_healthy) = (seconds("powerOnToApiSeconds")?, seconds("powerOnToHealthySeconds")?);
    let console = console(folder)?;
    // What the folder says holds only for the first boot.
    let uptime = read(connection, "/proc/uptime").await?;
    println!("the node's kernel is up for {} s", uptime.split('.').next().unwrap_or_default());

    let mut rows = Vec::new();
    // The console counts from the start of the kernel, or of the container.
    let api = find(&console, &API).context("the node's console does not say when its API answered")?;
    let before = match kind {
        Kind::Container => 0.0,
        Kind::Machine { .. } => {
            let row = Row::new("kernel start → API answers", api, "s");
            rows.push(with(row, kind.pick(None, Some(1.5), Some(12.0))));
            to_api - api
        }
    };
    rows.push(with(Row::new("start → API answers", to_api, "s"), kind.pick(Some(0.5), None, None)));
    for milestone in BETWEEN {
        if let Some(time) = find(&console, &milestone) {
            rows.push(Row::new(format!("start → {}", milestone.name), before + time, "s"));
        }
    }
    let ready = find(&console, &READY).context("the node's console does not say when the node was Ready")?;
    rows.push(with(Row::new("start → node Ready", before + ready, "s"), kind.pick(None, Some(15.0), Some(90.0))));
    rows.push(with(Row::new("start → healthy, all pods running", to_healthy, "s"), kind.pick(Some(15.0), None, None)));
    Ok(rows)
}

fn with(row: Row, budget: Option<f64>) -> Row {
    Row { budget, ..row }
}

/// The console of the cluster's first node.
fn console(folder: &Path) -> Result<String> {
    let nodes = std::fs::read_dir(folder.join("nodes")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = nodes.map(|node| node.path().join("console.log")).collect();
    files.sort();
    files.push(folder.join("console.log"));
    let file = files.iter().find(|file| file.exists());
    let file = file.with_context(|| format!("{} holds no console.log", folder.display()))?;
    let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn find(console: &str, milestone: &Milestone) -> Option<f64> {
    console.lines().find(|line| milestone.words.iter().all(|word| line.contains(word))).and_then(stamp)
}

/// `[    8.316087] machined: …` → 8.316087.
fn stamp(line: &str) -> Option<f64> {
    line.split_once('[')?.1.split_once(']')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_consoles_time_is_read() {
        assert_eq!(super::stamp("[    8.316087] machined: the API answers"), Some(8.316_087));
        assert_eq!(super::stamp("no time"), None);
    }
}
