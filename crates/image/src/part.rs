//! Programs that are built from others' sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::recipe::{Part, Recipe};

/// A program with the version of what it was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program.
    pub file: PathBuf,
    /// Its version; `unknown` where nothing tells it.
    pub version: String,
}

/// The programs that a recipe names, by name, built from `sources` (or found in the cache).
pub fn build_programs(
    recipe: &Recipe,
    sources: &Path,
    cache: &Path,
    say: &dyn Fn(&str),
) -> Result<BTreeMap<String, Program>> {
    let mut folders = BTreeMap::new();
    let mut programs = BTreeMap::new();
    for part in &recipe.part {
        if !folders.contains_key(&part.part) {
            let known = minos_parts::Part::find(&part.part);
            let known =
                known.with_context(|| format!("packages.toml names a part that there is not: {}", part.part))?;
            folders.insert(part.part.clone(), minos_parts::build(known, sources, cache, say)?);
        }
        let file = folders[&part.part].join(&part.file);
        programs.insert(part.file.clone(), Program { file, version: version(part, sources)? });
    }
    Ok(programs)
}

/// The programs that a recipe names, taken from one folder.
pub fn programs_in(recipe: &Recipe, folder: &Path) -> BTreeMap<String, Program> {
    let program = |part: &Part| Program { file: folder.join(&part.file), version: "unknown".to_owned() };
    recipe.part.iter().map(|part| (part.file.clone(), program(part))).collect()
}

/// The version that a part's `go.mod` requires of the program's module.
fn version(part: &Part, sources: &Path) -> Result<String> {
    let Some(module) = &part.module else {
        return Ok("unknown".to_owned());
    };
    let file = sources.join(&part.part).join("go.mod");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    required(&text, module).with_context(|| format!("{} requires no {module}", file.display()))
}

fn required(go_mod: &str, module: &str) -> Option<String> {
    let mut lines = go_mod.lines().map(|line| line.trim().trim_start_matches("require ").trim_start());
    lines.find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some(module)).then(|| words.next().map(str::to_owned)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_module_and_no_other() {
        let text = "module x\n\nrequire (\n\tgithub.com/a/b/api v1.0.0\n\tgithub.com/a/b v2.0.0 // indirect\n)\n";
        assert_eq!(required(text, "github.com/a/b").as_deref(), Some("v2.0.0"));
        assert_eq!(required("require one v3\n", "one").as_deref(), Some("v3"));
        assert_eq!(required(text, "github.com/a"), None);
    }
}
