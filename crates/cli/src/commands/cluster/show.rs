use std::path::Path;

use anyhow::Result;
use clap::Args;
use minos_localcluster::{ClusterFolder, ClusterState, clusters};
use serde_json::json;

use crate::output::Table;

/// List the local clusters and their machines
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster show
  minosctl cluster show -o json")]
pub struct Show {
    /// How to print
    #[arg(short, long, value_parser = ["table", "json"], default_value = "table")]
    output: String,
}

impl Show {
    pub fn run(self, root: &Path) -> Result<()> {
        let clusters = clusters(root)?;
        if self.output == "json" {
            let all: Vec<_> = clusters.iter().map(|cluster| as_json(root, cluster)).collect::<Result<_>>()?;
            println!("{}", serde_json::to_string_pretty(&all)?);
            return Ok(());
        }
        if clusters.is_empty() {
            eprintln!("There is no local cluster; `minosctl cluster create` makes one.");
            return Ok(());
        }
        let mut table = Table::new(["CLUSTER", "MACHINE", "STATE", "API", "KUBERNETES", "VERSION", "FILES"]);
        for cluster in &clusters {
            let folder = ClusterFolder::new(root, &cluster.name)?;
            for machine in &cluster.machines {
                table.row([
                    cluster.name.clone(),
                    machine.name.clone(),
                    if machine.is_running(&folder) { "running".into() } else { "stopped".into() },
                    format!("127.0.0.1:{}", machine.api_port),
                    format!("https://127.0.0.1:{}", machine.kubernetes_port),
                    cluster.kubernetes_version.clone(),
                    folder.path.display().to_string(),
                ]);
            }
        }
        Ok(table.print()?)
    }
}

fn as_json(root: &Path, cluster: &ClusterState) -> Result<serde_json::Value> {
    let folder = ClusterFolder::new(root, &cluster.name)?;
    let machines = cluster.machines.iter().map(|machine| {
        json!({
            "name": machine.name,
            "running": machine.is_running(&folder),
            "pid": machine.pid,
            "api": format!("127.0.0.1:{}", machine.api_port),
            "kubernetes": format!("https://127.0.0.1:{}", machine.kubernetes_port),
        })
    });
    Ok(json!({
        "name": cluster.name,
        "accelerator": cluster.accelerator,
        "kubernetesVersion": cluster.kubernetes_version,
        "folder": folder.path,
        "talosconfig": folder.file("talosconfig"),
        "kubeconfig": folder.file("kubeconfig"),
        "console": folder.file("console.log"),
        "machines": machines.collect::<Vec<_>>(),
    }))
}
