use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anyhow::{Error, Result};
use clap::Args;
use minos_api::common::{ContainerDriver, Data};
use minos_api::machine::LogsRequest;
use tonic::{Code, Status};

use crate::exit::{BadInput, describe};
use crate::globals::{Globals, Insecure};
use crate::output::stdout;
use crate::session::Session;

/// Print the log of a service or container
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 logs etcd --tail 20
  minosctl -n 10.5.0.2 logs -f kubelet
  minosctl -n 10.5.0.2 logs controller-runtime   what the node's controllers did
  minosctl -n 10.5.0.2 logs -k kube-system/kube-proxy-x7k2p:kube-proxy:0f3a")]
pub struct Logs {
    /// The service or container
    #[arg(value_name = "NAME")]
    name: String,
    /// Go on with new lines
    #[arg(short, long)]
    follow: bool,
    /// Begin with this many past lines [default: all]
    #[arg(long, value_name = "LINES", default_value_t = -1, hide_default_value = true, allow_negative_numbers = true)]
    tail: i32,
    /// NAME is a container of Kubernetes
    #[arg(short, long)]
    kubernetes: bool,
    #[arg(long, hide = true)]
    use_cri: bool,
    #[command(flatten)]
    insecure: Insecure,
}

impl Logs {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online_or_insecure(&self.insecure, async |session: Session| self.read(&session).await)
    }

    async fn read(&self, session: &Session) -> Result<()> {
        let (namespace, driver) = if self.kubernetes || self.use_cri {
            ("k8s.io", ContainerDriver::Cri)
        } else {
            ("system", ContainerDriver::Containerd)
        };
        let message = LogsRequest {
            namespace: namespace.into(),
            id: self.name.clone(),
            driver: driver as i32,
            follow: self.follow,
            tail_lines: self.tail,
        };
        match print(session, message).await {
            Err(error) if namespace == "system" && is_unknown(&error) => Err(with_names(session, &error).await),
            outcome => outcome,
        }
    }
}

async fn print(session: &Session, message: LogsRequest) -> Result<()> {
    let replies = session.connection.machine().logs(session.request(message)).await?.into_inner();
    let mut lines = Lines::default();
    let outcome = session
        .stream(replies, |node: &str, data: Data, _| {
            let mut out = stdout();
            lines.push(node, &data.bytes, &mut out)?;
            Ok(out.flush()?)
        })
        .await;
    lines.finish(&mut stdout())?;
    outcome
}

fn is_unknown(error: &Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref()).any(|status: &Status| status.code() == Code::NotFound)
}

/// The error, and the logs that there are.
async fn with_names(session: &Session, error: &Error) -> Error {
    let mut names = BTreeSet::new();
    if let Ok(reply) = session.connection.machine().logs_containers(session.request(())).await {
        names.extend(reply.into_inner().messages.into_iter().flat_map(|message| message.ids));
    }
    BadInput(format!("{}{}", describe(error), known(&names))).into()
}

fn known(names: &BTreeSet<String>) -> String {
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    if names.is_empty() { String::new() } else { format!("\nThere are logs of {}.", names.join(", ")) }
}

/// Puts the node's name before each line; chunks end anywhere.
#[derive(Default)]
struct Lines {
    unfinished: BTreeMap<String, Vec<u8>>,
}

impl Lines {
    fn push(&mut self, node: &str, chunk: &[u8], out: &mut impl Write) -> io::Result<()> {
        let rest = self.unfinished.entry(node.into()).or_default();
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            rest.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                write!(out, "{node}: ")?;
                out.write_all(rest)?;
                rest.clear();
            }
        }
        Ok(())
    }

    fn finish(self, out: &mut impl Write) -> io::Result<()> {
        for (node, rest) in self.unfinished.into_iter().filter(|(_, rest)| !rest.is_empty()) {
            write!(out, "{node}: ")?;
            out.write_all(&rest)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use minos_api::machine::{LogsContainer, LogsContainersResponse};
    use prost::Message as _;

    use super::*;
    use crate::fake_node::FakeNode;

    #[tokio::test]
    async fn an_unknown_log_is_answered_with_those_that_there_are() {
        let node = FakeNode::start(|method| {
            let ids = ["kubelet", "apid", "kernel"].map(String::from).into();
            let names = LogsContainersResponse { messages: vec![LogsContainer { metadata: None, ids }] };
            match method {
                "LogsContainers" => Ok(vec![names.encode_to_vec()]),
                _ => Err(Status::not_found("log \"nothing\" was not registered")),
            }
        });
        let answer = async |kubernetes| {
            let insecure = Insecure::default();
            let logs = Logs { name: "nothing".into(), follow: false, tail: -1, kubernetes, use_cri: false, insecure };
            describe(&logs.read(&node.session).await.unwrap_err())
        };
        let unknown = "log \"nothing\" was not registered";
        assert_eq!(answer(false).await, format!("{unknown}\nThere are logs of apid, kernel, kubelet."));
        assert_eq!(answer(true).await, unknown, "those are not the logs of pods");
        assert_eq!(known(&BTreeSet::new()), "");
    }

    #[test]
    fn lines_are_put_together_from_chunks() {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        lines.push("a", b"one\ntw", &mut out).unwrap();
        lines.push("b", b"three\n", &mut out).unwrap();
        lines.push("a", b"o\nrest", &mut out).unwrap();
        lines.finish(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a: one\nb: three\na: two\na: rest\n");
    }
}
