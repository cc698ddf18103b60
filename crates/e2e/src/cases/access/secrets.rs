//! What a reader gets holds no secret, and a client configuration from the node opens what its roles allow.

use anyhow::{Context as _, Result, ensure};
use minos_api::client::{Connection, Talosconfig};
use minos_config::generate::Secrets;
use serde_json::Value;
use tonic::Code;

use crate::cluster::Cluster;

pub async fn run(cluster: &Cluster, own: &Secrets) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("reader");
    let path = file.display().to_string();
    cluster.minosctl(&["config", "new", "--roles", "os:reader", "--crt-ttl", "1h", &path])?;
    let talosconfig = Talosconfig::open(Some(&file))?;
    ensure!(talosconfig.context.starts_with("reader@"), "the context is {:?}", talosconfig.context);
    let context = talosconfig.select(None)?;
    let reader = Connection::with_context(context, &context.endpoints)?;
    nothing_secret_is_read(cluster, &reader, &secret_texts(own)).await
}

/// Every type: sensitive ones are refused, the others hold no secret, in the YAML and in the bytes.
async fn nothing_secret_is_read(cluster: &Cluster, reader: &Connection, secrets: &[String]) -> Result<()> {
    let definitions = cluster.minosctl(&["get", "rd", "-o", "json"])?;
    let stream = serde_json::Deserializer::from_str(&definitions).into_iter::<Value>();
    let (mut read, mut refused) = (0, 0);
    for definition in stream {
        let definition = definition?;
        let text = |key: &str| definition["spec"][key].as_str().with_context(|| format!("no {key}: {definition}"));
        let (kind, namespace) = (text("type")?, text("defaultNamespace")?);
        match reader.state().list(namespace, kind).await {
            Err(status) if status.code() == Code::PermissionDenied => {
                ensure!(definition["spec"]["sensitivity"] == "sensitive", "{kind} is refused: {}", status.message());
                refused += 1;
            }
            Err(status) => return Err(status).with_context(|| format!("reading {kind}")),
            Ok(resources) => {
                for spec in resources.into_iter().filter_map(|resource| resource.spec) {
                    let bytes = String::from_utf8_lossy(&spec.proto_spec);
                    let leak = secrets.iter().any(|secret| spec.yaml_spec.contains(secret) || bytes.contains(secret));
                    ensure!(!leak, "{kind} shows a secret of the cluster to a reader");
                    read += 1;
                }
            }
        }
    }
    println!("    a reader reads {read} resources without a secret; {refused} types are refused");
    ensure!(read > 100 && refused > 30, "hardly anything was tried");
    Ok(())
}

/// Every secret of the cluster, in the forms in which it could appear.
fn secret_texts(own: &Secrets) -> Vec<String> {
    let certs = &own.certs;
    let keys = [&certs.etcd.key, &certs.k8s.key, &certs.k8saggregator.key, &certs.k8sserviceaccount.key, &certs.os.key];
    // The first line of a key as PEM; the whole of it in base64 is among the values below.
    let mut texts: Vec<String> =
        keys.into_iter().filter_map(|key| key.expose().lines().nth(1)).map(str::to_owned).collect();
    let encoded = own.encode();
    let values = encoded.lines().filter_map(|line| line.trim().split_once(": ")).filter(|(key, _)| is_secret(key));
    // Of a token the second half is the secret.
    texts.extend(values.map(|(_, value)| value.rsplit('.').next().unwrap_or(value).trim_matches('"').to_owned()));
    texts.retain(|text| text.len() >= 16);
    texts
}

fn is_secret(key: &str) -> bool {
    ["secret", "token", "key"].iter().any(|end| key.ends_with(end))
}
