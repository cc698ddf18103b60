use anyhow::Result;
use clap::Args;
use minos_api::machine::MountStat;

use crate::globals::Globals;
use crate::output::Table;
use crate::session::Session;

/// List what is mounted, and how full it is
#[derive(Args)]
#[command(visible_alias = "mount")]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 mounts")]
pub struct Mounts {}

impl Mounts {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            let replies = session.connection.machine().mounts(session.request(())).await?.into_inner();
            let mut table = Table::new([
                "NODE",
                "FILESYSTEM",
                "SIZE(GB)",
                "USED(GB)",
                "AVAILABLE(GB)",
                "PERCENT USED",
                "MOUNTED ON",
            ]);
            let outcome = session.each(replies.messages, |node, mounts| {
                for stat in &mounts.stats {
                    table.row(row(node, stat));
                }
                Ok(())
            });
            table.print()?;
            outcome
        })
    }
}

fn row(node: &str, stat: &MountStat) -> [String; 7] {
    let gigabytes = |bytes: u64| format!("{:.2}", bytes as f64 * 1e-9);
    let used = stat.size.saturating_sub(stat.available);
    let percent = if stat.size == 0 { 0.0 } else { used as f64 * 100.0 / stat.size as f64 };
    [
        node.into(),
        stat.filesystem.clone(),
        gigabytes(stat.size),
        gigabytes(used),
        gigabytes(stat.available),
        format!("{percent:.2}%"),
        stat.mounted_on.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_gigabytes() {
        let stat = MountStat {
            filesystem: "/dev/vda6".into(),
            size: 10_000_000_000,
            available: 7_500_000_000,
            mounted_on: "/var".into(),
        };
        assert_eq!(row("n", &stat), ["n", "/dev/vda6", "10.00", "2.50", "7.50", "25.00%", "/var"].map(String::from));
    }
}
