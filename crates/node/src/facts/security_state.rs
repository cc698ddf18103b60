//! How the system is protected, as firmware and kernel report it.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use minos_resources::runtime::{SecurityState, SelinuxState};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// Variables of the firmware (UEFI specification, "Globally Defined Variables").
const SECURE_BOOT: &str = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const SETUP_MODE: &str = "SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// Set by the stub of a unified kernel image (Boot Loader Interface).
const STUB: &str = "StubInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

/// A file of efivarfs begins with the variable's attributes.
const ATTRIBUTES: usize = 4;

/// Reads the state once; none of it changes while the system runs.
pub(crate) struct Security {
    /// The firmware's variables; absent in a container, whose firmware is the host's.
    variables: Option<PathBuf>,
    /// `/sys`.
    sys: PathBuf,
}

impl Security {
    pub(crate) const fn new(variables: Option<PathBuf>, sys: PathBuf) -> Self {
        Self { variables, sys }
    }

    fn state(&self) -> SecurityState {
        let variable = |name: &str| self.variables.as_ref().and_then(|folder| std::fs::read(folder.join(name)).ok());
        let is_set = |name: &str| variable(name).and_then(|value| value.get(ATTRIBUTES).copied()) == Some(1);
        SecurityState {
            // In setup mode the firmware takes keys from anybody, so that its signatures prove nothing.
            secure_boot: is_set(SECURE_BOOT) && !is_set(SETUP_MODE),
            selinux_state: selinux(&self.sys),
            booted_with_uki: variable(STUB).is_some(),
            module_signature_enforced: first(&self.sys.join("module/module/parameters/sig_enforce")) == Some(b'Y'),
            ..SecurityState::default()
        }
    }
}

fn selinux(sys: &Path) -> SelinuxState {
    match first(&sys.join("fs/selinux/enforce")) {
        None => SelinuxState::Disabled,
        Some(b'1') => SelinuxState::Enforcing,
        Some(_) => SelinuxState::Permissive,
    }
}

fn first(file: &Path) -> Option<u8> {
    std::fs::read(file).ok()?.first().copied()
}

#[async_trait]
impl Controller for Security {
    fn name(&self) -> &str {
        "node.security-state.report"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<SecurityState>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        cx.write(SecurityState::ID, self.state())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minos_runtime::testing::Harness;

    async fn reported(variables: Option<&Path>, sys: &Path) -> SecurityState {
        let controller = Security::new(variables.map(Path::to_owned), sys.to_owned());
        let harness = Harness::new().with(Box::new(controller));
        harness.settle().await;
        harness.spec::<SecurityState>(SecurityState::ID).expect("reported")
    }

    #[tokio::test(start_paused = true)]
    async fn firmware_and_kernel_are_believed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let nothing = reported(Some(folder.path()), folder.path()).await;
        assert_eq!(nothing, SecurityState::default());

        let write = |path: &str, bytes: &[u8]| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("created");
            std::fs::write(path, bytes).expect("written");
        };
        write(SECURE_BOOT, &[6, 0, 0, 0, 1]);
        write(SETUP_MODE, &[6, 0, 0, 0, 0]);
        write(STUB, &[6, 0, 0, 0, b's', 0]);
        write("fs/selinux/enforce", b"0");
        write("module/module/parameters/sig_enforce", b"Y\n");
        let all = reported(Some(folder.path()), folder.path()).await;
        assert!(all.secure_boot && all.booted_with_uki && all.module_signature_enforced, "{all:?}");
        assert_eq!(all.selinux_state, SelinuxState::Permissive);

        write(SETUP_MODE, &[6, 0, 0, 0, 1]);
        assert!(!reported(Some(folder.path()), folder.path()).await.secure_boot, "setup mode proves nothing");
        let container = reported(None, folder.path()).await;
        assert!(!container.secure_boot && !container.booted_with_uki, "{container:?}");
    }
}
