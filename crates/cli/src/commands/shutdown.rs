use anyhow::Result;
use clap::Args;
use minos_api::machine::ShutdownRequest;

use super::track::{Track, wait_until_down};
use crate::globals::Globals;
use crate::session::Session;

/// Turn nodes off
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 shutdown
  minosctl -n 10.5.0.2 shutdown --force   without moving its pods away first")]
pub struct Shutdown {
    /// Do not cordon and drain first
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    track: Track,
}

impl Shutdown {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            let request = session.request(ShutdownRequest { force: self.force });
            let replies = session.connection.machine().shutdown(request).await?.into_inner();
            session.each(replies.messages, |_, _| Ok(()))?;
            if !self.track.waits() {
                return Ok(());
            }
            let wait = async {
                for (node, target) in session.targets() {
                    wait_until_down(&session, &node, &target, self.track.timeout).await?;
                }
                Ok(())
            };
            self.track.run(&session, wait).await
        })
    }
}
