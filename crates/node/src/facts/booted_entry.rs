//! What the boot loader started, as it tells the system through a variable of the firmware.

use std::io::ErrorKind;
use std::path::PathBuf;

use async_trait::async_trait;
use minos_resources::runtime::BootedEntry;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// Set by loaders that keep to the Boot Loader Interface.
const VARIABLE: &str = "LoaderEntrySelected-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

/// A file of efivarfs begins with the variable's attributes.
const ATTRIBUTES: usize = 4;

/// Reads the variable, once: it does not change while the system runs.
pub(crate) struct LoaderEntry {
    variables: PathBuf,
}

impl LoaderEntry {
    pub(crate) const fn new(variables: PathBuf) -> Self {
        Self { variables }
    }
}

#[async_trait]
impl Controller for LoaderEntry {
    fn name(&self) -> &str {
        "node.booted-entry.report"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<BootedEntry>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let bytes = match std::fs::read(self.variables.join(VARIABLE)) {
            Ok(bytes) => bytes,
            // Without such a loader, or without EFI at all, there is nothing to say.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(ReconcileError::failed(format!("cannot read {VARIABLE}: {error}"))),
        };
        let booted_entry =
            text(&bytes).ok_or_else(|| ReconcileError::failed(format!("{VARIABLE} holds no UTF-16 text")))?;
        cx.write(BootedEntry::ID, BootedEntry { booted_entry })?;
        Ok(())
    }
}

/// The variable's value: little-endian UTF-16 with a final zero.
fn text(file: &[u8]) -> Option<String> {
    let (units, []) = file.get(ATTRIBUTES..)?.as_chunks::<2>() else { return None };
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use minos_runtime::testing::Harness;

    fn variable(value: &str) -> Vec<u8> {
        let units = value.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
        [6, 0, 0, 0].into_iter().chain(units).collect()
    }

    #[test]
    fn a_value_is_text_up_to_the_zero() {
        assert_eq!(text(&variable("minos-a.conf")).as_deref(), Some("minos-a.conf"));
        assert_eq!(text(&[6, 0, 0, 0]).as_deref(), Some(""));
        assert_eq!(text(&[6, 0, 0, 0, b'x']), None);
        assert_eq!(text(&[6, 0]), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_entry_is_reported_when_the_loader_names_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let harness = Harness::new().with(Box::new(LoaderEntry::new(folder.path().to_owned())));
        harness.settle().await;
        assert!(harness.ids::<BootedEntry>().is_empty());

        std::fs::write(folder.path().join(VARIABLE), variable("minos-a.conf")).expect("written");
        let harness = Harness::new().with(Box::new(LoaderEntry::new(folder.path().to_owned())));
        harness.settle().await;
        let entry = harness.spec::<BootedEntry>(BootedEntry::ID).expect("reported");
        assert_eq!(entry.booted_entry, "minos-a.conf");
    }
}
