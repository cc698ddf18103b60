//! The lock: which version of which package, and what its file is.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// A locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The name that was asked for.
    pub asked: String,
    /// The package that it stands for; the same but for kernels.
    pub name: String,
    /// Version.
    pub version: String,
    /// Digest of the file.
    pub sha256: String,
}

/// Locked packages by the name that was asked for. The file has a line for each: asked, name, version, digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    packages: BTreeMap<String, Locked>,
}

impl Lock {
    /// Reads the file; a missing one is empty.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut packages = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let [asked, name, version, sha256] = words[..] else {
                bail!("line {}: {line:?} is not: asked, package, version, sha256", number + 1);
            };
            if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                bail!("line {}: {sha256:?} is not a sha256 digest", number + 1);
            }
            let [asked, name, version, sha256] = [asked, name, version, sha256].map(str::to_owned);
            packages.insert(asked.clone(), Locked { asked, name, version, sha256 });
        }
        Ok(Self { packages })
    }

    /// Writes the file, sorted.
    pub fn write(&self, path: &Path) -> Result<()> {
        std::fs::write(path, self.render()).with_context(|| format!("cannot write {}", path.display()))
    }

    fn render(&self) -> String {
        let mut text = String::from("# Debian packages: asked for, package, version, SHA-256 of its file.\n");
        for Locked { asked, name, version, sha256 } in self.packages.values() {
            text.push_str(&format!("{asked} {name} {version} {sha256}\n"));
        }
        text
    }

    /// The locked package that stands for `asked`.
    pub fn get(&self, asked: &str) -> Option<&Locked> {
        self.packages.get(asked)
    }

    /// Locks a package.
    pub fn set(&mut self, locked: Locked) {
        self.packages.insert(locked.asked.clone(), locked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        let sha256 = "ab".repeat(32);
        lock.set(Locked { asked: "k".to_owned(), name: "k-6.12".to_owned(), version: "1:6.12-1".to_owned(), sha256 });
        assert_eq!(Lock::parse(&lock.render()).expect("read"), lock);
    }

    #[test]
    fn bad_lines_are_named() {
        let error = Lock::parse("# x\na b\n").expect_err("too short");
        assert!(error.to_string().starts_with("line 2:"), "{error}");
        assert!(Lock::parse("a a 1 xyz\n").is_err());
    }
}
