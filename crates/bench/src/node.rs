//! A running node, measured from outside: how long it took to come up, what it holds in memory and takes of the
//! processor while it is idle, how fast its API is.

mod boot;
mod calls;
mod memory;
mod processes;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use minos_api::client::{Connection, Talosconfig};
use minos_api::machine as m;
use serde_json::Value;

use crate::report::Row;

/// What the node runs on; budgets differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On the host's kernel.
    Container,
    /// In QEMU, with its instructions run by the processor or by QEMU.
    Machine {
        /// QEMU emulates the processor.
        emulated: bool,
    },
}

impl Kind {
    /// What the state in the cluster's folder says.
    pub fn of(folder: &Path) -> Result<Self> {
        let state = json(&folder.join("state.json"))?;
        Ok(match state["provisioner"].as_str() {
            Some("container") => Self::Container,
            _ => Self::Machine { emulated: state["accelerator"].as_str() != Some("kvm") },
        })
    }

    /// As in the names of the results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Machine { emulated: true } => "vm-emulated",
            Self::Machine { emulated: false } => "vm",
        }
    }

    /// The first of these for a container, the second for a machine with KVM, the third for an emulated one.
    const fn pick(self, container: Option<f64>, machine: Option<f64>, emulated: Option<f64>) -> Option<f64> {
        match self {
            Self::Container => container,
            Self::Machine { emulated: false } => machine,
            Self::Machine { emulated: true } => emulated,
        }
    }
}

/// The node of the local cluster whose files are in `folder`.
pub async fn measure(folder: &Path, kind: Kind) -> Result<Vec<Row>> {
    let talosconfig = Talosconfig::open(Some(&folder.join("talosconfig")))?;
    let connection = Connection::with_context(talosconfig.select(None)?, &[])?;
    let mut rows = boot::measure(folder, kind, &connection).await?;
    // Before the calls, which leave buffers behind.
    rows.extend(memory::measure(kind, &connection).await?);
    rows.push(processes::idle(&connection).await?);
    rows.extend(calls::measure(&connection).await?);
    Ok(rows)
}

fn json(file: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}

/// A file of the node.
async fn read(connection: &Connection, path: &str) -> Result<String> {
    let failed = || format!("cannot read {path} of the node");
    let request = m::ReadRequest { path: path.to_owned() };
    let mut stream = connection.machine().read(request).await.with_context(failed)?.into_inner();
    let mut bytes = Vec::new();
    while let Some(data) = stream.message().await.with_context(failed)? {
        let error = data.metadata.map(|metadata| metadata.error).unwrap_or_default();
        ensure!(error.is_empty(), "cannot read {path} of the node: {error}");
        bytes.extend_from_slice(&data.bytes);
    }
    String::from_utf8(bytes).with_context(|| format!("{path} is not text"))
}
