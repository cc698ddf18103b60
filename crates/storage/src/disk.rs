//! The disks, as resources.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_blockdev::BlockDevice;
use minos_resources::block::{Disk, SystemDisk, pretty_size};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::machine::Disks;

/// Lists disks, now and then: they can be plugged in.
pub struct DiskStatus {
    disks: Arc<dyn Disks>,
}

/// How often the disks are looked at.
const LOOK: Duration = Duration::from_secs(30);

impl DiskStatus {
    pub fn new(disks: Arc<dyn Disks>) -> Self {
        Self { disks }
    }
}

#[async_trait]
impl Controller for DiskStatus {
    fn name(&self) -> &str {
        "storage.disk.status"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<Disk>(), Output::exclusive::<SystemDisk>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        for device in self.disks.devices()?.iter().filter(|device| device.is_disk() && device.size > 0) {
            cx.write(&device.name, describe(device))?;
        }
        if let Some(root) = self.disks.root() {
            let dev_path = format!("/dev/{}", root.disk);
            cx.write(SystemDisk::ID, SystemDisk { disk_id: root.disk, dev_path, slot: root.slot })?;
        }
        cx.wake_after(LOOK);
        Ok(())
    }
}

fn describe(device: &BlockDevice) -> Disk {
    let transport = ["virtio", "nvme", "usb", "ata"].into_iter().find(|kind| device.bus_path.contains(kind));
    Disk {
        dev_path: device.path().display().to_string(),
        size: device.size,
        pretty_size: pretty_size(device.size),
        io_size: device.sector_size,
        sector_size: device.sector_size,
        readonly: device.read_only,
        cdrom: device.name.starts_with("sr"),
        model: device.model.clone(),
        serial: device.serial.clone(),
        wwid: device.wwid.clone(),
        bus_path: device.bus_path.clone(),
        transport: transport.map(|kind| if kind == "ata" { "sata" } else { kind }).unwrap_or_default().to_owned(),
        rotational: device.rotational,
        ..Disk::default()
    }
}
