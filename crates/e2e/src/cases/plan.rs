use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::kill::{STAY, processes};
use crate::cluster::Cluster;
use crate::wait::until;

const KUBELET: &str = "/usr/local/bin/kubelet";

/// A change, and what is foretold of it.
struct Change {
    patch: &'static str,
    /// A line of the plan.
    foretold: &'static str,
    /// Made, and watched; else it is only asked about.
    made: Option<Made>,
}

/// What a change that is made does.
struct Made {
    restarts: &'static [&'static str],
    shows: fn(&Cluster) -> Result<()>,
}

const CHANGES: &[Change] = &[
    Change {
        patch: r#"{"machine": {"sysctls": {"net.core.somaxconn": "5555"}}}"#,
        foretold: r#"+ machine.sysctls."net.core.somaxconn": acts at once"#,
        made: Some(Made {
            restarts: &[],
            shows: |cluster| {
                let value = cluster.minosctl(&["read", "/proc/sys/net/core/somaxconn"])?;
                ensure!(value.trim() == "5555", "the kernel has {value}");
                Ok(())
            },
        }),
    },
    Change {
        patch: r#"{"machine": {"nodeLabels": {"example.org/rack": "a1"}}}"#,
        foretold: "acts at once",
        made: Some(Made {
            restarts: &[],
            shows: |cluster| {
                let nodes = cluster.kubectl(&["get", "nodes", "-l", "example.org/rack=a1", "-o", "name"])?;
                ensure!(nodes.contains("node/"), "no node has the label");
                Ok(())
            },
        }),
    },
    Change {
        patch: "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: far\nurl: udp://10.0.2.2:9\n",
        foretold: r#"+ KmsgLogConfig "far": has no effect yet"#,
        made: Some(Made { restarts: &[], shows: |_| Ok(()) }),
    },
    Change {
        patch: r#"{"machine": {"kubelet": {"extraArgs": {"v": "1"}}}}"#,
        foretold: "acts at once, restarts kubelet",
        made: Some(Made { restarts: &[KUBELET], shows: |_| Ok(()) }),
    },
    Change {
        patch: r#"{"cluster": {"apiServer": {"extraArgs": {"v": "1"}}}}"#,
        foretold: "acts at once, restarts kube-apiserver",
        made: None,
    },
    Change {
        patch: r#"{"cluster": {"etcd": {"extraArgs": {"snapshot-count": "20000"}}}}"#,
        foretold: "acts at once, restarts etcd",
        made: None,
    },
    Change {
        patch: r#"{"cluster": {"proxy": {"mode": "iptables"}}}"#,
        foretold: "~ cluster.proxy.mode: acts when the cluster is bootstrapped",
        made: None,
    },
    Change {
        patch: r#"{"machine": {"kernel": {"modules": [{"name": "dummy", "parameters": ["numdummies=2"]}]}}}"#,
        foretold: "+ machine.kernel",
        made: None,
    },
    Change {
        patch: r#"{"machine": {"network": {"interfaces": [{"interface": "eth77", "dhcp": true}]}}}"#,
        foretold: r#"no link of this machine fits "eth77""#,
        made: None,
    },
    Change {
        patch: r#"{"machine": {"udev": {"rules": ["SUBSYSTEM==\"net\""]}}}"#,
        foretold: "has no effect yet",
        made: None,
    },
];

pub fn run(cluster: &Cluster) -> Result<()> {
    let good = cluster.file("controlplane.yaml").display().to_string();
    let result = CHANGES.iter().try_for_each(|change| change.check(cluster));
    cluster.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &good])?;
    let health = cluster.try_minosctl(&["health", "--wait-timeout", "5m"])?;
    ensure!(health.status.success(), "with the old configuration again: {}", String::from_utf8_lossy(&health.stderr));
    result
}

impl Change {
    fn check(&self, cluster: &Cluster) -> Result<()> {
        let output = cluster.try_minosctl(&["plan", "-p", self.patch])?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(said.contains(self.foretold), "{}: wanted {:?} in: {said}", self.patch, self.foretold);
        let Some(made) = &self.made else { return Ok(()) };
        let before = pids(cluster)?;
        cluster.minosctl(&["patch", "mc", "-p", self.patch, "--mode", "no-reboot"])?;
        until("the change to show", Duration::from_secs(60), || {
            (made.shows)(cluster)?;
            let now = pids(cluster)?;
            for program in made.restarts {
                ensure!(now[program] != before[program] && !now[program].is_empty(), "{program} was not restarted");
            }
            Ok(())
        })?;
        // Whoever else would be started anew would be by now.
        std::thread::sleep(Duration::from_secs(5));
        let now = pids(cluster)?;
        for program in STAY.iter().filter(|program| !made.restarts.contains(program)) {
            ensure!(now[program] == before[program], "{}: {program} was restarted, which was not foretold", self.patch);
        }
        Ok(())
    }
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
