//! The first client certificate of a control plane node's kubelet.
//!
//! A worker's kubelet asks for its certificate with the bootstrap token. On a control plane node that question would have to
//! wait for the controller manager, which this kubelet has yet to start; the authority's key is here, so it is answered here.
//! The files are those that the kubelet makes when it asks, so that it renews the certificate like any other.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use minos_pki::{Algorithm, Authority, CertificateAndKey, Kubeconfig, KubeconfigUser, Leaf, PkiError};
use minos_resources::secrets::{KubeletSecret, KubernetesRootSecret};

use super::args::{KUBECONFIG, PKI_DIR};
use super::prepare::{CLIENT_CERTIFICATE, ONLY_ROOT, PrepareError, at};
use crate::files::Files;

/// As long as the controller manager's.
const LIFETIME: Duration = Duration::from_hours(365 * 24);
/// The group of nodes.
const NODES: &str = "system:nodes";

/// Makes the certificate and a kubeconfig that names it; nothing when this node cannot issue certificates.
pub(super) fn write(
    files: &dyn Files,
    root: &KubernetesRootSecret,
    secret: &KubeletSecret,
    nodename: &str,
    ca: &str,
    now: SystemTime,
) -> Result<(), PrepareError> {
    let Some(issuing) = &root.issuing_ca else { return Ok(()) };
    let user = format!("system:node:{nodename}");
    let pair = issue(issuing, &user, now).map_err(PrepareError::Issue)?;
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let file = format!("{PKI_DIR}/kubelet-client-{seconds}.pem");
    let content = format!("{}{}", pair.crt, pair.key.expose());
    at(CLIENT_CERTIFICATE, files.write(&file, content.as_bytes(), ONLY_ROOT))?;
    at(CLIENT_CERTIFICATE, files.link(CLIENT_CERTIFICATE, &file))?;
    let kubeconfig = Kubeconfig {
        cluster: "local".to_owned(),
        server: secret.endpoint.clone(),
        ca: ca.to_owned(),
        user,
        context: "kubelet@local".to_owned(),
        credentials: KubeconfigUser::CertificateFiles {
            crt: CLIENT_CERTIFICATE.into(),
            key: CLIENT_CERTIFICATE.into(),
        },
        namespace: None,
    };
    at(KUBECONFIG, files.write(KUBECONFIG, kubeconfig.render().expose().as_bytes(), ONLY_ROOT))?;
    tracing::info!(user = kubeconfig.user, "gave the kubelet its first client certificate");
    Ok(())
}

fn issue(authority: &CertificateAndKey, user: &str, now: SystemTime) -> Result<CertificateAndKey, PkiError> {
    let leaf = Leaf::client(user, LIFETIME).organizations([NODES]).algorithm(Algorithm::EcdsaP256);
    Authority::load(authority)?.issue(&leaf, now)
}
