use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};
use minos_api::machine::RebootRequest;
use minos_api::machine::reboot_request::Mode as WireMode;

use super::shutdown::{WAIT, boot_id, wait_for};
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
    #[arg(short, long, value_enum, default_value_t = Mode::Default)]
    mode: Mode,
    /// Wait until the nodes are back
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = WAIT, value_parser = parse_duration)]
    timeout: Duration,
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
        let mode = match self.mode {
            Mode::Default => WireMode::Default,
            Mode::Powercycle => WireMode::Powercycle,
            Mode::Force => WireMode::Force,
        };
        globals.online(async |session: Session| {
            let mut before = Vec::new();
            if self.wait {
                for (node, target) in session.targets() {
                    let id = boot_id(&session, &target).await?;
                    before.push((node, target, id));
                }
            }
            let request = session.request(RebootRequest { mode: mode as i32 });
            let replies = session.connection.machine().reboot(request).await?.into_inner();
            session.each(replies.messages, |_, _| Ok(()))?;
            for (node, target, old) in before {
                let back = async || match boot_id(&session, &target).await {
                    Ok(new) if new != old => Ok(()),
                    Ok(_) => Err("it has not gone down yet".to_owned()),
                    Err(_) => Err("it is down".to_owned()),
                };
                wait_for(&format!("{node} to be back"), self.timeout, back).await?;
            }
            Ok(())
        })
    }
}
