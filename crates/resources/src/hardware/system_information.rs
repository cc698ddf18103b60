//! What the firmware says about the machine.

use crate::declare::resource;

resource! {
    /// Maker, model and numbers of the machine. Absent facts are empty.
    #[derive(Eq, Default)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SystemInformation = "SystemInformations.hardware.talos.dev" in super::NAMESPACE => {
        1 "manufacturer" => manufacturer: String [omitempty],
        2 "productName" => product_name: String [omitempty],
        3 "version" => version: String [omitempty],
        4 "serialnumber" => serial_number: String [omitempty],
        5 "uuid" => uuid: String [omitempty],
        6 "wakeUpType" => wake_up_type: String [omitempty],
        7 "skuNumber" => sku_number: String [omitempty],
    }
    aliases: ["systeminformation"];
    columns: [
        "Manufacturer" => "{.manufacturer}",
        "ProductName" => "{.productName}",
        "Version" => "{.version}",
        "SerialNumber" => "{.serialnumber}",
        "UUID" => "{.uuid}",
        "WakeUpType" => "{.wakeUpType}",
        "SKUNumber" => "{.skuNumber}",
    ];
}

impl SystemInformation {
    /// Id of the only one.
    pub const ID: &'static str = "systeminformation";
}
