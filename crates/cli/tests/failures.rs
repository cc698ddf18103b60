//! What people read when a node cannot be reached or is not whom they think: the program itself, against sockets on loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use minos_api::client::normalize_labels;
use minos_pki::{Algorithm, Authority, AuthorityRequest, CertificateAndKey, Leaf};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

const HOUR: Duration = Duration::from_secs(3600);

/// A context that trusts one authority, and what a run with it says.
struct Client(TempDir);

impl Client {
    fn trusting(authority: &CertificateAndKey) -> Client {
        let client = Client(tempfile::tempdir().unwrap());
        std::fs::write(client.0.path().join("ca.crt"), &authority.crt).unwrap();
        for line in ["config add home --ca ca.crt", "config context home"] {
            assert_eq!(client.run(line).0, 0, "{line}");
        }
        client
    }

    /// The exit code, and standard error.
    fn run(&self, line: &str) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minosctl"));
        command.args(line.split_whitespace()).args(["--talosconfig", "talosconfig"]).current_dir(self.0.path());
        let output = command.stdin(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

fn authority() -> CertificateAndKey {
    let request = AuthorityRequest {
        common_name: String::new(),
        organization: Some("talos".into()),
        algorithm: Algorithm::Ed25519,
        lifetime: 24 * HOUR,
    };
    Authority::generate(&request, SystemTime::now() - 12 * HOUR).unwrap()
}

/// Something that shakes hands with a certificate of an authority, issued then, and no more.
fn server(authority: &CertificateAndKey, issued: SystemTime) -> SocketAddr {
    serve(authority, issued, WebPkiClientVerifier::no_client_auth())
}

/// The same, for clients with a certificate of the authority only.
fn strict_server(authority: &CertificateAndKey) -> SocketAddr {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority.crt.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    serve(authority, SystemTime::now(), verifier)
}

fn serve(authority: &CertificateAndKey, issued: SystemTime, clients: Arc<dyn ClientCertVerifier>) -> SocketAddr {
    let leaf = Leaf::server("node", HOUR).addresses([Ipv4Addr::LOCALHOST.into()]);
    let pair = Authority::load(authority).unwrap().issue(&leaf, issued).unwrap();
    let chain = CertificateDer::pem_slice_iter(pair.crt.as_bytes()).collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(normalize_labels(pair.key.expose()).as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut connection = ServerConnection::new(config.clone()).unwrap();
            drop(connection.complete_io(&mut stream.unwrap()));
        }
    });
    address
}

/// An address at which nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

fn assert_readable(line: &str, text: &str) {
    for inside in ["tonic::", "code: '", "message: \"", "ConnectError", "os error", "InvalidCertificate", "UNIX)"] {
        assert!(!text.contains(inside), "{line}: {inside:?} in {text}");
    }
}

#[test]
fn health_ends_at_once_with_a_certificate_of_another_authority() {
    let address = server(&authority(), SystemTime::now());
    let client = Client::trusting(&authority());
    let line = format!("health -e {address} --wait-timeout 1m");
    let (code, text) = client.run(&line);
    assert_eq!(code, 4, "{text}");
    assert!(text.contains(&format!("{address}: its certificate is of another authority")), "{text}");
    assert!(text.contains("minosctl config contexts") && !text.contains("not healthy after"), "{text}");
    assert_readable(&line, &text);
}

#[test]
fn health_tries_again_while_nobody_listens_and_says_where() {
    let address = nobody();
    let line = format!("health -e {address} --wait-timeout 1s");
    let (code, text) = Client::trusting(&authority()).run(&line);
    assert_eq!(code, 5, "{text}");
    assert!(text.contains("not healthy after") && text.contains("Is the node up, and the address right?"), "{text}");
    assert!(text.contains(&format!("cannot connect to {address}: Connection refused")), "{text}");
    assert_readable(&line, &text);
}

#[test]
fn a_name_that_does_not_resolve_is_named() {
    let line = "services -e nosuch.invalid";
    let (code, text) = Client::trusting(&authority()).run(line);
    assert_eq!(code, 5, "{text}");
    let (_, reason) = text.split_once("cannot connect to nosuch.invalid:50000: ").expect(&text);
    assert!(reason.starts_with("failed to lookup address information"), "{text}");
    assert_readable(line, &text);
}

/// A node that has its configuration asks for a certificate; the configuration is large enough to be on its way by then.
#[test]
fn a_configured_node_refuses_an_insecure_configuration_with_its_reason() {
    let authority = authority();
    let client = Client::trusting(&authority);
    let padding = "# padding\n".repeat(20_000);
    std::fs::write(client.0.path().join("worker.yaml"), format!("machine: {{type: worker}}\n{padding}")).unwrap();
    let address = strict_server(&authority);
    let line = format!("apply-config --insecure -n {address} -f worker.yaml");
    for _ in 0..5 {
        let (code, text) = client.run(&line);
        assert_eq!(code, 4, "{text}");
        assert!(text.contains("it wants a certificate of its clients, and got none"), "{text}");
        assert!(text.contains("leave `--insecure` away") && !text.contains("pipe"), "{text}");
        assert_readable(&line, &text);
    }
}

#[test]
fn an_expired_certificate_has_a_readable_date() {
    let authority = authority();
    let address = server(&authority, SystemTime::now() - 3 * HOUR);
    let line = format!("version -e {address}");
    let (code, text) = Client::trusting(&authority).run(&line);
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("its certificate expired on 20") && text.contains(" UTC, and it is 20"), "{text}");
    assert_readable(&line, &text);
}

#[test]
fn every_command_says_where_it_could_not_connect_and_what_to_try() {
    let (address, client) = (nobody(), Client::trusting(&authority()));
    std::fs::write(client.0.path().join("worker.yaml"), "machine: {type: worker}\n").unwrap();
    for line in [
        "version",
        "get members",
        "get members -w",
        "services",
        "service kubelet restart",
        "logs kubelet",
        "logs -k kube-system/a:b",
        "dmesg",
        "events",
        "list /",
        "read /etc/os-release",
        "memory",
        "mounts",
        "processes",
        "etcd members",
        "etcd status",
        "kubeconfig -",
        "bootstrap",
        "reboot",
        "shutdown --wait=false",
        "config new other",
        "apply-config -f worker.yaml",
        "patch mc -p {}",
        "plan -f worker.yaml",
        "health --server",
    ] {
        let (code, text) = client.run(&format!("{line} -e {address}"));
        assert_eq!(code, 5, "{line}: {text}");
        assert_eq!(
            text.matches(&format!("cannot connect to {address}: Connection refused")).count(),
            1,
            "{line}: {text}"
        );
        assert!(text.contains("Is the node up, and the address right?"), "{line}: {text}");
        assert_readable(line, &text);
    }
}
