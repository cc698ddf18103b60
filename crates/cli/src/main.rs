//! `minosctl`: operates Minos nodes over their API.
#![forbid(unsafe_code)]

// First, because the others use its macros.
#[macro_use]
mod output;

mod commands;
mod exit;
mod failure;
#[cfg(test)]
mod fake_node;
mod globals;
mod kube;
mod reply;
mod session;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use commands::{Command, absent};
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
    let matches = absent::with_absent(Cli::command()).get_matches();
    let outcome = match absent::called(&matches) {
        Some(unsupported) => Err(unsupported.into()),
        None => {
            let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
            cli.command.run(&cli.globals)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}
