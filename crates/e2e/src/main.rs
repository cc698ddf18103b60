//! The whole system, tested from outside: clusters of containers and of virtual machines, through the commands that a
//! person types.
//!
//! In: the programs and images that `hack/up image` built. Out: one line per case, and for a case that fails the last lines
//! of the console and of the services. Nothing is faked here, and nothing in the shipped image knows of it.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "real machines take real time, one at a time")]

mod cases;
mod cluster;
mod foreign;
mod guest;
mod machine;
mod restarts;
mod run;
mod traces;
mod wait;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cluster::{Kind, Programs};
use crate::run::Run;

/// Test the whole system on clusters of its own.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folder with the programs for this host.
    #[arg(long, default_value = "target/x86_64-unknown-linux-gnu/image")]
    programs: PathBuf,
    /// Folder with the images.
    #[arg(long, default_value = "out")]
    images: PathBuf,
    /// Only cases whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Use a cluster that exists, and keep it.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// The kind of node for cases that take any; "container" needs root.
    #[arg(long, value_enum, default_value = "container")]
    nodes: Kind,
    /// List the cases.
    #[arg(long)]
    list: bool,
    /// Be PID 1 of the guest of a case.
    #[arg(long, hide = true)]
    guest: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if arguments.guest {
        guest::run();
    }
    if arguments.list {
        cases::ALL.iter().for_each(|case| println!("{:<14} {:<8} {}", case.name, case.needs.name(), case.shows));
        return Ok(ExitCode::SUCCESS);
    }
    let programs = Programs::find(&arguments.programs, &arguments.images)?;
    let run = Run {
        programs: &programs,
        only: arguments.only.as_deref(),
        existing: arguments.cluster.as_deref(),
        nodes: arguments.nodes,
    };
    Ok(if run.all_pass()? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
