//! `Memory`: `/proc/meminfo`, as numbers.

use std::collections::HashMap;

use minos_api::machine as m;
use tonic::{Response, Status};

use super::Reply;

pub fn get() -> Reply<m::MemoryResponse> {
    let text = std::fs::read_to_string("/proc/meminfo")
        .map_err(|error| Status::internal(format!("cannot read the memory's state: {error}")))?;
    let message = m::Memory { metadata: None, meminfo: Some(parse(&text)) };
    Ok(Response::new(m::MemoryResponse { messages: vec![message] }))
}

/// Lines the kernel does not have stay 0.
fn parse(text: &str) -> m::MemInfo {
    let lines: HashMap<&str, u64> = text
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(':')?;
            Some((name, rest.split_whitespace().next()?.parse().ok()?))
        })
        .collect();
    let of = |name: &str| lines.get(name).copied().unwrap_or_default();
    m::MemInfo {
        memtotal: of("MemTotal"),
        memfree: of("MemFree"),
        memavailable: of("MemAvailable"),
        buffers: of("Buffers"),
        cached: of("Cached"),
        swapcached: of("SwapCached"),
        active: of("Active"),
        inactive: of("Inactive"),
        activeanon: of("Active(anon)"),
        inactiveanon: of("Inactive(anon)"),
        activefile: of("Active(file)"),
        inactivefile: of("Inactive(file)"),
        unevictable: of("Unevictable"),
        mlocked: of("Mlocked"),
        swaptotal: of("SwapTotal"),
        swapfree: of("SwapFree"),
        dirty: of("Dirty"),
        writeback: of("Writeback"),
        anonpages: of("AnonPages"),
        mapped: of("Mapped"),
        shmem: of("Shmem"),
        slab: of("Slab"),
        sreclaimable: of("SReclaimable"),
        sunreclaim: of("SUnreclaim"),
        kernelstack: of("KernelStack"),
        pagetables: of("PageTables"),
        nfsunstable: of("NFS_Unstable"),
        bounce: of("Bounce"),
        writebacktmp: of("WritebackTmp"),
        commitlimit: of("CommitLimit"),
        committedas: of("Committed_AS"),
        vmalloctotal: of("VmallocTotal"),
        vmallocused: of("VmallocUsed"),
        vmallocchunk: of("VmallocChunk"),
        hardwarecorrupted: of("HardwareCorrupted"),
        anonhugepages: of("AnonHugePages"),
        shmemhugepages: of("ShmemHugePages"),
        shmempmdmapped: of("ShmemPmdMapped"),
        cmatotal: of("CmaTotal"),
        cmafree: of("CmaFree"),
        hugepagestotal: of("HugePages_Total"),
        hugepagesfree: of("HugePages_Free"),
        hugepagesrsvd: of("HugePages_Rsvd"),
        hugepagessurp: of("HugePages_Surp"),
        hugepagesize: of("Hugepagesize"),
        directmap4k: of("DirectMap4k"),
        directmap2m: of("DirectMap2M"),
        directmap1g: of("DirectMap1G"),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn lines_become_fields() {
        let info = parse("MemTotal:       24610172 kB\nActive(anon):     12 kB\nHugePages_Total:       3\n");
        assert_eq!((info.memtotal, info.activeanon, info.hugepagestotal, info.memfree), (24_610_172, 12, 3, 0));
    }
}
