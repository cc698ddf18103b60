//! The authorities, keys and tokens of the configuration.

use minos_resources::{
    config::MachineConfig,
    secrets::{
        CertificateAndKey, EncodedCertificate, EncodedKey, EtcdRootSecret, KubeletSecret, KubernetesRootSecret,
        OsRootSecret, Secret,
    },
};
use minos_runtime::{Controller, ReconcileError, Resource, Transform};

/// The API server on this node, when nothing balances over several.
const LOCALHOST: &str = "localhost";
/// The balancer on this node.
const LOOPBACK: &str = "127.0.0.1";

pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    vec![
        Transform::new("trust.os_root.config", |_, config: &Resource<MachineConfig>| {
            Ok(complete(config).then(|| (OsRootSecret::ID.to_owned(), os_root(config))))
        })
        .boxed(),
        Transform::new("trust.etcd_root.config", |_, config| on_control_plane(config, EtcdRootSecret::ID, etcd_root))
            .boxed(),
        Transform::new("trust.kubernetes_root.config", |_, config| {
            on_control_plane(config, KubernetesRootSecret::ID, kubernetes_root)
        })
        .boxed(),
        Transform::new("trust.kubelet_secret.config", |_, config: &Resource<MachineConfig>| {
            complete(config).then(|| kubelet(config).map(|spec| (KubeletSecret::ID.to_owned(), spec))).transpose()
        })
        .boxed(),
    ]
}

/// True for the configuration in effect, when it has both main sections.
fn complete(config: &Resource<MachineConfig>) -> bool {
    config.id() == MachineConfig::ID && config.machine().is_some() && config.cluster().is_some()
}

fn on_control_plane<S>(
    config: &Resource<MachineConfig>,
    id: &str,
    make: impl FnOnce(&MachineConfig) -> Result<S, ReconcileError>,
) -> Result<Option<(String, S)>, ReconcileError> {
    if !complete(config) || !config.machine_type().is_control_plane() {
        return Ok(None);
    }
    make(config).map(|spec| Some((id.to_owned(), spec)))
}

fn os_root(config: &MachineConfig) -> OsRootSecret {
    let (addresses, names): (Vec<_>, Vec<_>) = config.machine_cert_sans().iter().partition(|name| is_address(name));
    OsRootSecret {
        issuing_ca: issuing(config.machine_ca()),
        accepted_cas: accepted(&config.machine_accepted_cas()),
        cert_san_ips: addresses.iter().filter_map(|text| text.parse().ok()).collect(),
        cert_san_dns_names: names.into_iter().cloned().collect(),
        token: config.machine_token().cloned().unwrap_or_default(),
    }
}

fn etcd_root(config: &MachineConfig) -> Result<EtcdRootSecret, ReconcileError> {
    let ca = issuing(config.etcd().ca.as_ref()).ok_or_else(|| missing("cluster.etcd.ca"))?;
    Ok(EtcdRootSecret { etcd_ca: ca })
}

fn kubernetes_root(config: &MachineConfig) -> Result<KubernetesRootSecret, ReconcileError> {
    let network = config.cluster_network();
    let token = config.bootstrap_token();
    let accepted_cas = accepted(&config.cluster_accepted_cas());
    if accepted_cas.is_empty() {
        return Err(missing("cluster.ca"));
    }
    Ok(KubernetesRootSecret {
        name: config.cluster_name().to_owned(),
        endpoint: config.cluster_endpoint().to_owned(),
        local_endpoint: local_endpoint(config).unwrap_or_else(|| local_api_server(config)),
        cert_sans: config.api_server().cert_sans,
        api_server_ips: network.api_server_ips(),
        dns_domain: network.dns_domain,
        issuing_ca: issuing(config.cluster_ca()),
        accepted_cas,
        service_account: config.service_account_key().map(|key| EncodedKey { key: key.clone() }),
        aggregator_ca: issuing(config.aggregator_ca()).ok_or_else(|| missing("cluster.aggregatorCA"))?,
        aescbc_encryption_secret: config.aescbc_encryption_secret().cloned().unwrap_or_default(),
        bootstrap_token_id: token.as_ref().map(|token| token.id().to_owned()).unwrap_or_default(),
        bootstrap_token_secret: token.map(|token| token.secret().clone()).unwrap_or_default(),
        secretbox_encryption_secret: config.secretbox_encryption_secret().cloned().unwrap_or_default(),
    })
}

fn kubelet(config: &MachineConfig) -> Result<KubeletSecret, ReconcileError> {
    let accepted_cas = accepted(&config.cluster_accepted_cas());
    if accepted_cas.is_empty() {
        return Err(missing("cluster.ca"));
    }
    let endpoint = local_endpoint(config).unwrap_or_else(|| {
        if config.machine_type().is_control_plane() {
            local_api_server(config)
        } else {
            config.cluster_endpoint().to_owned()
        }
    });
    let token = config.bootstrap_token();
    Ok(KubeletSecret {
        endpoint,
        accepted_cas,
        bootstrap_token_id: token.as_ref().map(|token| token.id().to_owned()).unwrap_or_default(),
        bootstrap_token_secret: token.map_or_else(Secret::default, |token| token.secret().clone()),
    })
}

/// URL of the balancer on this node, when it runs.
fn local_endpoint(config: &MachineConfig) -> Option<String> {
    config.features().kube_prism_port.map(|port| format!("https://{LOOPBACK}:{port}"))
}

fn local_api_server(config: &MachineConfig) -> String {
    format!("https://{LOCALHOST}:{}", config.local_api_server_port())
}

/// The authority, when its key is known.
fn issuing(pair: Option<&CertificateAndKey>) -> Option<CertificateAndKey> {
    pair.filter(|pair| pair.has_key()).cloned()
}

fn accepted(certificates: &[&str]) -> Vec<EncodedCertificate> {
    certificates.iter().map(|crt| EncodedCertificate { crt: (*crt).to_owned() }).collect()
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

fn missing(field: &str) -> ReconcileError {
    ReconcileError::failed(format!("the configuration has no {field} with its key"))
}
