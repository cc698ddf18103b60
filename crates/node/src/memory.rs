//! The memory that the operating system itself holds.

mod boot;

pub(crate) use boot::BootMemory;
