use minos_pki::Secret;

use crate::{
    node::Node,
    schema::{Context, Decode, Shape, section},
};

section! {
    /// A further disk to partition.
    pub struct Disk {
        /// Its path.
        "device" => device: String,
        /// Its partitions.
        "partitions" => partitions: Vec<DiskPartition>,
    }
}

section! {
    /// A partition of a further disk.
    pub struct DiskPartition {
        /// Size, as `100GB`; the rest when empty.
        "size" => size: String,
        /// Where it is mounted.
        "mountpoint" => mountpoint: String,
    }
}

section! {
    /// Encryption of the system partitions.
    pub struct SystemDiskEncryption {
        /// Of STATE.
        "state" => state: Option<DiskEncryption>,
        /// Of EPHEMERAL.
        "ephemeral" => ephemeral: Option<DiskEncryption>,
    }
}

section! {
    /// How a partition is encrypted.
    pub struct DiskEncryption {
        /// Always `luks2`.
        "provider" => provider: String,
        /// What opens it.
        "keys" => keys: Vec<EncryptionKey>,
        /// The cipher.
        "cipher" => cipher: String,
        /// Bits of the key.
        "keySize" => key_size: u32,
        /// Bytes of a sector.
        "blockSize" => block_size: u64,
        /// Options of the mapping.
        "options" => options: Vec<String>,
    }
}

section! {
    /// A key slot.
    pub struct EncryptionKey {
        /// A passphrase.
        "static" => fixed: Option<StaticKey>,
        /// Derived from the machine.
        "nodeID" => node_id: Option<NodeIdKey>,
        /// Sealed by a network service.
        "kms" => kms: Option<KmsKey>,
        /// Its number.
        "slot" => slot: u32,
        /// Sealed by the TPM.
        "tpm" => tpm: Option<TpmKey>,
    }
}

section! {
    /// A passphrase.
    pub struct StaticKey {
        /// The passphrase.
        "passphrase" => passphrase: Secret,
    }
}

/// A key derived from the machine: an empty mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeIdKey;

impl Decode for NodeIdKey {
    const SHAPE: Shape = Shape::Section(&[]);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        cx.section(node, &[], |_, _, _| {}).map(|()| Self)
    }

    fn encode(&self) -> Node {
        Node::map::<String>([])
    }
}

section! {
    /// A key sealed by a network service.
    pub struct KmsKey {
        /// Its URL.
        "endpoint" => endpoint: String,
    }
}

section! {
    /// A key sealed by the TPM.
    pub struct TpmKey {
        /// Refuse to enroll without secure boot.
        "checkSecurebootStatusOnEnroll" => check_secureboot_status_on_enroll: Option<bool>,
    }
}
