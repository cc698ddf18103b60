use std::time::{Duration, SystemTime};

use minos_pki::{
    Algorithm, Authority, AuthorityRequest, CertificateAndKey, Leaf, PkiError, PrivateKey, Roles, Secret, Token,
    random_base64,
};

use super::{Contract, contract::Since};
use crate::{
    config::Config,
    documents::v1alpha1::EncodedKey,
    emit::emit,
    problem::{Problem, Problems},
    read::read,
    schema::{Context, Decode, section},
};

/// How long a cluster's authorities are valid: ten years.
const AUTHORITY_LIFETIME: Duration = Duration::from_secs(87_600 * 3600);
/// Bytes of ids, secrets and keys.
const KEY_SIZE: usize = 32;

section! {
    /// Every secret of a cluster: the content of `secrets.yaml`.
    pub struct Secrets {
        /// What the members know each other by.
        "cluster" => cluster: ClusterIds,
        /// Tokens and keys of Kubernetes.
        "secrets" => secrets: SharedSecrets,
        /// What workers show to get certificates.
        "trustdinfo" => trustdinfo: TrustdInfo,
        /// Authorities.
        "certs" => certs: Certificates,
    }
}

section! {
    /// What the members of a cluster know each other by.
    pub struct ClusterIds {
        /// The cluster's id.
        "id" => id: String,
        /// What they share.
        "secret" => secret: Secret,
    }
}

section! {
    /// Tokens and keys of Kubernetes.
    pub struct SharedSecrets {
        /// What new nodes show.
        "bootstraptoken" => bootstraptoken: Secret,
        /// Encrypts Secrets in etcd (old clusters).
        "aescbcencryptionsecret" => aescbcencryptionsecret: Secret,
        /// Encrypts Secrets in etcd.
        "secretboxencryptionsecret" => secretboxencryptionsecret: Secret,
    }
}

section! {
    /// What workers show to get certificates.
    pub struct TrustdInfo {
        /// The token.
        "token" => token: Secret,
    }
}

section! {
    /// The authorities of a cluster.
    pub struct Certificates {
        /// etcd's.
        "etcd" => etcd: CertificateAndKey,
        /// Kubernetes'.
        "k8s" => k8s: CertificateAndKey,
        /// The aggregation layer's.
        "k8saggregator" => k8saggregator: CertificateAndKey,
        /// Signs service account tokens.
        "k8sserviceaccount" => k8sserviceaccount: EncodedKey,
        /// The operating system's.
        "os" => os: CertificateAndKey,
    }
}

impl Secrets {
    /// New secrets for a new cluster.
    ///
    /// The service account key is RSA, because some who verify its tokens know RS256 only, and has 2048 bits, as kubeadm's: a
    /// longer one takes seconds to find.
    pub fn generate(now: SystemTime) -> Result<Self, PkiError> {
        Self::generate_for(Contract::CURRENT, now)
    }

    /// New secrets for a cluster of that version.
    pub fn generate_for(contract: Contract, now: SystemTime) -> Result<Self, PkiError> {
        let secretbox = contract.has(Since::SafeDefaults);
        let encryption = |mine: bool| if mine { random_base64(KEY_SIZE).into() } else { Secret::default() };
        let service_accounts = if contract.has(Since::HostDns) { Algorithm::Rsa2048 } else { Algorithm::EcdsaP256 };
        let authority = |organization: Option<&str>, common_name: &str, algorithm| {
            let request = AuthorityRequest {
                common_name: common_name.to_owned(),
                organization: organization.map(str::to_owned),
                algorithm,
                lifetime: AUTHORITY_LIFETIME,
            };
            Authority::generate(&request, now)
        };
        Ok(Self {
            cluster: ClusterIds { id: url_safe(&random_base64(KEY_SIZE)), secret: random_base64(KEY_SIZE).into() },
            secrets: SharedSecrets {
                bootstraptoken: Token::generate().expose(),
                aescbcencryptionsecret: encryption(!secretbox),
                secretboxencryptionsecret: encryption(secretbox),
            },
            trustdinfo: TrustdInfo { token: Token::generate().expose() },
            certs: Certificates {
                etcd: authority(Some("etcd"), "", Algorithm::EcdsaP256)?,
                k8s: authority(Some("kubernetes"), "", Algorithm::EcdsaP256)?,
                k8saggregator: authority(None, "front-proxy", Algorithm::EcdsaP256)?,
                k8sserviceaccount: EncodedKey { key: PrivateKey::generate(service_accounts)?.to_pem() },
                os: authority(Some("talos"), "", Algorithm::Ed25519)?,
            },
        })
    }

    /// The secrets that a control plane's configuration holds.
    pub fn from_config(config: &Config) -> Self {
        let text = |secret: Option<&Secret>| secret.cloned().unwrap_or_default();
        let pair = |pair: Option<&CertificateAndKey>| pair.cloned().unwrap_or_default();
        Self {
            cluster: ClusterIds { id: config.cluster_id().to_owned(), secret: text(config.cluster_secret()) },
            secrets: SharedSecrets {
                bootstraptoken: config.bootstrap_token().map(|token| token.expose()).unwrap_or_default(),
                aescbcencryptionsecret: text(config.aescbc_encryption_secret()),
                secretboxencryptionsecret: text(config.secretbox_encryption_secret()),
            },
            trustdinfo: TrustdInfo { token: text(config.machine_token()) },
            certs: Certificates {
                etcd: config.etcd().ca.unwrap_or_default(),
                k8s: pair(config.cluster_ca()),
                k8saggregator: pair(config.aggregator_ca()),
                k8sserviceaccount: EncodedKey { key: text(config.service_account_key()) },
                os: pair(config.machine_ca()),
            },
        }
    }

    /// Reads `secrets.yaml`, strictly.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problems> {
        let (nodes, mut problems) = read(bytes);
        let [node] = nodes.as_slice() else {
            Problems::unless_empty(problems)?;
            return Err(Problems::one(format!("found {} documents, wanted one", nodes.len())));
        };
        let mut cx = Context::default();
        let secrets = Self::decode(node, &mut cx);
        problems.append(&mut cx.problems);
        if let Some(secrets) = &secrets {
            problems.extend(secrets.problems());
        }
        Problems::unless_empty(problems)?;
        secrets.ok_or_else(|| Problems::one("no secrets"))
    }

    /// Writes `secrets.yaml`.
    pub fn encode(&self) -> String {
        emit(&Decode::encode(self))
    }

    /// A certificate for a client of the operating system's API, with these roles.
    pub fn client_certificate(
        &self,
        roles: &Roles,
        lifetime: Duration,
        now: SystemTime,
    ) -> Result<CertificateAndKey, PkiError> {
        let leaf = Leaf::client("", lifetime).organizations(roles.names());
        Authority::load(&self.certs.os)?.issue(&leaf, now)
    }

    /// Tells every secret that is missing or cannot be used.
    pub fn check(&self) -> Result<(), Problems> {
        Problems::unless_empty(self.problems())
    }

    fn problems(&self) -> Vec<Problem> {
        let shared = &self.secrets;
        let mut problems: Vec<Problem> = [
            ("cluster.id", self.cluster.id.is_empty()),
            ("cluster.secret", self.cluster.secret.is_empty()),
            ("secrets.bootstraptoken", shared.bootstraptoken.is_empty()),
            ("trustdinfo.token", self.trustdinfo.token.is_empty()),
        ]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(path, _)| problem(path, "this is needed"))
        .collect();
        if shared.aescbcencryptionsecret.is_empty() == shared.secretboxencryptionsecret.is_empty() {
            problems.push(problem(
                "secrets",
                "exactly one of secretboxencryptionsecret and aescbcencryptionsecret is needed",
            ));
        }
        let certs = &self.certs;
        let authorities =
            [("etcd", &certs.etcd), ("k8s", &certs.k8s), ("k8saggregator", &certs.k8saggregator), ("os", &certs.os)];
        for (name, pair) in authorities {
            if let Err(error) = pair.check() {
                problems.push(problem(&format!("certs.{name}"), &error.to_string()));
            }
        }
        if let Err(error) = PrivateKey::from_pem(certs.k8sserviceaccount.key.expose()) {
            problems.push(problem("certs.k8sserviceaccount.key", &error.to_string()));
        }
        problems
    }
}

fn problem(path: &str, message: &str) -> Problem {
    Problem {
        document: String::new(),
        path: path.to_owned(),
        position: None,
        message: message.to_owned(),
        notice: false,
    }
}

fn url_safe(base64: &str) -> String {
    base64.replace('+', "-").replace('/', "_")
}
