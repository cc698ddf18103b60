use std::sync::Arc;
use std::time::{Duration, SystemTime};

use minos_pki::{Algorithm, Authority, AuthorityRequest, Certificate, CertificateAndKey, Leaf, PrivateKey, Usage};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::{CertificateDer, UnixTime};

use crate::Place;

const HOUR: Duration = Duration::from_secs(3600);

/// Whether a TLS server that trusts `authority` lets this client in.
fn accepted(authority: &Certificate, client: &Certificate) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.der().to_vec())).unwrap();
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
    let client = CertificateDer::from(client.der().to_vec());
    builder.build().unwrap().verify_client_cert(&client, &[], UnixTime::now()).is_ok()
}

fn authority(lifetime: Duration, now: SystemTime) -> CertificateAndKey {
    let request = AuthorityRequest {
        common_name: String::new(),
        organization: Some("old".into()),
        algorithm: Algorithm::Ed25519,
        lifetime,
    };
    Authority::generate(&request, now).unwrap()
}

#[test]
fn authority_key_request_certificate_make_a_chain() {
    for flags in ["", "--rsa"] {
        let place = Place::new();
        place.succeed(&format!("ca --organization home {flags}"));
        place.succeed("key --name me");
        place.succeed("csr --key me.key --ip 10.5.0.2 --roles os:reader,os:operator");
        place.succeed("crt --ca home --csr me.csr --name me");
        assert_eq!(place.names(), ["home.crt", "home.key", "home.sha256", "me.crt", "me.csr", "me.key"]);

        let ca = place.pair("home");
        Authority::load(&ca).unwrap();
        let (ca, client) = (ca.certificate().unwrap(), place.pair("me"));
        client.check().unwrap();
        let client = client.certificate().unwrap();
        assert!(client.is_signed_by(&ca) && accepted(&ca, &client), "{flags}");
        assert_eq!(client.organizations, ["os:operator", "os:reader"]);
        assert_eq!(client.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.5.0.2"]);
        assert_eq!(client.usages.iter().copied().collect::<Vec<_>>(), [Usage::Client]);
        let left = client.not_after.duration_since(SystemTime::now()).unwrap();
        assert!(left > 23 * HOUR && left <= 24 * HOUR, "{left:?}");

        assert_eq!(ca.organizations, ["home"]);
        assert_eq!(place.text("home.sha256"), ca.public_key_hash());
        let left = ca.not_after.duration_since(SystemTime::now()).unwrap();
        assert!(left > 87_599 * HOUR && left <= 87_600 * HOUR, "{left:?}");
    }
}

#[test]
fn key_files_have_upstreams_labels() {
    let place = Place::new();
    place.succeed("ca --organization a");
    place.succeed("ca --organization b --rsa");
    place.succeed("key --name c");
    place.succeed("keypair --organization d --ip fd00::1");
    for (name, label) in [("a", "ED25519 "), ("b", "RSA "), ("c", "ED25519 "), ("d", "ED25519 ")] {
        assert!(place.text(&format!("{name}.key")).starts_with(&format!("-----BEGIN {label}PRIVATE KEY-----\n")));
    }
    let pair = place.pair("d");
    pair.check().unwrap();
    let certificate = pair.certificate().unwrap();
    assert_eq!(certificate.addresses.first().unwrap().to_string(), "fd00::1");
    assert!(certificate.not_after.duration_since(SystemTime::now()).unwrap() <= 24 * HOUR);
}

#[test]
fn keys_of_other_tools_are_taken() {
    let place = Place::new();
    place.succeed("ca --organization home");
    for (name, key) in [
        ("sec1", include_str!("../../../pki/testdata/sec1.pem")),
        ("pkcs1", include_str!("../../../pki/testdata/pkcs1.pem")),
    ] {
        place.put(&format!("{name}.key"), key);
        place.succeed(&format!("csr --key {name}.key --ip ::1"));
        place.succeed(&format!("crt --ca home.crt --csr {name}.csr --name {name}"));
        let pair = place.pair(name);
        pair.check().unwrap();
        assert!(accepted(&place.pair("home").certificate().unwrap(), &pair.certificate().unwrap()), "{name}");
    }
}

#[test]
fn what_exists_stays_unless_forced() {
    let place = Place::new();
    let lines = ["ca --organization home", "key --name me", "csr --key me.key --ip 10.5.0.2"];
    let lines = lines.iter().chain(&["crt --ca home --csr me.csr --name me", "keypair --organization pair"]);
    lines.clone().for_each(|line| place.succeed(line));
    for line in lines.clone() {
        let before: Vec<_> = place.names().iter().map(|name| place.text(name)).collect();
        place.refuse(line, &["already exists, use --force to overwrite"]);
        assert_eq!(place.names().iter().map(|name| place.text(name)).collect::<Vec<_>>(), before, "{line}");
    }
    std::fs::remove_file(place.path("home.crt")).unwrap();
    place.refuse("ca --organization home", &["\"home.sha256\" already exists", "\"home.key\" already exists"]);
    for name in place.names() {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(place.path(&name), std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    lines.for_each(|line| place.succeed(&format!("{line} --force")));
}

#[test]
fn bad_files_are_named_with_what_is_wrong() {
    let place = Place::new();
    ["ca --organization home", "ca --organization other", "key --name me", "csr --key me.key --ip 10.5.0.2"]
        .iter()
        .for_each(|line| place.succeed(line));
    let crt = |ca: &str, csr: &str| format!("crt --ca {ca} --csr {csr} --name new");

    place.put("mixed.crt", &place.text("home.crt"));
    place.put("mixed.key", &place.text("other.key"));
    place.refuse(&crt("mixed", "me.csr"), &["mixed.key is not the key of mixed.crt"]);

    let old = authority(HOUR, SystemTime::now() - 2 * HOUR);
    place.put("old.crt", &old.crt);
    place.put("old.key", old.key.expose());
    place.refuse(&crt("old", "me.csr"), &["old.crt: this certificate expired on 20", "UTC"]);

    let leaf = Authority::load(&authority(HOUR, SystemTime::now())).unwrap();
    let leaf = leaf.issue(&Leaf::server("x", HOUR), SystemTime::now()).unwrap();
    place.put("leaf.crt", &leaf.crt);
    place.put("leaf.key", leaf.key.expose());
    place.refuse(&crt("leaf", "me.csr"), &["leaf.crt: this certificate is no authority"]);

    place.put("junk.crt", "\0\u{7f}no PEM");
    place.put("junk.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    place.refuse(
        &crt("junk", "me.csr"),
        &["junk.crt: ", "no PEM block named CERTIFICATE", "junk.key: ", "supported are"],
    );

    place.refuse(&crt("home", "me.key"), &["me.key: ", "CERTIFICATE REQUEST", "found ED25519 PRIVATE KEY"]);
    let forged = place.text("me.csr").replacen("MII", "MIJ", 1).replacen("MIH", "MIG", 1);
    place.put("forged.csr", &forged);
    place.refuse(&crt("home", "forged.csr"), &["forged.csr: "]);
    place.refuse("csr --key home.crt --ip 10.5.0.2", &["home.crt: ", "found CERTIFICATE", "RSA PRIVATE KEY"]);
    place.refuse("csr --key me.key --ip 10.5.0.2 --roles os:root", &["os:root", "os:reader"]);
    place.refuse("csr --key me.key --ip 10.5.0", &["10.5.0"]);
    place.refuse("ca --organization home --hours 0", &["--hours"]);
    place.refuse("ca", &["--organization"]);

    let missing = place.run(&crt("nowhere", "me.csr"));
    assert!(missing.code == 6 && missing.stderr.contains("cannot read nowhere.crt"), "{}", missing.stderr);
}

#[test]
fn a_request_whose_signature_is_wrong_is_refused() {
    let place = Place::new();
    ["ca --organization home", "key --name me", "csr --key me.key --ip 10.5.0.2"]
        .iter()
        .for_each(|line| place.succeed(line));
    let mut block = minos_pki::PemBlock::first(&place.text("me.csr"), &["CERTIFICATE REQUEST"], "one").unwrap();
    *block.bytes.last_mut().unwrap() ^= 1;
    place.put("me.csr", &minos_pki::PemBlock::encode(&block.label, &block.bytes));
    place.refuse("crt --ca home --csr me.csr --name me", &["me.csr: ", "signature"]);
}

#[test]
fn a_certificate_that_outlives_its_authority_warns() {
    let place = Place::new();
    place.succeed("ca --organization home --hours 1");
    place.succeed("key --name me");
    place.succeed("csr --key me.key --ip 10.5.0.2");
    let outcome = place.run("crt --ca home --csr me.csr --name me");
    assert!(outcome.code == 0 && outcome.stderr.contains("warning: home.crt expires before"), "{}", outcome.stderr);
    assert!(PrivateKey::from_pem(&place.text("me.key")).is_ok());
}
