mod selectors;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use super::kill::{STAY, processes};
use crate::cluster::Cluster;
use crate::restarts::Manifests;
use crate::wait::until;

/// A change, what is foretold of it, and what is seen when it is made.
struct Change {
    patch: &'static str,
    /// The lines of the plan.
    foretold: &'static [&'static str],
    /// The programs that get new processes; all others keep theirs, unless a slow host has them restart.
    restarts: &'static [&'static str],
    shows: fn(&Cluster) -> Result<()>,
}

const CHANGES: &[Change] = &[
    Change {
        patch: r#"{"machine": {"sysctls": {"net.core.somaxconn": "5555"}}}"#,
        foretold: &[r#"+ machine.sysctls."net.core.somaxconn": acts at once"#],
        restarts: &[],
        shows: |cluster| {
            let value = cluster.minosctl(&["read", "/proc/sys/net/core/somaxconn"])?;
            ensure!(value.trim() == "5555", "the kernel has {value}");
            Ok(())
        },
    },
    Change {
        patch: r#"{"machine": {"nodeLabels": {"example.org/rack": "a1"}}}"#,
        foretold: &[r#"+ machine.nodeLabels."example.org/rack": acts at once"#],
        restarts: &[],
        shows: |cluster| {
            let nodes = cluster.kubectl(&["get", "nodes", "-l", "example.org/rack=a1", "-o", "name"])?;
            ensure!(nodes.contains("node/"), "no node has the label");
            Ok(())
        },
    },
    Change {
        patch: "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: far\nurl: udp://10.0.2.2:9\n",
        foretold: &[r#"+ KmsgLogConfig "far": has no effect yet"#],
        restarts: &[],
        shows: |_| Ok(()),
    },
    Change {
        patch: r#"{"machine": {"udev": {"rules": ["SUBSYSTEM==\"net\""]}}}"#,
        foretold: &["+ machine.udev.rules: has no effect yet"],
        restarts: &[],
        shows: |_| Ok(()),
    },
    Change {
        patch: r#"{"machine": {"network": {"interfaces": [{"interface": "eth77", "dhcp": true}]}}}"#,
        // On a machine the local cluster's configuration has an interface already.
        foretold: &["machine.network.interfaces: acts at once", "interface: eth77 matches no link of this node…"],
        restarts: &[],
        shows: |_| Ok(()),
    },
    Change {
        patch: r#"{"cluster": {"proxy": {"mode": "iptables"}}}"#,
        foretold: &["+ cluster.proxy.mode: acts when the cluster is bootstrapped"],
        restarts: &[],
        shows: |_| Ok(()),
    },
    Change {
        patch: r#"{"machine": {"kubelet": {"extraArgs": {"v": "1"}}}}"#,
        foretold: &["+ machine.kubelet.extraArgs.v: acts at once, restarts kubelet"],
        restarts: &["/usr/local/bin/kubelet"],
        shows: |cluster| argument(cluster, "/usr/local/bin/kubelet", "--v=1"),
    },
    Change {
        patch: r#"{"cluster": {"scheduler": {"extraArgs": {"v": "1"}}}}"#,
        foretold: &["+ cluster.scheduler.extraArgs.v: acts at once, restarts kube-scheduler"],
        restarts: &["/usr/local/bin/kube-scheduler"],
        shows: |cluster| argument(cluster, "/usr/local/bin/kube-scheduler", "--v=1"),
    },
    Change {
        patch: r#"{"cluster": {"etcd": {"extraArgs": {"snapshot-count": "20000"}}}}"#,
        foretold: &["+ cluster.etcd.extraArgs.snapshot-count: acts at once, restarts etcd"],
        restarts: &["/usr/local/bin/etcd"],
        shows: |cluster| argument(cluster, "/usr/local/bin/etcd", "--snapshot-count=20000"),
    },
];

pub fn run(cluster: &Cluster) -> Result<()> {
    CHANGES.iter().try_for_each(|change| change.make(cluster))?;
    cluster.apply_original()?;
    selectors::run(cluster)
}

impl Change {
    fn make(&self, cluster: &Cluster) -> Result<()> {
        foretell(cluster, self.patch, self.foretold)?;
        let before = pids(cluster)?;
        let manifests = Manifests::of(cluster)?;
        cluster.minosctl(&["patch", "mc", "-p", self.patch, "--mode", "no-reboot"])?;
        until("the change to show", Duration::from_secs(90), || {
            (self.shows)(cluster)?;
            let now = pids(cluster)?;
            for program in self.restarts {
                ensure!(now[program] != before[program] && !now[program].is_empty(), "{program} was not restarted");
            }
            Ok(())
        })
        .with_context(|| self.patch.to_owned())?;
        // What else restarts because of it has restarted by now.
        std::thread::sleep(Duration::from_secs(5));
        let now = pids(cluster)?;
        let others = STAY.iter().filter(|program| !self.restarts.contains(program));
        for program in others.filter(|program| now[*program] != before[*program]) {
            match manifests.host_restarted(cluster, program)? {
                Some(reason) => println!("    {program} was restarted, but not by this: {reason}"),
                None => bail!("{}: {program} was restarted, which was not foretold", self.patch),
            }
        }
        Ok(())
    }
}

/// The plan has exactly these lines; each may be the end of one, or with `…` the middle.
fn foretell(cluster: &Cluster, patch: &str, lines: &[&str]) -> Result<()> {
    let said = cluster.minosctl(&["plan", "-p", patch])?;
    let plan = said.lines().skip_while(|line| *line != "Plan:").skip(1).map(str::trim);
    let plan: Vec<&str> = plan.filter(|line| !line.is_empty()).collect();
    let fits = |found: &str, line: &str| match line.strip_suffix('…') {
        Some(middle) => found.contains(middle),
        None => found.ends_with(line),
    };
    let same = plan.len() == lines.len() && plan.iter().zip(lines).all(|(found, line)| fits(found, line));
    ensure!(same, "{patch}: expected {lines:?} in: {said}");
    println!("    {}", lines.join("\n    "));
    Ok(())
}

fn argument(cluster: &Cluster, program: &str, argument: &str) -> Result<()> {
    let all = processes(cluster)?;
    let command = all.values().find(|command| command.contains(program)).cloned().unwrap_or_default();
    ensure!(command.contains(argument), "{program} has no {argument}: {command}");
    Ok(())
}

/// The processes of each program.
fn pids(cluster: &Cluster) -> Result<BTreeMap<&'static str, Vec<String>>> {
    let all = processes(cluster)?;
    let of = |program: &&'static str| {
        let own = all.iter().filter(|(_, command)| command.contains(*program)).map(|(pid, _)| pid.clone());
        (*program, own.collect())
    };
    Ok(STAY.iter().map(of).collect())
}
