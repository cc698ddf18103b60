//! What the firmware says about the machine.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Maker, model and numbers of the machine. Absent facts are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
pub struct SystemInformation {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manufacturer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub product_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    #[serde(rename = "serialnumber", skip_serializing_if = "String::is_empty")]
    pub serial_number: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uuid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub wake_up_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sku_number: String,
}

impl SystemInformation {
    /// Id of the only one.
    pub const ID: &'static str = "systeminformation";
}

impl Spec for SystemInformation {
    const TYPE: &'static str = "SystemInformations.hardware.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["systeminformation"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Manufacturer", "{.manufacturer}"),
        Column::new("ProductName", "{.productName}"),
        Column::new("Version", "{.version}"),
        Column::new("SerialNumber", "{.serialnumber}"),
        Column::new("UUID", "{.uuid}"),
    ];
}
