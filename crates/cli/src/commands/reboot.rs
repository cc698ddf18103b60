use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};
use minos_api::machine::RebootRequest;
use minos_api::machine::reboot_request::Mode as WireMode;

use super::track::{Progress, Track, boot_id, wait_until_back};
use crate::exit::Unsupported;
use crate::globals::Globals;
use crate::output::parse_duration;
use crate::session::Session;

/// Restart nodes
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 reboot
  minosctl -n 10.5.0.2 reboot --wait=false    do not wait until it is back")]
pub struct Reboot {
    /// How
    #[arg(short, long, value_enum, default_value_t = Mode::Default, ignore_case = true)]
    mode: Mode,
    #[command(flatten)]
    track: Track,
    /// How to show progress
    #[arg(long, value_enum, default_value_t = Progress::Auto, ignore_case = true)]
    progress: Progress,
    /// Move the pods away first (not supported yet)
    #[arg(long)]
    drain: bool,
    /// How long moving the pods away may take
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_duration, requires = "drain")]
    drain_timeout: Duration,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// The quickest way that the machine allows
    Default,
    /// Through the firmware
    Powercycle,
    /// Without stopping services first
    Force,
}

impl Reboot {
    pub fn run(self, globals: &Globals) -> Result<()> {
        if self.drain {
            let instead = "run `kubectl drain NODE --ignore-daemonsets` first, and `kubectl uncordon NODE` afterwards";
            return Err(Unsupported(format!("--drain is not supported yet: {instead}")).into());
        }
        let mode = match self.mode {
            Mode::Default => WireMode::Default,
            Mode::Powercycle => WireMode::Powercycle,
            Mode::Force => WireMode::Force,
        };
        globals.online(async |session: Session| {
            let mut before = Vec::new();
            if self.track.waits() {
                for (node, target) in session.targets() {
                    let id = boot_id(&session, &target).await?;
                    before.push((node, target, id));
                }
            }
            let request = session.request(RebootRequest { mode: mode as i32 });
            let replies = session.connection.machine().reboot(request).await?.into_inner();
            session.each(replies.messages, |_, _| Ok(()))?;
            let wait = async {
                for (node, target, id) in &before {
                    wait_until_back(&session, node, target, id.as_deref(), self.track.timeout).await?;
                }
                Ok(())
            };
            self.track.run(&session, wait).await
        })
    }
}
