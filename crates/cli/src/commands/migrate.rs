use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use minos_config::Config;
use minos_config::reference::{Use, uses};
use serde_json::{Value, json};

use super::validate::{read, told};
use crate::exit::{BadInput, Unsupported};
use crate::globals::Globals;
use crate::output::Style;

/// Move an existing cluster here
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl migrate check controlplane.yaml
  minosctl migrate check controlplane.yaml -o json | jq -r '.fields[] | select(.acts | not).path'")]
pub struct Migrate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(Check),
}

/// Say which fields of a Talos configuration act here, and which do not yet
///
/// Nothing is changed and no node is asked. The exit code is 0 when every field acts, 3 when some do not yet, 2 when the file is
/// not a valid configuration. What a field means is shown by `minosctl explain FIELD`.
#[derive(Args)]
struct Check {
    /// The configuration, or - for standard input
    #[arg(value_name = "FILE")]
    config: PathBuf,
    /// How to print
    #[arg(short, long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

impl Migrate {
    pub fn run(self, _: &Globals) -> Result<()> {
        match self.command {
            Command::Check(check) => check.run(),
        }
    }
}

impl Check {
    fn run(self) -> Result<()> {
        let name = self.config.display().to_string();
        let (config, _) = Config::parse(&read(&self.config)?)
            .map_err(|problems| BadInput(format!("{name} is not valid:\n{}", told(&problems))))?;
        let fields = uses(&config);
        let idle = fields.iter().filter(|field| !field.acts).count();
        match self.output.as_str() {
            "json" => println!("{:#}", json!({ "file": name, "acts": idle == 0, "fields": as_json(&fields) })),
            _ => print!("{}", text(&fields, Style::stdout())),
        }
        match idle {
            0 => Ok(()),
            1 => Err(Unsupported(format!("{name}: 1 field does not act here yet")).into()),
            _ => Err(Unsupported(format!("{name}: {idle} fields do not act here yet")).into()),
        }
    }
}

fn as_json(fields: &[Use]) -> Vec<Value> {
    let one =
        |field: &Use| json!({"document": field.document, "path": field.path, "line": field.line, "acts": field.acts});
    fields.iter().map(one).collect()
}

fn text(fields: &[Use], style: Style) -> String {
    let (acting, idle): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.acts);
    let mut text = String::new();
    for (head, part) in [("ACTS HERE", acting), ("DOES NOT ACT YET", idle)] {
        if part.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", style.head(format!("LINE  {head}"))));
        part.iter().for_each(|field| text.push_str(&format!("{:>4}  {}\n", field.line, place(field))));
    }
    text
}

/// The field; behind its document when that is not the main one.
fn place(field: &Use) -> String {
    match (field.document.as_str(), field.path.as_str()) {
        ("v1alpha1", path) => path.to_owned(),
        (document, "") => document.to_owned(),
        (document, path) => format!("{document}: {path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_act_stands_at_the_end() {
        let field =
            |document: &str, path: &str, line, acts| Use { document: document.into(), path: path.into(), line, acts };
        let fields = [
            field("v1alpha1", "machine.type", 3, true),
            field("v1alpha1", "machine.install", 45, false),
            field("HostnameConfig", "auto", 130, true),
            field("BondConfig \"bond0\"", "", 140, false),
        ];
        let expected = "\
LINE  ACTS HERE
   3  machine.type
 130  HostnameConfig: auto

LINE  DOES NOT ACT YET
  45  machine.install
 140  BondConfig \"bond0\"
";
        assert_eq!(text(&fields, Style::plain()), expected);
    }
}
