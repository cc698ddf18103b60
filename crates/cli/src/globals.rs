use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use minos_api::client::{Connection, Fingerprint, ServerTrust, Talosconfig};

use crate::session::Session;

/// Whom a command talks to.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Which nodes")]
pub struct Globals {
    /// Client configuration file [default: $TALOSCONFIG, else ~/.talos/config]
    #[arg(long, global = true, value_name = "FILE")]
    pub talosconfig: Option<PathBuf>,
    /// Context of the client configuration to use
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// Nodes that the command is for
    #[arg(short, long, global = true, value_name = "NODE", value_delimiter = ',')]
    pub nodes: Vec<String>,
    /// Addresses to connect to, instead of the context's
    #[arg(short, long, global = true, value_name = "ADDRESS", value_delimiter = ',')]
    pub endpoints: Vec<String>,
    /// Cluster to reach through a proxy endpoint
    #[arg(short, long, global = true, hide = true, value_name = "NAME")]
    pub cluster: Option<String>,
    /// Keys for signed requests to a proxy endpoint
    #[arg(long, global = true, hide = true, value_name = "DIRECTORY")]
    pub siderov1_keys_dir: Option<PathBuf>,
}

/// For commands that also work on a node without a configuration.
#[derive(Args, Clone, Default)]
pub struct Insecure {
    /// Talk to a node in maintenance mode: encrypted, but neither side proves who it is
    #[arg(short, long)]
    pub insecure: bool,
    /// With --insecure, accept only servers with one of these key fingerprints
    #[arg(long, value_name = "FINGERPRINT", value_delimiter = ',', requires = "insecure")]
    pub cert_fingerprint: Vec<String>,
}

impl Globals {
    /// The client configuration.
    pub fn config(&self) -> Result<Talosconfig> {
        Ok(Talosconfig::open(self.talosconfig.as_deref())?)
    }

    /// Runs a command that talks to nodes, with the credentials of the context.
    pub fn online<T>(&self, command: impl AsyncFnOnce(Session) -> Result<T>) -> Result<T> {
        block_on(async {
            let config = self.config()?;
            let context = config.select(self.context.as_deref())?;
            let nodes = first_given([&self.nodes, &context.nodes]);
            // A context fresh from `gen config` has no endpoints; the nodes themselves will do.
            let endpoints = first_given([&self.endpoints, &context.endpoints, nodes]);
            let connection = Connection::with_context(context, endpoints)?;
            command(Session::new(connection, nodes.clone(), endpoints.clone())).await
        })
    }

    /// The same, or without credentials when the flag says so.
    pub fn online_or_insecure<T>(
        &self,
        insecure: &Insecure,
        command: impl AsyncFnOnce(Session) -> Result<T>,
    ) -> Result<T> {
        if !insecure.insecure {
            return self.online(command);
        }
        let endpoints = if self.nodes.is_empty() { &self.endpoints } else { &self.nodes };
        if endpoints.is_empty() {
            bail!("--insecure needs the node's address: add `--nodes ADDRESS`");
        }
        let fingerprints: Vec<_> =
            insecure.cert_fingerprint.iter().map(|text| Fingerprint::parse(text)).collect::<Result<_, _>>()?;
        let trust =
            if fingerprints.is_empty() { ServerTrust::Anybody } else { ServerTrust::Fingerprints(fingerprints) };
        block_on(async {
            let connection = Connection::open(endpoints, &trust, None)?;
            command(Session::new(connection, Vec::new(), endpoints.clone())).await
        })
    }
}

/// The first list that is not empty.
fn first_given<const N: usize>(lists: [&Vec<String>; N]) -> &Vec<String> {
    lists.into_iter().find(|list| !list.is_empty()).unwrap_or(lists[N - 1])
}

/// Runs a command that waits for something.
pub fn block_on<T>(command: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(command)
}
