//! Measurements against the budgets: `make bench` runs them all and writes `bench/results/*.json`.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a command-line tool")]
#![allow(clippy::disallowed_types, reason = "what is measured is real time")]

mod client;
mod configuration;
mod engine;
mod node;
mod report;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

/// Measure, and compare with the budgets.
#[derive(Debug, Parser)]
struct Arguments {
    /// The client, as it is shipped.
    #[arg(long)]
    minosctl: Option<PathBuf>,
    /// Folder of a running local cluster to measure; without it what needs none is measured.
    #[arg(long, requires_all = ["images", "programs"])]
    cluster: Option<PathBuf>,
    /// Folder with the images.
    #[arg(long)]
    images: Option<PathBuf>,
    /// Folder with the programs of the image.
    #[arg(long)]
    programs: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // First, as the kernel counts what this program holds to the children that it makes.
    if let Some(minosctl) = &arguments.minosctl {
        tell("client", client::measure(minosctl)?)?;
    }
    tell("configuration", configuration::measure()?)?;
    tell("engine", engine::measure()?)?;
    if let (Some(cluster), Some(images), Some(programs)) = (arguments.cluster, arguments.images, arguments.programs) {
        tell("sizes", [node::sizes(&images)?, node::programs(&programs)?].concat())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        tell("node", runtime.block_on(node::measure(&cluster))?)?;
    }
    Ok(())
}

fn tell(name: &str, rows: Vec<report::Row>) -> Result<()> {
    report::write(name, &rows)?;
    report::print(&rows);
    Ok(())
}
