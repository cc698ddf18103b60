use crate::schema::section;

section! {
    /// Where and what to install.
    pub struct Install {
        /// Path of the disk.
        "disk" => disk: String,
        /// Or how to find it.
        "diskSelector" => disk_selector: Option<DiskSelector>,
        /// Further kernel arguments.
        "extraKernelArgs" => extra_kernel_args: Vec<String>,
        /// The installer image.
        "image" => image: String,
        /// System extensions.
        "extensions" => extensions: Vec<InstallExtension> [deprecated("build an image that holds them")],
        /// Whether a boot loader is written.
        "bootloader" => bootloader: Option<bool>,
        /// Whether the disk is wiped first.
        "wipe" => wipe: Option<bool>,
        /// Marks the partition that old firmware boots from.
        "legacyBIOSSupport" => legacy_bios_support: Option<bool>,
        /// GRUB takes the kernel arguments from the UKI.
        "grubUseUKICmdline" => grub_use_uki_cmdline: Option<bool>,
    }
}

section! {
    /// How to find a disk; all given fields must match.
    pub struct DiskSelector {
        /// Size, as `>= 1TB`.
        "size" => size: String,
        /// Kernel name.
        "name" => name: String,
        /// Model.
        "model" => model: String,
        /// Serial number.
        "serial" => serial: String,
        /// Kernel alias.
        "modalias" => modalias: String,
        /// UUID.
        "uuid" => uuid: String,
        /// World wide id.
        "wwid" => wwid: String,
        /// `ssd`, `hdd`, `nvme` or `sd`.
        "type" => kind: String,
        /// Path on the bus.
        "busPath" => bus_path: String,
    }
}

section! {
    /// A system extension.
    pub struct InstallExtension {
        /// Its image.
        "image" => image: String,
    }
}
