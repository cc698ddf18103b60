use minos_cel::{
    Declared::{self, String, Uint},
    Environment, Message,
};

use super::{disk::DISK_FIELDS, units::UNITS, variable};

static VOLUME_FIELDS: Message = Message {
    name: "a volume",
    fields: &[
        ("size", Uint),
        ("sector_size", Uint),
        ("io_size", Uint),
        ("name", String),
        ("uuid", String),
        ("label", String),
        ("block_size", Uint),
        ("filesystem_block_size", Uint),
        ("probed_size", Uint),
        ("partition_uuid", String),
        ("partition_type", String),
        ("partition_label", String),
        ("partition_index", Uint),
        ("type", String),
        ("device_path", String),
        ("parent", String),
        ("dev_path", String),
        ("parent_dev_path", String),
        ("pretty_size", String),
        ("offset", Uint),
    ],
};

/// For choosing a volume.
pub static VOLUME: Environment = Environment {
    variables: &[
        variable("volume", Declared::Message(&VOLUME_FIELDS)),
        variable("disk", Declared::Message(&DISK_FIELDS)),
    ],
    constants: &[UNITS],
    functions: &[],
    optional: false,
};
