//! `GenerateClientConfiguration`: a client configuration with a certificate of the asked roles; only for administrators.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minos_api::machine as m;
use minos_pki::{CertificateAndKey, Roles};
use minos_resources::config::MachineType;
use minos_resources::secrets::OsRootSecret;
use minos_runtime::Store;
use minos_trust::{ClientCertificateError, client_certificate};
use serde::Serialize;
use tonic::{Response, Status};
use tracing::info;

use super::Reply;
use crate::node::Node;

pub fn issue(
    node: &Node,
    request: &m::GenerateClientConfigurationRequest,
) -> Reply<m::GenerateClientConfigurationResponse> {
    let root = authority(&node.store)?;
    let cluster = node.configuration.current().map(|config| config.cluster_name().to_owned()).unwrap_or_default();
    let message = client_configuration(&root, &cluster, request, SystemTime::now())?;
    Ok(Response::new(m::GenerateClientConfigurationResponse { messages: vec![message] }))
}

/// What certificates are signed with; only control planes have it.
fn authority(store: &Store) -> Result<OsRootSecret, Status> {
    let unavailable = |text: &str| Status::unimplemented(text);
    let role = store
        .get::<MachineType>(MachineType::ID)
        .ok_or_else(|| unavailable("machine type is not set, cannot use generate client configuration API"))?;
    if !role.is_control_plane() {
        return Err(unavailable("generate client configuration is only available on control plane nodes"));
    }
    let root = store
        .get::<OsRootSecret>(OsRootSecret::ID)
        .ok_or_else(|| Status::unavailable("the authority of the API is not loaded yet"))?;
    Ok(root.spec().clone())
}

fn client_configuration(
    root: &OsRootSecret,
    cluster: &str,
    request: &m::GenerateClientConfigurationRequest,
    now: SystemTime,
) -> Result<m::GenerateClientConfiguration, Status> {
    let lifetime = request
        .crt_ttl
        .and_then(|ttl| Duration::try_from(ttl).ok())
        .filter(|ttl| !ttl.is_zero())
        .ok_or_else(|| Status::invalid_argument("crt_ttl should be positive"))?;
    let roles = Roles::parse(&request.roles);
    let pair = client_certificate(root, &roles, lifetime, now).map_err(|error| match error {
        ClientCertificateError::NoAuthority => Status::unimplemented(error.to_string()),
        ClientCertificateError::Pki(minos_pki::PkiError::Validity { .. }) => {
            Status::invalid_argument("crt_ttl is longer than a certificate can be valid")
        }
        ClientCertificateError::Pki(_) => Status::internal(error.to_string()),
    })?;
    info!(roles = ?roles.names().collect::<Vec<_>>(), seconds = lifetime.as_secs(), "issued a client certificate");
    let ca = root.issuing_ca.as_ref().map(|ca| ca.crt.clone()).unwrap_or_default();
    let talosconfig = talosconfig(&context_name(&roles, cluster), &ca, &pair)
        .map_err(|error| Status::internal(format!("cannot write the client configuration: {error}")))?;
    Ok(m::GenerateClientConfiguration {
        metadata: None,
        ca: ca.into(),
        crt: pair.crt.into(),
        key: pair.key.expose().to_owned().into(),
        talosconfig: talosconfig.into(),
    })
}

/// The cluster's name; with one role, `reader@cluster`.
fn context_name(roles: &Roles, cluster: &str) -> String {
    let mut names = roles.names();
    match (names.next(), names.next()) {
        (Some(role), None) => format!("{}@{cluster}", role.strip_prefix("os:").unwrap_or(role)),
        _ => cluster.to_owned(),
    }
}

/// The file that clients read. Endpoints are put in by the client, which knows how it reached the node.
#[derive(Serialize)]
struct ClientConfig<'a> {
    context: &'a str,
    contexts: BTreeMap<&'a str, ClientContext>,
}

#[derive(Serialize)]
struct ClientContext {
    endpoints: [String; 0],
    ca: String,
    crt: String,
    key: String,
}

fn talosconfig(name: &str, ca: &str, pair: &CertificateAndKey) -> Result<String, serde_saphyr::ser::Error> {
    let context = ClientContext {
        endpoints: [],
        ca: STANDARD.encode(ca),
        crt: STANDARD.encode(&pair.crt),
        key: STANDARD.encode(pair.key.expose()),
    };
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let config = ClientConfig { context: name, contexts: [(name, context)].into() };
    serde_saphyr::to_string_with_options(&config, options)
}

#[cfg(test)]
mod tests {
    use minos_config::generate::Secrets;
    use minos_pki::Certificate;
    use minos_resources::config::MachineRole;
    use tonic::Code;

    use super::*;

    fn root() -> OsRootSecret {
        let secrets = Secrets::generate(SystemTime::now()).expect("generated");
        OsRootSecret { issuing_ca: Some(secrets.certs.os), ..OsRootSecret::default() }
    }

    fn asked(roles: &[&str], seconds: i64) -> m::GenerateClientConfigurationRequest {
        m::GenerateClientConfigurationRequest {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            crt_ttl: Some(prost_types::Duration { seconds, nanos: 0 }),
        }
    }

    #[test]
    fn the_file_and_the_fields_hold_the_same_certificate_of_the_asked_roles() {
        let root = root();
        let now = SystemTime::now();
        let reply = client_configuration(&root, "demo", &asked(&["os:reader"], 3600), now).expect("issued");
        let crt = std::str::from_utf8(&reply.crt).expect("PEM is text");
        let certificate = Certificate::from_pem(crt).expect("a certificate");
        assert_eq!(certificate.organizations, ["os:reader"]);
        let left = certificate.not_after.duration_since(now).expect("later");
        assert!(left <= Duration::from_secs(3600) && left > Duration::from_secs(3598), "{left:?}");

        let file: serde_json::Value = serde_saphyr::from_slice(&reply.talosconfig).expect("YAML");
        assert_eq!(file["context"], "reader@demo");
        let context = &file["contexts"]["reader@demo"];
        assert_eq!(context["endpoints"], serde_json::json!([]));
        let decoded = |key: &str| STANDARD.decode(context[key].as_str().expect("text")).expect("base64");
        assert_eq!(decoded("crt"), reply.crt);
        assert_eq!(decoded("key"), reply.key);
        assert_eq!(decoded("ca"), reply.ca);
        let issuing = root.issuing_ca.as_ref().expect("there");
        assert_eq!(reply.ca, issuing.crt.as_bytes());
        let text = String::from_utf8_lossy(&reply.talosconfig);
        assert!(!text.contains(&STANDARD.encode(issuing.key.expose())), "the authority's key left the node");
    }

    #[test]
    fn the_context_is_named_after_the_role_when_there_is_one() {
        let name = |roles: &[&str]| context_name(&Roles::parse(roles), "demo");
        assert_eq!(name(&["os:admin"]), "admin@demo");
        assert_eq!(name(&["os:etcd:backup"]), "etcd:backup@demo");
        assert_eq!(name(&["os:admin", "os:reader"]), "demo");
        assert_eq!(name(&[]), "demo");
    }

    #[test]
    fn a_lifetime_has_to_be_positive_and_possible() {
        let root = root();
        let none = m::GenerateClientConfigurationRequest { roles: vec!["os:reader".to_owned()], crt_ttl: None };
        for (request, text) in [
            (none, "crt_ttl should be positive"),
            (asked(&["os:reader"], 0), "crt_ttl should be positive"),
            (asked(&["os:reader"], -1), "crt_ttl should be positive"),
            (asked(&["os:reader"], i64::MAX), "crt_ttl is longer than a certificate can be valid"),
        ] {
            let error = client_configuration(&root, "demo", &request, SystemTime::now()).unwrap_err();
            assert_eq!((error.code(), error.message()), (Code::InvalidArgument, text));
        }
    }

    #[test]
    fn only_a_control_plane_issues() {
        let store = Store::new();
        let error = authority(&store).unwrap_err();
        assert_eq!(error.code(), Code::Unimplemented);
        assert_eq!(error.message(), "machine type is not set, cannot use generate client configuration API");
        store.put("", MachineType::ID, MachineType(MachineRole::Worker)).expect("stored");
        let error = authority(&store).unwrap_err();
        assert_eq!(error.code(), Code::Unimplemented);
        assert_eq!(error.message(), "generate client configuration is only available on control plane nodes");
        store.put("", MachineType::ID, MachineType(MachineRole::ControlPlane)).expect("stored");
        assert_eq!(authority(&store).unwrap_err().code(), Code::Unavailable);
        store.put("", OsRootSecret::ID, root()).expect("stored");
        assert!(authority(&store).is_ok());
    }
}
