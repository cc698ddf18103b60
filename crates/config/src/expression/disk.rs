use minos_cel::{
    Declared::{self, Bool, List, String, Uint},
    Environment, Function, Message, Overload,
};

use super::{units::UNITS, variable};

/// What is known of a disk.
pub(super) static DISK_FIELDS: Message = Message {
    name: "a disk",
    fields: &[
        ("size", Uint),
        ("io_size", Uint),
        ("sector_size", Uint),
        ("readonly", Bool),
        ("model", String),
        ("serial", String),
        ("modalias", String),
        ("wwid", String),
        ("bus_path", String),
        ("sub_system", String),
        ("transport", String),
        ("rotational", Bool),
        ("cdrom", Bool),
        ("dev_path", String),
        ("pretty_size", String),
        ("secondary_disks", List(&String)),
        ("uuid", String),
        ("symlinks", List(&String)),
    ],
};

/// Whether a text has the form of a pattern with `*`.
pub(super) const GLOB: Function = Function { name: "glob", overloads: &[Overload::global(&[String, String], Bool)] };

/// For choosing a disk.
pub static DISK: Environment = Environment {
    variables: &[variable("disk", Declared::Message(&DISK_FIELDS)), variable("system_disk", Bool)],
    constants: &[UNITS],
    functions: &[GLOB],
    optional: false,
};
