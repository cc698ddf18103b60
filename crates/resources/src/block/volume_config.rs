//! Volumes as they should be.

use crate::declare::{enumeration, message, resource};
use crate::wire::{Expression, TextBytes};

resource! {
    /// A volume that there should be.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct VolumeConfig = "VolumeConfigs.block.talos.dev" in "runtime" => {
        1 "parentId" => parent_id: String [omitempty],
        2 "type" => kind: VolumeType,
        3 "provisioning" => provisioning: Provisioning,
        6 "encryption" => encryption: EncryptionSpec [omitempty],
        4 "locator" => locator: Locator,
        5 "mount" => mount: MountSpec [omitempty],
        7 "symlink" => symlink: SymlinkSpec [omitempty],
    }
    sensitive: true;
}

message! {
    /// How a volume comes to be.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct Provisioning {
        3 "wave" => wave: i64 [omitempty],
        1 "diskSelector" => disk_selector: DiskSelector [omitempty],
        2 "partitionSpec" => partition_spec: PartitionSpec [omitempty],
        4 "filesystemSpec" => filesystem_spec: FilesystemSpec [omitempty],
    }
}

message! {
    /// Which disk.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct DiskSelector {
        1 "match" => matches: Expression [omitempty],
        2 "external" => external: String [omitempty],
    }
}

message! {
    /// The partition of a volume.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct PartitionSpec {
        1 "minSize" => min_size: u64,
        2 "maxSize" => max_size: u64 [omitempty],
        6 "relativeMaxSize" => relative_max_size: u64,
        7 "negativeMaxSize" => negative_max_size: bool,
        3 "grow" => grow: bool,
        4 "label" => label: String [omitempty],
        5 "typeUUID" => type_uuid: String [omitempty],
    }
}

message! {
    /// The filesystem of a volume.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct FilesystemSpec {
        1 "type" => kind: FilesystemType,
        2 "label" => label: String [omitempty],
    }
}

message! {
    /// How a volume is encrypted.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct EncryptionSpec {
        1 "provider" => provider: EncryptionProvider,
        2 "keys" => keys: Vec<EncryptionKey>,
        3 "cipher" => cipher: String [omitempty],
        4 "keySize" => key_size: u64 [omitempty],
        5 "blockSize" => block_size: u64 [omitempty],
        6 "perfOptions" => perf_options: Vec<String> [omitempty],
    }
}

message! {
    /// A key of an encrypted volume.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct EncryptionKey {
        1 "slot" => slot: i64,
        2 "type" => kind: EncryptionKeyKind,
        6 "lockToState" => lock_to_state: bool [omitempty],
        3 "staticPassphrase" as TextBytes => static_passphrase: String [omitempty],
        4 "kmsEndpoint" => kms_endpoint: String [omitempty],
        5 "tpmCheckSecurebootStatusOnEnroll" => tpm_check_secureboot_status_on_enroll: bool [omitempty],
        7 "pcrs" => pcrs: Vec<i64> [omitempty],
        8 "pubKeyPcrs" => pub_key_pcrs: Vec<i64> [omitempty],
    }
}

message! {
    /// How a volume is found.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct Locator {
        1 "match" => matches: Expression [omitempty],
        2 "diskMatch" => disk_match: Expression [omitempty],
    }
}

message! {
    /// How a volume is mounted.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MountSpec {
        1 "targetPath" => target_path: String,
        2 "selinuxLabel" => selinux_label: String,
        3 "projectQuotaSupport" => project_quota_support: bool,
        4 "parentId" => parent_id: String [omitempty],
        5 "fileMode" => file_mode: u32 [omitempty],
        6 "uid" => uid: i64 [omitempty],
        7 "gid" => gid: i64 [omitempty],
        8 "recursiveRelabel" => recursive_relabel: bool [omitempty],
        9 "bindTarget" => bind_target: Option<String> [omitempty],
        10 "parameters" => parameters: Vec<MountParameter> [omitempty],
    }
}

message! {
    /// A parameter of a mount.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MountParameter {
        1 "type" => kind: MountParameterKind,
        2 "name" => name: String,
        3 "string" => string: Option<String> [omitempty],
        5 "binary" => binary: Vec<u8> [omitempty],
    }
}

message! {
    /// A symbolic link that stands for a volume.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SymlinkSpec {
        1 "symlinkTargetPath" => symlink_target_path: String,
        2 "force" => force: bool,
    }
}

message! {
    /// What a key in the TPM is bound to.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct TpmOptions {
        1 "pcrs" => pcrs: Vec<i64> [omitempty],
        2 "pubKeyPcrs" => pub_key_pcrs: Vec<i64> [omitempty],
    }
}

resource! {
    /// There while volumes may be mounted.
    #[derive(Default, Eq)]
    pub struct VolumeLifecycle = "VolumeLifecycles.block.talos.dev" in "runtime" => {}
}

resource! {
    /// Whether the disks of the main document are there.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct UserDiskConfigStatus = "UserDiskConfigStatuses.block.talos.dev" in "runtime" => {
        1 "ready" => ready: bool,
        2 "tornDown" => torn_down: bool,
    }
    columns: ["Ready" => "{.ready}"];
}

enumeration! {
    /// Kind of volume.
    #[derive(Default)]
    pub enum VolumeType {
        #[default]
        0 "partition" => Partition,
        1 "disk" => Disk,
        2 "tmpfs" => Tmpfs,
        3 "directory" => Directory,
        4 "symlink" => Symlink,
        5 "overlay" => Overlay,
        6 "external" => External,
    }
}

enumeration! {
    /// Kind of filesystem; others have no number.
    #[derive(Default)]
    pub enum FilesystemType {
        #[default]
        0 "none" => None,
        1 "xfs" => Xfs,
        2 "vfat" => Vfat,
        3 "ext4" => Ext4,
        4 "iso9660" => Iso9660,
        5 "swapi" => Swap,
        6 "virtiofs" => Virtiofs,
    }
}

enumeration! {
    /// What encrypts a volume.
    #[derive(Default)]
    pub enum EncryptionProvider {
        #[default]
        0 "none" => None,
        1 "luks2" => Luks2,
    }
}

enumeration! {
    /// Where a key comes from.
    #[derive(Default)]
    pub enum EncryptionKeyKind {
        #[default]
        0 "static" => Static,
        1 "nodeID" => NodeId,
        2 "kms" => Kms,
        3 "tpm" => Tpm,
    }
}

enumeration! {
    /// Kind of a parameter of a mount.
    #[derive(Default)]
    pub enum MountParameterKind {
        #[default]
        0 "string" => String,
        1 "boolean" => Boolean,
        2 "binary" => Binary,
    }
}

/// Volumes and filesystems that this system names by text: the number of the name, or zero.
macro_rules! by_name {
    ($($kind:ident),*) => { $(
        impl From<&String> for $kind {
            fn from(name: &String) -> Self {
                name.parse().unwrap_or_default()
            }
        }

        impl From<$kind> for String {
            fn from(kind: $kind) -> Self {
                kind.to_string()
            }
        }
    )* };
}

by_name!(VolumeType, FilesystemType);
