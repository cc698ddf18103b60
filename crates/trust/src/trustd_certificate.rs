//! What `trustd` proves itself with.

use async_trait::async_trait;
use minos_resources::{
    config::MachineType,
    network::NetworkStatus,
    secrets::{CertSan, OsRootSecret, TrustdCertificate},
    v1alpha1::TimeStatus,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::{
    api_certificate::server,
    issuer::{self, Issuer},
    ready,
};

pub(crate) struct TrustdCertificateIssue(pub Issuer);

#[async_trait]
impl Controller for TrustdCertificateIssue {
    fn name(&self) -> &str {
        "trust.trustd_certificate.issue"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineType>().only(MachineType::ID).to_all(),
            Input::of::<NetworkStatus>().only(NetworkStatus::ID).to_all(),
            Input::of::<OsRootSecret>().only(OsRootSecret::ID).to_all(),
            Input::of::<CertSan>().only(CertSan::API_ID).to_all(),
            Input::of::<TimeStatus>().only(TimeStatus::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<TrustdCertificate>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        if !cx.require::<MachineType>(MachineType::ID)?.is_control_plane() {
            return Ok(());
        }
        ready::address(cx)?;
        let root = cx.require::<OsRootSecret>(OsRootSecret::ID)?;
        let san = cx.require::<CertSan>(CertSan::API_ID)?;
        let Some(pair) = &root.issuing_ca else {
            return Ok(());
        };
        let server = self.0.leaf(cx, "trustd", &server(&san), &issuer::load("trustd", pair)?)?;
        cx.write(TrustdCertificate::ID, TrustdCertificate { accepted_cas: root.accepted_cas.clone(), server })?;
        Ok(())
    }
}
