use anyhow::Result;
use clap::{Args, Subcommand};
use minos_api::machine::{EtcdMember, EtcdMemberListRequest, EtcdMemberStatus};

use crate::globals::Globals;
use crate::output::{Table, size};
use crate::session::Session;

/// Look after etcd
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 etcd members
  minosctl -n 10.5.0.2,10.5.0.3 etcd status")]
pub struct Etcd {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the members, as the node's own member knows them
    Members,
    /// Show the state of the nodes' members
    Status,
}

impl Etcd {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| match self.command {
            Command::Members => members(&session).await,
            Command::Status => status(&session).await,
        })
    }
}

/// Member ids are written as etcd writes them.
pub fn member_id(id: u64) -> String {
    format!("{id:016x}")
}

async fn members(session: &Session) -> Result<()> {
    let request = session.request(EtcdMemberListRequest { query_local: true });
    let replies = session.connection.machine().etcd_member_list(request).await?.into_inner();
    let mut table = Table::new(["NODE", "ID", "HOSTNAME", "PEER URLS", "CLIENT URLS", "LEARNER"]);
    let outcome = session.each(replies.messages, |node, reply| {
        for member in &reply.members {
            table.row(member_row(node, member));
        }
        Ok(())
    });
    table.print()?;
    outcome
}

fn member_row(node: &str, member: &EtcdMember) -> [String; 6] {
    [
        node.into(),
        member_id(member.id),
        member.hostname.clone(),
        member.peer_urls.join(","),
        member.client_urls.join(","),
        member.is_learner.to_string(),
    ]
}

async fn status(session: &Session) -> Result<()> {
    let replies = session.connection.machine().etcd_status(session.request(())).await?.into_inner();
    let mut table = Table::new([
        "NODE",
        "MEMBER",
        "DB SIZE",
        "IN USE",
        "LEADER",
        "RAFT INDEX",
        "RAFT TERM",
        "RAFT APPLIED INDEX",
        "LEARNER",
        "PROTOCOL",
        "STORAGE",
        "ERRORS",
    ]);
    let outcome = session.each(replies.messages, |node, reply| {
        table.row(status_row(node, &reply.member_status.unwrap_or_default()));
        Ok(())
    });
    table.print()?;
    outcome
}

fn status_row(node: &str, status: &EtcdMemberStatus) -> [String; 12] {
    let bytes = |size: i64| u64::try_from(size).unwrap_or(0);
    let ratio = if status.db_size > 0 { status.db_size_in_use as f64 / status.db_size as f64 * 100.0 } else { 0.0 };
    [
        node.into(),
        member_id(status.member_id),
        size(bytes(status.db_size)),
        format!("{} ({ratio:.2}%)", size(bytes(status.db_size_in_use))),
        member_id(status.leader),
        status.raft_index.to_string(),
        status.raft_term.to_string(),
        status.raft_applied_index.to_string(),
        status.is_learner.to_string(),
        status.protocol_version.clone(),
        status.storage_version.clone(),
        status.errors.join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_in_one_row() {
        let member = EtcdMember {
            id: 0xabc,
            hostname: "one".into(),
            peer_urls: vec!["https://10.5.0.2:2380".into()],
            client_urls: vec!["https://10.5.0.2:2379".into()],
            is_learner: false,
        };
        let expected = ["n", "0000000000000abc", "one", "https://10.5.0.2:2380", "https://10.5.0.2:2379", "false"];
        assert_eq!(member_row("n", &member), expected.map(String::from));
    }

    #[test]
    fn a_status_in_one_row() {
        let status =
            EtcdMemberStatus { db_size: 4_000_000, db_size_in_use: 1_000_000, raft_index: 7, ..Default::default() };
        let row = status_row("n", &status);
        assert_eq!((row[2].as_str(), row[3].as_str(), row[5].as_str()), ("4.0 MB", "1.0 MB (25.00%)", "7"));
    }
}
