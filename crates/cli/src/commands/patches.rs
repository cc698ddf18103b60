//! Patches as they stand on the command line, and configurations after them.

use std::fs;
use std::io;

use anyhow::{Context as _, Result};
use minos_config::{Config, Patch, PatchError, Warnings};

use super::validate::told;
use crate::exit::BadInput;

/// Patches in their order, each with a name for the reader.
pub struct Patches {
    names: Vec<String>,
    patches: Vec<Patch>,
}

impl Patches {
    /// Reads them: text in place, `@FILE` (`@-` is standard input), or the bare name of a file.
    pub fn read<'a>(arguments: impl IntoIterator<Item = &'a String>) -> Result<Patches> {
        let (mut names, mut patches) = (Vec::new(), Vec::new());
        for (index, argument) in arguments.into_iter().enumerate() {
            let (name, text) = match file(argument) {
                Some("-") => ("standard input".to_owned(), io::read_to_string(io::stdin())),
                Some(path) => (path.to_owned(), fs::read_to_string(path)),
                None => (format!("patch {}", index + 1), Ok(argument.clone())),
            };
            let text = text.with_context(|| match argument.starts_with('@') {
                true => format!("cannot read the patch {name}"),
                false => format!("the patch {name} is neither YAML nor JSON, and cannot be read as a file"),
            })?;
            patches.push(Patch::parse(&text).map_err(|error| BadInput(format!("{name}: {error}")))?);
            names.push(name);
        }
        Ok(Patches { names, patches })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty()
    }

    /// The configuration `name` after all of them.
    pub fn apply(&self, name: &str, config: &Config) -> Result<(Config, Warnings)> {
        config.patched(&self.patches).map_err(|error| {
            let patch = self.guilty(config);
            let sentence = match error {
                PatchError::Result(problems) => {
                    format!("{name} is not valid after {patch}:\n{}", told(&problems))
                }
                other => format!("{patch} cannot be applied to {name}: {other}"),
            };
            BadInput(sentence).into()
        })
    }

    /// The patch from which on it fails: what one leaves broken, a later one may mend.
    fn guilty(&self, config: &Config) -> &str {
        let good = (0..self.patches.len()).rev().find(|count| config.patched(&self.patches[..*count]).is_ok());
        self.names.get(good.unwrap_or(0)).map_or("", String::as_str)
    }
}

/// The name of the file that an argument stands for. A patch in place has a blank, a line break or a bracket at its start;
/// anything else is taken for a file, as upstream does.
fn file(argument: &str) -> Option<&str> {
    let in_place = argument.contains([' ', '\n']) || argument.starts_with(['[', '{']);
    argument.strip_prefix('@').or((!in_place).then_some(argument))
}

/// A single patch as it stands on the command line.
pub fn patch(argument: &str) -> Result<Patch> {
    let mut patches = Patches::read([&argument.to_owned()])?.patches;
    patches.pop().context("one patch was read")
}

/// A text after patches.
pub fn patched(name: &str, text: &[u8], patches: &Patches) -> Result<(Config, Warnings)> {
    let (config, _) =
        Config::parse(text).map_err(|problems| BadInput(format!("{name} is not valid:\n{}", told(&problems))))?;
    patches.apply(name, &config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_named_without_the_sign() {
        for (argument, expected) in [
            ("@p.yaml", Some("p.yaml")),
            ("@-", Some("-")),
            ("p.yaml", Some("p.yaml")),
            ("machine: {}", None),
            ("machine:\n", None),
            ("{\"machine\":{}}", None),
            ("[{\"op\":\"remove\"}]", None),
        ] {
            assert_eq!(file(argument), expected, "{argument}");
        }
    }

    #[test]
    fn the_patch_that_breaks_is_named() {
        let (config, _) = Config::parse(b"machine: {type: worker}\n").unwrap();
        let patch = |text: &str| text.to_owned();
        let broken = "machine: {network: {hostname: [1]}}";
        let texts = [patch("machine: {sysctls: {a: '1'}}"), patch(broken), patch("machine: {sysctls: {b: '1'}}")];
        let error = Patches::read(&texts).unwrap().apply("worker.yaml", &config).unwrap_err().to_string();
        assert!(error.starts_with("worker.yaml is not valid after patch 2:\n"), "{error}");
    }
}
