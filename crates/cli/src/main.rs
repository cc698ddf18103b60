//! `minosctl`: operates Minos nodes over their API.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what this program does")]

mod commands;
mod exit;
mod globals;
mod kube;
mod output;
mod reply;
mod session;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;
use globals::Globals;

/// Operates Minos nodes over their API.
#[derive(Parser)]
#[command(name = "minosctl", version = commands::VERSION, max_term_width = 100, propagate_version = false)]
#[command(after_help = "\
Examples:
  minosctl gen config home https://10.5.0.2:6443     write a cluster's configuration
  minosctl apply-config -n 10.5.0.2 -i -f controlplane.yaml
  minosctl -n 10.5.0.2 services                      what runs on a node
  minosctl -n 10.5.0.2 get members                   resources, by their short names")]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.run(&cli.globals) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}
