//! Mounts that are asked for, and those that are there.

use super::{EncryptionProvider, FilesystemType};
use crate::declare::resource;

resource! {
    /// A volume that is to be mounted, for everyone who asked.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MountRequest = "MountRequests.block.talos.dev" in "runtime" => {
        1 "volumeID" => volume_id: String,
        2 "parentID" => parent_id: String,
        5 "readOnly" => read_only: bool,
        6 "detached" => detached: bool,
        7 "disableAccessTime" => disable_access_time: bool [omitempty],
        8 "secure" => secure: bool [omitempty],
        3 "requesters" => requesters: Vec<String>,
        4 "requesterIDs" => requester_ids: Vec<String>,
    }
    columns: ["Volume" => "{.volumeID}", "Parent" => "{.parentID}", "Requesters" => "{.requesters}"];
}

resource! {
    /// A volume that is mounted.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct VolumeMount = "MountStatuses.block.talos.dev" in "runtime" => {
        1 "spec" => spec: MountRequest,
        3 "source" => source: String,
        2 "target" => target: String,
        4 "filesystem" => filesystem: FilesystemType,
        7 "encryptionProvider" => encryption_provider: EncryptionProvider [omitempty],
        5 "readOnly" => read_only: bool,
        6 "projectQuotaSupport" => project_quota_support: bool,
        8 "detached" => detached: bool,
    }
    columns: [
        "Source" => "{.source}",
        "Target" => "{.target}",
        "Filesystem" => "{.filesystem}",
        "Volume" => "{.spec.volumeID}",
    ];
}

resource! {
    /// A mount that one requester asks for.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct VolumeMountRequest = "VolumeMountRequests.block.talos.dev" in "runtime" => {
        1 "volumeID" => volume_id: String,
        2 "requester" => requester: String,
        3 "readOnly" => read_only: bool,
        4 "detached" => detached: bool,
        5 "disableAccessTime" => disable_access_time: bool,
        6 "secure" => secure: bool,
    }
    columns: ["Volume ID" => "{.volumeID}", "Requester" => "{.requester}"];
}

resource! {
    /// A mount that one requester asked for.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct VolumeMountStatus = "VolumeMountStatuses.block.talos.dev" in "runtime" => {
        1 "volumeID" => volume_id: String,
        2 "requester" => requester: String,
        3 "target" => target: String,
        4 "readOnly" => read_only: bool,
        5 "detached" => detached: bool,
        6 "disableAccessTime" => disable_access_time: bool,
        7 "secure" => secure: bool,
    }
    columns: ["Volume ID" => "{.volumeID}", "Requester" => "{.requester}", "Target" => "{.target}"];
}
