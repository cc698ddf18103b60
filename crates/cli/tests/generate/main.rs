//! `minosctl gen` as a person runs it: the program itself, in an empty directory.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod certificates;
mod configurations;
mod help;
mod kubernetes_pki;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use minos_pki::CertificateAndKey;
use tempfile::TempDir;

/// Every file in a folder and below it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// An empty directory in which the program runs.
struct Place(TempDir);

/// What a run left behind.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn pair(&self, name: &str) -> CertificateAndKey {
        CertificateAndKey { crt: self.text(&format!("{name}.crt")), key: self.text(&format!("{name}.key")).into() }
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// `minosctl gen LINE`.
    fn run(&self, line: &str) -> Outcome {
        self.command(&std::iter::once("gen").chain(line.split_whitespace()).collect::<Vec<_>>())
    }

    /// `minosctl ARGUMENTS`.
    fn command(&self, arguments: &[&str]) -> Outcome {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minosctl"));
        let output = command.args(arguments).current_dir(self.0.path()).env("COLUMNS", "80").output().unwrap();
        Outcome {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, which must succeed, print nothing but what upstream's client prints on standard error, and leave files that
    /// others cannot read.
    fn succeed(&self, line: &str) {
        let before = files(self.0.path());
        let outcome = self.run(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{line}: {}", outcome.stderr);
        if line.starts_with("config ") {
            assert!(outcome.stderr.starts_with("generating PKI and tokens\nCreated "), "{line}: {}", outcome.stderr);
        } else {
            assert_eq!(outcome.stderr, "", "{line}");
        }
        let new: Vec<_> = files(self.0.path()).into_iter().filter(|path| !before.contains(path)).collect();
        assert!(!new.is_empty() || line.contains(" -f") || line.contains(" --force"), "{line} wrote nothing");
        for path in new {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{line}: {}", path.display());
        }
    }

    /// The same, which must be refused as bad input with these words, write nothing and show no secret.
    fn refuse(&self, line: &str, words: &[&str]) {
        let before = self.names();
        let outcome = self.run(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{line}: {}", outcome.stderr);
        for word in words {
            assert!(outcome.stderr.contains(word), "{line}: no {word:?} in: {}", outcome.stderr);
        }
        assert_eq!(self.names(), before, "{line}");
        assert!(!outcome.stderr.contains("-----BEGIN"), "{line}: {}", outcome.stderr);
    }
}
