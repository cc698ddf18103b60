//! The disk image: partition table, EFI system partition and the root of slot A.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use minos_install::{
    BootEntry, EntryName, EspFile, LOADER_CONF, LOADER_PATHS, Label, Layout, Slot, Window, write_esp, write_table,
};

use crate::sparse::{copy_sparse, replace};

/// What a fresh disk image carries.
#[derive(Clone, Copy, Debug)]
pub struct DiskContents<'a> {
    /// systemd-boot.
    pub loader: &'a [u8],
    /// The unified kernel image of slot A.
    pub uki: &'a [u8],
    /// The root image of slot A, hash tree included.
    pub root: &'a Path,
    /// The version that the boot entry's title shows.
    pub version: &'a str,
}

/// Writes a raw disk image; it is sparse. `size` is that of the disk, by default the least that it can be.
pub fn write_disk(contents: &DiskContents<'_>, size: Option<u64>, out: &Path) -> Result<()> {
    replace(out, |out| write_in_place(contents, size, out))
}

fn write_in_place(contents: &DiskContents<'_>, size: Option<u64>, out: &Path) -> Result<()> {
    let failed = || format!("cannot write {}", out.display());
    let layout = match size {
        Some(size) => Layout::place(&Layout::FRESH, size)?,
        None => Layout::fresh(),
    };
    let mut disk = File::options().read(true).write(true).create(true).truncate(true).open(out).with_context(failed)?;
    disk.set_len(layout.disk_size).with_context(failed)?;
    write_table(&mut disk, &layout, 512).with_context(failed)?;
    let place = |label| layout.partition(label).expect("a fresh layout has every partition of a fresh image");
    let entry = BootEntry::new(Slot::A, contents.version, 1).render();
    let (entry_path, kernel_path) =
        (format!("{}/{}", EntryName::FOLDER, EntryName::blessed(Slot::A)), Slot::A.kernel_path());
    let files = [
        EspFile { path: LOADER_PATHS[0], data: contents.loader },
        EspFile { path: LOADER_PATHS[1], data: contents.loader },
        EspFile { path: "/loader/loader.conf", data: LOADER_CONF.as_bytes() },
        EspFile { path: &entry_path, data: entry.as_bytes() },
        EspFile { path: &kernel_path, data: contents.uki },
    ];
    let esp = place(Label::Efi);
    write_esp(Window::new(&disk, esp.offset, esp.size), &files).with_context(failed)?;
    let slot = place(Slot::A.root());
    let mut root = File::open(contents.root).with_context(|| format!("cannot read {}", contents.root.display()))?;
    let root_size = root.metadata()?.len();
    ensure!(root_size <= slot.size, "the root image has {root_size} bytes, its partition {}", slot.size);
    copy_sparse(&mut root, &mut disk, slot.offset).with_context(failed)?;
    disk.sync_data().with_context(failed)
}
