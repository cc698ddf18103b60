//! `minosctl gen` as a person runs it: the program itself, in an empty directory.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod certificates;
mod configurations;
mod help;
mod kubernetes_pki;

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use minos_pki::CertificateAndKey;
use tempfile::TempDir;

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
        let mut command = Command::new(env!("CARGO_BIN_EXE_minosctl"));
        command.arg("gen").args(line.split_whitespace()).current_dir(self.0.path()).env("COLUMNS", "80");
        let output = command.output().unwrap();
        Outcome {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, which must succeed, print nothing, and leave files that others cannot read.
    fn succeed(&self, line: &str) {
        let outcome = self.run(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{line}: {}", outcome.stderr);
        let written = outcome.stderr.lines().filter_map(|line| line.strip_prefix("Created "));
        let modes: Vec<u32> =
            written.map(|name| std::fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777).collect();
        assert!(!modes.is_empty() && modes.iter().all(|mode| *mode == 0o600), "{line}: {modes:?}");
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
