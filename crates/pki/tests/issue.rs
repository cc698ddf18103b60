//! Authorities and leaf certificates from end to end.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::{Duration, SystemTime};

use minos_pki::{
    Algorithm, Authority, AuthorityRequest, Certificate, CertificateAndKey, Leaf, PrivateKey, Reissue, Role, Roles,
    Rotation, SigningPolicy, Usage, Verdict,
};

const DAY: Duration = Duration::from_secs(86_400);

fn authority(algorithm: Algorithm) -> CertificateAndKey {
    let request = AuthorityRequest {
        common_name: String::new(),
        organization: Some("talos".into()),
        algorithm,
        lifetime: 3650 * DAY,
    };
    Authority::generate(&request, SystemTime::now()).unwrap()
}

#[test]
fn leaf_says_what_was_asked_and_is_signed() {
    for algorithm in [Algorithm::Ed25519, Algorithm::EcdsaP256] {
        let pair = authority(algorithm);
        let ca = Authority::load(&pair).unwrap();
        assert!(ca.certificate().is_authority);
        let wanted = Leaf::peer("node", DAY)
            .organizations(["os:admin"])
            .dns_names(["node-1", "node-1.example"])
            .addresses(["10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()])
            .algorithm(algorithm);
        let issued = ca.issue(&wanted, SystemTime::now()).unwrap();
        issued.check().unwrap();
        let parsed = issued.certificate().unwrap();
        assert_eq!(parsed.organizations, ["os:admin"]);
        assert_eq!(parsed.dns_names, wanted.dns_names);
        assert_eq!(parsed.addresses, wanted.addresses);
        assert_eq!(parsed.usages, wanted.usages);
        assert!(parsed.is_signed_by(ca.certificate()));
        assert!(!parsed.is_signed_by(Authority::load(&authority(algorithm)).unwrap().certificate()));
    }
}

#[test]
fn several_organizations_survive() {
    let ca = Authority::load(&authority(Algorithm::Ed25519)).unwrap();
    let roles: Roles = [Role::Reader, Role::Operator, Role::EtcdBackup].into_iter().collect();
    let issued = ca.issue(&Leaf::client("someone", DAY).organizations(roles.names()), SystemTime::now()).unwrap();
    let parsed = issued.certificate().unwrap();
    assert_eq!(Roles::parse(&parsed.organizations), roles);
    assert_eq!(parsed.common_name, "someone");
    assert!(parsed.is_signed_by(ca.certificate()));
}

#[test]
fn request_is_signed_with_the_policys_rights_only() {
    let ca = Authority::load(&authority(Algorithm::Ed25519)).unwrap();
    let (request, key) = Leaf::peer("w", DAY)
        .organizations(["os:admin"])
        .dns_names(["w"])
        .addresses(["10.1.1.1".parse().unwrap()])
        .request()
        .unwrap();
    let policy = SigningPolicy { usages: vec![Usage::Server], organizations: Some(vec![]), lifetime: DAY };
    let certificate = ca.sign(&request, &policy, SystemTime::now()).unwrap();
    assert!(certificate.organizations.is_empty());
    assert_eq!(certificate.usages.iter().copied().collect::<Vec<_>>(), [Usage::Server]);
    assert!(certificate.is_signed_by(ca.certificate()));
    CertificateAndKey { crt: certificate.to_pem(), key }.check().unwrap();
    assert!(
        ca.sign(
            "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
            &policy,
            SystemTime::now()
        )
        .is_err()
    );
}

#[test]
fn request_for_an_existing_key_keeps_its_whole_subject() {
    let ca = Authority::load(&authority(Algorithm::Rsa2048)).unwrap();
    let roles: Roles = [Role::Reader, Role::Operator].into_iter().collect();
    let wanted = Leaf::client("me", DAY).organizations(roles.names()).addresses(["fd00::7".parse().unwrap()]);
    let policy = SigningPolicy { usages: vec![Usage::Client], organizations: None, lifetime: DAY };
    for text in [include_str!("../testdata/sec1.pem"), include_str!("../testdata/pkcs1.pem")] {
        let key = PrivateKey::from_pem(text).unwrap();
        let certificate = ca.sign(&wanted.request_for(&key).unwrap(), &policy, SystemTime::now()).unwrap();
        assert_eq!(Roles::parse(&certificate.organizations), roles);
        assert_eq!((certificate.common_name.as_str(), certificate.is_authority), ("me", false));
        assert_eq!(certificate.addresses, wanted.addresses);
        assert_eq!(certificate.public_key_der(), key.public_key_der());
        assert!(certificate.is_signed_by(ca.certificate()));
    }
}

/// Both made with openssl; Go writes several organizations like this.
#[test]
fn names_of_other_tools_are_kept_byte_for_byte() {
    let key = include_str!("../testdata/sec1.pem");
    let long = CertificateAndKey { crt: include_str!("../testdata/authority-long-name.pem").into(), key: key.into() };
    let request = include_str!("../testdata/request-several-in-one-set.pem");
    let policy = SigningPolicy { usages: vec![Usage::Client], organizations: None, lifetime: DAY };
    for pair in [long, authority(Algorithm::Ed25519)] {
        let ca = Authority::load(&pair).unwrap();
        let signed = ca.sign(request, &policy, SystemTime::now()).unwrap();
        let roles: Roles = [Role::Admin, Role::Reader].into_iter().collect();
        assert_eq!(Roles::parse(&signed.organizations), roles);
        assert!(signed.dns_names.contains("a.example") && signed.addresses.len() == 1);
        let none = SigningPolicy { organizations: Some(vec![]), ..policy.clone() };
        let nobody = ca.sign(request, &none, SystemTime::now()).unwrap();
        assert!(nobody.organizations.is_empty());
        let issued = ca.issue(&Leaf::client("x", DAY).organizations(roles.names()), SystemTime::now()).unwrap();
        for certificate in [signed, nobody, issued.certificate().unwrap()] {
            assert!(certificate.is_signed_by(ca.certificate()));
        }
    }
}

#[test]
fn an_authoritys_time_is_checked() {
    let now = SystemTime::now();
    let pair = authority(Algorithm::EcdsaP256);
    let ca = pair.certificate().unwrap();
    ca.check_authority(now).unwrap();
    let later = ca.check_authority(now + 3651 * DAY).unwrap_err().to_string();
    assert!(later.starts_with("this certificate expired on 20"), "{later}");
    assert!(ca.check_authority(now - DAY).unwrap_err().to_string().contains("not valid before"));
    let leaf = Authority::load(&pair).unwrap().issue(&Leaf::server("n", DAY), now).unwrap().certificate().unwrap();
    assert!(leaf.check_authority(now).unwrap_err().to_string().contains("no authority"));
}

#[test]
fn key_files_are_labelled_by_algorithm() {
    for (algorithm, label) in [
        (Algorithm::Ed25519, "ED25519 PRIVATE KEY"),
        (Algorithm::Rsa2048, "RSA PRIVATE KEY"),
        (Algorithm::EcdsaP256, "PRIVATE KEY"),
    ] {
        let key = PrivateKey::generate(algorithm).unwrap();
        let text = key.to_labelled_pem();
        assert!(text.expose().starts_with(&format!("-----BEGIN {label}-----")), "{label}");
        assert_eq!(PrivateKey::from_pem(text.expose()).unwrap().public_key_der(), key.public_key_der());
    }
}

#[test]
fn both_labels_of_ed25519_are_read_and_the_plain_one_written() {
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let text = key.to_pem();
    assert!(text.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
    let other = text.expose().replace("PRIVATE KEY", "ED25519 PRIVATE KEY");
    assert_eq!(PrivateKey::from_pem(&other).unwrap().public_key_der(), key.public_key_der());
    assert_eq!(PrivateKey::from_pem(&other).unwrap().to_pem(), text);
    assert!(!format!("{key:?}").contains("MC4"));
}

#[test]
fn keys_in_older_forms_are_read_and_kept() {
    for text in [include_str!("../testdata/sec1.pem"), include_str!("../testdata/pkcs1.pem")] {
        let key = PrivateKey::from_pem(text).unwrap();
        assert_eq!(PrivateKey::from_pem(key.to_pem().expose()).unwrap().public_key_der(), key.public_key_der());
    }
    let key = PrivateKey::generate(Algorithm::Rsa2048).unwrap();
    assert!(key.to_pem().expose().starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(key.public_key_pem().starts_with("-----BEGIN PUBLIC KEY-----"));
}

#[test]
fn broken_keys_are_errors() {
    for text in ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        assert!(PrivateKey::from_pem(text).is_err());
    }
    let truncated = include_str!("../testdata/sec1.pem").replacen('M', "N", 1);
    let error = PrivateKey::from_pem(&truncated).unwrap_err();
    assert!(!format!("{error:?}").contains(&truncated[40..60]));
}

#[test]
fn rotation_decides_by_age_content_and_authority() {
    let now = SystemTime::now();
    let ca = Authority::load(&authority(Algorithm::Ed25519)).unwrap();
    let wanted = Leaf::server("n", DAY).dns_names(["a"]);
    let issued = ca.issue(&wanted, now).unwrap();
    let rotation = Rotation::default();
    let decide =
        |pair: Option<&CertificateAndKey>, wanted: &Leaf, ca: &Certificate, now| rotation.decide(pair, wanted, ca, now);

    let Verdict::Keep { until } = decide(Some(&issued), &wanted, ca.certificate(), now) else { panic!("kept") };
    assert!(until > now + DAY / 3 && until < now + DAY);
    assert_eq!(decide(None, &wanted, ca.certificate(), now), Verdict::Issue(Reissue::Absent));
    assert_eq!(decide(Some(&issued.without_key()), &wanted, ca.certificate(), now), Verdict::Issue(Reissue::Absent));
    assert_eq!(decide(Some(&issued), &wanted, ca.certificate(), until), Verdict::Issue(Reissue::Age));
    let more = wanted.clone().dns_names(["b"]);
    assert_eq!(decide(Some(&issued), &more, ca.certificate(), now), Verdict::Issue(Reissue::Content));
    let other = Authority::load(&authority(Algorithm::Ed25519)).unwrap();
    assert_eq!(decide(Some(&issued), &wanted, other.certificate(), now), Verdict::Issue(Reissue::Authority));
}
