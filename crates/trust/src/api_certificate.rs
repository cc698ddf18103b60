//! What `apid` proves itself with.

use std::time::Duration;

use async_trait::async_trait;
use minos_pki::{Leaf, Role};
use minos_resources::{
    config::MachineType,
    network::NetworkStatus,
    secrets::{ApiCertificate, CertSan, MaintenanceRootSecret, OsRootSecret},
    v1alpha1::TimeStatus,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::{
    issuer::{self, Issuer},
    maintenance_root::is_configured,
    ready,
};

/// Renewed every twelve hours.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

pub(crate) struct ApiCertificateIssue(pub Issuer);

#[async_trait]
impl Controller for ApiCertificateIssue {
    fn name(&self) -> &str {
        "trust.api_certificate.issue"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineType>().only(MachineType::ID).to_all(),
            Input::of::<NetworkStatus>().only(NetworkStatus::ID).to_all(),
            Input::of::<OsRootSecret>().only(OsRootSecret::ID).to_all(),
            Input::of::<MaintenanceRootSecret>().only(MaintenanceRootSecret::ID).to_all(),
            Input::of::<CertSan>().to_all(),
            // A clock that jumps may make a certificate too old or too young.
            Input::of::<TimeStatus>().only(TimeStatus::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<ApiCertificate>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        // Without a machine type nothing is decided: a restarted process must not fall back to maintenance meanwhile.
        let kind = cx.require::<MachineType>(MachineType::ID)?;
        ready::address(cx)?;
        let certificate = match kind.is_control_plane() {
            true => self.control_plane(cx)?,
            false if is_configured(&kind) => {
                return Err(ReconcileError::waiting("a control plane that signs this node's certificate"));
            }
            false => self.maintenance(cx)?,
        };
        cx.write(ApiCertificate::ID, certificate)?;
        Ok(())
    }
}

impl ApiCertificateIssue {
    fn control_plane(&self, cx: &Context) -> Result<ApiCertificate, ReconcileError> {
        let root = cx.require::<OsRootSecret>(OsRootSecret::ID)?;
        let san = cx.require::<CertSan>(CertSan::API_ID)?;
        let pair = root
            .issuing_ca
            .as_ref()
            .ok_or_else(|| ReconcileError::failed("the configuration has no machine.ca with its key"))?;
        let authority = issuer::load("api", pair)?;
        let client = Leaf::client(&san.fqdn, LIFETIME).organizations([Role::Impersonator.as_str()]);
        Ok(ApiCertificate {
            accepted_cas: root.accepted_cas.clone(),
            client: Some(self.0.leaf(cx, "api-client", &client, &authority)?),
            server: Some(self.0.leaf(cx, "api-server", &server(&san), &authority)?),
            skip_verifying_client_cert: false,
        })
    }

    fn maintenance(&self, cx: &Context) -> Result<ApiCertificate, ReconcileError> {
        let root = cx.require::<MaintenanceRootSecret>(MaintenanceRootSecret::ID)?;
        let san = cx.require::<CertSan>(CertSan::MAINTENANCE_ID)?;
        let authority = issuer::load("maintenance", &root.ca)?;
        Ok(ApiCertificate {
            accepted_cas: vec![],
            client: None,
            server: Some(self.0.leaf(cx, "maintenance-server", &server(&san), &authority)?),
            skip_verifying_client_cert: true,
        })
    }
}

/// A server's certificate for the API.
pub(crate) fn server(san: &CertSan) -> Leaf {
    Leaf::server(&san.fqdn, LIFETIME).dns_names(san.dns_names.clone()).addresses(san.ips.iter().copied())
}
