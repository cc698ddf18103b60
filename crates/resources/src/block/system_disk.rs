//! The disk that the system runs from.

use crate::declare::resource;

resource! {
    /// The disk that the root came from; STATE and META count only there.
    #[derive(Eq)]
    pub struct SystemDisk = "SystemDisks.block.talos.dev" in "runtime" => {
        /// Name of the disk.
        1 "diskID" => disk_id: String,
        /// Device file.
        2 "devPath" => dev_path: String,
        /// The slot that runs; only in YAML, because the contract has no slots.
        0 "slot" => slot: String,
    }
    columns: ["Disk" => "{.diskID}"];
}

impl SystemDisk {
    /// Id of the only one.
    pub const ID: &'static str = "system-disk";
}
