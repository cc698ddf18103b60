//! Swap.

use crate::declare::resource;

resource! {
    /// A device that is swapped to.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SwapStatus = "SwapStatuses.block.talos.dev" in "runtime" => {
        1 "device" => device: String,
        7 "type" => kind: String,
        2 "size" => size: u64,
        3 "sizeHuman" => size_human: String,
        4 "used" => used: u64,
        5 "usedHuman" => used_human: String,
        6 "priority" => priority: i32,
    }
    aliases: ["swap", "swaps"];
    columns: ["Device" => "{.device}", "Size" => "{.sizeHuman}", "Used" => "{.usedHuman}", "Priority" => "{.priority}"];
}

resource! {
    /// Counters of compressed swap.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ZswapStatus = "ZswapStatuses.block.talos.dev" in "runtime" => {
        1 "totalSize" => total_size: u64,
        2 "totalSizeHuman" => total_size_human: String,
        3 "storedPages" => stored_pages: u64,
        4 "poolLimitHit" => pool_limit_hit: u64,
        5 "rejectReclaimFail" => reject_reclaim_fail: u64,
        6 "rejectAllocFail" => reject_alloc_fail: u64,
        7 "rejectKmemcacheFail" => reject_kmemcache_fail: u64,
        8 "rejectCompressFail" => reject_compress_fail: u64,
        9 "rejectCompressPoor" => reject_compress_poor: u64,
        10 "writtenBackPages" => written_back_pages: u64,
    }
    columns: [
        "Total Size" => "{.totalSizeHuman}",
        "Stored Pages" => "{.storedPages}",
        "Written Back" => "{.writtenBackPages}",
        "Pool Limit Hit" => "{.poolLimitHit}",
    ];
}
