//! Block devices as the kernel lists them.

use crate::declare::resource;

resource! {
    /// A block device: a disk or a partition.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct BlockDevice = "BlockDevices.block.talos.dev" in "runtime" => {
        1 "type" => kind: String,
        2 "major" => major: i64,
        3 "minor" => minor: i64,
        4 "partitionName" => partition_name: String [omitempty],
        5 "partitionNumber" => partition_number: i64 [omitempty],
        7 "devicePath" => device_path: String,
        6 "generation" => generation: i64,
        8 "parent" => parent: String [omitempty],
        9 "secondaries" => secondaries: Vec<String> [omitempty],
    }
    columns: ["Type" => "{.type}", "PartitionName" => "{.partitionName}", "Generation" => "{.generation}"];
}

resource! {
    /// The symbolic links to a block device.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct BlockSymlink = "BlockSymlinks.block.talos.dev" in "runtime" => {
        1 "paths" => paths: Vec<String>,
    }
}

resource! {
    /// What was found on a block device.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct DiscoveredVolume = "DiscoveredVolumes.block.talos.dev" in "runtime" => {
        17 "dev_path" => dev_path: String,
        14 "type" => kind: String,
        15 "device_path" => device_path: String,
        16 "parent" => parent: String [omitempty],
        18 "parent_dev_path" => parent_dev_path: String [omitempty],
        20 "offset" => offset: u64,
        1 "size" => size: u64,
        19 "pretty_size" => pretty_size: String,
        2 "sector_size" => sector_size: u64 [omitempty],
        3 "io_size" => io_size: u64 [omitempty],
        4 "name" => name: String,
        5 "uuid" => uuid: String [omitempty],
        6 "label" => label: String [omitempty],
        7 "block_size" => block_size: u32 [omitempty],
        8 "filesystem_block_size" => filesystem_block_size: u32 [omitempty],
        9 "probed_size" => probed_size: u64 [omitempty],
        10 "partition_uuid" => partition_uuid: String [omitempty],
        11 "partition_type" => partition_type: String [omitempty],
        12 "partition_label" => partition_label: String [omitempty],
        13 "partition_index" => partition_index: u64 [omitempty],
    }
    columns: [
        "Type" => "{.type}",
        "Size" => "{.pretty_size}",
        "Discovered" => "{.name}",
        "Label" => "{.label}",
        "PartitionLabel" => "{.partition_label}",
    ];
}

resource! {
    /// A request to look at the devices again.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct DiscoveryRefreshRequest = "DiscoveryRefreshRequests.block.talos.dev" in "runtime" => {
        1 "request" => request: i64,
    }
    columns: ["Request" => "{.request}"];
}

resource! {
    /// The last request that was answered.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct DiscoveryRefreshStatus = "DiscoveryRefreshStatuses.block.talos.dev" in "runtime" => {
        1 "request" => request: i64,
    }
    columns: ["Request" => "{.request}"];
}
