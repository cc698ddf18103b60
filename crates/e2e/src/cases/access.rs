mod secrets;

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use minos_api::client::{Connection, Credentials, ServerTrust, Talosconfig};
use minos_api::machine::ApplyConfigurationRequest;
use minos_api::roles::{METHODS, Method, Role, RoleSet};
use minos_config::Config;
use minos_config::generate::Secrets;
use minos_pki::{CertificateAndKey, Roles};
use tonic::Code;
use tonic_prost::ProstCodec;

use crate::cluster::Cluster;

/// How long one call may take; a refusal comes at once.
const PATIENCE: Duration = Duration::from_secs(80);

pub fn run(cluster: &Cluster) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(certificates(cluster))?;
    runtime.block_on(roles(cluster))
}

/// Who has no certificate of this cluster that is valid now gets no connection.
async fn certificates(cluster: &Cluster) -> Result<()> {
    let own = own_secrets(cluster)?;
    let now = SystemTime::now();
    let stranger = Secrets::generate(now)?;
    let admin = Roles::parse(["os:admin"]);
    let hour = Duration::from_secs(3600);
    let long_ago = now - 48 * hour;
    let cases = [
        ("no certificate", None),
        ("a certificate of another authority", Some(stranger.client_certificate(&admin, 24 * hour, now)?)),
        ("an expired certificate", Some(own.client_certificate(&admin, hour, long_ago)?)),
    ];
    for (what, pair) in cases {
        // The handshake ends with an alert. The library calls that `Unknown` when it had begun to send its request.
        let code = call(&connection(cluster, pair)?, version()?).await;
        ensure!(matches!(code, Some(Code::Unavailable | Code::Unknown)), "{what}: {code:?}, wanted no connection");
    }
    let code = call(&connection(cluster, Some(own.client_certificate(&admin, hour, now)?))?, version()?).await;
    ensure!(code.is_none(), "a good certificate: {code:?}");
    Ok(())
}

/// Every method × every role that may not call it.
async fn roles(cluster: &Cluster) -> Result<()> {
    let own = own_secrets(cluster)?;
    let mut refused = 0;
    for role in Role::ALL {
        let pair =
            own.client_certificate(&Roles::parse([role.as_str()]), Duration::from_secs(3600), SystemTime::now())?;
        let connection = connection(cluster, Some(pair))?;
        // A gateway's own role passes on what others hold; without any it holds nothing.
        let roles = RoleSet::of(&[role]);
        for method in METHODS.iter().filter(|method| is_served(method) && !method.allows(roles)) {
            let code = call(&connection, method).await;
            ensure!(
                code == Some(Code::PermissionDenied),
                "{} as {}: {code:?}, wanted {:?}",
                method.path,
                role.as_str(),
                Code::PermissionDenied
            );
            refused += 1;
        }
    }
    println!("    {} methods, {refused} pairs of method and role refused", METHODS.len());
    ensure!(refused > METHODS.len(), "hardly anything was tried");
    a_reader_may_only_try(cluster, &own).await?;
    secrets::run(cluster, &own).await
}

/// Readers may ask what a configuration would change; they may not change it.
async fn a_reader_may_only_try(cluster: &Cluster, own: &Secrets) -> Result<()> {
    let pair = own.client_certificate(&Roles::parse(["os:reader"]), Duration::from_secs(3600), SystemTime::now())?;
    let connection = connection(cluster, Some(pair))?;
    let data = std::fs::read(cluster.file("controlplane.yaml"))?;
    let request = ApplyConfigurationRequest { data: data.into(), ..ApplyConfigurationRequest::default() };
    let outcome = connection.machine().apply_configuration(request).await;
    let code = outcome.err().map(|status| status.code());
    ensure!(code == Some(Code::PermissionDenied), "a reader applies a configuration: {code:?}");
    Ok(())
}

/// Whether the port for operators has the method; `securityapi` has a port of its own.
fn is_served(method: &Method) -> bool {
    !method.path.starts_with("/securityapi.")
}

fn version() -> Result<&'static Method> {
    METHODS.iter().find(|method| method.path == "/machine.MachineService/Version").context("no such method")
}

fn own_secrets(cluster: &Cluster) -> Result<Secrets> {
    let (config, _) = Config::parse(&std::fs::read(cluster.file("controlplane.yaml"))?)?;
    Ok(Secrets::from_config(&config))
}

fn connection(cluster: &Cluster, pair: Option<CertificateAndKey>) -> Result<Connection> {
    let talosconfig = Talosconfig::open(Some(&cluster.file("talosconfig")))?;
    let context = talosconfig.select(None)?;
    let credentials = pair.map(|pair| Credentials { certificate: pair.crt.clone(), key: pair.key.expose().to_owned() });
    Ok(Connection::open(&context.endpoints, &ServerTrust::Ca(context.ca_pem()?), credentials.as_ref())?)
}

/// Calls a method with an empty message; the code of the refusal, if it was one.
async fn call(connection: &Connection, method: &Method) -> Option<Code> {
    let calling = async {
        let mut client = tonic::client::Grpc::new(connection.channel());
        client.ready().await.map_err(|error| tonic::Status::unavailable(error.to_string()))?;
        let path = method.path.parse().map_err(|_| tonic::Status::internal("the path"))?;
        let request = tonic::Request::new(tokio_stream::once(()));
        let mut reply = client.streaming(request, path, ProstCodec::<(), ()>::default()).await?.into_inner();
        reply.message().await.map(drop)
    };
    match tokio::time::timeout(PATIENCE, calling).await {
        Ok(Ok(())) => None,
        Ok(Err(status)) => Some(status.code()),
        Err(_) => Some(Code::DeadlineExceeded),
    }
}
