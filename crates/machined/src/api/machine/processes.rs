//! `Processes`: what runs.

use std::fs;
use std::path::Path;

use minos_api::machine as m;
use tonic::{Response, Status};

use super::Reply;

/// Clock ticks in a second, as `/proc` counts them on every architecture that we run on.
const TICKS: f64 = 100.0;

pub async fn get() -> Reply<m::ProcessesResponse> {
    // Thousands of small files: not on the thread that serves everybody.
    let processes = tokio::task::spawn_blocking(all)
        .await
        .map_err(|error| Status::internal(format!("listing processes: {error}")))??;
    let message = m::Process { metadata: None, processes };
    Ok(Response::new(m::ProcessesResponse { messages: vec![message] }))
}

fn all() -> Result<Vec<m::ProcessInfo>, Status> {
    let entries = fs::read_dir("/proc").map_err(|error| Status::internal(format!("cannot list /proc: {error}")))?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    // A process that ends meanwhile is left out.
    let mut processes: Vec<m::ProcessInfo> = pids.filter_map(one).collect();
    processes.sort_by_key(|process| process.pid);
    Ok(processes)
}

fn one(pid: i32) -> Option<m::ProcessInfo> {
    let folder = Path::new("/proc").join(pid.to_string());
    let mut process = parse(&fs::read_to_string(folder.join("stat")).ok()?)?;
    let arguments = fs::read(folder.join("cmdline")).unwrap_or_default();
    process.args = String::from_utf8_lossy(&arguments).trim_end_matches('\0').replace('\0', " ");
    process.executable = fs::read_link(folder.join("exe")).map(|exe| exe.display().to_string()).unwrap_or_default();
    let label = fs::read_to_string(folder.join("attr/current")).unwrap_or_default();
    process.label = label.trim_end_matches(['\0', '\n']).to_owned();
    Some(process)
}

/// A line of `/proc/<pid>/stat`, see proc_pid_stat(5).
fn parse(stat: &str) -> Option<m::ProcessInfo> {
    // The name may hold spaces and parentheses: it ends at the last one.
    let (pid, rest) = stat.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let ticks = number(11)? + number(12)?;
    Some(m::ProcessInfo {
        pid: pid.parse().ok()?,
        ppid: fields.get(1)?.parse().ok()?,
        state: (*fields.first()?).to_owned(),
        threads: fields.get(17)?.parse().ok()?,
        cpu_time: ticks as f64 / TICKS,
        virtual_memory: number(20)?,
        resident_memory: number(21)? * rustix::param::page_size() as u64,
        command: name.to_owned(),
        ..m::ProcessInfo::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_is_read() {
        let line = "42 (a (b) c) S 1 42 42 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 7 0 99 1048576 3 18446744073709551615";
        let process = parse(line).expect("a process");
        assert_eq!((process.pid, process.ppid, process.command.as_str(), process.threads), (42, 1, "a (b) c", 7));
        assert!((process.cpu_time - 2.0).abs() < f64::EPSILON);
        assert_eq!(process.virtual_memory, 1 << 20);
    }

    #[test]
    fn this_process_is_listed() {
        let pid = i32::try_from(std::process::id()).expect("small");
        assert!(all().expect("listed").iter().any(|process| process.pid == pid && !process.executable.is_empty()));
    }
}
