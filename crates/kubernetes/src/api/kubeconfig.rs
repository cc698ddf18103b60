//! Reading a kubeconfig: where the API server is and how to prove who we are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minos_pki::Secret;
use serde_json::Value;

use super::ApiError;
use crate::files::Files;

/// What a kubeconfig's current context says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiAccess {
    /// URL of the API server.
    pub(crate) server: String,
    /// Certificates that may have signed the server's (PEM).
    pub(crate) ca: String,
    /// Certificate and key of the client (PEM).
    pub(crate) identity: Option<(String, Secret)>,
    /// Bearer token.
    pub(crate) token: Option<Secret>,
    /// The name in the server's certificate, when it is not the one in the URL.
    pub(crate) server_name: Option<String>,
}

impl ApiAccess {
    /// Reads a kubeconfig; files that it names are read through `files`.
    pub(crate) fn read(text: &str, files: &dyn Files) -> Result<Self, ApiError> {
        let invalid = |what: &str| ApiError::Kubeconfig(what.to_owned());
        let document: Value = serde_saphyr::from_str(text).map_err(|_| invalid("it is not YAML"))?;
        let context = document["current-context"].as_str().ok_or_else(|| invalid("it has no current context"))?;
        let context = named(&document["contexts"], context).ok_or_else(|| invalid("its context is missing"))?;
        let entry = |list: &str, kind: &str| {
            let name = context["context"][kind].as_str()?;
            named(&document[list], name).map(|entry| entry[kind].clone())
        };
        let cluster = entry("clusters", "cluster").ok_or_else(|| invalid("its cluster is missing"))?;
        let user = entry("users", "user").unwrap_or_default();
        let server = cluster["server"].as_str().ok_or_else(|| invalid("its cluster has no server"))?;
        let source = Source { files };
        let crt = source.text(&user, "client-certificate")?;
        let key = source.text(&user, "client-key")?;
        Ok(Self {
            server: server.to_owned(),
            ca: source.text(&cluster, "certificate-authority")?.unwrap_or_default(),
            identity: crt.zip(key.map(Secret::from)),
            token: user["token"].as_str().map(Secret::from),
            server_name: cluster["tls-server-name"].as_str().map(str::to_owned),
        })
    }
}

fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|entry| entry["name"] == name)
}

struct Source<'a> {
    files: &'a dyn Files,
}

impl Source<'_> {
    /// A value that stands embedded under `key`-data or in the file named under `key`.
    fn text(&self, entry: &Value, key: &str) -> Result<Option<String>, ApiError> {
        let invalid = || ApiError::Kubeconfig(format!("its {key} cannot be read"));
        let bytes = if let Some(data) = entry[format!("{key}-data")].as_str() {
            STANDARD.decode(data).map_err(|_| invalid())?
        } else if let Some(path) = entry[key].as_str() {
            self.files.read(path).ok().flatten().ok_or_else(invalid)?
        } else {
            return Ok(None);
        };
        String::from_utf8(bytes).map(Some).map_err(|_| invalid())
    }
}

#[cfg(test)]
mod tests {
    use minos_pki::{Kubeconfig, KubeconfigUser};

    use super::*;
    use crate::files::{Access, HostFiles};

    #[test]
    fn our_own_kubeconfigs_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let files = HostFiles::below(folder.path());
        files.write("/pki/c.pem", b"CERT", Access::secret(0)).unwrap();
        files.write("/pki/k.pem", b"KEY", Access::secret(0)).unwrap();
        let kubeconfig = Kubeconfig {
            cluster: "c".to_owned(),
            server: "https://localhost:6443".to_owned(),
            ca: "CA".to_owned(),
            user: "u@c".to_owned(),
            context: "default@c".to_owned(),
            credentials: KubeconfigUser::CertificateFiles {
                crt: "/pki/c.pem".to_owned(),
                key: "/pki/k.pem".to_owned(),
            },
            namespace: None,
        };
        let access = ApiAccess::read(kubeconfig.render().expose(), &files).unwrap();
        assert_eq!(access.server, "https://localhost:6443");
        assert_eq!(access.ca, "CA");
        assert_eq!(access.identity, Some(("CERT".to_owned(), Secret::from("KEY"))));
    }
}
