use std::io::Write as _;

use anyhow::Result;
use clap::Args;
use minos_api::machine::DmesgRequest;

use crate::globals::{Globals, Insecure};
use crate::output::stdout;
use crate::session::Session;

/// Print the kernel's log
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 dmesg
  minosctl -n 10.5.0.2 dmesg -f --tail   new messages only")]
pub struct Dmesg {
    /// Go on with new messages
    #[arg(short, long)]
    follow: bool,
    /// With --follow, leave past messages out
    #[arg(long)]
    tail: bool,
    #[command(flatten)]
    insecure: Insecure,
}

impl Dmesg {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online_or_insecure(&self.insecure, async |session: Session| {
            let message = DmesgRequest { follow: self.follow, tail: self.tail };
            let replies = session.connection.machine().dmesg(session.request(message)).await?.into_inner();
            let take = |node: &str, data: minos_api::common::Data, _| {
                let mut out = stdout();
                write!(out, "{node}: ")?;
                out.write_all(&data.bytes)?;
                if !data.bytes.ends_with(b"\n") {
                    out.write_all(b"\n")?;
                }
                Ok(out.flush()?)
            };
            session.stream(replies, take).await
        })
    }
}
