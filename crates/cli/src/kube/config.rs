//! Reading a kubeconfig.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// What is needed to talk to the API server of the current context.
pub struct Access {
    /// `https://host:port`.
    pub server: String,
    /// The cluster's CA, PEM.
    pub ca: String,
    /// Client certificate and key, PEM, if there are any.
    pub client: Option<(String, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    current_context: String,
    clusters: Vec<Cluster>,
    contexts: Vec<Context>,
    users: Vec<User>,
}

#[derive(Deserialize)]
struct Cluster {
    name: String,
    cluster: ClusterData,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ClusterData {
    server: String,
    certificate_authority_data: String,
}

#[derive(Deserialize)]
struct Context {
    name: String,
    context: ContextData,
}

#[derive(Deserialize)]
struct ContextData {
    cluster: String,
    user: String,
}

#[derive(Deserialize)]
struct User {
    name: String,
    user: UserData,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct UserData {
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

impl Access {
    /// Reads a kubeconfig's current context.
    pub fn parse(text: &str) -> Result<Access> {
        let options = serde_saphyr::options! { with_snippet: false };
        let file: File = serde_saphyr::from_str_with_options(text, options)?;
        let context = file.contexts.into_iter().find(|context| context.name == file.current_context);
        let context = context.context("the current context is not in the kubeconfig")?.context;
        let cluster = file.clusters.into_iter().find(|cluster| cluster.name == context.cluster);
        let cluster = cluster.context("the context's cluster is not in the kubeconfig")?.cluster;
        let user = file.users.into_iter().find(|user| user.name == context.user);
        let user = user.context("the context's user is not in the kubeconfig")?.user;
        let client = match (user.client_certificate_data, user.client_key_data) {
            (Some(certificate), Some(key)) => Some((pem(&certificate)?, pem(&key)?)),
            _ => None,
        };
        Ok(Access { server: cluster.server, ca: pem(&cluster.certificate_authority_data)?, client })
    }
}

fn pem(text: &str) -> Result<String> {
    let compact: String = text.split_whitespace().collect();
    Ok(String::from_utf8(STANDARD.decode(compact)?)?)
}
