//! Programs that shape the image: unpacked from the same suite as the image's parts and run by their own loader.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};

use crate::deb::Unpacked;
use crate::package::Package;

const LOADER: &str = "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";
const LIBRARIES: [&str; 2] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu/systemd"];

/// The unpacked packages of the tools and their libraries.
#[derive(Clone, Debug)]
pub struct Tools {
    packages: Vec<Unpacked>,
}

impl Tools {
    /// Takes all packages in which programs and libraries are looked for.
    pub fn new(packages: Vec<Unpacked>) -> Self {
        Self { packages }
    }

    /// The packages.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().map(|unpacked| &unpacked.package)
    }

    /// A command that runs the program of this absolute path, without the host's libraries and environment.
    pub fn command(&self, program: &str) -> Result<Command> {
        let loader = self.find(LOADER)?;
        let folders = self.packages.iter().flat_map(|package| LIBRARIES.map(|folder| package.path(folder)));
        let folders = std::env::join_paths(folders.filter(|folder| folder.is_dir()))?;
        let mut command = Command::new(loader);
        // Some programs are several, told apart by the name that they are called by.
        let name = program.rsplit('/').next().unwrap_or(program);
        command.env_clear().args(["--argv0", name, "--library-path"]).arg(folders).arg(self.find(program)?);
        Ok(command)
    }

    fn find(&self, absolute: &str) -> Result<PathBuf> {
        let paths = self.packages.iter().map(|package| package.path(absolute));
        let found = paths.into_iter().find(|path| path.exists());
        found.with_context(|| format!("no package of the build's tools has {absolute}"))
    }
}

/// Runs a command to its end; the error holds what it printed.
pub fn run(command: &mut Command, what: &str) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {what}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        bail!("{what} failed ({}): {}", output.status, text.trim());
    }
    Ok(output)
}
