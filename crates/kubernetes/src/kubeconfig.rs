//! The administrator's kubeconfig, as the node's API hands it out.

use std::time::{Duration, SystemTime};

use minos_pki::{Algorithm, Authority, Kubeconfig, KubeconfigUser, Leaf, PkiError, Secret};
use minos_resources::secrets::KubernetesRootSecret;
use thiserror::Error;

/// What the certificate of an administrator's kubeconfig says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminIdentity {
    /// Common name, that is the user.
    pub common_name: String,
    /// Organization, that is the group.
    pub organization: String,
    /// How long it is valid.
    pub lifetime: Duration,
}

/// A kubeconfig cannot be issued.
#[derive(Debug, Error)]
pub enum KubeconfigError {
    /// The node has no authority to issue it: it is not a control plane.
    #[error("this node has no Kubernetes authority")]
    NoAuthority,
    /// Issuing failed.
    #[error("issuing the administrator's certificate")]
    Pki(#[from] PkiError),
}

/// Issues a certificate and renders the kubeconfig around it; context and user are `admin@<cluster>`.
///
/// # Errors
/// When there is no authority, or it cannot sign.
pub fn admin_kubeconfig(
    root: &KubernetesRootSecret,
    identity: &AdminIdentity,
    now: SystemTime,
) -> Result<Secret, KubeconfigError> {
    let issuing = root.issuing_ca.as_ref().filter(|ca| ca.has_key()).ok_or(KubeconfigError::NoAuthority)?;
    let leaf = Leaf::client(&identity.common_name, identity.lifetime)
        .organizations([identity.organization.as_str()])
        .algorithm(Algorithm::EcdsaP256);
    let certificate = Authority::load(issuing)?.issue(&leaf, now)?;
    let mut ca: String = root.accepted_cas.iter().map(|ca| ca.crt.as_str()).collect();
    if !root.accepted_cas.iter().any(|accepted| accepted.crt == issuing.crt) {
        ca.push_str(&issuing.crt);
    }
    let name = format!("admin@{}", root.name);
    let kubeconfig = Kubeconfig {
        cluster: root.name.clone(),
        server: root.endpoint.clone(),
        ca,
        user: name.clone(),
        context: name,
        credentials: KubeconfigUser::Certificate { crt: certificate.crt, key: certificate.key },
        namespace: Some("default".to_owned()),
    };
    Ok(kubeconfig.render())
}

#[cfg(test)]
mod tests {
    use minos_pki::{AuthorityRequest, Certificate};

    use super::*;
    use crate::api::ApiAccess;
    use crate::files::HostFiles;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[test]
    fn the_certificate_says_who_may_use_it() {
        let now = SystemTime::now();
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some("kubernetes".to_owned()),
            algorithm: Algorithm::EcdsaP256,
            lifetime: 10 * DAY,
        };
        let root = KubernetesRootSecret {
            name: "demo".to_owned(),
            endpoint: "https://10.5.0.2:6443".to_owned(),
            issuing_ca: Some(Authority::generate(&request, now).unwrap()),
            ..KubernetesRootSecret::default()
        };
        let identity =
            AdminIdentity { common_name: "admin".to_owned(), organization: "system:masters".to_owned(), lifetime: DAY };
        let text = admin_kubeconfig(&root, &identity, now).unwrap();
        assert!(text.expose().contains("current-context: admin@demo"));
        let access = ApiAccess::read(text.expose(), &HostFiles::default()).unwrap();
        assert_eq!(access.server, root.endpoint);
        let certificate = Certificate::from_pem(&access.identity.unwrap().0).unwrap();
        assert_eq!(certificate.common_name, "admin");
        assert_eq!(certificate.organizations, ["system:masters"]);
        assert!(matches!(
            admin_kubeconfig(&KubernetesRootSecret::default(), &identity, now),
            Err(KubeconfigError::NoAuthority)
        ));
    }
}
