//! Which stream says what, and what happens when nobody reads it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn minosctl(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minosctl"));
    command.args(line.split_whitespace()).current_dir(folder).env_remove("TALOSCONFIG").stdin(Stdio::null());
    command
}

fn succeed(folder: &Path, line: &str) -> Output {
    let output = minosctl(folder, line).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A folder with the files of a cluster.
fn generated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    succeed(folder.path(), "gen config home https://10.5.0.2:6443");
    folder
}

/// What each kind of command prints with, by every way that there is: text, tables, scripts, files, the error at the end.
const PRINTING: [&str; 14] = [
    "explain",
    "explain machine",
    "version --client",
    "version --client -o json",
    "validate -m metal -c worker.yaml",
    "config info --talosconfig talosconfig",
    "config info -o yaml --talosconfig talosconfig",
    "config contexts --talosconfig talosconfig",
    "completion bash",
    "gen secrets -o -",
    "gen schema -o -",
    "gen config other https://10.5.0.3:6443 -t worker -o -",
    "machineconfig patch worker.yaml -p {}",
    "--help",
];

#[test]
fn a_reader_that_leaves_ends_every_command_quietly() {
    let folder = generated();
    for line in PRINTING {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = minosctl(folder.path(), line).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let stderr = text(&output.stderr);
        assert!(!stderr.contains("panicked") && !stderr.contains("error:"), "{line}: {stderr}");
        // As a shell reports a program that died of SIGPIPE; the parser's help ends well.
        let expected = if line == "--help" { 0 } else { 141 };
        assert_eq!(output.status.code(), Some(expected), "{line}: {stderr}");
    }
}

#[test]
fn the_same_holds_for_standard_error() {
    let folder = generated();
    for line in ["validate -m metal -c missing.yaml", "validate -m metal -c worker.yaml", "config info -o table"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = minosctl(folder.path(), line).stdout(Stdio::piped()).stderr(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(141), "{line}: {output:?}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let folder = generated();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = minosctl(folder.path(), "explain").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    assert!(text(&output.stderr).contains("cannot write to standard output"), "{output:?}");
}

#[test]
fn standard_output_holds_only_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // The command, what its standard error begins with.
    for (line, said) in [
        ("gen ca --organization Foo", ""),
        ("gen key --name Bar", ""),
        ("gen csr --key Bar.key --ip 10.0.0.1", ""),
        ("gen crt --ca Foo --csr Bar.csr --name foobar", ""),
        ("gen keypair --organization Pair --ip 10.0.0.1", ""),
        ("gen secrets", ""),
        ("gen secrets -o old.yaml --talos-version v0.8", ""),
        ("gen config home https://10.5.0.2:6443 --with-secrets secrets.yaml", "generating PKI and tokens\nCreated /"),
        ("machineconfig patch worker.yaml -p {} -o inner/patched.yaml", ""),
        ("config merge --talosconfig merged talosconfig", ""),
        ("config merge --talosconfig merged talosconfig", "renamed talosconfig context \"home\" -> \"home-1\"\n"),
        ("config endpoint --talosconfig merged 10.5.0.2", ""),
        ("config context --talosconfig merged home", ""),
        ("config remove --talosconfig merged home-1 -y", "removing context \"home-1\"\n"),
        ("config remove --talosconfig merged home -y", "skipping removal of current context \"home\""),
    ] {
        let output = succeed(folder, line);
        assert_eq!(text(&output.stdout), "", "{line}");
        let stderr = text(&output.stderr);
        assert!(stderr.starts_with(said) && stderr.is_empty() == said.is_empty(), "{line}: {stderr}");
    }
    // And where a text was asked for, standard error is empty.
    for line in [
        "machineconfig patch worker.yaml -p {}",
        "validate -m metal -c worker.yaml --strict",
        "config info --talosconfig merged",
        "version --client",
    ] {
        let output = succeed(folder, line);
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{line}: {}", text(&output.stderr));
    }
}

#[test]
fn an_unknown_format_is_named() {
    let folder = generated();
    let output = minosctl(folder.path(), "config info -o table --talosconfig talosconfig").output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(text(&output.stderr).contains("unknown output format: \"table\""), "{output:?}");
}

#[test]
fn a_flag_without_its_capability_says_so() {
    let folder = generated();
    for (line, words) in [
        ("reboot -n 127.0.0.1 --talosconfig talosconfig --drain --drain-timeout 1m --progress plain", "--drain"),
        ("health -n 127.0.0.1 --talosconfig talosconfig --run-e2e", "--run-e2e"),
    ] {
        let output = minosctl(folder.path(), line).output().unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{line}: {stderr}");
        assert!(stderr.contains(&format!("{words} is not supported yet: ")), "{line}: {stderr}");
    }
}
