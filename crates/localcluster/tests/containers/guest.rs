//! The `init` of a test's node: it does what a line on port 50000 says.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, ExitCode};

use minos_sys::{PowerAction, power};
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

#[allow(clippy::zombie_processes, reason = "it ends with this PID 1, whatever it does")]
pub fn init(words: &[&str]) -> ExitCode {
    if words == ["sleep"] {
        loop {
            std::thread::park();
        }
    }
    println!("<6>the guest is up");
    // A process of its own, as every node has many.
    Command::new("/usr/bin/init").arg("sleep").spawn().expect("started");
    let listener = TcpListener::bind("0.0.0.0:50000").expect("bound");
    for client in listener.incoming().flatten() {
        let mut line = String::new();
        if BufReader::new(&client).read_line(&mut line).is_ok() {
            let answer = act(line.trim());
            // A client that has gone needs no answer.
            let _ = (&client).write_all(answer.as_bytes());
        }
    }
    ExitCode::FAILURE
}

fn act(line: &str) -> String {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    match verb {
        "read" => shown(std::fs::read_to_string(rest)),
        "write" => {
            let (path, text) = rest.split_once(' ').expect("a path and a text");
            shown(std::fs::write(path, text).map(|()| "written".to_owned()))
        }
        "mkdir" => shown(std::fs::create_dir(rest).map(|()| "made".to_owned())),
        "mknod" => shown(make_device(rest).map(|()| "made".to_owned())),
        "open" => shown(std::fs::File::open(rest).map(|_| "opened".to_owned())),
        "exists" => std::path::Path::new(rest).exists().to_string(),
        "env" => std::env::vars().map(|(key, value)| format!("{key}={value}\n")).collect(),
        "list" => shown(std::fs::read_dir(rest).map(|entries| {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned() + "\n").collect()
        })),
        "pid" => std::process::id().to_string(),
        "dial" => shown(TcpStream::connect(rest).and_then(|mut other| {
            other.write_all(b"read /proc/sys/kernel/hostname\n")?;
            std::io::read_to_string(other)
        })),
        "reboot" => shown(power(PowerAction::Reboot).map(|()| String::new())),
        "poweroff" => shown(power(PowerAction::Off).map(|()| String::new())),
        "exit" => std::process::exit(rest.parse().expect("a code")),
        _ => format!("error: {line:?} is no command"),
    }
}

/// `b 7 0 /dev/loop0`.
fn make_device(rest: &str) -> std::io::Result<()> {
    let words: Vec<&str> = rest.split(' ').collect();
    let [kind, major, minor, path] = words.as_slice() else { return Err(std::io::ErrorKind::InvalidInput.into()) };
    let kind = if *kind == "b" { FileType::BlockDevice } else { FileType::CharacterDevice };
    let numbers = makedev(major.parse().expect("a number"), minor.parse().expect("a number"));
    Ok(mknodat(CWD, *path, kind, Mode::from_raw_mode(0o600), numbers)?)
}

fn shown(result: std::io::Result<String>) -> String {
    result.unwrap_or_else(|error| format!("error: {error}"))
}
