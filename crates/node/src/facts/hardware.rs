//! What the firmware says about the machine.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use minos_resources::hardware::SystemInformation;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// Reads the kernel's copy of the firmware's table, once.
pub(crate) struct Hardware {
    dmi: PathBuf,
}

impl Hardware {
    pub(crate) const fn new(dmi: PathBuf) -> Self {
        Self { dmi }
    }
}

#[async_trait]
impl Controller for Hardware {
    fn name(&self) -> &str {
        "node.hardware.report"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<SystemInformation>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        // A machine without such firmware has nothing to say.
        if self.dmi.exists() {
            cx.write(SystemInformation::ID, read(&self.dmi))?;
        }
        Ok(())
    }
}

fn read(dmi: &Path) -> SystemInformation {
    let text = |name| std::fs::read_to_string(dmi.join(name)).unwrap_or_default().trim().to_owned();
    SystemInformation {
        manufacturer: text("sys_vendor"),
        product_name: text("product_name"),
        version: text("product_version"),
        serial_number: text("product_serial"),
        uuid: text("product_uuid"),
        wake_up_type: String::new(),
        sku_number: text("product_sku"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_trimmed_and_may_be_missing() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("sys_vendor"), "QEMU\n").expect("written");
        let got = read(folder.path());
        assert_eq!(got, SystemInformation { manufacturer: "QEMU".to_owned(), ..SystemInformation::default() });
    }
}
