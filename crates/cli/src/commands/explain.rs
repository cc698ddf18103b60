use anyhow::Result;
use clap::Args;
use minos_config::reference::{self, Explanation};

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::output::{Style, wrap};

/// Columns of the text.
const WIDTH: usize = 80;

/// Explain a field of the machine configuration
///
/// FIELD is a field of the main document (machine.kubelet.image), a kind of document (LinkConfig), or a field of one
/// (LinkConfig.mtu). Without it every kind is listed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl explain                              every kind of document
  minosctl explain machine.network.interfaces   a section and its fields
  minosctl explain TimeSyncConfig.ntp.servers   one field")]
pub struct Explain {
    /// What to explain
    field: Option<String>,
}

impl Explain {
    pub fn run(self, _: &Globals) -> Result<()> {
        let style = Style::stdout();
        match self.field {
            None => print!("{}", kinds(style)),
            Some(field) => {
                let found = reference::explain(&field).map_err(|unknown| BadInput(unknown.to_string()))?;
                print!("{}", page(&found, style));
            }
        }
        Ok(())
    }
}

fn kinds(style: Style) -> String {
    let mut text = format!("{}\n", style.head("KINDS"));
    for kind in reference::kinds() {
        text.push_str(&entry(kind.name(), "", &kind.summary(), style));
    }
    text
}

fn page(found: &Explanation, style: Style) -> String {
    let mut text = format!("{} {}\n", style.head(format!("{:<9}", "FIELD")), found.path);
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("{} {value}\n", style.head(format!("{name:<9}"))));
    };
    line("VALUE", &found.kind);
    if !found.values.is_empty() {
        line("ONE OF", &found.values.join(", "));
    }
    if let Some(default) = found.default {
        line("DEFAULT", default);
    }
    line("NEEDED", if found.required { "yes" } else { "no" });
    line("SINCE", found.since);
    line("CHANGE", &found.effect.to_string());
    if let Some(hint) = found.deprecated {
        text.push_str(&format!("{}\n", style.warn(format!("DEPRECATED: {hint}"))));
    }
    text.push_str(&format!("\n{}", wrap(&found.text, "", WIDTH)));
    if !found.parts.is_empty() {
        text.push_str(&format!("\n{}\n", style.head("FIELDS")));
        for part in &found.parts {
            let kind = if part.deprecated { format!("{}, deprecated", part.kind) } else { part.kind.clone() };
            text.push_str(&entry(part.key, &kind, &part.summary, style));
        }
    }
    if let Some(example) = found.example {
        let example: String = example.trim_end().lines().map(|line| format!("  {line}\n")).collect();
        text.push_str(&format!("\n{}\n{example}", style.head("EXAMPLE")));
    }
    text
}

/// A name with its type, the meaning below.
fn entry(name: &str, kind: &str, summary: &str, style: Style) -> String {
    let head = if kind.is_empty() { format!("  {name}") } else { format!("  {name}  <{kind}>") };
    format!("{}\n{}", style.good(head), wrap(summary, "      ", WIDTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_fits_on_a_terminal() {
        for kind in reference::kinds() {
            let page = page(&reference::explain(kind.name()).unwrap(), Style::plain());
            let text = page.split("EXAMPLE").next().unwrap();
            for line in text.lines() {
                assert!(line.chars().count() <= WIDTH + 20, "{}: {line}", kind.name());
            }
        }
    }
}
