//! The authority of the API while there is no configuration: nobody knows it, and it lives as long as the boot.

use std::time::Duration;

use async_trait::async_trait;
use minos_pki::{Algorithm, AuthorityRequest};
use minos_resources::{config::MachineType, secrets::MaintenanceRootSecret};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::issuer::Issuer;

const LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) struct MaintenanceRootIssue(pub Issuer);

#[async_trait]
impl Controller for MaintenanceRootIssue {
    fn name(&self) -> &str {
        "trust.maintenance_root.issue"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineType>().only(MachineType::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<MaintenanceRootSecret>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        if is_configured(cx.require::<MachineType>(MachineType::ID)?.spec()) {
            return Ok(());
        }
        let wanted = AuthorityRequest {
            common_name: String::new(),
            organization: Some("maintenance".to_owned()),
            algorithm: Algorithm::Ed25519,
            lifetime: LIFETIME,
        };
        let ca = self.0.authority("maintenance-root", &wanted)?;
        cx.write(MaintenanceRootSecret::ID, MaintenanceRootSecret { ca })?;
        Ok(())
    }
}

/// True when the node knows what it is for.
pub(crate) fn is_configured(kind: &MachineType) -> bool {
    matches!(kind.0.as_str(), "controlplane" | "init" | "worker")
}
