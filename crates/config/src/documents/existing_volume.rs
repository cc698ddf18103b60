use crate::{
    documents::{Kind, Whole, volume_parts::{ExistingMountOptions, check_characters}},
    expression::VolumeExpression,
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A partition or disk with a file system that is there already, mounted for pods at `/var/mnt/<name>`.
    pub struct ExistingVolumeConfig {
        /// Its name: letters, digits and `-`.
        "name" => name: String [required] [example("archive")],
        /// How it is found.
        "discovery" => discovery: Discovery,
        /// How it is mounted.
        "mount" => mount: ExistingMountOptions,
    }
}

section! {
    /// How a volume is found.
    pub struct Discovery {
        /// What it is like.
        "volumeSelector" => volume_selector: VolumeSelector,
    }
}

section! {
    /// What a volume is like.
    pub struct VolumeSelector {
        /// An expression that is true for the volume: it knows `volume` (with `volume.partition_label`, `volume.name`, …) and
        /// `disk`.
        "match" => matching: VolumeExpression [example("volume.partition_label == \"ARCHIVE\"")],
    }
}

impl Kind for ExistingVolumeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.11";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        check_characters(&self.name, check);
        let selected = !self.discovery.volume_selector.matching.as_str().is_empty();
        check.require(selected, "discovery/volumeSelector/match", "an expression that selects the volume is needed");
    }
}
