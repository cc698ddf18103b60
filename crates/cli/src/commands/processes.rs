use anyhow::Result;
use clap::{Args, ValueEnum};
use minos_api::machine::ProcessInfo;

use crate::globals::Globals;
use crate::output::{Table, size};
use crate::session::Session;

/// List the processes of nodes
#[derive(Args)]
#[command(visible_aliases = ["p", "ps"])]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 processes
  minosctl -n 10.5.0.2 ps -s cpu")]
pub struct Processes {
    /// What comes first: much memory, or much time on the processor
    #[arg(short, long, value_enum, default_value_t = Sort::Rss)]
    sort: Sort,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    Rss,
    Cpu,
}

impl Processes {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            let replies = session.connection.machine().processes(session.request(())).await?.into_inner();
            let mut table =
                Table::new(["NODE", "PID", "STATE", "THREADS", "CPU-TIME", "VIRTMEM", "RESMEM", "LABEL", "COMMAND"]);
            let outcome = session.each(replies.messages, |node, mut list| {
                match self.sort {
                    Sort::Rss => list.processes.sort_by_key(|process| std::cmp::Reverse(process.resident_memory)),
                    Sort::Cpu => list.processes.sort_by(|a, b| b.cpu_time.total_cmp(&a.cpu_time)),
                }
                for process in &list.processes {
                    table.row(row(node, process));
                }
                Ok(())
            });
            table.print()?;
            outcome
        })
    }
}

fn row(node: &str, process: &ProcessInfo) -> [String; 9] {
    [
        node.into(),
        format!("{:6}", process.pid),
        process.state.clone(),
        format!("{:4}", process.threads),
        format!("{:8.2}", process.cpu_time),
        format!("{:>7}", size(process.virtual_memory)),
        format!("{:>7}", size(process.resident_memory)),
        process.label.clone(),
        command(process),
    ]
}

/// The command line with the whole path of the program; control characters would disturb the terminal.
fn command(process: &ProcessInfo) -> String {
    let program = process.executable.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    let line = match process.args.split_once(' ') {
        _ if process.executable.is_empty() => process.command.clone(),
        Some((first, rest)) if first == name => format!("{program} {rest}"),
        None if process.args == name => program.into(),
        _ => process.args.clone(),
    };
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_shown_with_its_path() {
        let process = |executable: &str, args: &str| ProcessInfo {
            executable: executable.into(),
            args: args.into(),
            command: "kworker/0:1".into(),
            ..Default::default()
        };
        assert_eq!(command(&process("/usr/bin/etcd", "etcd --name a")), "/usr/bin/etcd --name a");
        assert_eq!(command(&process("/usr/bin/etcd", "/opt/etcd -x")), "/opt/etcd -x");
        assert_eq!(command(&process("", "")), "kworker/0:1");
        assert_eq!(command(&process("/usr/bin/init", "init\u{1b}")), "init ");
    }
}
