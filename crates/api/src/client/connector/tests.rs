use std::net::Ipv4Addr;
use std::time::SystemTime;

use minos_pki::{Algorithm, Authority, AuthorityRequest, Leaf};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::{AlertDescription, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::client::tls::{ServerTrust, client_config};
use crate::client::{Unreachable, normalize_labels};

#[test]
fn endpoints_with_and_without_port() {
    let endpoint = |text| Endpoint::parse(text).unwrap().authority();
    assert_eq!(endpoint("10.5.0.2"), "10.5.0.2:50000");
    assert_eq!(endpoint("10.5.0.2:4000"), "10.5.0.2:4000");
    assert_eq!(endpoint("node.example"), "node.example:50000");
    assert_eq!(endpoint("fd00::2"), "[fd00::2]:50000");
    assert_eq!(endpoint("[fd00::2]:4000"), "[fd00::2]:4000");
    assert_eq!(endpoint("https://node.example:50000/"), "node.example:50000");
    assert!(Endpoint::parse("").is_err());
    assert!(Endpoint::parse("node:port").is_err());
}

/// A server that asks its clients for a certificate of its authority, and keeps the connections that it accepts.
async fn server_that_wants_certificates() -> Endpoint {
    let hour = Duration::from_secs(3600);
    let now = SystemTime::now();
    let request = AuthorityRequest {
        common_name: String::new(),
        organization: Some("talos".into()),
        algorithm: Algorithm::Ed25519,
        lifetime: hour,
    };
    let authority = Authority::generate(&request, now).unwrap();
    let leaf = Leaf::server("node", hour).addresses([Ipv4Addr::LOCALHOST.into()]);
    let pair = Authority::load(&authority).unwrap().issue(&leaf, now).unwrap();
    let certificates =
        |pem: &str| CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect::<Vec<_>>();
    let mut roots = RootCertStore::empty();
    certificates(&authority.crt).into_iter().for_each(|certificate| roots.add(certificate).unwrap());
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone()).build().unwrap();
    let key = PrivateKeyDer::from_pem_slice(normalize_labels(pair.key.expose()).as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(certificates(&pair.crt), key)
        .unwrap();
    let (listener, acceptor) =
        (TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(), TlsAcceptor::from(Arc::new(config)));
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut accepted = Vec::new();
        while let Ok((tcp, _)) = listener.accept().await {
            accepted.extend(acceptor.accept(tcp).await);
        }
    });
    Endpoint { host: Ipv4Addr::LOCALHOST.to_string(), port }
}

#[tokio::test]
async fn a_client_without_the_certificate_that_is_wanted_learns_so_before_it_sends_anything() {
    let endpoint = server_that_wants_certificates().await;
    let config = client_config(&ServerTrust::Anybody, None).unwrap();
    let error = Connector::new(vec![endpoint], config).connect().await.expect_err("a refusal");
    let unreachable =
        error.get_ref().and_then(|inner| inner.downcast_ref::<Unreachable>()).expect("each endpoint's reason");
    let reason = unreachable.failures[0].1.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    assert_eq!(reason, Some(&rustls::Error::AlertReceived(AlertDescription::CertificateRequired)), "{error}");
}
