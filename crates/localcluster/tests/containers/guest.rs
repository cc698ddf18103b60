//! The `init` of a test's node: it does what a line on port 50000 says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Command, ExitCode};
use std::time::Duration;

use minos_sys::{PowerAction, power};
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

/// Ends a question that gets no answer; it decides nothing.
const PATIENCE: Duration = Duration::from_secs(40);

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
        "datagram" => shown(send_datagrams(rest)),
        "stream" => shown(send_stream(rest)),
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

/// `10.5.0.1:53 BYTES…`: sends each in a datagram; the first answer.
fn send_datagrams(rest: &str) -> std::io::Result<String> {
    let mut words = rest.split(' ');
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.connect(words.next().expect("an address"))?;
    for message in words {
        socket.send(&bytes(message))?;
    }
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer)?;
    Ok(hex(&buffer[..length]))
}

/// `10.5.0.1:53 BYTES`: sends them with their length before them; the answer without its length.
fn send_stream(rest: &str) -> std::io::Result<String> {
    let (address, message) = rest.split_once(' ').expect("an address and bytes");
    let message = bytes(message);
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&[&(message.len() as u16).to_be_bytes(), message.as_slice()].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut answer = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut answer)?;
    Ok(hex(&answer))
}

pub fn bytes(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap_or_else(|_| panic!("no bytes: {text}"));
    (0..text.len()).step_by(2).map(digits).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(result: std::io::Result<String>) -> String {
    result.unwrap_or_else(|error| format!("error: {error}"))
}
