//! The boot loader's entries, as the Boot Loader Specification defines their files (Type #1).

use std::fmt;
use std::str::FromStr;

use crate::slot::{ParseSlotError, Slot};

/// The text of one entry file; the loader starts the entry with the highest version first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootEntry {
    /// The slot whose kernel image the entry names.
    pub slot: Slot,
    /// What a menu shows.
    pub title: String,
    /// A number that rises with every switch of slots, rollback included.
    pub generation: u64,
}

/// All entries share it, so that the generation alone decides their order.
const SORT_KEY: &str = "minos";

impl BootEntry {
    /// The entry of a slot, for a system of the given version.
    pub fn new(slot: Slot, system_version: &str, generation: u64) -> Self {
        Self { slot, title: format!("Minos {system_version} (slot {slot})"), generation }
    }

    /// The file's text.
    pub fn render(&self) -> String {
        let (title, generation, path) = (&self.title, self.generation, self.slot.kernel_path());
        format!("title {title}\nsort-key {SORT_KEY}\nversion {generation}\nefi {path}\n")
    }

    /// Reads what [`BootEntry::render`] wrote; keys that it does not know are skipped, as the loader does.
    pub fn parse(text: &str) -> Result<Self, ParseEntryError> {
        let value = |wanted: &'static str| {
            let mut lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
            let found = lines.find_map(|line| line.split_once(char::is_whitespace).filter(|(key, _)| *key == wanted));
            found.map(|(_, value)| value.trim()).ok_or(ParseEntryError::Missing(wanted))
        };
        let path = value("efi")?;
        let slot = Slot::ALL.into_iter().find(|slot| slot.kernel_path() == path);
        let version = value("version")?;
        Ok(Self {
            slot: slot.ok_or_else(|| ParseEntryError::Path(path.to_owned()))?,
            title: value("title")?.to_owned(),
            generation: version.parse().map_err(|_| ParseEntryError::Generation(version.to_owned()))?,
        })
    }
}

/// Why an entry, or the name of its file, cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseEntryError {
    /// A key is not there.
    #[error("the entry has no line {0:?}")]
    Missing(&'static str),
    /// The kernel image is not one of ours.
    #[error("the entry names the image {0:?}, which is in no slot")]
    Path(String),
    /// The version is not a generation number.
    #[error("the entry's version {0:?} is not a number")]
    Generation(String),
    /// The file's name is not one of ours.
    #[error("{0:?} is not the name of an entry: minos-<slot>[+<tries left>[-<tries done>]].conf")]
    Name(String),
}

/// How often the loader still tries an entry, and how often it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// Starts that are left; at zero the loader takes another entry.
    pub left: u32,
    /// Starts so far.
    pub done: u32,
}

/// The name of an entry's file, which carries the loader's counter while the slot is on trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryName {
    /// The slot.
    pub slot: Slot,
    /// The counter; none when the slot is blessed.
    pub tries: Option<Tries>,
}

impl EntryName {
    /// The folder of the entries on the EFI system partition.
    pub const FOLDER: &'static str = "/loader/entries";

    /// The name of a slot that needs no trial.
    pub const fn blessed(slot: Slot) -> Self {
        Self { slot, tries: None }
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "minos-{}", self.slot.letter())?;
        match self.tries {
            None => {}
            Some(Tries { left, done: 0 }) => write!(f, "+{left}")?,
            Some(Tries { left, done }) => write!(f, "+{left}-{done}")?,
        }
        f.write_str(".conf")
    }
}

impl FromStr for EntryName {
    type Err = ParseEntryError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let bad = || ParseEntryError::Name(name.to_owned());
        let stem = name.strip_prefix("minos-").and_then(|rest| rest.strip_suffix(".conf")).ok_or_else(bad)?;
        let (slot, counter) = stem.split_once('+').map_or((stem, None), |(slot, counter)| (slot, Some(counter)));
        let slot = slot.parse().map_err(|_: ParseSlotError| bad())?;
        let tries = counter.map(|counter| {
            let (left, done) = counter.split_once('-').unwrap_or((counter, "0"));
            Some(Tries { left: left.parse().ok()?, done: done.parse().ok()? })
        });
        match tries {
            Some(None) => Err(bad()),
            Some(tries) => Ok(Self { slot, tries }),
            None => Ok(Self { slot, tries: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_back() {
        for slot in Slot::ALL {
            let entry = BootEntry::new(slot, "v0.1.0", 7);
            assert_eq!(BootEntry::parse(&entry.render()), Ok(entry));
        }
    }

    #[test]
    fn the_text_is_what_the_loader_reads() {
        let text = BootEntry::new(Slot::A, "v0.1.0", 1).render();
        assert_eq!(text, "title Minos v0.1.0 (slot A)\nsort-key minos\nversion 1\nefi /EFI/minos/minos-a.efi\n");
    }

    #[test]
    fn comments_and_unknown_keys_are_skipped() {
        let text = "# efi /EFI/other.efi\narchitecture x64\n efi  /EFI/minos/minos-b.efi\ntitle T\nversion 2\n";
        assert_eq!(BootEntry::parse(text), Ok(BootEntry { slot: Slot::B, title: "T".into(), generation: 2 }));
    }

    #[test]
    fn a_strange_entry_says_what_is_wrong() {
        let parse = |text: &str| BootEntry::parse(text).unwrap_err();
        assert_eq!(parse("title T\nversion 1\n"), ParseEntryError::Missing("efi"));
        assert_eq!(parse("efi /EFI/x.efi\nversion 1\n"), ParseEntryError::Path("/EFI/x.efi".into()));
        assert_eq!(parse("title T\nefi /EFI/minos/minos-a.efi\nversion x\n"), ParseEntryError::Generation("x".into()));
    }

    #[test]
    fn names_carry_the_counter() {
        let name = |text: &str| text.parse::<EntryName>();
        assert_eq!(name("minos-a.conf"), Ok(EntryName::blessed(Slot::A)));
        assert_eq!(name("minos-b+3.conf").unwrap().tries, Some(Tries { left: 3, done: 0 }));
        assert_eq!(name("minos-b+2-1.conf").unwrap().tries, Some(Tries { left: 2, done: 1 }));
        for text in ["minos-a.conf", "minos-b+3.conf", "minos-b+2-1.conf", "minos-a+0-3.conf"] {
            assert_eq!(name(text).unwrap().to_string(), text);
        }
        for text in ["minos-c.conf", "minos-a+.conf", "minos-a+x-1.conf", "minos-a.efi", "auto.conf"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
