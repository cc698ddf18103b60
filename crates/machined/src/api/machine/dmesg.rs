//! `Dmesg`: the kernel's log. In a container it is the host's, so what `machined` logs stands for it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::{Duration, SystemTime};

use minos_api::common::Data;
use minos_api::machine as m;
use minos_sys::Readiness;
use tonic::{Response, Status};

use super::{Reply, Streaming, logs};
use crate::node::Node;

/// The longest record that the kernel writes (`CONSOLE_EXT_LOG_MAX`).
const LONGEST: usize = 8192;

pub async fn stream(node: &Node, request: &m::DmesgRequest) -> Reply<Streaming<Data>> {
    if node.mode.is_container() {
        return logs::stream(node, own_log(request)).await;
    }
    kernel(request)
}

/// The same of `machined`'s own log.
fn own_log(request: &m::DmesgRequest) -> m::LogsRequest {
    let tail_lines = if request.tail { 0 } else { -1 };
    m::LogsRequest { id: "machined".to_owned(), follow: request.follow, tail_lines, ..m::LogsRequest::default() }
}

fn kernel(request: &m::DmesgRequest) -> Reply<Streaming<Data>> {
    let mut file = open().map_err(failed)?;
    if request.tail {
        file.seek(SeekFrom::End(0)).map_err(failed)?;
    }
    records(file, 0, request.follow, "")
}

/// The same as a service's log: lines, the last ones only when their number is given.
pub fn log(lines: Option<usize>, follow: bool) -> Reply<Streaming<Data>> {
    let skipped = match lines {
        Some(lines) => count().map_err(failed)?.saturating_sub(lines),
        None => 0,
    };
    records(open().map_err(failed)?, skipped, follow, "\n")
}

fn failed(error: std::io::Error) -> Status {
    Status::internal(format!("cannot read the kernel's log: {error}"))
}

fn open() -> std::io::Result<File> {
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    OpenOptions::new().read(true).custom_flags(nonblocking).open("/dev/kmsg")
}

/// The records that are there now.
fn count() -> std::io::Result<usize> {
    let (mut file, mut buffer, mut count) = (open()?, vec![0; LONGEST], 0);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(count),
            Ok(_) => count += 1,
            Err(error) if is_overwritten(&error) || error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(count),
            Err(error) => return Err(error),
        }
    }
}

/// The record was overwritten before it was read; the next one is there.
fn is_overwritten(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::PIPE.raw_os_error())
}

fn records(file: File, skipped: usize, follow: bool, end: &'static str) -> Reply<Streaming<Data>> {
    let ready = file.try_clone().and_then(|file| Readiness::of(file.into())).map_err(failed)?;
    let booted = booted();
    let state = (file, ready, skipped);
    let records = futures_util::stream::try_unfold(state, move |(mut file, ready, mut skipped)| async move {
        let mut buffer = vec![0; LONGEST];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(_) if skipped > 0 => skipped -= 1,
                Ok(length) => {
                    let line = format_record(&String::from_utf8_lossy(&buffer[..length]), booted) + end;
                    return Ok(Some((Data { metadata: None, bytes: line.into_bytes().into() }, (file, ready, 0))));
                }
                Err(error) if is_overwritten(&error) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock && !follow => return Ok(None),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    ready.readable().await.map_err(failed)?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
    });
    Ok(Response::new(Box::pin(records)))
}

/// When the kernel's clock was zero.
fn booted() -> SystemTime {
    let uptime = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let uptime = Duration::new(uptime.tv_sec.unsigned_abs(), u32::try_from(uptime.tv_nsec).unwrap_or_default());
    SystemTime::now().checked_sub(uptime).unwrap_or(SystemTime::UNIX_EPOCH)
}

const FACILITIES: [&str; 12] =
    ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "local0"];
const PRIORITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// A record of `/dev/kmsg` (`priority,sequence,microseconds,flags;text`) as a line:
/// `facility: priority: [time]: text`.
fn format_record(record: &str, booted: SystemTime) -> String {
    let Some((header, text)) = record.split_once(';') else { return record.to_owned() };
    let mut fields = header.split(',').map(|field| field.parse::<u64>().unwrap_or_default());
    let code = fields.next().unwrap_or_default();
    let micros = fields.nth(1).unwrap_or_default();
    let name = |names: &[&'static str], index: u64| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or("unknown")
    };
    let facility = name(&FACILITIES, code / 8);
    let priority = name(&PRIORITIES, code % 8);
    let at = booted + Duration::from_micros(micros);
    // Lines that begin with a space hold key=value pairs about the device, not text.
    let text: Vec<&str> = text.lines().take_while(|line| !line.starts_with(' ')).collect();
    format!("{facility}: {priority:>7}: [{}]: {}", crate::time::rfc3339(at), text.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_shows_its_own_log_and_not_the_host_s() {
        let asked = |follow, tail| own_log(&m::DmesgRequest { follow, tail });
        assert_eq!((asked(true, false).id.as_str(), asked(true, false).follow), ("machined", true));
        assert_eq!(asked(false, false).tail_lines, -1, "everything");
        assert_eq!(asked(true, true).tail_lines, 0, "only what comes");
    }

    #[test]
    fn records_become_lines() {
        let line = format_record("6,339,5140900,-;NET: Registered\n SUBSYSTEM=net\n", SystemTime::UNIX_EPOCH);
        assert_eq!(line, "kern:    info: [1970-01-01T00:00:05.1409Z]: NET: Registered");
        let line = format_record("30,1,0,-;machined: up", SystemTime::UNIX_EPOCH);
        assert_eq!(line, "daemon:    info: [1970-01-01T00:00:00Z]: machined: up");
    }
}
