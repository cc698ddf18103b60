//! apt with a configuration, lists and a cache of its own: the host's setup is read, never changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::digest;
use crate::sources::Archive;

/// Signs Debian's archive; of the package `debian-archive-keyring`.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// An apt that knows only the given suites.
#[derive(Debug)]
pub struct Apt {
    folder: PathBuf,
    config: PathBuf,
}

impl Apt {
    /// Makes the configuration and reads the archive's lists.
    pub fn open(root: &Path, archive: &Archive, suites: &[String]) -> Result<Self> {
        let sources = sources(archive, suites);
        let folder = root.join(&digest::of_bytes(sources.as_bytes())[..16]);
        for name in ["lists/partial", "cache/archives/partial", "downloads", "parts"] {
            let path = folder.join(name);
            std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        }
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            Ok::<_, anyhow::Error>(path)
        };
        write("minos.sources", &sources)?;
        write("status", "")?;
        let config = write("apt.conf", &configuration(&folder))?;
        let apt = Self { folder, config };
        apt.run("apt-get", &["update"]).context("the archive's lists cannot be read")?;
        Ok(apt)
    }

    /// The package that a name stands for: the kernel of the current release for one without a version, else itself.
    pub fn real_name(&self, name: &str) -> Result<String> {
        let unversioned =
            name.strip_prefix("linux-image-").is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        if !unversioned {
            return Ok(name.to_owned());
        }
        let depends = self.field(name, "Depends")?;
        let real = depends.split([',', ' ']).find(|word| word.starts_with("linux-image-"));
        real.map(str::to_owned).with_context(|| format!("{name} names no kernel"))
    }

    /// The version that the suites offer.
    pub fn version(&self, name: &str) -> Result<String> {
        self.field(name, "Version")
    }

    /// Downloads a package file, checked by apt against the archive's signed lists.
    pub fn download(&self, name: &str, version: Option<&str>) -> Result<PathBuf> {
        let folder = self.folder.join("downloads").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let wanted = version.map_or_else(|| name.to_owned(), |version| format!("{name}={version}"));
        self.run_in(&folder, "apt-get", &["download", &wanted]).with_context(|| format!("cannot fetch {wanted}"))?;
        let mut entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        let file = entries.next().with_context(|| format!("apt fetched no file for {wanted}"))??;
        Ok(file.path())
    }

    fn field(&self, name: &str, field: &str) -> Result<String> {
        let text = self.run("apt-cache", &["show", "--no-all-versions", name])?;
        let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(": "));
        value.map(str::to_owned).with_context(|| format!("the suites have no package {name}"))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        self.run_in(&self.folder, program, arguments)
    }

    fn run_in(&self, folder: &Path, program: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(program)
            .arg("-q")
            .arg("-c")
            .arg(&self.config)
            .args(arguments)
            .current_dir(folder)
            .env("LC_ALL", "C")
            .output()
            .with_context(|| format!("{program} is missing; this build runs on a host with apt"))?;
        if !output.status.success() {
            bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn sources(archive: &Archive, suites: &[String]) -> String {
    let paragraphs = suites.iter().map(|suite| {
        let uri = if suite.ends_with("-security") { &archive.security } else { &archive.main };
        format!(
            "Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\nArchitectures: amd64\nSigned-By: {KEYRING}\n"
        )
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"APT::Architecture "amd64";
APT::Architectures {{ "amd64"; }};
APT::Get::List-Cleanup "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Etc::sourcelist "{folder}/minos.sources";
Dir::Etc::sourceparts "{folder}/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "{folder}/parts";
Debug::NoLocking "true";
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_suites_come_from_their_own_archive() {
        let archive = Archive { main: "http://a/debian".to_owned(), security: "http://b/security".to_owned() };
        let text = sources(&archive, &["trixie".to_owned(), "trixie-security".to_owned()]);
        assert!(text.contains("URIs: http://a/debian\nSuites: trixie\n"), "{text}");
        assert!(text.contains("URIs: http://b/security\nSuites: trixie-security\n"), "{text}");
    }
}
