use crate::{
    documents::{Kind, Whole, volume_encryption::Encryption, volume_parts::{Needs, Provisioning, UserMountOptions, check_name}},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A volume for pods, at `/var/mnt/<name>`.
    pub struct UserVolumeConfig {
        /// Its name: letters, digits and `-`, at most 34.
        "name" => name: String [required] [example("local-data")],
        /// What it is: a `partition`, a whole `disk`, or a `directory` of EPHEMERAL.
        "volumeType" => volume_type: Option<String> [values(&["directory", "disk", "partition"])] [default("partition")]
            [since("v1.11")],
        /// Where it is, and how large. Not for a `directory`.
        "provisioning" => provisioning: Provisioning,
        /// How it is formatted. Not for a `directory`.
        "filesystem" => filesystem: Filesystem,
        /// How it is encrypted. Not for a `directory`.
        "encryption" => encryption: Encryption,
        /// How it is mounted. Not for a `directory`.
        "mount" => mount: UserMountOptions [since("v1.13")],
    }
}

section! {
    /// How a volume is formatted.
    pub struct Filesystem {
        /// The file system.
        "type" => kind: String [values(&["xfs", "ext4"])] [default("xfs")],
        /// Space can be limited for each directory. Only with `xfs`.
        "projectQuotaSupport" => project_quota_support: Option<bool> [default("false")],
    }
}

impl Kind for UserVolumeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.10";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        check_name(&self.name, check);
        match self.volume_type.as_deref() {
            Some("directory") => return self.check_directory(check),
            Some("disk") => self.provisioning.check(Needs::WholeDisk, check),
            _ => self.provisioning.check(Needs::DiskAndSize, check),
        }
        let quota = self.filesystem.project_quota_support == Some(true) && self.filesystem.kind == "ext4";
        check.require(!quota, "filesystem/projectQuotaSupport", "only xfs has project quotas");
        self.encryption.check(check);
        whole.exclude_namesakes("UserVolumeConfig", &self.name, &["ExistingVolumeConfig"], check);
    }
}

impl UserVolumeConfig {
    /// A directory has nothing of its own.
    fn check_directory(&self, check: &mut Check) {
        let message = "a volume of type directory has none";
        check.require(self.provisioning.is_empty(), "provisioning", message);
        check.require(self.filesystem == Filesystem::default(), "filesystem", message);
        check.require(self.encryption.is_empty(), "encryption", message);
        check.require(self.mount == UserMountOptions::default(), "mount", message);
    }
}
