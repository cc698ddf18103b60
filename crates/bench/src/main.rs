//! Measurements against the budgets: `make bench` runs them all and writes `bench/results/*.json`.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a command-line tool")]
#![allow(clippy::disallowed_types, reason = "what is measured is real time")]

mod client;
mod configuration;
mod engine;
mod host;
mod node;
mod report;
mod sizes;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

/// Measure, and compare with the budgets. Without arguments: what needs neither images nor a cluster.
#[derive(Debug, Parser)]
struct Arguments {
    /// The client, as it is shipped.
    #[arg(long)]
    minosctl: Option<PathBuf>,
    /// Folder with the images.
    #[arg(long, requires = "programs")]
    images: Option<PathBuf>,
    /// Folder with the programs of the image.
    #[arg(long, requires = "images")]
    programs: Option<PathBuf>,
    /// Folder of a running local cluster: only its node is measured.
    #[arg(long, conflicts_with_all = ["minosctl", "images"])]
    cluster: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(cluster) = arguments.cluster {
        let kind = node::Kind::of(&cluster)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return publish(&format!("node-{}", kind.name()), &runtime.block_on(node::measure(&cluster, kind))?);
    }
    // First, as the kernel counts what this program holds to the children that it makes.
    if let Some(minosctl) = &arguments.minosctl {
        publish("client", &client::measure(minosctl)?)?;
    }
    publish("host", &host::measure()?)?;
    publish("configuration", &configuration::measure()?)?;
    publish("engine", &engine::measure()?)?;
    if let (Some(images), Some(programs)) = (arguments.images, arguments.programs) {
        publish("sizes", &sizes::measure(&images, &programs)?)?;
    }
    Ok(())
}

fn publish(name: &str, rows: &[report::Row]) -> Result<()> {
    report::write(name, rows)?;
    report::print(name, rows);
    Ok(())
}
