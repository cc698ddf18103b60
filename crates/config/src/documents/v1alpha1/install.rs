use crate::schema::section;

section! {
    /// Which system to install on which disk. On metal `disk` or `diskSelector` is needed.
    pub struct Install {
        /// The path of the disk.
        "disk" => disk: String [example("/dev/sda")],
        /// Finds the disk by its properties; it counts more than `disk`.
        "diskSelector" => disk_selector: Option<DiskSelector>,
        /// Further arguments of the kernel. Excludes `grubUseUKICmdline`.
        "extraKernelArgs" => extra_kernel_args: Vec<String>
            [example("[console=ttyS1]")] [deprecated("build an image that holds them")],
        /// The installer image: it tells which system is installed.
        "image" => image: String [example("ghcr.io/siderolabs/installer:v1.13.9")],
        /// System extensions.
        "extensions" => extensions: Vec<InstallExtension> [deprecated("build an image that holds them")] [strict],
        /// Kept for old files: a boot loader is always written.
        "bootloader" => bootloader: Option<bool> [deprecated("leave it out, it has never had an effect")],
        /// The whole disk is erased first, not only what is needed.
        "wipe" => wipe: Option<bool> [default("false")],
        /// Marks the partition that firmware without UEFI and without GPT boots from.
        "legacyBIOSSupport" => legacy_bios_support: Option<bool> [default("false")],
        /// GRUB boots with the kernel arguments of the image (UKI), not with some that are put together on the
        /// machine.
        "grubUseUKICmdline" => grub_use_uki_cmdline: Option<bool> [default("false")],
    }
}

section! {
    /// How a disk is found. All fields that are given must fit; in texts `*` stands for anything.
    pub struct DiskSelector {
        /// Its size, after `==`, `>=`, `<=`, `>` or `<`; without one of these it must be equal.
        "size" => size: String [example("\">= 1TB\"")],
        /// Kept for old files: must be empty on metal.
        "name" => name: String,
        /// Its model.
        "model" => model: String [example("\"ACME SSD*\"")],
        /// Its serial number.
        "serial" => serial: String [example("\"S3X4*\"")],
        /// The alias by which the kernel finds its driver.
        "modalias" => modalias: String [example("\"scsi:t-0x00\"")],
        /// Its UUID.
        "uuid" => uuid: String [example("6dd3a4cc-2f1b-4f0a-8f46-1b9f6f0c2d11")],
        /// Its world wide id.
        "wwid" => wwid: String [example("\"eui.0025385b71b0*\"")],
        /// What it is: without or with rotating parts, on NVMe, or an SD card.
        "type" => kind: String [values(&["ssd", "hdd", "nvme", "sd"])] [example("nvme")],
        /// Its path on the bus.
        "busPath" => bus_path: String [example("\"/pci0000:00/*\"")],
    }
}

section! {
    /// A system extension.
    pub struct InstallExtension {
        /// Its image.
        "image" => image: String [example("ghcr.io/siderolabs/iscsi-tools:v0.2.0")],
    }
}
