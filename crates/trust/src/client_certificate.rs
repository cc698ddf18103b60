//! Certificates for clients of the node's API, issued when an administrator asks.

use std::time::{Duration, SystemTime};

use minos_pki::{Authority, CertificateAndKey, Leaf, PkiError, Roles};
use minos_resources::secrets::OsRootSecret;
use thiserror::Error;

/// A client certificate cannot be issued.
#[derive(Debug, Error)]
pub enum ClientCertificateError {
    /// The node has no key of the authority: it is not a control plane.
    #[error("this node does not hold the key of the API's authority")]
    NoAuthority,
    /// Issuing failed.
    #[error("issuing a client certificate")]
    Pki(#[from] PkiError),
}

/// A certificate with these roles, signed by the API's authority, with a key of its own. It is not kept here.
///
/// # Errors
/// When there is no authority, or it cannot sign.
pub fn client_certificate(
    root: &OsRootSecret,
    roles: &Roles,
    lifetime: Duration,
    now: SystemTime,
) -> Result<CertificateAndKey, ClientCertificateError> {
    let issuing = root.issuing_ca.as_ref().filter(|ca| ca.has_key()).ok_or(ClientCertificateError::NoAuthority)?;
    let leaf = Leaf::client("", lifetime).organizations(roles.names());
    Ok(Authority::load(issuing)?.issue(&leaf, now)?)
}

#[cfg(test)]
mod tests {
    use minos_pki::{Algorithm, AuthorityRequest, Usage};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn root(now: SystemTime) -> OsRootSecret {
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some("talos".to_owned()),
            algorithm: Algorithm::Ed25519,
            lifetime: 24 * HOUR,
        };
        OsRootSecret { issuing_ca: Some(Authority::generate(&request, now).expect("made")), ..OsRootSecret::default() }
    }

    #[test]
    fn a_client_certificate_has_the_roles_the_time_and_no_right_to_serve() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let root = root(now);
        let roles = Roles::parse(["os:reader", "os:etcd:backup", "os:reader"]);
        let pair = client_certificate(&root, &roles, HOUR, now).expect("issued");
        let certificate = pair.certificate().expect("it is a certificate");
        assert_eq!(certificate.organizations, ["os:etcd:backup", "os:reader"]);
        assert_eq!(certificate.not_after, now + HOUR);
        assert_eq!(certificate.usages, [Usage::Client].into());
        assert!(!certificate.is_authority);
        assert!(pair.check().is_ok(), "the key belongs to the certificate");
        assert_ne!(pair.key, root.issuing_ca.as_ref().expect("there").key);
    }

    #[test]
    fn a_node_without_the_authoritys_key_issues_nothing() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let mut worker = root(now);
        let ca = worker.issuing_ca.as_mut().expect("there");
        ca.key = minos_pki::Secret::default();
        for root in [worker, OsRootSecret::default()] {
            let error = client_certificate(&root, &Roles::parse(["os:reader"]), HOUR, now).unwrap_err();
            assert!(matches!(error, ClientCertificateError::NoAuthority), "{error}");
        }
    }

    #[test]
    fn a_lifetime_that_no_certificate_can_have_is_an_error() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let lifetime = Duration::from_secs(u64::MAX);
        let error = client_certificate(&root(now), &Roles::parse(["os:reader"]), lifetime, now).unwrap_err();
        assert!(matches!(error, ClientCertificateError::Pki(PkiError::Validity { .. })), "{error}");
    }
}
