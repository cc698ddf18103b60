//! `gen secrets`: new ones, those of a configuration, and those of a cluster that kubeadm made.

use std::time::{Duration, SystemTime};

use minos_config::generate::Secrets;
use minos_pki::{Algorithm, Authority, AuthorityRequest, Leaf, PrivateKey};

use crate::Place;

const DAY: Duration = Duration::from_secs(86_400);
/// Keys for tests alone.
const SEC1: &str = include_str!("../../../pki/testdata/sec1.pem");
const PKCS1: &str = include_str!("../../../pki/testdata/pkcs1.pem");

fn put_authority(place: &Place, name: &str, common_name: &str, key: &str, age: Duration) {
    let request = AuthorityRequest {
        common_name: common_name.into(),
        organization: None,
        algorithm: Algorithm::Rsa2048,
        lifetime: 3650 * DAY,
    };
    let private = PrivateKey::from_pem(key).unwrap();
    let certificate = Authority::self_signed(&request, &private, &[], SystemTime::now() - age).unwrap();
    place.put(&format!("pki/{name}.crt"), &certificate.to_pem());
    place.put(&format!("pki/{name}.key"), key);
}

/// As kubeadm leaves it, with a key of each form.
fn kubeadm() -> Place {
    let place = Place::new();
    put_authority(&place, "ca", "kubernetes", PKCS1, DAY);
    put_authority(&place, "etcd/ca", "etcd-ca", SEC1, DAY);
    let pkcs8 = PrivateKey::generate(Algorithm::EcdsaP256).unwrap().to_pem();
    put_authority(&place, "front-proxy-ca", "front-proxy-ca", pkcs8.expose(), DAY);
    place.put("pki/sa.key", PrivateKey::generate(Algorithm::Rsa2048).unwrap().to_labelled_pem().expose());
    assert!(place.text("pki/sa.key").starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    place
}

fn secrets(place: &Place) -> Secrets {
    Secrets::parse(place.text("secrets.yaml").as_bytes()).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn authorities_of_kubeadm_are_taken_over_as_they_are() {
    let place = kubeadm();
    place.succeed("secrets --from-kubernetes-pki pki --kubernetes-bootstrap-token abcdef.0123456789abcdef");
    let secrets = secrets(&place);
    let certs = &secrets.certs;
    for (name, pair) in [("ca", &certs.k8s), ("etcd/ca", &certs.etcd), ("front-proxy-ca", &certs.k8saggregator)] {
        assert_eq!(pair, &place.pair(&format!("pki/{name}")), "{name}");
        let ca = Authority::load(pair).unwrap();
        let leaf = ca.issue(&Leaf::client("x", DAY), SystemTime::now()).unwrap();
        assert!(leaf.certificate().unwrap().is_signed_by(ca.certificate()), "{name}");
    }
    assert_eq!(certs.k8sserviceaccount.key.expose(), place.text("pki/sa.key"));
    assert_eq!(secrets.secrets.bootstraptoken.expose(), "abcdef.0123456789abcdef");
    assert_eq!(certs.os.certificate().unwrap().organizations, ["talos"]);
    place.succeed("config home https://10.5.0.2:6443 --with-secrets secrets.yaml");
    place.refuse("secrets -p pki", &["file \"secrets.yaml\" already exists, use --force to overwrite"]);
}

#[test]
fn without_a_token_there_is_a_new_one() {
    let place = kubeadm();
    place.succeed("secrets -p pki");
    let one = secrets(&place).secrets.bootstraptoken;
    place.succeed("secrets -p pki --force");
    assert_ne!(one, secrets(&place).secrets.bootstraptoken);
}

#[test]
fn every_mistake_in_the_directory_is_told_at_once() {
    let place = kubeadm();
    place.put("pki/ca.key", SEC1);
    std::fs::remove_file(place.path("pki/etcd/ca.key")).unwrap();
    put_authority(&place, "front-proxy-ca", "front-proxy-ca", SEC1, 4000 * DAY);
    place.put("pki/sa.key", "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n");
    place.refuse(
        "secrets -p pki",
        &[
            "pki cannot be used",
            "pki/ca.key is not the key of pki/ca.crt",
            "cannot read pki/etcd/ca.key",
            "pki/front-proxy-ca.crt: this certificate expired on 20",
            "pki/sa.key: reading a private key",
            "supported are",
        ],
    );
    place.refuse("secrets -p nowhere", &["nowhere is not a directory"]);
}

#[test]
fn a_token_in_another_form_is_refused_without_being_shown() {
    let place = kubeadm();
    for token in ["abcdef", "abc.0123456789abcdef", "ABCDEF.0123456789abcdef", "abcdef.0123456789abcde"] {
        place.refuse(&format!("secrets -p pki -t {token}"), &["--kubernetes-bootstrap-token", "16 characters"]);
        assert!(!place.run(&format!("secrets -p pki -t {token}")).stderr.contains(token));
    }
    place.refuse("secrets -t abcdef.0123456789abcdef", &["--from-kubernetes-pki"]);
    place.refuse("secrets -p pki --from-controlplane-config x", &["cannot be used with"]);
}

#[test]
fn only_a_dash_prints_secrets() {
    let place = Place::new();
    let printed = place.run("secrets -o -");
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    Secrets::parse(printed.stdout.as_bytes()).unwrap();
    assert!(place.names().is_empty());
    place.succeed("secrets");
}

#[test]
fn a_control_planes_configuration_gives_its_secrets_back_and_a_workers_cannot() {
    let place = Place::new();
    place.succeed("secrets");
    place.succeed("config home https://10.5.0.2:6443 --with-secrets secrets.yaml");
    let again = place.run("secrets --from-controlplane-config controlplane.yaml -o -");
    assert_eq!((again.code, again.stdout), (0, place.text("secrets.yaml")));
    place.refuse(
        "secrets --from-controlplane-config worker.yaml -o new.yaml",
        &["worker.yaml lacks secrets", "certs.etcd"],
    );
}
