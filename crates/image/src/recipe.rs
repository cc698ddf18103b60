//! The committed data that say what the image is made of: `packages.toml`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// What the image is made of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Debian suites that the packages come from.
    pub suites: Vec<String>,
    pub(crate) kernel: One,
    pub(crate) boot: One,
    pub(crate) root: Vec<Taken>,
    pub(crate) certificates: Certificates,
    pub(crate) hwdb: Taken,
    pub(crate) libraries: Several,
    pub(crate) tools: Several,
    #[serde(default)]
    pub(crate) part: Vec<Part>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct One {
    pub package: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Several {
    pub packages: Vec<String>,
}

/// Files, by absolute path, of a package.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Taken {
    pub package: String,
    pub files: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certificates {
    pub package: String,
    pub files: String,
}

/// A program built from others' sources.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub file: String,
    pub path: String,
    /// The part that gives the program.
    pub part: String,
    /// The Go module, in the part's `go.mod`, that has the program's version.
    pub module: Option<String>,
}

impl Recipe {
    /// Reads `packages.toml` of the image's data folder.
    pub fn read(data: &Path) -> Result<Self> {
        let path = data.join("packages.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Every package that the build needs, sorted; the kernel is named by the package that names the current one.
    pub fn packages(&self) -> Vec<String> {
        let mut names: BTreeSet<&String> = [&self.kernel.package, &self.boot.package].into();
        names.extend(self.root.iter().map(|taken| &taken.package));
        names.extend([&self.certificates.package, &self.hwdb.package]);
        names.extend(self.libraries.packages.iter().chain(&self.tools.packages));
        names.into_iter().cloned().collect()
    }

    /// The packages of the tools alone, with their libraries.
    pub fn tool_packages(&self) -> &[String] {
        &self.tools.packages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_recipe_is_whole() {
        let recipe = Recipe::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image")).unwrap();
        let packages = recipe.packages();
        assert!(packages.contains(&"erofs-utils".to_owned()) && packages.contains(&"udev".to_owned()));
        assert!(packages.is_sorted());
    }
}
