use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::reboot::keeps_objects;
use crate::cluster::Cluster;
use crate::wait::until;

const ROUNDS: u32 = 10;
/// Each round kills the node this much later in its boot than the one before.
const STEP: Duration = Duration::from_millis(250);

/// Field report talos#4462, talos#5511: a node that was killed, at whatever moment, starts from what it left.
pub fn run(cluster: &Cluster) -> Result<()> {
    let identity = identity(cluster)?;
    keeps_objects(cluster, || {
        let begin = Instant::now();
        for round in 0..ROUNDS {
            // Once when it is ready or its API answers, once in the middle of a boot.
            kill(cluster)?;
            std::thread::sleep(STEP * round);
            kill(cluster)?;
            let now = until("the API to answer", Duration::from_secs(60), || self::identity(cluster))?;
            ensure!(now == identity, "round {round}: the node was {identity:?} and is {now:?}");
        }
        println!("    {} kills in {:.1} s", 2 * ROUNDS, begin.elapsed().as_secs_f64());
        cluster.wait_until_healthy()?;
        println!("    healthy after {:.1} s", begin.elapsed().as_secs_f64());
        Ok(())
    })
}

/// Ends the node's PID 1 as a crash would, and starts the node again.
fn kill(cluster: &Cluster) -> Result<()> {
    kill_process(init_of(cluster)?.context("the node does not run")?, Signal::KILL)?;
    until("the node to be off", Duration::from_secs(20), || {
        ensure!(init_of(cluster)?.is_none(), "PID 1 still runs");
        Ok(())
    })?;
    cluster.minosctl(&["cluster", "start", "--name", &cluster.name]).map(drop)
}

/// The node's PID 1, as this host sees it.
fn init_of(cluster: &Cluster) -> Result<Option<Pid>> {
    let shown = cluster.minosctl(&["cluster", "show", "--name", &cluster.name, "-o", "json"])?;
    let shown: Value = serde_json::from_str(&shown)?;
    Ok(shown[0]["machines"][0]["pid"].as_i64().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)))
}

/// What the node is to others.
fn identity(cluster: &Cluster) -> Result<String> {
    let id = cluster.minosctl(&["get", "identities", "local", "-o", "jsonpath={.spec.nodeId}"])?;
    ensure!(!id.trim().is_empty(), "the node has no id");
    Ok(id)
}
