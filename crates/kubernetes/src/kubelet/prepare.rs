//! The files that a kubelet finds when it starts.

use std::io;
use std::time::SystemTime;

use minos_pki::{Certificate, Kubeconfig, KubeconfigUser, PkiError, Secret};
use minos_resources::k8s::KubeletSpec;
use minos_resources::secrets::{KubeletSecret, KubernetesRootSecret};
use serde_json::Value;
use thiserror::Error;

use super::args::{BOOTSTRAP_KUBECONFIG, CONFIG, CREDENTIAL_PROVIDERS_CONFIG, KUBECONFIG, PKI_DIR};
use super::configuration::CLIENT_CA;
use super::first_certificate;
use crate::files::{Access, Files};

pub(super) const ONLY_ROOT: Access = Access { mode: 0o600, owner: 0 };
/// The kubelet's own client certificate and key.
pub(super) const CLIENT_CERTIFICATE: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";
/// What the CPU manager remembers; it does not start with another policy's.
const CPU_MANAGER_STATE: &str = "/var/lib/kubelet/cpu_manager_state";

/// Directories of the node that the kubelet's container needs, besides those of the operating system.
const DIRECTORIES: [(&str, u32); 10] = [
    ("/etc/kubernetes/manifests", 0o700),
    ("/etc/kubernetes/pki", 0o700),
    ("/var/lib/kubelet", 0o700),
    ("/var/lib/kubelet/seccomp", 0o700),
    ("/var/lib/kubelet/seccomp/profiles", 0o700),
    ("/var/log/containers", 0o755),
    ("/var/log/pods", 0o755),
    ("/var/log/audit", 0o700),
    ("/var/mnt", 0o755),
    ("/var/lib/containerd", 0o700),
];

/// A file cannot be prepared.
#[derive(Debug, Error)]
pub(crate) enum PrepareError {
    /// Reading or writing failed.
    #[error("preparing {path}")]
    File {
        /// The file.
        path: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A certificate authority cannot be read.
    #[error("reading an accepted authority of Kubernetes")]
    Authority(#[source] PkiError),
    /// The first client certificate cannot be issued.
    #[error("issuing the kubelet's first certificate")]
    Issue(#[source] PkiError),
    /// The configuration cannot be written as JSON.
    #[error("writing the kubelet's configuration")]
    Json(#[from] serde_json::Error),
}

impl PrepareError {
    /// Whether it failed because a disk is not mounted yet.
    pub(crate) fn is_unmounted(&self) -> bool {
        matches!(self, PrepareError::File { source, .. } if source.kind() == io::ErrorKind::ReadOnlyFilesystem)
    }
}

/// Writes what the kubelet reads, whether it runs or not; it is the same whenever the wishes are.
pub(crate) fn write(files: &dyn Files, spec: &KubeletSpec, secret: &KubeletSecret) -> Result<(), PrepareError> {
    for (path, mode) in DIRECTORIES {
        at(path, files.make_dir(path, Access { mode, owner: 0 }))?;
    }
    let ca = authorities(secret);
    let token = format!("{}.{}", secret.bootstrap_token_id, secret.bootstrap_token_secret.expose());
    let bootstrap = Kubeconfig {
        cluster: "local".to_owned(),
        server: secret.endpoint.clone(),
        ca: ca.clone(),
        user: "kubelet@local".to_owned(),
        context: "kubelet@local".to_owned(),
        credentials: KubeconfigUser::Token(Secret::new(token)),
        namespace: None,
    };
    let configuration = format!("{}\n", serde_json::to_string_pretty(&spec.config)?);
    let bootstrap = bootstrap.render();
    for (path, content, access) in [
        (BOOTSTRAP_KUBECONFIG, bootstrap.expose(), ONLY_ROOT),
        (CLIENT_CA, ca.as_str(), Access::secret(0)),
        (CONFIG, configuration.as_str(), ONLY_ROOT),
    ] {
        at(path, files.write(path, content.as_bytes(), access))?;
    }
    let providers = CREDENTIAL_PROVIDERS_CONFIG;
    match &spec.credential_provider_config {
        Some(config) => {
            at(providers, files.write(providers, serde_json::to_string_pretty(config)?.as_bytes(), ONLY_ROOT))?;
        }
        None => at(providers, files.remove(providers))?,
    }
    Ok(())
}

/// Removes credentials and memory that a kubelet with these wishes cannot use; only while none runs.
pub(crate) fn refresh(
    files: &dyn Files,
    spec: &KubeletSpec,
    secret: &KubeletSecret,
    now: SystemTime,
) -> Result<(), PrepareError> {
    let current = at(CLIENT_CERTIFICATE, files.read(CLIENT_CERTIFICATE))?;
    if let Some(current) = current
        && let Some(reason) = unusable(&String::from_utf8_lossy(&current), spec, secret, now)?
    {
        tracing::info!(reason, "the kubelet's client certificate is removed");
        at(PKI_DIR, files.remove(PKI_DIR))?;
        at(KUBECONFIG, files.remove(KUBECONFIG))?;
    }
    // The self-signed serving certificate may name addresses of before.
    for path in ["/var/lib/kubelet/pki/kubelet.crt", "/var/lib/kubelet/pki/kubelet.key"] {
        at(path, files.remove(path))?;
    }
    let state = at(CPU_MANAGER_STATE, files.read(CPU_MANAGER_STATE))?;
    if let Some(state) = state
        && cpu_policy(&serde_json::from_slice(&state).unwrap_or_default(), "policyName")
            != cpu_policy(&spec.config, "cpuManagerPolicy")
    {
        at(CPU_MANAGER_STATE, files.remove(CPU_MANAGER_STATE))?;
    }
    point_kubeconfig(files, secret)
}

/// Gives a kubelet that has no client certificate yet its first one; only while none runs, and where the authority is.
pub(crate) fn introduce(
    files: &dyn Files,
    spec: &KubeletSpec,
    secret: &KubeletSecret,
    root: &KubernetesRootSecret,
    now: SystemTime,
) -> Result<(), PrepareError> {
    // Without a name of ours the user chose it, by a flag of the kubelet: then the kubelet asks itself.
    if spec.expected_nodename.is_empty() || is_introduced(files)? {
        return Ok(());
    }
    first_certificate::write(files, root, secret, &spec.expected_nodename, &authorities(secret), now)
}

/// Whether the kubelet has a client certificate.
pub(super) fn is_introduced(files: &dyn Files) -> Result<bool, PrepareError> {
    Ok(at(CLIENT_CERTIFICATE, files.read(CLIENT_CERTIFICATE))?.is_some())
}

/// Why a kubelet's client certificate cannot be used any more.
fn unusable(
    pem: &str,
    spec: &KubeletSpec,
    secret: &KubeletSecret,
    now: SystemTime,
) -> Result<Option<&'static str>, PrepareError> {
    let Ok(certificates) = Certificate::all_from_pem(pem) else { return Ok(Some("it cannot be read")) };
    let Some(leaf) = certificates.iter().find(|one| !one.is_authority) else { return Ok(None) };
    if !spec.expected_nodename.is_empty() && leaf.common_name != format!("system:node:{}", spec.expected_nodename) {
        return Ok(Some("it names another node"));
    }
    if leaf.not_after <= now {
        return Ok(Some("it has expired"));
    }
    let accepted = Certificate::all_from_pem(&authorities(secret)).map_err(PrepareError::Authority)?;
    if !accepted.iter().any(|authority| leaf.is_signed_by(authority)) {
        return Ok(Some("its authority is no longer accepted"));
    }
    Ok(None)
}

/// Points an existing kubeconfig of the kubelet at the present endpoint and authorities.
fn point_kubeconfig(files: &dyn Files, secret: &KubeletSecret) -> Result<(), PrepareError> {
    use base64::Engine as _;
    let Some(text) = at(KUBECONFIG, files.read(KUBECONFIG))? else { return Ok(()) };
    let Ok(mut document) = serde_saphyr::from_str::<Value>(&String::from_utf8_lossy(&text)) else {
        tracing::warn!("the kubelet's kubeconfig is not YAML, it is removed");
        return at(KUBECONFIG, files.remove(KUBECONFIG));
    };
    let before = document.clone();
    for cluster in document["clusters"].as_array_mut().into_iter().flatten() {
        cluster["cluster"]["server"] = Value::from(secret.endpoint.as_str());
        let ca = base64::engine::general_purpose::STANDARD.encode(authorities(secret));
        cluster["cluster"]["certificate-authority-data"] = Value::from(ca);
    }
    if document != before {
        let content = serde_json::to_string_pretty(&document)?;
        at(KUBECONFIG, files.write(KUBECONFIG, content.as_bytes(), ONLY_ROOT))?;
    }
    Ok(())
}

pub(super) fn authorities(secret: &KubeletSecret) -> String {
    secret.accepted_cas.iter().map(|ca| ca.crt.as_str()).collect()
}

fn cpu_policy<'a>(document: &'a Value, key: &str) -> &'a str {
    match document[key].as_str() {
        None | Some("none") => "",
        Some(policy) => policy,
    }
}

pub(super) fn at<T>(path: &'static str, result: io::Result<T>) -> Result<T, PrepareError> {
    result.map_err(|source| PrepareError::File { path, source })
}
