//! A disk of the machine.

use minos_config::DiskFacts;

use crate::declare::resource;

resource! {
    /// A whole disk, by the kernel's name for it.
    #[derive(Eq, Default)]
    pub struct Disk = "Disks.block.talos.dev" in "runtime" => {
        /// Device file.
        14 "dev_path" => dev_path: String,
        /// Size, in bytes.
        1 "size" => size: u64,
        /// The same for people.
        15 "pretty_size" => pretty_size: String,
        /// Bytes that are best read and written at once.
        2 "io_size" => io_size: u64,
        /// Bytes of a sector.
        3 "sector_size" => sector_size: u64,
        /// It cannot be written.
        4 "readonly" => readonly: bool,
        /// It is an optical drive.
        13 "cdrom" => cdrom: bool,
        /// What it calls itself.
        5 "model" => model: String [omitempty],
        /// Serial number.
        6 "serial" => serial: String [omitempty],
        /// What the kernel loads a driver by.
        7 "modalias" => modalias: String [omitempty],
        /// World-wide name.
        8 "wwid" => wwid: String [omitempty],
        /// Id that it calls itself by.
        17 "uuid" => uuid: String [omitempty],
        /// Path below `/sys/devices`.
        9 "bus_path" => bus_path: String [omitempty],
        /// Subsystem, as a path below `/sys`.
        10 "sub_system" => sub_system: String [omitempty],
        /// `virtio`, `nvme`, `sata`, …
        11 "transport" => transport: String [omitempty],
        /// It spins.
        12 "rotational" => rotational: bool [omitempty],
        /// Disks below it, of a device mapper or a RAID.
        16 "secondary_disks" => secondary_disks: Vec<String> [omitempty],
        /// Symbolic links to it.
        18 "symlinks" => symlinks: Vec<String> [omitempty],
    }
    columns: [
        "Size" => "{.pretty_size}",
        "Read Only" => "{.readonly}",
        "Transport" => "{.transport}",
        "Rotational" => "{.rotational}",
        "WWID" => "{.wwid}",
        "Model" => "{.model}",
        "Serial" => "{.serial}",
    ];
}

impl Disk {
    /// What selectors of the configuration compare.
    pub fn facts(&self) -> DiskFacts {
        DiskFacts {
            path: self.dev_path.clone(),
            links: self.symlinks.clone(),
            size: self.size,
            model: self.model.clone(),
            serial: self.serial.clone(),
            modalias: self.modalias.clone(),
            uuid: self.uuid.clone(),
            wwid: self.wwid.clone(),
            bus_path: self.bus_path.clone(),
            transport: self.transport.clone(),
            rotational: self.rotational,
            writable: !self.readonly && !self.cdrom,
        }
    }
}
