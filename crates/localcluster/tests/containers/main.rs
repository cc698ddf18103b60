//! Container nodes on the real kernel: what a node sees, what it may not touch, and that nothing of it is left.
//!
//! Needs root, and fails without it. This program is the test, the runner, a node's PID 1 and the node's `init` in one:
//! which of them it is, it sees by how it was called.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a test without a harness")]

#[cfg(target_os = "linux")]
mod cases;
#[cfg(target_os = "linux")]
mod erofs;
#[cfg(target_os = "linux")]
mod fixture;
#[cfg(target_os = "linux")]
mod guest;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod images;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod names;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use minos_localcluster::container;

    let arguments: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["/usr/bin/init", rest @ ..] => guest::init(rest),
        [_, "run", folder] => match container::run(folder.as_ref(), &fixture::reentry()) {
            Ok(()) => std::process::ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                std::process::ExitCode::FAILURE
            }
        },
        [_, "boot", folder, node, number] => {
            eprintln!("{}", container::boot(folder.as_ref(), node, number.parse().expect("a number")));
            std::process::ExitCode::FAILURE
        }
        [_, filters @ ..] => cases::run(filters),
        [] => std::process::ExitCode::FAILURE,
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
