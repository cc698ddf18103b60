use anyhow::Result;
use clap::Args;
use minos_api::machine::MemInfo;

use crate::globals::{Globals, Insecure};
use crate::output::Table;
use crate::session::Session;

/// Show how memory is used, in mebibytes
#[derive(Args)]
#[command(visible_aliases = ["m", "free"])]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 memory
  minosctl -n 10.5.0.2 memory -v   every figure of /proc/meminfo")]
pub struct Memory {
    /// Every figure
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    insecure: Insecure,
}

impl Memory {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online_or_insecure(&self.insecure, async |session: Session| {
            let replies = session.connection.machine().memory(session.request(())).await?.into_inner();
            let mut table = Table::new(["NODE", "TOTAL", "USED", "FREE", "SHARED", "BUFFERS", "CACHE", "AVAILABLE"]);
            let outcome = session.each(replies.messages, |node, memory| {
                let info = memory.meminfo.unwrap_or_default();
                if self.verbose {
                    print!("{}", verbose(node, &info));
                } else {
                    table.row(brief(node, &info));
                }
                Ok(())
            });
            if !self.verbose {
                table.print()?;
            }
            outcome
        })
    }
}

fn brief(node: &str, info: &MemInfo) -> [String; 8] {
    let used = info.memtotal.saturating_sub(info.memfree + info.cached + info.buffers);
    let figures = [info.memtotal, used, info.memfree, info.shmem, info.buffers, info.cached, info.memavailable];
    let [total, used, free, shared, buffers, cache, available] = figures.map(|kib| (kib / 1024).to_string());
    [node.into(), total, used, free, shared, buffers, cache, available]
}

fn verbose(node: &str, info: &MemInfo) -> String {
    let sizes = [
        ("MemTotal", info.memtotal),
        ("MemFree", info.memfree),
        ("MemAvailable", info.memavailable),
        ("Buffers", info.buffers),
        ("Cached", info.cached),
        ("SwapCached", info.swapcached),
        ("Active", info.active),
        ("Inactive", info.inactive),
        ("ActiveAnon", info.activeanon),
        ("InactiveAnon", info.inactiveanon),
        ("ActiveFile", info.activefile),
        ("InactiveFile", info.inactivefile),
        ("Unevictable", info.unevictable),
        ("Mlocked", info.mlocked),
        ("SwapTotal", info.swaptotal),
        ("SwapFree", info.swapfree),
        ("Dirty", info.dirty),
        ("Writeback", info.writeback),
        ("AnonPages", info.anonpages),
        ("Mapped", info.mapped),
        ("Shmem", info.shmem),
        ("Slab", info.slab),
        ("SReclaimable", info.sreclaimable),
        ("SUnreclaim", info.sunreclaim),
        ("KernelStack", info.kernelstack),
        ("PageTables", info.pagetables),
        ("NFSUnstable", info.nfsunstable),
        ("Bounce", info.bounce),
        ("WritebackTmp", info.writebacktmp),
        ("CommitLimit", info.commitlimit),
        ("CommittedAS", info.committedas),
        ("VmallocTotal", info.vmalloctotal),
        ("VmallocUsed", info.vmallocused),
        ("VmallocChunk", info.vmallocchunk),
        ("HardwareCorrupted", info.hardwarecorrupted),
        ("AnonHugePages", info.anonhugepages),
        ("ShmemHugePages", info.shmemhugepages),
        ("ShmemPmdMapped", info.shmempmdmapped),
        ("CmaTotal", info.cmatotal),
        ("CmaFree", info.cmafree),
    ];
    let counts = [
        ("HugePagesTotal", info.hugepagestotal),
        ("HugePagesFree", info.hugepagesfree),
        ("HugePagesRsvd", info.hugepagesrsvd),
        ("HugePagesSurp", info.hugepagessurp),
    ];
    let last = [
        ("Hugepagesize", info.hugepagesize),
        ("DirectMap4k", info.directmap4k),
        ("DirectMap2M", info.directmap2m),
        ("DirectMap1G", info.directmap1g),
    ];
    let with_unit = |(name, kib): (&str, u64)| format!("{name}: {kib} kB\n");
    let mut text = format!("NODE: {node}\n");
    text.extend(sizes.into_iter().map(with_unit));
    text.extend(counts.into_iter().map(|(name, count)| format!("{name}: {count}\n")));
    text.extend(last.into_iter().map(with_unit));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brief_is_in_mebibytes() {
        let info = MemInfo {
            memtotal: 4 << 20,
            memfree: 1 << 20,
            cached: 1 << 20,
            memavailable: 2 << 20,
            ..Default::default()
        };
        assert_eq!(brief("n", &info), ["n", "4096", "2048", "1024", "0", "0", "1024", "2048"].map(String::from));
    }
}
