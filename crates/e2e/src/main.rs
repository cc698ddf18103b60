//! The whole system, tried from outside: clusters in virtual machines, through the commands that a person types.
//!
//! In: the programs and images that `hack/up image` built. Out: one line per case; a case that fails ends the run with the
//! last lines of the console and of the services. Nothing is faked here, and nothing in the shipped image knows of it.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "real machines take real time, one at a time")]

mod cases;
mod cluster;
mod machine;
mod restarts;
mod run;
mod wait;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cluster::Programs;

/// Try the whole system in virtual machines.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folder with the programs for this host.
    #[arg(long, default_value = "target/x86_64-unknown-linux-gnu/image")]
    programs: PathBuf,
    /// Folder with the images.
    #[arg(long, default_value = "out")]
    images: PathBuf,
    /// Only cases whose name contains this; the cluster is made all the same.
    #[arg(long)]
    only: Option<String>,
    /// Use a cluster that is there, and leave it there.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// List the cases.
    #[arg(long)]
    list: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if arguments.list {
        cases::ALL.iter().for_each(|case| println!("{:<28} {}", case.name, case.shows));
        return Ok(ExitCode::SUCCESS);
    }
    let programs = Programs::find(&arguments.programs, &arguments.images)?;
    let all_passed = run::run(&programs, arguments.only.as_deref(), arguments.cluster.as_deref())?;
    Ok(if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
