use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use futures_util::StreamExt as _;
use minos_api::machine::ReadRequest;

use crate::globals::Globals;
use crate::output::stdout;
use crate::session::Session;

/// Print a file of a node
#[derive(Args)]
#[command(visible_alias = "cat")]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 read /etc/os-release")]
pub struct Read {
    /// The file
    path: String,
}

impl Read {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            let request = session.single("read", ReadRequest { path: self.path.clone() })?;
            let mut replies = session.connection.machine().read(request).await?.into_inner();
            let mut out = stdout();
            while let Some(data) = replies.next().await {
                out.write_all(&data?.bytes)?;
            }
            Ok(out.flush()?)
        })
    }
}
