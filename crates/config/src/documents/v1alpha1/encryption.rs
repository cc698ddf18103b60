use minos_pki::Secret;

use crate::{
    node::Node,
    schema::{Context, Decode, Shape, section},
};

section! {
    /// Encryption of the system's own partitions.
    pub struct SystemDiskEncryption {
        /// Of STATE, which holds this configuration.
        "state" => state: Option<DiskEncryption>,
        /// Of EPHEMERAL, which is mounted at `/var`.
        "ephemeral" => ephemeral: Option<DiskEncryption>,
    }
}

section! {
    /// How a partition is encrypted.
    pub struct DiskEncryption {
        /// The way of it: always `luks2`.
        "provider" => provider: String [default("luks2")] [example("luks2")],
        /// The keys, any of which opens it. At least one is needed.
        "keys" => keys: Vec<EncryptionKey>,
        /// The cipher: `aes-xts-plain64`, `xchacha12,aes-adiantum-plain64` or `xchacha20,aes-adiantum-plain64`.
        "cipher" => cipher: String [default("aes-xts-plain64")] [example("aes-xts-plain64")],
        /// The length of the key in bits. 0 leaves it to the cipher.
        "keySize" => key_size: u32 [default("0")] [example("512")],
        /// The size of what is encrypted at once, in bytes. 0 leaves it to the disk.
        "blockSize" => block_size: u64 [default("0")] [example("4096")],
        /// What makes it faster: `no_read_workqueue`, `no_write_workqueue` and `same_cpu_crypt`.
        "options" => options: Vec<String> [default("none")] [example("[no_read_workqueue, no_write_workqueue]")],
    }
}

section! {
    /// A key in a slot. One of `static`, `nodeID`, `kms` and `tpm` is needed.
    pub struct EncryptionKey {
        /// A passphrase that stands here. It protects nothing of STATE, where the configuration is.
        "static" => fixed: Option<StaticKey>,
        /// A key that is derived from the machine's UUID and the partition's name. It protects a disk only where the
        /// machine is not known.
        "nodeID" => node_id: Option<NodeIdKey> [example("{}")],
        /// A random key that a service in the network seals and opens.
        "kms" => kms: Option<KmsKey>,
        /// The number of the slot; each key has its own.
        "slot" => slot: u32 [example("0")],
        /// A random key that the machine's TPM seals and opens.
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
    /// A key sealed by a service in the network.
    pub struct KmsKey {
        /// The service's URL.
        "endpoint" => endpoint: String [example("\"https://kms.example.org:4050\"")],
    }
}

section! {
    /// A key sealed by the TPM.
    pub struct TpmKey {
        /// The key is made only when secure boot is on. A later change of secure boot makes it useless in any case.
        "checkSecurebootStatusOnEnroll" => check_secureboot_status_on_enroll: Option<bool> [default("false")],
    }
}
