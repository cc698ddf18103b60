//! `hack/host` with programs of the test in the place of the host's: what it names, and when it asks.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder of programs that come first in `PATH`.
struct Host(TempDir);

impl Host {
    /// One with toolchains that are new enough and all packages missing. What is installed is written to the file
    /// `installed`.
    fn bare() -> Self {
        let host = Self(tempfile::tempdir().expect("a folder"));
        host.program("dpkg-query", "exit 1");
        host.program("apt-get", &format!("echo \"$*\" >>{}", host.path().join("installed").display()));
        host.program("sudo", "exec \"$@\"");
        host.program("rustc", "case $1 in --version) echo 'rustc 9.0.0 (x)' ;; *) echo / ;; esac");
        host.program("cargo", "exit 0");
        host.program("go", "case $2 in GOVERSION) echo go9.0.0 ;; *) echo /nowhere ;; esac");
        host.program("df", "echo Filesystem; echo x 1 1 999999 1% /");
        host
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let file = self.path().join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("executable");
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let rest = std::env::var("PATH").expect("a PATH");
        command.env("PATH", format!("{}:{rest}", self.path().display())).env_remove("YES");
        command.env("MINOS_CACHE_DIR", self.path()).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command("hack/host").args(arguments).output().expect("hack/host runs")
    }

    /// On a terminal, with this answer.
    fn answer(&self, answer: &str) -> Output {
        let mut child = self
            .command("script")
            .args(["--quiet", "--return", "--command", "hack/host", "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script runs; it is in Debian's package bsdutils");
        // The terminal keeps the answer until it is read.
        let mut input = child.stdin.take().expect("piped");
        std::io::Write::write_all(&mut input, answer.as_bytes()).expect("written");
        let output = child.wait_with_output().expect("it ends");
        drop(input);
        output
    }

    fn installed(&self) -> String {
        std::fs::read_to_string(self.path().join("installed")).unwrap_or_default()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn everything_that_is_too_old_or_too_small_is_named_at_once() {
    let host = Host::bare();
    host.program("rustc", "case $1 in --version) echo 'rustc 1.63.0 (x)' ;; *) echo / ;; esac");
    host.program("cargo", "exit 1");
    host.program("go", "case $2 in GOVERSION) echo go1.21.3 ;; *) echo /nowhere ;; esac");
    host.program("df", "echo Filesystem; echo x 1 1 7 1% /");
    let output = host.run(&["test"]);
    let errors = text(&output.stderr);
    assert!(!output.status.success(), "{errors}");
    for part in [
        "Rust is 1.63.0",
        "rustup update",
        "rustfmt is missing",
        "clippy is missing",
        "Go is 1.21.3",
        "go.dev/dl",
        "7 MiB are free",
    ] {
        assert!(errors.contains(part), "{part:?} is not in: {errors}");
    }
    assert_eq!(host.installed(), "");
}

#[test]
fn without_a_terminal_it_says_that_it_goes_on() {
    let host = Host::bare();
    let output = host.run(&[]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}{}", text(&output.stderr));
    assert!(said.contains("root rights") && said.contains("Going on: there is no terminal"), "{said}");
    // The header that a used machine happens to have.
    assert!(host.installed().contains(" libprotobuf-dev "), "{}", host.installed());
}

#[test]
fn on_a_terminal_it_asks_and_no_installs_nothing() {
    let host = Host::bare();
    let output = host.answer("n\n");
    let said = text(&output.stdout);
    assert!(said.contains("Install them? [Y/n]"), "{said}");
    assert!(!output.status.success(), "{said}");
    assert_eq!(host.installed(), "");
}

#[test]
fn on_a_terminal_yes_installs() {
    let host = Host::bare();
    let output = host.answer("y\n");
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert!(host.installed().contains("install -y"), "{}", host.installed());
}

#[test]
fn with_yes_it_does_not_ask() {
    let host = Host::bare();
    let output = host.run(&["--yes"]);
    assert!(text(&output.stdout).contains("Going on, as --yes says."), "{}", text(&output.stdout));
    assert!(host.installed().contains("install -y"), "{}", host.installed());
}
