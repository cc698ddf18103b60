//! Bad configurations: every one refused with line, column, field, and what is allowed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_config::{Config, Mode};

fn problems(text: &str) -> String {
    match Config::parse(text.as_bytes()) {
        Err(problems) => problems.to_string(),
        Ok((config, _)) => match config.validate(Mode::Cloud) {
            Err(problems) => problems.to_string(),
            Ok(_) => panic!("accepted:\n{text}"),
        },
    }
}

#[track_caller]
fn refused(text: &str, wanted: &[&str]) {
    let found = problems(text);
    for part in wanted {
        assert!(found.contains(part), "wanted {part:?} in:\n{found}");
    }
}

const HEAD: &str = "version: v1alpha1\nmachine:\n  type: worker\n";

#[test]
fn unknown_fields_name_the_nearest() {
    refused(
        &format!("{HEAD}  install:\n    disk: /dev/sda\n    wype: true\n"),
        &["line 6, column 5: machine.install.wype: unknown key, did you mean \"wipe\"?", "Allowed: disk, diskSelector"],
    );
    refused(
        "version: v1alpha1\nmaschine: {}\n",
        &["line 2, column 1: maschine: unknown key, did you mean \"machine\"?"],
    );
}

#[test]
fn a_version_is_needed_unless_the_sections_tell() {
    assert!(Config::parse(b"machine:\n  type: worker\n").is_ok());
    refused("version: v2\nmachine: {}\n", &["line 1, column 10: version: wanted \"v1alpha1\""]);
    refused("x: y\n", &["version: wanted \"v1alpha1\"", "x: unknown key"]);
}

#[test]
fn wrong_types_say_what_is_wanted() {
    refused(
        &format!(
            "{HEAD}  install:\n    wipe: maybe\n  network:\n    interfaces:\n      - interface: eth0\n        mtu: big\n  certSANs: x\n"
        ),
        &[
            "line 5, column 11: machine.install.wipe: found \"maybe\", wanted true or false",
            "line 9, column 14: machine.network.interfaces[0].mtu: found \"big\", wanted a whole number from 0 to 4294967295",
            "line 10, column 13: machine.certSANs: found a single value, wanted a list",
        ],
    );
    refused(
        "version: v1alpha1\nmachine: []\n",
        &["line 2, column 10: machine: found a list, wanted a mapping with the keys type, token"],
    );
}

#[test]
fn a_number_has_no_quotes() {
    let text = format!("{HEAD}  network:\n    interfaces:\n      - interface: eth0\n        mtu: \"1500\"\n");
    refused(
        &text,
        &["line 7, column 14: machine.network.interfaces[0].mtu: found \"1500\", wanted the number without quotes"],
    );
}

#[test]
fn items_without_a_value_are_left_out_and_told() {
    let text = format!("{HEAD}  certSANs:\n    - node.example.org\n    -\n");
    let (config, warnings) = Config::parse(text.as_bytes()).unwrap();
    assert_eq!(config.v1alpha1().unwrap().machine.as_ref().unwrap().cert_sans, ["node.example.org"]);
    let told = warnings.lines();
    assert!(told.iter().any(|line| line.contains("machine.certSANs[1]: an item of a list without")), "{told:?}");
    let bond = "apiVersion: v1alpha1\nkind: BondConfig\nname: bond0\nbondMode: 802.3ad\nlinks: [~]\n";
    refused(bond, &["links:"]);
}

#[test]
fn repeated_keys_and_documents_are_refused() {
    refused(&format!("{HEAD}  type: controlplane\n"), &["line 4, column 3: machine.type: this key is given twice"]);
    refused(
        &format!("{HEAD}---\n{HEAD}"),
        &["line 5, column 1: document 2 (v1alpha1): there is a document v1alpha1 already, at line 1"],
    );
    let hostname = "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n";
    refused(
        &format!("{hostname}---\n{hostname}"),
        &["line 6, column 7: document 2 (HostnameConfig): there is a document HostnameConfig already"],
    );
    let mirror = |name: &str| format!("apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: {name}\n");
    assert!(Config::parse(format!("{}---\n{}", mirror("a"), mirror("b")).as_bytes()).is_ok());
    refused(
        &format!("{}---\n{}", mirror("a"), mirror("a")),
        &["there is a document RegistryMirrorConfig \"a\" already"],
    );
}

#[test]
fn what_is_not_yaml_is_refused_with_its_place() {
    refused("version: v1alpha1\nmachine: {\n", &["line 2, column 10: not valid YAML"]);
    refused("\u{7f}\u{1}", &["not valid YAML"]);
    refused("", &["the configuration is empty"]);
    refused("hello", &["line 1, column 1: ", "found a single value, wanted a mapping with the keys version"]);
    let error = Config::parse(b"version: v1alpha1\n\xff").unwrap_err().to_string();
    assert_eq!(error, "line 2, column 1: the text is not UTF-8");
}

#[test]
fn every_document_is_checked_even_after_a_broken_one() {
    refused(
        "version: v1alpha1\nmachine: [\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostnam: x\n",
        &["not valid YAML", "line 6, column 1: hostnam: unknown key, did you mean \"hostname\"?"],
    );
}

#[test]
fn unknown_kinds_name_the_nearest_and_idle_ones_warn() {
    refused(
        "apiVersion: v1alpha1\nkind: HostnamConfig\n",
        &["line 2, column 7: kind: unknown kind, did you mean \"HostnameConfig\"?"],
    );
    refused("apiVersion: v2\nkind: HostnameConfig\n", &["line 1, column 13: apiVersion: wanted \"v1alpha1\""]);
    let (_, warnings) =
        Config::parse(b"apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: /dev/watchdog0\n").unwrap();
    assert_eq!(warnings.lines().len(), 1);
}

#[test]
fn known_fields_that_nothing_acts_on_warn_once() {
    let text = format!(
        "{HEAD}  udev:\n    rules: [\"SUBSYSTEM==x\"]\n  network:\n    interfaces:\n      - interface: eth0\n        cidr: 10.0.0.2/24\n"
    );
    let (_, warnings) = Config::parse(text.as_bytes()).unwrap();
    assert_eq!(
        warnings.lines(),
        [
            "line 4, column 3: machine.udev: accepted, but nothing acts on it yet",
            "line 9, column 9: machine.network.interfaces[0].cidr: this is deprecated; use addresses",
        ]
    );
}

#[test]
fn alias_bombs_end_early() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let row = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{row}]\n"));
    }
    refused(&bomb, &["aliases add more than 10000 values"]);
    let mut many = String::from("a: &a x\nb: [");
    while many.len() < 2 << 20 {
        many.push_str("*a, ");
    }
    many.push(']');
    refused(&many, &["aliases add more than 10000 values"]);
    refused("a: &a [*a]\n", &["line 1, column 8"]);
    let mut nested = String::from("a0: &a0 [x]\n");
    for level in 1..200 {
        nested.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    refused(&nested, &["an alias nests values deeper than 64"]);
    refused(&"[".repeat(100_000), &["not valid YAML"]);
    refused(&"{a: ".repeat(100_000), &["not valid YAML"]);
    refused(&"- ".repeat(100_000), &["not valid YAML"]);
}

#[test]
fn aliases_and_merge_keys_are_understood() {
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  nodeLabels: &l\n    a: b\n  nodeAnnotations: *l\n  time: &t\n    disabled: true\n  kubelet:\n    extraConfig: {<<: *t}\n";
    let (config, _) = Config::parse(text.as_bytes()).unwrap();
    assert_eq!(config.node_annotations()["a"], "b");
    assert_eq!(config.kubelet().extra_config["disabled"], true);
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  time: &t\n    disabled: true\n    servers: [a]\n  features: {}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\n<<: {hostname: x}\n";
    let (config, _) = Config::parse(text.as_bytes()).unwrap();
    assert_eq!(config.hostname(), minos_config::HostnameSetting::Given("x".into()));
}

#[test]
fn secrets_do_not_appear_in_messages() {
    let found = problems(&format!(
        "{HEAD}  token: [s3cr3t]\n  ca:\n    crt: '*s3cr3t*'\n    key: s3cr3t!\n    kex: s3cr3t\ncluster:\n  token: s3cr3t\n  secret: {{s3cr3t: 1}}\n"
    ));
    assert!(!found.contains("s3cr3t"), "{found}");
    assert!(found.contains("machine.ca.key: wanted a PEM text in base64"), "{found}");
}

#[test]
fn values_are_checked_together_and_all_at_once() {
    refused(
        "version: v1alpha1\nmachine:\n  type: controler\n  nodeLabels:\n    a/b/c: d\n  files:\n    - path: etc\n      op: make\ncluster:\n  controlPlane:\n    endpoint: nowhere\n  network:\n    dnsDomain: -x-\n",
        &[
            "line 3, column 3: machine.type: found \"controler\", wanted controlplane or worker",
            "line 5, column 5: machine.nodeLabels.\"a/b/c\": wanted a key",
            "line 7, column 7: machine.files[0].path: wanted a path from the root",
            "line 8, column 7: machine.files[0].op: wanted create, append or overwrite",
            "line 11, column 5: cluster.controlPlane.endpoint: wanted a URL",
            "line 13, column 5: cluster.network.dnsDomain: wanted a DNS name",
            "machine.ca: an authority, or accepted ones",
        ],
    );
}

#[test]
fn broken_yaml_is_shown_without_its_values() {
    let text =
        "version: v1alpha1\nmachine:\n  token: abcdef.0123456789abcdef\n  install:\n  disk: /dev/sda\n    image: x\n";
    let told = Config::parse(text.as_bytes()).unwrap_err().to_string();
    assert!(
        told.ends_with("Is the indentation right?\n     4 |   install:\n     5 |   disk: …\n     6 |     image: …"),
        "{told}"
    );
    let secret = "version: v1alpha1\n? [s3cr3t\n- s3cr3t\ns3cr3t s3cr3t: s3cr3t\nmachine: {\n";
    let told = Config::parse(secret.as_bytes()).unwrap_err().to_string();
    assert!(!told.contains("s3cr3t"), "{told}");
}

#[test]
fn unknown_keys_tell_where_to_read_more() {
    let text = format!(
        "{HEAD}  kubelet:\n    nodeips: {{}}\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: a\nmt.uu: 1\n"
    );
    let problems = Config::parse(text.as_bytes()).unwrap_err();
    let places: Vec<_> = problems.iter().filter_map(minos_config::Problem::unknown_in).collect();
    assert_eq!(places, ["machine.kubelet", "LinkConfig"]);
}

#[test]
fn a_private_key_in_the_open_is_told_and_hidden() {
    let pem = "-----BEGIN ED25519 PRIVATE KEY-----\nMC4CAQ==\n-----END ED25519 PRIVATE KEY-----\n";
    let encoded =
        "LS0tLS1CRUdJTiBFRDI1NTE5IFBSSVZBVEUgS0VZLS0tLS0KTUM0Q0FRPT0KLS0tLS1FTkQgRUQyNTUxOSBQUklWQVRFIEtFWS0tLS0tCg==";
    let block = pem.replace('\n', "\n        ");
    let text = format!("{HEAD}  certSANs:\n    - {encoded}\n  nodeLabels:\n    a: |\n        {block}\n");
    let (config, warnings) = Config::parse(text.as_bytes()).unwrap();
    let told = warnings.lines();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("line 5, column 7: machine.certSANs[0]: a private key stands here"), "{told:?}");
    let shown = format!("{}{told:?}", config.redacted());
    assert!(!shown.contains(encoded) && !shown.contains("MC4CAQ"), "{shown}");
}

#[test]
fn old_forms_are_checked_with_what_they_need() {
    let minimal = include_str!("../testdata/v1alpha1.minimal.yaml");
    let told = |machine: &str| {
        let text = minimal.replacen("machine:\n", &format!("machine:\n{machine}"), 1);
        Config::load(text.as_bytes(), Mode::Cloud).unwrap_err().to_string()
    };
    let disks = "  disks:\n    - device: /dev/sdb\n      partitions:\n        - mountpoint: /var/mnt/a\n        - mountpoint: /var/mnt/b\n";
    assert!(told(disks).contains("machine.disks[0].partitions: only the last partition can take the rest"));
    let mesh = told("  network:\n    kubespan:\n      enabled: true\n");
    for what in ["cluster.discovery.enabled: true", "cluster.id", "cluster.secret"] {
        assert!(mesh.contains(&format!("machine.network.kubespan: the mesh needs {what}")), "{mesh}");
    }
}

#[test]
fn a_registry_that_is_no_host_is_told_in_both_forms() {
    let old = include_str!("../testdata/v1alpha1.minimal.yaml")
        .replace("machine:\n", "machine:\n  registries:\n    mirrors:\n      ../x: {skipFallback: true}\n");
    let new = "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: ../x\n".to_owned();
    for text in [old, new] {
        let (_, warnings) = Config::load(text.as_bytes(), Mode::Cloud).unwrap();
        let told = warnings.lines().iter().any(|line| line.contains("no image is asked of it: wanted a host"));
        assert!(told, "{warnings:?}");
    }
}

#[test]
fn an_address_of_ipv6_without_brackets_is_refused_wherever_a_host_has_a_port() {
    let minimal = include_str!("../testdata/v1alpha1.minimal.yaml");
    let machine = |section: &str| minimal.replacen("machine:\n", &format!("machine:\n{section}"), 1);
    let cluster = |section: &str| minimal.replacen("cluster:\n", &format!("cluster:\n{section}"), 1);
    let document = |text: &str| format!("apiVersion: v1alpha1\nkind: {text}\n");
    let endpoint = minimal.lines().find(|line| line.trim_start().starts_with("endpoint: ")).unwrap();
    let tunnel = "  network:\n    interfaces:\n      - interface: wg0\n        wireguard:\n          peers:\n            - endpoint: HOST\n";
    let logs = "  logging:\n    destinations:\n      - endpoint: udp://HOST\n        format: json_lines\n";
    let discovery =
        "  discovery:\n    enabled: true\n    registries:\n      service:\n        endpoint: https://HOST\n";
    let cases = [
        ("cluster.controlPlane.endpoint", minimal.replacen(endpoint, "    endpoint: https://HOST", 1)),
        ("machine.network.interfaces[0].wireguard.peers[0].endpoint", machine(tunnel)),
        ("machine.logging.destinations[0].endpoint", machine(logs)),
        ("cluster.discovery.registries.service.endpoint", cluster(discovery)),
        ("url", document("KmsgLogConfig\nname: a\nurl: udp://HOST")),
        ("endpoint", document("EventSinkConfig\nendpoint: HOST")),
        ("endpoint", document("TCPProbeConfig\nname: a\nendpoint: HOST")),
        ("apiUrl", document("SideroLinkConfig\napiUrl: https://HOST")),
        ("endpoints[0].url", document("RegistryMirrorConfig\nname: a\nendpoints:\n  - url: https://HOST")),
    ];
    for (field, text) in cases {
        let with = |host: &str| {
            let text = text.replacen("HOST", host, 1);
            Config::load(text.as_bytes(), Mode::Cloud).err().map(|problems| problems.to_string()).unwrap_or_default()
        };
        let told = with("aaa:aaaa::a:6443");
        assert!(
            told.contains(&format!("{field}: wanted")) || told.contains(&format!("{field}: ")),
            "{field}: {told:?}"
        );
        let told = with("\"[aaa:aaaa::a]:6443\"").replace('"', "");
        let told = if told.is_empty() { told } else { with("[aaa:aaaa::a]:6443") };
        assert!(!told.contains(&format!("{field}: ")), "with brackets {field}: {told}");
    }
}

/// Field report talos#13100: forwarding on, host DNS off: pods would point at an address where nobody listens.
#[test]
fn talos_13100_forwarding_without_host_dns_is_refused() {
    let with = |host_dns: &str| format!("{HEAD}  features:\n    hostDNS:\n{host_dns}");
    let wanted = "machine.features.hostDNS.forwardKubeDNSToHost: requires hostDNS.enabled to be true";
    for off in ["      enabled: false\n", ""] {
        refused(&with(&format!("{off}      forwardKubeDNSToHost: true\n")), &[wanted]);
    }
    for good in [
        "      enabled: true\n      forwardKubeDNSToHost: true\n",
        "      enabled: false\n      forwardKubeDNSToHost: false\n",
    ] {
        assert!(!problems(&with(good)).contains("hostDNS"));
    }
}
