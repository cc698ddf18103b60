//! `parts`: builds what others' packages give, and the container images made of it.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use minos_parts::{PARTS, Part, build, build_all, cache_folder, write_images};

/// Build what Minos takes from others' packages.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The repository's folder of parts.
    #[arg(long, default_value = "parts", global = true)]
    parts: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build parts (all when none is named).
    Build {
        /// Names.
        names: Vec<String>,
    },
    /// Build a part and print the folder with its programs.
    Path {
        /// Name.
        name: String,
    },
    /// Make one folder with links to all programs of the operating system's image.
    System {
        /// The folder.
        #[arg(long)]
        out: PathBuf,
    },
    /// Build the container images; prints the folder of their OCI layout.
    Images {
        /// Refuse Debian packages that differ from the lock.
        #[arg(long)]
        locked: bool,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let cache = cache_folder()?;
    let begin = SystemTime::now();
    let say = |line: &str| {
        let elapsed = begin.elapsed().unwrap_or_default().as_secs();
        eprintln!("[{:>2}:{:02}] {line}", elapsed / 60, elapsed % 60);
    };
    let parts = std::path::absolute(&arguments.parts)?;
    let find = |name: &String| {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        Part::find(name).with_context(|| format!("there is no part {name:?}; there are: {}", known.join(", ")))
    };
    match arguments.command {
        Command::Build { names } if names.is_empty() => build_all(&parts, &cache, &say),
        Command::Build { names } => {
            names.iter().try_for_each(|name| build(find(name)?, &parts, &cache, &say).map(drop))
        }
        Command::Path { name } => {
            println!("{}", build(find(&name)?, &parts, &cache, &|_| {})?.display());
            Ok(())
        }
        Command::System { out } => {
            std::fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
            for part in PARTS.iter().filter(|part| part.in_system) {
                let folder = build(part, &parts, &cache, &say)?;
                for program in part.programs() {
                    let link = out.join(program);
                    if link.symlink_metadata().is_ok() {
                        std::fs::remove_file(&link).with_context(|| format!("cannot replace {}", link.display()))?;
                    }
                    std::os::unix::fs::symlink(folder.join(program), &link)
                        .with_context(|| format!("cannot make {}", link.display()))?;
                }
            }
            Ok(())
        }
        Command::Images { locked } => {
            println!("{}", write_images(&parts, &cache, locked, &say)?.display());
            Ok(())
        }
    }
}
