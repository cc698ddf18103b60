//! Counters of processors and memory. Nothing writes these types yet.

use crate::declare::{definitions, message, resource};

definitions![CpuStats, MemoryStats];

resource! {
    /// Time of the processors since boot, in seconds, and counters of the kernel.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct CpuStats = "CPUStats.perf.talos.dev" in "perf" => {
        1 "cpu" => cpu: Vec<CpuTimes>,
        2 "cpuTotal" => cpu_total: CpuTimes,
        3 "irqTotal" => irq_total: u64,
        4 "contextSwitches" => context_switches: u64,
        5 "processCreated" => process_created: u64,
        6 "processRunning" => process_running: u64,
        7 "processBlocked" => process_blocked: u64,
        8 "softIrqTotal" => soft_irq_total: u64,
    }
    columns: ["User" => "{.cpuTotal.user}", "System" => "{.cpuTotal.system}"];
}

message! {
    /// Time of one processor.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct CpuTimes {
        1 "user" => user: f64,
        2 "nice" => nice: f64,
        3 "system" => system: f64,
        4 "idle" => idle: f64,
        5 "iowait" => iowait: f64,
        6 "irq" => irq: f64,
        7 "softIrq" => soft_irq: f64,
        8 "steal" => steal: f64,
        9 "guest" => guest: f64,
        10 "guestNice" => guest_nice: f64,
    }
}

resource! {
    /// Memory as in `/proc/meminfo`, in kibibytes.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MemoryStats = "MemoryStats.perf.talos.dev" in "perf" => {
        1 "total" => total: u64,
        2 "used" => used: u64,
        3 "available" => available: u64,
        4 "buffers" => buffers: u64,
        5 "cached" => cached: u64,
        6 "swapCached" => swap_cached: u64,
        7 "active" => active: u64,
        8 "inactive" => inactive: u64,
        9 "activeAnon" => active_anon: u64,
        10 "inactiveAnon" => inactive_anon: u64,
        11 "activeFile" => active_file: u64,
        12 "inactiveFile" => inactive_file: u64,
        13 "unevictable" => unevictable: u64,
        14 "mlocked" => mlocked: u64,
        15 "swapTotal" => swap_total: u64,
        16 "swapFree" => swap_free: u64,
        17 "dirty" => dirty: u64,
        18 "writeback" => writeback: u64,
        19 "anonPages" => anon_pages: u64,
        20 "mapped" => mapped: u64,
        21 "shmem" => shmem: u64,
        22 "slab" => slab: u64,
        23 "sreclaimable" => sreclaimable: u64,
        24 "sunreclaim" => sunreclaim: u64,
        25 "kernelStack" => kernel_stack: u64,
        26 "pageTables" => page_tables: u64,
        27 "nfsunstable" => nfsunstable: u64,
        28 "bounce" => bounce: u64,
        29 "writeBacktmp" => write_backtmp: u64,
        30 "commitLimit" => commit_limit: u64,
        31 "commitTedas" => commit_tedas: u64,
        32 "vmallocTotal" => vmalloc_total: u64,
        33 "vmallocUsed" => vmalloc_used: u64,
        34 "vmallocChunk" => vmalloc_chunk: u64,
        35 "hardwareCorrupted" => hardware_corrupted: u64,
        36 "anonHugePages" => anon_huge_pages: u64,
        37 "shmemHugePages" => shmem_huge_pages: u64,
        38 "shmemPmdMapped" => shmem_pmd_mapped: u64,
        39 "cmaTotal" => cma_total: u64,
        40 "cmaFree" => cma_free: u64,
        41 "hugePagesTotal" => huge_pages_total: u64,
        42 "hugePagesFree" => huge_pages_free: u64,
        43 "hugePagesRsvd" => huge_pages_rsvd: u64,
        44 "hugePagesSurp" => huge_pages_surp: u64,
        45 "hugepagesize" => hugepagesize: u64,
        46 "directMap4k" => direct_map4k: u64,
        47 "directMap2m" => direct_map2m: u64,
        48 "directMap1g" => direct_map1g: u64,
    }
    columns: ["Used" => "{.used}", "Total" => "{.total}"];
}
