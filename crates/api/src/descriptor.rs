//! The compiled descriptors themselves, for tools that handle messages without knowing their types.

/// An encoded `google.protobuf.FileDescriptorSet` with every file of the contract and its imports.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
