//! Where the operating system lies on a disk, and how the boot loader is told about it.
//!
//! In go the size of a disk and the contents of a slot; out come the places of the partitions, the partition table,
//! the EFI system partition and the text of the boot entries. Everything works on any `Read + Write + Seek`, so the
//! image builder (on a file) and the node (on a block device) run the same code. Nothing here is tied to Linux.
#![forbid(unsafe_code)]

mod entry;
mod esp;
mod layout;
mod slot;
mod table;
mod window;

pub use entry::{BootEntry, EntryName, ParseEntryError, Tries};
pub use esp::{EspError, EspFile, LOADER_CONF, LOADER_PATHS, read_esp, write_esp};
pub use layout::{DISK_GUID, Label, Layout, LayoutError, MIB, PartitionPlan};
pub use slot::{ParseSlotError, Slot};
pub use table::{FoundPartition, TableError, read_table, write_table};
pub use window::Window;
