use std::path::Path;

use anyhow::Result;
use clap::Args;
use minos_localcluster::{ClusterFolder, ClusterState, LocalClusterError, MachineState, NodeKind, clusters};
use serde_json::json;

use crate::output::{Table, size};

/// Show the local clusters and their nodes
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster show
  minosctl cluster show --name second
  minosctl cluster show -o json")]
pub struct Show {
    /// How to print
    #[arg(short, long, value_parser = ["table", "json"], default_value = "table")]
    output: String,
    /// Accepted; what runs a cluster is known
    #[arg(long, hide = true)]
    provisioner: Option<String>,
}

impl Show {
    pub fn run(self, root: &Path, name: Option<&str>) -> Result<()> {
        let mut clusters = clusters(root)?;
        if let Some(name) = name {
            clusters.retain(|cluster| cluster.name == name);
            if clusters.is_empty() {
                return Err(LocalClusterError::NotFound(name.to_owned()).into());
            }
        }
        if self.output == "json" {
            let all: Vec<_> = clusters.iter().map(|cluster| as_json(root, cluster)).collect::<Result<_>>()?;
            println!("{}", serde_json::to_string_pretty(&all)?);
            return Ok(());
        }
        if clusters.is_empty() {
            eprintln!("There is no local cluster; `minosctl cluster create` makes one.");
        }
        for (at, cluster) in clusters.iter().enumerate() {
            if at > 0 {
                println!();
            }
            print(&ClusterFolder::new(root, &cluster.name)?, cluster)?;
        }
        Ok(())
    }
}

/// The rows and columns of upstream's client come first; what only we have follows.
fn print(folder: &ClusterFolder, cluster: &ClusterState) -> Result<()> {
    let network = |field: fn(&minos_localcluster::NetworkState) -> String| {
        cluster.network.as_ref().map_or_else(|| "-".to_owned(), field)
    };
    let endpoint = cluster.machines.first().map(|one| format!("https://127.0.0.1:{}", one.kubernetes_port));
    let mut table = Table::without_head();
    table.row(["PROVISIONER".to_owned(), cluster.provisioner.to_string()]);
    table.row(["NAME".to_owned(), cluster.name.clone()]);
    table.row(["NETWORK NAME".to_owned(), network(|network| network.name.clone())]);
    table.row(["NETWORK CIDR".to_owned(), network(|network| network.cidr.clone())]);
    table.row(["NETWORK GATEWAY".to_owned(), network(|network| network.gateway.to_string())]);
    table.row(["NETWORK MTU".to_owned(), network(|network| network.mtu.to_string())]);
    table.row(["KUBERNETES ENDPOINT".to_owned(), endpoint.unwrap_or_default()]);
    table.row(["KUBERNETES VERSION".to_owned(), cluster.kubernetes_version.clone()]);
    table.row(["FILES".to_owned(), folder.path.display().to_string()]);
    table.print()?;
    println!("\nNODES:\n");
    let mut table = Table::new(["NAME", "TYPE", "IP", "CPU", "RAM", "DISK", "STATE", "API"]);
    for machine in &cluster.machines {
        let bytes = |mib: u64| if mib > 0 { size(mib << 20) } else { "-".to_owned() };
        table.row([
            machine.name.clone(),
            kind(machine.kind).to_owned(),
            machine.address.map_or_else(String::new, |address| address.to_string()),
            if machine.cpu_millis > 0 { format!("{:.2}", machine.cpu_millis as f64 / 1000.0) } else { "-".to_owned() },
            bytes(machine.memory_mib),
            bytes(machine.disk_mib),
            if machine.is_running(folder) { "running".into() } else { "stopped".into() },
            format!("127.0.0.1:{}", machine.api_port),
        ]);
    }
    Ok(table.print()?)
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::ControlPlane => "controlplane",
        NodeKind::Worker => "worker",
    }
}

fn as_json(root: &Path, cluster: &ClusterState) -> Result<serde_json::Value> {
    let folder = ClusterFolder::new(root, &cluster.name)?;
    let machines = cluster.machines.iter().map(|machine| {
        json!({
            "name": machine.name,
            "type": kind(machine.kind),
            "address": machine.address,
            "running": machine.is_running(&folder),
            "pid": pid(&folder, machine),
            "api": format!("127.0.0.1:{}", machine.api_port),
            "kubernetes": format!("https://127.0.0.1:{}", machine.kubernetes_port),
        })
    });
    Ok(json!({
        "name": cluster.name,
        "provisioner": cluster.provisioner,
        "network": cluster.network,
        "accelerator": cluster.accelerator,
        "kubernetesVersion": cluster.kubernetes_version,
        "folder": folder.path,
        "talosconfig": folder.file("talosconfig"),
        "kubeconfig": folder.file("kubeconfig"),
        "console": folder.file("console.log"),
        "machines": machines.collect::<Vec<_>>(),
    }))
}

/// QEMU's process, or the container's PID 1 as this host sees it.
fn pid(folder: &ClusterFolder, machine: &MachineState) -> Option<u32> {
    #[cfg(target_os = "linux")]
    if let Some(status) = minos_localcluster::container::NodeStatus::load(&folder.path, &machine.name) {
        return status.init.and_then(|init| u32::try_from(init.pid).ok());
    }
    let _ = folder;
    machine.pid
}
