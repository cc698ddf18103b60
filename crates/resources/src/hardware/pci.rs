//! PCI devices.

use crate::declare::resource;

resource! {
    /// A PCI device; the id is its address.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct PciDevice = "PCIDevices.hardware.talos.dev" in "hardware" => {
        1 "class" => class: String [omitempty],
        2 "subclass" => subclass: String [omitempty],
        3 "vendor" => vendor: String [omitempty],
        4 "product" => product: String [omitempty],
        5 "class_id" => class_id: String,
        6 "subclass_id" => subclass_id: String,
        7 "vendor_id" => vendor_id: String,
        8 "product_id" => product_id: String,
        9 "driver" => driver: String [omitempty],
    }
    aliases: ["devices", "device"];
    columns: ["Class" => "{.class}", "Subclass" => "{.subclass}", "Vendor" => "{.vendor}", "Product" => "{.product}"];
}

resource! {
    /// A PCI device that should have another driver.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct PciDriverRebindConfig = "PCIDriverRebindConfigs.runtime.talos.dev" in "hardware" => {
        1 "pciID" => pci_id: String,
        2 "targetDriver" => target_driver: String,
    }
    columns: ["Name" => "{.name}", "PCI ID" => "{.pciID}", "TargetDriver" => "{.targetDriver}"];
}

resource! {
    /// A PCI device that has another driver.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct PciDriverRebindStatus = "PCIDriverRebindStatuses.runtime.talos.dev" in "hardware" => {
        1 "pciID" => pci_id: String,
        2 "targetDriver" => target_driver: String,
    }
    aliases: ["pcidriverrebinds"];
    columns: ["Name" => "{.name}", "PCI ID" => "{.pciID}", "TargetDriver" => "{.targetDriver}"];
}
