//! Parts of the machine that the firmware lists.

use crate::declare::resource;

resource! {
    /// A module of memory.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MemoryModule = "MemoryModules.hardware.talos.dev" in "hardware" => {
        1 "sizeMiB" => size_mi_b: u32 [omitempty],
        2 "deviceLocator" => device_locator: String [omitempty],
        3 "bankLocator" => bank_locator: String [omitempty],
        4 "speed" => speed: u32 [omitempty],
        5 "manufacturer" => manufacturer: String [omitempty],
        6 "serialNumber" => serial_number: String [omitempty],
        7 "assetTag" => asset_tag: String [omitempty],
        8 "productName" => product_name: String [omitempty],
    }
    aliases: ["memorymodules", "ram"];
    columns: ["Manufacturer" => "{.manufacturer}", "Model" => "{.productName}", "SizeMiB" => "{.sizeMiB}"];
}

resource! {
    /// A processor.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct Processor = "Processors.hardware.talos.dev" in "hardware" => {
        1 "socket" => socket: String [omitempty],
        2 "manufacturer" => manufacturer: String [omitempty],
        3 "productName" => product_name: String [omitempty],
        4 "maxSpeedMhz" => max_speed_mhz: u32 [omitempty],
        5 "bootSpeedMhz" => boot_speed_mhz: u32 [omitempty],
        6 "status" => status: u32 [omitempty],
        7 "serialNumber" => serial_number: String [omitempty],
        8 "assetTag" => asset_tag: String [omitempty],
        9 "partNumber" => part_number: String [omitempty],
        10 "coreCount" => core_count: u32 [omitempty],
        11 "coreEnabled" => core_enabled: u32 [omitempty],
        12 "threadCount" => thread_count: u32 [omitempty],
    }
    aliases: ["cpus", "cpu"];
    columns: [
        "Manufacturer" => "{.manufacturer}",
        "Model" => "{.productName}",
        "Cores" => "{.coreCount}",
        "Threads" => "{.threadCount}",
    ];
}
