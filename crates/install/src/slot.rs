//! The two places that a system can be installed to.

use std::fmt;
use std::str::FromStr;

use crate::layout::Label;

/// One of the two places on the disk that hold a root image and a kernel image each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The slot of partition `ROOT-A`; a fresh disk image fills it.
    A,
    /// The slot of partition `ROOT-B`.
    B,
}

impl Slot {
    /// Both slots, A first.
    pub const ALL: [Self; 2] = [Self::A, Self::B];

    /// The slot that an upgrade of this one writes to.
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// The letter that file names carry: `a` or `b`.
    pub const fn letter(self) -> char {
        match self {
            Self::A => 'a',
            Self::B => 'b',
        }
    }

    /// The partition that holds the slot's root image.
    pub const fn root(self) -> Label {
        match self {
            Self::A => Label::RootA,
            Self::B => Label::RootB,
        }
    }

    /// Where the slot's kernel image lies on the EFI system partition, with forward slashes.
    pub fn kernel_path(self) -> String {
        format!("/EFI/minos/minos-{}.efi", self.letter())
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

/// What was given is not the name of a slot.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a slot: a or b")]
pub struct ParseSlotError(String);

impl FromStr for Slot {
    type Err = ParseSlotError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "a" | "A" => Ok(Self::A),
            "b" | "B" => Ok(Self::B),
            other => Err(ParseSlotError(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_slot_of_the_other_is_the_same() {
        for slot in Slot::ALL {
            assert_ne!(slot.other(), slot);
            assert_eq!(slot.other().other(), slot);
            assert_eq!(slot.letter().to_string().parse::<Slot>().unwrap(), slot);
        }
        assert_eq!(Slot::B.kernel_path(), "/EFI/minos/minos-b.efi");
        assert!("c".parse::<Slot>().is_err());
    }
}
