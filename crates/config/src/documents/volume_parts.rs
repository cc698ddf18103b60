//! What several kinds of volumes have in common.

use crate::{
    expression::DiskExpression,
    schema::{Size, section},
    validate::Check,
};

/// A partition's label holds 36 characters, two of which say what kind of volume it is.
const LONGEST_NAME: usize = 34;

section! {
    /// Where a volume is, and how large it is.
    pub struct Provisioning {
        /// Which disk it is on.
        "diskSelector" => disk_selector: DiskSelector,
        /// It takes all the free space behind it, up to `maxSize`, when the machine starts.
        "grow" => grow: Option<bool>,
        /// The least space that it needs, in bytes or as `2.5GiB`.
        "minSize" => min_size: Size [example("10GiB")],
        /// The most space that it takes, also as a share of the disk; with a minus before it all of the disk but that much.
        "maxSize" => max_size: Size [default("the rest of the disk")] [example("80%")],
    }
}

section! {
    /// Which disk.
    pub struct DiskSelector {
        /// An expression that is true for the disk: it knows `disk` (with `disk.size`, `disk.transport`, `disk.model`,
        /// `disk.serial`, `disk.rotational`, …) and `system_disk`.
        "match" => matching: DiskExpression [example("disk.transport == \"nvme\" && disk.size > 100u * GB")],
    }
}

section! {
    /// How a volume is mounted.
    pub struct MountOptions {
        /// No file on it is a device, and none changes the user who runs it (`nosuid`, `nodev`).
        "secure" => secure: Option<bool> [default("true")] [since("v1.13")],
    }
}

section! {
    /// How a volume for pods is mounted.
    pub struct UserMountOptions {
        /// Reading a file does not write when that was.
        "disableAccessTime" => disable_access_time: Option<bool> [default("false")] [since("v1.13")],
    } with options: MountOptions
}

section! {
    /// How a volume that is there already is mounted.
    pub struct ExistingMountOptions {
        /// Nothing on it can be changed.
        "readOnly" => read_only: Option<bool> [default("false")],
    } with options: UserMountOptions
}

/// What a volume's kind allows in its provisioning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Anything may be left out.
    Nothing,
    /// A disk and a size.
    DiskAndSize,
    /// A disk, all of it.
    WholeDisk,
}

impl Provisioning {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn check(&self, needs: Needs, check: &mut Check) {
        let selected = !self.disk_selector.matching.as_str().is_empty();
        let place = "provisioning/diskSelector/match";
        check.require(selected || needs == Needs::Nothing, place, "an expression that selects the disk is needed");
        let (least, most) = (&self.min_size, &self.max_size);
        let sized = !least.as_str().is_empty() || !most.as_str().is_empty();
        match needs {
            Needs::WholeDisk if sized || self.grow.is_some() => {
                check.problem("provisioning", "a volume of a whole disk has no minSize, maxSize or grow");
            }
            Needs::DiskAndSize if !sized => check.problem("provisioning", "either minSize or maxSize is needed"),
            _ => {}
        }
        let whole_number = !least.is_negative() && least.percent().is_none();
        check.require(whole_number, "provisioning/minSize", "wanted a number of bytes, not a share and not negative");
        if let (Some(least), Some(most), false) = (least.bytes(), most.bytes(), most.is_negative()) {
            check.require(least <= most, "provisioning/minSize", "wanted no more than maxSize");
        }
    }
}

/// A volume's name becomes a part of a partition's label and of a path.
pub(super) fn check_name(name: &str, check: &mut Check) {
    check_characters(name, check);
    check.require(name.len() <= LONGEST_NAME, "name", format!("wanted at most {LONGEST_NAME} characters"));
}

/// The same for a volume without a partition of its own.
pub(super) fn check_characters(name: &str, check: &mut Check) {
    let holds = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    check.require(holds, "name", "wanted letters, digits and '-'");
}
