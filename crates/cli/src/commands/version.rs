use anyhow::Result;
use clap::Args;
use minos_api::machine;
use serde_json::json;

use crate::commands::VERSION;
use crate::globals::{Globals, Insecure};
use crate::session::Session;

/// Print the version of this program and of the nodes
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl version --client      this program only
  minosctl -n 10.5.0.2 version   a node too
  minosctl version -o json | jq -r .version.tag")]
pub struct Version {
    /// Only this program's version
    #[arg(long)]
    client: bool,
    /// Only the version numbers
    #[arg(long)]
    short: bool,
    /// How to print
    #[arg(short, long, value_parser = ["text", "json"], default_value = "text")]
    output: String,
    /// The older way to ask for JSON
    #[arg(long, hide = true)]
    json: bool,
    #[command(flatten)]
    insecure: Insecure,
}

impl Version {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let json = self.json || self.output == "json";
        if !json {
            println!("Client:\n{}", client(self.short));
        } else if self.client {
            println!("{}", json!({"version": {"tag": VERSION, "sha": sha(), "os": OS, "arch": arch()}}));
        }
        if self.client {
            return Ok(());
        }
        if !json {
            println!("Server:");
        }
        globals.online_or_insecure(&self.insecure, async |session: Session| {
            let replies = session.connection.machine().version(session.request(())).await?.into_inner();
            session.each(replies.messages, |node, version| {
                println!("{}", if json { as_json(node, &version) } else { server(node, &version) });
                Ok(())
            })
        })
    }
}

const OS: &str = std::env::consts::OS;

fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn sha() -> &'static str {
    option_env!("MINOS_COMMIT").unwrap_or("unknown")
}

fn client(short: bool) -> String {
    if short {
        return format!("Talos {VERSION}");
    }
    format!("\tTag:         {VERSION}\n\tSHA:         {}\n\tOS/Arch:     {OS}/{}", sha(), arch())
}

fn server(node: &str, version: &machine::Version) -> String {
    let mut lines = vec![format!("\tNODE:        {node}")];
    if let Some(info) = &version.version {
        lines.push(format!("\tTag:         {}", info.tag));
        lines.push(format!("\tSHA:         {}", info.sha));
        if !info.built.is_empty() {
            lines.push(format!("\tBuilt:       {}", info.built));
        }
        if !info.go_version.is_empty() {
            lines.push(format!("\tGo version:  {}", info.go_version));
        }
        lines.push(format!("\tOS/Arch:     {}/{}", info.os, info.arch));
    }
    let rbac = version.features.is_some_and(|features| features.rbac);
    lines.push(format!("\tEnabled:     {}", if rbac { "RBAC" } else { "" }));
    lines.join("\n")
}

fn as_json(node: &str, version: &machine::Version) -> String {
    let info = version.version.clone().unwrap_or_default();
    let platform = version.platform.clone().unwrap_or_default();
    let rbac = version.features.is_some_and(|features| features.rbac);
    json!({
        "metadata": {"hostname": node},
        "version": {
            "tag": info.tag, "sha": info.sha, "built": info.built, "goVersion": info.go_version, "os": info.os, "arch": info.arch,
        },
        "platform": {"name": platform.name, "mode": platform.mode},
        "features": {"rbac": rbac},
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use minos_api::machine::{FeaturesInfo, VersionInfo};

    use super::*;

    #[test]
    fn a_node_is_described_line_by_line() {
        let info = VersionInfo {
            tag: "v1.13.9".into(),
            sha: "abc".into(),
            os: "linux".into(),
            arch: "amd64".into(),
            ..Default::default()
        };
        let version =
            machine::Version { version: Some(info), features: Some(FeaturesInfo { rbac: true }), ..Default::default() };
        let expected = "\tNODE:        10.5.0.2\n\tTag:         v1.13.9\n\tSHA:         abc\n\tOS/Arch:     linux/amd64\n\tEnabled:     RBAC";
        assert_eq!(server("10.5.0.2", &version), expected);
    }
}
