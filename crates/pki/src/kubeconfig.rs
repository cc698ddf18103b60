use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::secret::Secret;

/// How a user of a [`Kubeconfig`] proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KubeconfigUser {
    /// By a client certificate (PEM texts), embedded.
    Certificate {
        /// The certificate.
        crt: String,
        /// Its key.
        key: Secret,
    },
    /// By a client certificate in files.
    CertificateFiles {
        /// Path of the certificate.
        crt: String,
        /// Path of the key.
        key: String,
    },
    /// By a bearer token.
    Token(Secret),
}

/// One cluster, one user, one context: what a component or an administrator needs to reach an API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kubeconfig {
    /// Name of the cluster entry.
    pub cluster: String,
    /// URL of the API server.
    pub server: String,
    /// The authorities that may have signed the server's certificate (PEM).
    pub ca: String,
    /// Name of the user entry.
    pub user: String,
    /// Name of the context entry.
    pub context: String,
    /// How the user proves itself.
    pub credentials: KubeconfigUser,
    /// The namespace of the context, when other than none.
    pub namespace: Option<String>,
}

impl Kubeconfig {
    /// The file as Kubernetes' clients read it.
    pub fn render(&self) -> Secret {
        let namespace =
            self.namespace.as_deref().map(|name| format!("\n    namespace: {}", quote(name))).unwrap_or_default();
        Secret::new(format!(
            "apiVersion: v1\nkind: Config\nclusters:\n- name: {cluster}\n  cluster:\n    server: {server}\n    \
             certificate-authority-data: {ca}\nusers:\n- name: {user}\n  user:\n{credentials}contexts:\n- name: {context}\n  \
             context:\n    cluster: {cluster}\n    user: {user}{namespace}\ncurrent-context: {context}\n",
            cluster = quote(&self.cluster),
            server = quote(&self.server),
            ca = STANDARD.encode(&self.ca),
            user = quote(&self.user),
            context = quote(&self.context),
            credentials = self.credentials.render(),
        ))
    }
}

impl KubeconfigUser {
    fn render(&self) -> String {
        match self {
            Self::Certificate { crt, key } => format!(
                "    client-certificate-data: {}\n    client-key-data: {}\n",
                STANDARD.encode(crt),
                STANDARD.encode(key.expose())
            ),
            Self::CertificateFiles { crt, key } => {
                format!("    client-certificate: {}\n    client-key: {}\n", quote(crt), quote(key))
            }
            Self::Token(token) => format!("    token: {}\n", quote(token.expose())),
        }
    }
}

/// Plain when YAML reads it as the same string, else in double quotes.
fn quote(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./@:".contains(c))
        && !text.ends_with(':')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    }
}
