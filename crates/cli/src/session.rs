use anyhow::Result;
use futures_util::StreamExt as _;
use minos_api::client::{Connection, State, Target};
use minos_api::common::Metadata;
use tonic::{Code, Request, Streaming};

use crate::exit::BadInput;
use crate::reply::{Failures, Reply};

/// An open connection and the nodes that the command is for.
pub struct Session {
    /// The connection.
    pub connection: Connection,
    nodes: Vec<String>,
    endpoints: Vec<String>,
}

impl Session {
    /// A session; without nodes, calls are for whichever node answers at the endpoint.
    pub fn new(connection: Connection, nodes: Vec<String>, endpoints: Vec<String>) -> Session {
        Session { connection, nodes, endpoints }
    }

    /// A call to all nodes of the command at once.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let target = if self.nodes.is_empty() { Target::Endpoint } else { Target::Nodes(self.nodes.clone()) };
        target.request(message)
    }

    /// A call to the one node of the command; several are an error.
    pub fn single<T>(&self, command: &str, message: T) -> Result<Request<T>> {
        match self.nodes.as_slice() {
            [] => Ok(Target::Endpoint.request(message)),
            [node] => Ok(Target::Node(node.clone()).request(message)),
            several => Err(BadInput(format!(
                "`{command}` works on one node at a time; {} were given with --nodes",
                several.len()
            ))
            .into()),
        }
    }

    /// The nodes one by one, each with its name for the reader.
    pub fn targets(&self) -> Vec<(String, Target)> {
        if self.nodes.is_empty() {
            return vec![(self.endpoint().to_owned(), Target::Endpoint)];
        }
        self.nodes.iter().map(|node| (node.clone(), Target::Node(node.clone()))).collect()
    }

    /// Reads resources of one node.
    pub fn state(&self, target: &Target) -> State {
        self.connection.state().on(target.clone())
    }

    /// Where we connect to, for when a reply does not name its node.
    pub fn endpoint(&self) -> &str {
        let endpoint = self.endpoints.first().map_or("node", String::as_str);
        match endpoint.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') && port.parse::<u16>().is_ok() => host,
            _ => endpoint,
        }
    }

    /// All endpoints of the connection.
    pub fn endpoints(&self) -> &[String] {
        &self.endpoints
    }

    /// The name of the node that a reply came from.
    pub fn node<'a>(&'a self, metadata: Option<&'a Metadata>) -> &'a str {
        match metadata {
            Some(metadata) if !metadata.hostname.is_empty() => &metadata.hostname,
            _ => self.endpoint(),
        }
    }

    /// Hands each node's reply to `take`; nodes that failed become one error at the end.
    pub fn each<R: Reply>(&self, replies: Vec<R>, mut take: impl FnMut(&str, R) -> Result<()>) -> Result<()> {
        let mut failures = Failures::default();
        for reply in replies {
            let node = self.node(reply.metadata()).to_owned();
            if !failures.note(&node, &reply) {
                take(&node, reply)?;
            }
        }
        failures.into_result()
    }

    /// The same for a stream; `take` also learns whether replies name their node.
    pub async fn stream<R: Reply>(
        &self,
        mut replies: Streaming<R>,
        mut take: impl FnMut(&str, R, bool) -> Result<()>,
    ) -> Result<()> {
        let mut failures = Failures::default();
        while let Some(reply) = replies.next().await {
            let reply = match reply {
                Ok(reply) => reply,
                Err(status) if status.code() == Code::Cancelled => break,
                Err(status) => return Err(status.into()),
            };
            let named = reply.metadata().is_some_and(|metadata| !metadata.hostname.is_empty());
            let node = self.node(reply.metadata()).to_owned();
            if !failures.note(&node, &reply) {
                take(&node, reply, named)?;
            }
        }
        failures.into_result()
    }
}
