//! What a machine has that selectors choose from.

use ipnet::IpNet;

/// What a machine has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Addresses that other machines may reach, with the lengths of their networks, in order.
    pub routed: Vec<IpNet>,
    /// The same with those that the machine is known by elsewhere, as behind address translation.
    pub current: Vec<IpNet>,
    /// Its links.
    pub links: Vec<LinkFacts>,
    /// Its disks; none at all, in contrast to an empty list, on a machine that has no say in disks, as a container.
    pub disks: Option<Vec<DiskFacts>>,
    /// It runs a system that is installed on a disk.
    pub installed: bool,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the selector's fields")]
pub struct LinkFacts {
    pub name: String,
    /// Other names that it is known by.
    pub other_names: Vec<String>,
    pub hardware_addr: String,
    pub permanent_addr: String,
    pub bus_path: String,
    pub pci_id: String,
    pub driver: String,
    pub physical: bool,
    /// It belongs to a bond or bridge.
    pub is_port: bool,
    pub loopback: bool,
}

/// A disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the selector's fields")]
pub struct DiskFacts {
    /// Device file.
    pub path: String,
    /// Symbolic links to it.
    pub links: Vec<String>,
    /// Bytes.
    pub size: u64,
    pub model: String,
    pub serial: String,
    pub modalias: String,
    pub uuid: String,
    pub wwid: String,
    pub bus_path: String,
    /// How it is connected; nothing for one that is put together by software.
    pub transport: String,
    pub rotational: bool,
    /// It can be written and is no optical drive.
    pub writable: bool,
}

impl LinkFacts {
    /// Whether it has this name, as its own or as another.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.other_names.iter().any(|other| other == name)
    }

    /// The value that a field of a selector is compared with.
    pub(super) fn property(&self, key: &str) -> String {
        match key {
            "busPath" => self.bus_path.clone(),
            "hardwareAddr" => self.hardware_addr.clone(),
            "permanentAddr" => self.permanent_addr.clone(),
            "pciID" => self.pci_id.clone(),
            "driver" => self.driver.clone(),
            "physical" => self.physical.to_string(),
            _ => String::new(),
        }
    }

    /// Whether a person would look for it: not loopback, and not a pod's end of a cable.
    pub(super) const fn is_of_interest(&self) -> bool {
        !self.loopback && (self.physical || !self.is_port)
    }
}

impl DiskFacts {
    /// What kind of disk it is, in the words of the selector. Flash behind any bus is `ssd`.
    pub(super) fn is_of_type(&self, kind: &str) -> bool {
        match kind {
            "nvme" => self.transport == "nvme",
            "sd" => self.transport == "mmc",
            "hdd" => self.rotational,
            "ssd" => !self.rotational,
            _ => false,
        }
    }

    /// The value that a field of a selector is compared with.
    pub(super) fn property(&self, key: &str) -> String {
        match key {
            "size" => self.size.to_string(),
            "model" => self.model.clone(),
            "serial" => self.serial.clone(),
            "modalias" => self.modalias.clone(),
            "uuid" => self.uuid.clone(),
            "wwid" => self.wwid.clone(),
            "busPath" => self.bus_path.clone(),
            "type" => if self.rotational { "hdd" } else { "ssd" }.to_owned(),
            _ => String::new(),
        }
    }
}
