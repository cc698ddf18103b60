//! A volume and how far it is.

use super::{EncryptionProvider, FilesystemType, MountSpec, SymlinkSpec, TpmOptions, VolumeType};
use crate::declare::{enumeration, resource};

resource! {
    /// A volume of the system.
    #[derive(Eq, Default)]
    pub struct VolumeStatus = "VolumeStatuses.block.talos.dev" in "runtime" => {
        /// How far it is.
        1 "phase" => phase: VolumePhase,
        /// How far it was when it failed.
        6 "preFailPhase" => pre_fail_phase: VolumePhase [omitempty],
        /// `partition`, `disk`, `overlay`.
        16 "type" as VolumeType => kind: String,
        /// The volume that it is in.
        19 "parentID" => parent_id: String [omitempty],
        /// Device file.
        2 "location" => location: String [omitempty],
        /// What is mounted, when that is not the device itself.
        11 "mountLocation" => mount_location: String [omitempty],
        /// Number of the partition.
        8 "partitionIndex" => partition_index: u32 [omitempty],
        /// Device file of its disk.
        7 "parentLocation" => parent_location: String [omitempty],
        /// Id of the filesystem.
        4 "uuid" => uuid: String [omitempty],
        /// Id of the partition.
        5 "partitionUUID" => partition_uuid: String [omitempty],
        /// Size, in bytes.
        9 "size" => size: u64 [omitempty],
        /// The same for people.
        13 "prettySize" => pretty_size: String [omitempty],
        /// Filesystem.
        10 "filesystem" as FilesystemType => filesystem: String [omitempty],
        /// What encrypts it.
        12 "encryptionProvider" => encryption_provider: EncryptionProvider [omitempty],
        /// Keys that could not be set.
        14 "encryptionFailedSyncs" => encryption_failed_syncs: Vec<String> [omitempty],
        /// Kinds of keys that it has.
        17 "configuredEncryptionKeys" => configured_encryption_keys: Vec<String> [omitempty],
        /// It opens only with the same STATE.
        20 "encryptionLockedToState" => encryption_locked_to_state: bool [omitempty],
        /// Slot of the key that opened it.
        21 "encryptionSlot" => encryption_slot: Option<i64> [omitempty],
        /// What its key in the TPM is bound to.
        22 "tpmEncryptionOptions" => tpm_encryption_options: Option<TpmOptions> [omitempty],
        /// How it is mounted.
        15 "mountSpec" => mount_spec: Option<MountSpec> [omitempty],
        /// The symbolic link that stands for it.
        18 "symlink" => symlink: Option<SymlinkSpec> [omitempty],
        /// What went wrong.
        3 "errorMessage" => error_message: String [omitempty],
    }
    columns: ["Type" => "{.type}", "Phase" => "{.phase}", "Location" => "{.location}", "Size" => "{.prettySize}"];
}

enumeration! {
    /// How far a volume is.
    #[derive(Default)]
    pub enum VolumePhase {
        #[default]
        0 "waiting" => Waiting,
        1 "failed" => Failed,
        2 "missing" => Missing,
        3 "located" => Located,
        4 "provisioned" => Provisioned,
        5 "prepared" => Prepared,
        6 "ready" => Ready,
        7 "closed" => Closed,
    }
}
