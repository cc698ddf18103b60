//! Repository rules as code: `cargo xtask check`.
//!
//! Each rule is a module that returns what it found wrong; the command prints all of it and fails.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod layers;
mod portable;
mod sources;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("check") => check(),
        _ => {
            eprintln!("usage: cargo xtask check    layers, file sizes, unsafe code, portable crates");
            ExitCode::from(2)
        }
    }
}

fn check() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let found = layers::problems(&root).and_then(|mut found| {
        found.extend(sources::problems(&root)?);
        found.extend(portable::problems(&root)?);
        Ok(found)
    });
    match found {
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
        Ok(problems) if problems.is_empty() => {
            println!("repository rules hold");
            ExitCode::SUCCESS
        }
        Ok(problems) => {
            problems.iter().for_each(|problem| eprintln!("error: {problem}"));
            eprintln!("{} problems; docs/architecture.md explains the rules", problems.len());
            ExitCode::FAILURE
        }
    }
}
