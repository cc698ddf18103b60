use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use minos_api::client::{Context, Talosconfig};

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::output::{Table, parse_duration};

mod info;
mod new;
mod remove;

/// Look after the client configuration (talosconfig)
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl config merge ./talosconfig      take over a cluster's context
  minosctl config endpoint 10.5.0.2
  minosctl config contexts
  minosctl config info                     the current context, its roles, when it expires")]
pub struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a context
    Add {
        /// Its name
        context: String,
        /// File with the cluster's CA
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
        /// File with the client's certificate
        #[arg(long, value_name = "FILE", requires = "key")]
        crt: Option<PathBuf>,
        /// File with the client's key
        #[arg(long, value_name = "FILE", requires = "crt")]
        key: Option<PathBuf>,
    },
    /// Choose the current context
    #[command(name = "context", visible_alias = "use-context")]
    Use {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List the contexts
    #[command(visible_alias = "get-contexts")]
    Contexts,
    /// Set the addresses to connect to
    #[command(visible_alias = "endpoints")]
    Endpoint {
        /// The addresses
        #[arg(required = true, value_name = "ADDRESS")]
        addresses: Vec<String>,
    },
    /// Set the nodes that commands are for when they name none
    #[command(visible_alias = "nodes")]
    Node {
        /// The nodes; none to forget them
        #[arg(value_name = "NODE")]
        names: Vec<String>,
    },
    /// Take over the contexts of another file; names that are taken get a number
    Merge {
        /// The other file
        from: PathBuf,
    },
    /// Ask a node for a new client configuration
    New {
        /// File to write
        #[arg(default_value = "talosconfig")]
        path: PathBuf,
        /// Roles of the new certificate
        #[arg(long, value_delimiter = ',', default_value = "os:admin")]
        roles: Vec<String>,
        /// Time until it expires
        #[arg(long, value_name = "TIME", default_value = "8760h", value_parser = parse_duration)]
        crt_ttl: Duration,
    },
    /// Show the current context
    Info {
        /// How to print: text, json or yaml
        #[arg(short, long, value_name = "FORMAT", default_value = "text")]
        output: String,
    },
    /// Remove contexts
    Remove {
        /// Name of the context; * stands for anything
        #[arg(value_name = "NAME")]
        pattern: String,
        /// Do not ask
        #[arg(short = 'y', long)]
        noconfirm: bool,
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
    },
}

impl Config {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let mut config = globals.config()?;
        let chosen = globals.context.as_deref();
        match self.command {
            Command::Add { context, ca, crt, key } => {
                let new = Context::new(Vec::new(), &file(ca)?, &file(crt)?, &file(key)?);
                config.contexts.insert(context, new);
                config.save()?;
            }
            Command::Use { name } => {
                config.select(Some(&name))?;
                config.context = name;
                config.save()?;
            }
            Command::Contexts => contexts(&config).print()?,
            Command::Endpoint { addresses } => {
                config.select_mut(chosen)?.endpoints = trimmed(addresses);
                config.save()?;
            }
            Command::Node { names } => {
                config.select_mut(chosen)?.nodes = trimmed(names);
                config.save()?;
            }
            Command::Merge { from } => {
                if !from.exists() {
                    return Err(BadInput(format!("{} does not exist", from.display())).into());
                }
                for rename in config.merge(Talosconfig::open(Some(&from))?) {
                    eprintln!("renamed talosconfig context {:?} -> {:?}", rename.from, rename.to);
                }
                config.save()?;
            }
            Command::New { path, roles, crt_ttl } => new::run(globals, &path, roles, crt_ttl)?,
            Command::Info { output } => info::print(&config, chosen, &output)?,
            Command::Remove { pattern, noconfirm, dry_run } => remove::run(&mut config, &pattern, noconfirm, dry_run)?,
        }
        Ok(())
    }
}

fn file(path: Option<PathBuf>) -> Result<String> {
    match path {
        None => Ok(String::new()),
        Some(path) => fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn trimmed(words: Vec<String>) -> Vec<String> {
    words
        .iter()
        .flat_map(|word| word.split(','))
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn contexts(config: &Talosconfig) -> Table {
    let mut table = Table::new(["CURRENT", "NAME", "ENDPOINTS", "NODES"]);
    for (name, context) in &config.contexts {
        let current = if *name == config.context { "*" } else { "" };
        let nodes = match context.nodes.as_slice() {
            [a, b, c, _, ..] => format!("{a},{b},{c}..."),
            nodes => nodes.join(","),
        };
        table.row([current, name.as_str(), &context.endpoints.join(","), &nodes]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Style;

    #[test]
    fn contexts_in_a_table() {
        let config = Talosconfig::parse(
            "context: b\ncontexts:\n  a: {endpoints: [x]}\n  b: {endpoints: [x, y], nodes: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}\n",
        )
        .unwrap();
        let expected = "\
CURRENT   NAME   ENDPOINTS   NODES
          a      x
*         b      x,y         1.1.1.1,1.1.1.2,1.1.1.3...
";
        assert_eq!(contexts(&config).render(Style::plain()), expected);
    }
}
