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
        patch: r#"{"machine": {"kernel": {"modules": [{"name": "dummy", "parameters": ["numdummies=2"]}]}}}"#,
        foretold: &["+ machine.kernel.modules: acts at once"],
        restarts: &[],
        shows: |cluster| dummies(cluster, 2),
    },
    Change {
        patch: r#"{"machine": {"network": {"interfaces": [{"interface": "eth77", "dhcp": true}]}}}"#,
        foretold: &[
            "~ machine.network.interfaces: acts at once",
            r#"! machine.network.interfaces[1]: no link of this machine fits "eth77""#,
        ],
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
    let good = cluster.file("controlplane.yaml").display().to_string();
    let made = CHANGES.iter().try_for_each(|change| change.make(cluster)).and_then(|()| reboots(cluster));
    made?;
    cluster.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &good])?;
    let health = cluster.try_minosctl(&["health", "--wait-timeout", "20m"])?;
    ensure!(health.status.success(), "with the old configuration again: {}", String::from_utf8_lossy(&health.stderr));
    Ok(())
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

/// The plan has exactly these lines.
fn foretell(cluster: &Cluster, patch: &str, lines: &[&str]) -> Result<()> {
    let said = cluster.minosctl(&["plan", "-p", patch])?;
    let plan = said.lines().skip_while(|line| *line != "Plan:").skip(1).map(str::trim);
    let plan: Vec<&str> = plan.filter(|line| !line.is_empty()).collect();
    ensure!(plan == lines, "{patch}: wanted {lines:?} in: {said}");
    println!("    {}", lines.join("\n    "));
    Ok(())
}

/// A module keeps its parameters: another one takes a reboot, which is refused or made as it is asked for.
fn reboots(cluster: &Cluster) -> Result<()> {
    let others = cluster.minosctl(&["get", "mc", "v1alpha1", "-o", "jsonpath={.spec}"])?;
    ensure!(others.contains("numdummies=2"), "the configuration lost the module: {others}");
    let file = cluster.file("rebooting.yaml");
    std::fs::write(&file, others.replace("numdummies=2", "numdummies=3"))?;
    let file = file.display().to_string();
    let said = cluster.minosctl(&["plan", "-f", &file])?;
    let line = "~ machine.kernel.modules[0].parameters[0]: acts with the next boot";
    ensure!(said.contains(line), "wanted {line} in: {said}");
    println!("    {line}");
    let refused = cluster.try_minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file])?;
    let reason = String::from_utf8_lossy(&refused.stderr);
    ensure!(!refused.status.success() && reason.contains("needs a reboot"), "without a reboot: {reason}");
    let boot = || cluster.minosctl(&["read", "/proc/sys/kernel/random/boot_id"]);
    let before = boot()?;
    cluster.minosctl(&["apply-config", "-f", &file])?;
    until("another boot", Duration::from_secs(180), || {
        ensure!(boot()? != before, "it has not restarted");
        Ok(())
    })?;
    until("the module", Duration::from_secs(60), || dummies(cluster, 3))
}

/// As many links of this module there are.
fn dummies(cluster: &Cluster, count: usize) -> Result<()> {
    let links = cluster.minosctl(&["list", "/sys/class/net"])?;
    let found = links.lines().filter(|line| line.contains("dummy")).count();
    ensure!(found == count, "found {found} dummy links, wanted {count}: {links}");
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
