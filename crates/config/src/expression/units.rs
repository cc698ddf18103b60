//! Sizes by name.

use minos_cel::{Constant, Literal};

const fn unit(name: &'static str, bytes: u64) -> Constant {
    Constant { name, value: Literal::Uint(bytes) }
}

/// Powers of 1024, and of 1000 as the makers of disks count.
pub(super) const UNITS: &[Constant] = &[
    unit("KiB", 1 << 10),
    unit("MiB", 1 << 20),
    unit("GiB", 1 << 30),
    unit("TiB", 1 << 40),
    unit("PiB", 1 << 50),
    unit("EiB", 1 << 60),
    unit("kB", 1000),
    unit("MB", 1000_u64.pow(2)),
    unit("GB", 1000_u64.pow(3)),
    unit("TB", 1000_u64.pow(4)),
    unit("PB", 1000_u64.pow(5)),
    unit("EB", 1000_u64.pow(6)),
];
