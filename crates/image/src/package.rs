//! Debian packages as the build uses them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use minos_parts::debian::{Fetched, Request};

use crate::digest::{Digest, sha256_file};

/// A package file with what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// Its version, epoch included.
    pub version: String,
    /// Digest of the package file.
    pub digest: Digest,
    /// The package file.
    pub file: PathBuf,
}

/// Fetches packages from Debian's archive, or takes them from the cache; what is not pinned by the lock is said.
pub fn fetch_packages(request: &Request<'_>, cache: &Path, say: &dyn Fn(&str)) -> Result<Vec<Package>> {
    let fetched = minos_parts::debian::fetch(request, cache, say)?;
    let package = |fetched: Fetched| -> Result<Package> {
        let mut digest = [0; 32];
        hex::decode_to_slice(&fetched.sha256, &mut digest).context("a package's digest is not one")?;
        Ok(Package { name: fetched.name, version: fetched.version, digest: Digest(digest), file: fetched.file })
    };
    fetched.into_iter().map(package).collect()
}

/// All package files (`*.deb`) of a folder, by name.
pub fn packages_in(folder: &Path) -> Result<Vec<Package>> {
    let context = || format!("cannot list the packages in {}", folder.display());
    let mut packages = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(context)? {
        let file = entry.with_context(context)?.path();
        if file.extension().is_some_and(|extension| extension == "deb") {
            packages.push(read_package(&file)?);
        }
    }
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    for pair in packages.windows(2) {
        ensure!(pair[0].name != pair[1].name, "{} has two files of package {}", folder.display(), pair[0].name);
    }
    Ok(packages)
}

fn read_package(file: &Path) -> Result<Package> {
    let context = || format!("cannot read the package {}", file.display());
    let output = Command::new("dpkg-deb").args(["-f"]).arg(file).args(["Package", "Version"]).output();
    let output = output.with_context(context)?;
    if !output.status.success() {
        bail!("{}: {}", context(), String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).with_context(context)?;
    let field = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.map(str::to_owned).with_context(context)
    };
    Ok(Package {
        name: field("Package")?,
        version: field("Version")?,
        digest: sha256_file(file)?,
        file: file.to_owned(),
    })
}
