//! Strategic merge and JSON patches.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_config::{Config, Patch};

const BASE: &str = "version: v1alpha1 # kept\nmachine:\n  type: worker\n  certSANs: [a]\n  network:\n    interfaces:\n      - interface: eth0\n        dhcp: true\n      - interface: eth1\n        addresses: [10.0.0.1/24]\n  kubelet:\n    extraArgs:\n      v: \"2\"\ncluster:\n  network:\n    podSubnets: [10.244.0.0/16]\n  inlineManifests:\n    - name: one\n      contents: \"\"\n";

fn patched(patch: &str) -> Config {
    let (config, _) = Config::parse(BASE.as_bytes()).unwrap();
    config.patched(&[Patch::parse(patch).unwrap()]).unwrap().0
}

#[test]
fn mappings_merge_and_lists_grow() {
    let config = patched("machine:\n  type: controlplane\n  certSANs: [b]\ncluster:\n  clusterName: c\n");
    assert_eq!(config.machine_cert_sans(), ["a", "b"]);
    assert_eq!(config.cluster_name(), "c");
    assert!(config.machine_type().is_control_plane());
}

#[test]
fn some_lists_are_replaced_or_matched_by_key() {
    let config = patched(
        "machine:\n  network:\n    interfaces:\n      - interface: eth1\n        addresses: [10.0.0.2/24]\ncluster:\n  network:\n    podSubnets: [10.1.0.0/16]\n",
    );
    let interfaces = config.interfaces();
    assert_eq!(interfaces.len(), 2);
    assert_eq!(interfaces[1].addresses.len(), 2);
    assert_eq!(config.cluster_network().pod_subnets.len(), 1);
    let config = patched("machine:\n  kubelet:\n    extraArgs:\n      v: [\"3\", \"4\"]\n");
    assert_eq!(config.kubelet().extra_args["v"].0, ["3", "4"]);
}

#[test]
fn interfaces_found_by_the_same_selector_are_the_same() {
    let patch = |mtu: u32| {
        format!(
            "machine:\n  network:\n    interfaces:\n      - deviceSelector: {{driver: virtio_net}}\n        mtu: {mtu}\n"
        )
    };
    let patches = [Patch::parse(&patch(1400)).unwrap(), Patch::parse(&patch(1500)).unwrap()];
    let (base, _) = Config::parse(BASE.as_bytes()).unwrap();
    let interfaces = base.patched(&patches).unwrap().0.interfaces();
    assert_eq!((interfaces.len(), interfaces[2].mtu), (3, Some(1500)));
}

#[test]
fn parts_are_deleted_on_request() {
    let config = patched(
        "machine:\n  network:\n    interfaces:\n      - interface: eth0\n        $patch: delete\ncluster:\n  inlineManifests:\n    - name: one\n      $patch: delete\n",
    );
    assert_eq!(config.interfaces().len(), 1);
    assert!(config.inline_manifests().is_empty());
    let config = patched("machine:\n  kubelet:\n    $patch: delete\n");
    assert!(config.machine().unwrap().kubelet.is_none());
}

#[test]
fn documents_are_added_merged_and_deleted() {
    let hostname = "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: x\n";
    let config = patched(hostname);
    assert_eq!(config.documents().len(), 2);
    let patches = [Patch::parse("apiVersion: v1alpha1\nkind: HostnameConfig\n$patch: delete\n").unwrap()];
    assert_eq!(config.patched(&patches).unwrap().0.documents().len(), 1);
}

#[test]
fn json_patches_work_on_the_main_document() {
    let config = patched(
        "- op: replace\n  path: /machine/type\n  value: controlplane\n- op: add\n  path: /machine/certSANs/-\n  value: z\n",
    );
    assert_eq!(config.machine_cert_sans(), ["a", "z"]);
    let (base, _) = Config::parse(BASE.as_bytes()).unwrap();
    let patch = Patch::parse(r#"[{"op": "remove", "path": "/machine/nothing"}]"#).unwrap();
    assert!(base.patched(&[patch]).is_err());
}

#[test]
fn a_patch_that_breaks_the_configuration_is_refused() {
    let (base, _) = Config::parse(BASE.as_bytes()).unwrap();
    let error = base.patched(&[Patch::parse("machine:\n  typo: 1\n").unwrap()]).unwrap_err();
    assert!(error.to_string().contains("machine.typo: unknown key"), "{error}");
    for text in ["", "hello", "- 1\n"] {
        assert!(Patch::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn deleting_what_is_not_there_is_told() {
    let base = "version: v1alpha1\nmachine:\n  type: worker\n  network: {}\n  nodeLabels:\n    a: b\n";
    let patched = |patch: &str| {
        let (config, _) = Config::parse(base.as_bytes()).unwrap();
        config.patched(&[Patch::parse(patch).unwrap()]).map(|(config, _)| config.encode().to_owned())
    };
    // A known field may have no value, a document may not be there.
    for fine in [
        "machine:\n  network:\n    hostname:\n      $patch: delete\n",
        "machine:\n  install:\n    $patch: delete\n",
        "apiVersion: v1alpha1\nkind: HostnameConfig\n$patch: delete\n",
        "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\nhostname:\n  $patch: delete\n",
    ] {
        let text = patched(fine).unwrap();
        assert!(!text.contains("$patch"), "{text}");
    }
    for (missing, told) in [
        ("machine:\n  nodeLabels:\n    x:\n      $patch: delete\n", "machine.nodeLabels.x is not there"),
        ("machine:\n  install:\n    disk:\n      $patch: delete\n", "machine.install.disk is not there"),
        (
            "machine:\n  network:\n    interfaces:\n      - interface: eth0\n        $patch: delete\n",
            "machine.network.interfaces has no item with interface: eth0",
        ),
    ] {
        assert_eq!(
            patched(missing).unwrap_err().to_string(),
            format!("there is nothing to delete: document v1alpha1: {told}")
        );
    }
}

#[test]
fn a_json_patch_replaces_what_is_not_there_and_an_empty_text_says_nothing() {
    let (config, _) =
        Config::parse(b"version: v1alpha1\nmachine:\n  type: worker\n  install:\n    disk: /dev/sda\n").unwrap();
    let patched =
        |patch: &str| config.patched(&[Patch::parse(patch).unwrap()]).map(|(config, _)| config.encode().to_owned());
    let text = patched(r#"[{"op": "replace", "path": "/machine/token", "value": "abcdef.0123456789abcdef"}]"#).unwrap();
    assert!(text.contains("token: abcdef.0123456789abcdef"), "{text}");
    assert!(patched(r#"[{"op": "replace", "path": "/machine/network/hostname", "value": "a"}]"#).is_err());
    let text = patched("machine:\n  install:\n    disk: ''\n  nodeLabels:\n    a: ''\n").unwrap();
    assert!(text.contains("disk: /dev/sda") && text.contains("a: \"\""), "{text}");
}

#[test]
fn a_json_patch_that_misses_says_what_is_there() {
    let (config, _) = Config::parse(b"version: v1alpha1\nmachine:\n  type: worker\n  certSANs: [a]\n").unwrap();
    for (operation, told) in [
        (
            r#"{"op": "replace", "path": "/machine/network/interfaces/0/mtu", "value": 9000}"#,
            "operation 1 on /machine/network/interfaces/0/mtu: there is no /machine/network; /machine holds certSANs, type",
        ),
        (
            r#"{"op": "add", "path": "/machine/certSANs/4/x", "value": 1}"#,
            "operation 1 on /machine/certSANs/4/x: there is no /machine/certSANs/4; items of /machine/certSANs: 1",
        ),
        (
            r#"{"op": "remove", "path": "/cluster/ca"}"#,
            "operation 1 on /cluster/ca: there is no /cluster; / holds machine, version",
        ),
    ] {
        let error = config.patched(&[Patch::parse(&format!("[{operation}]")).unwrap()]).unwrap_err();
        assert_eq!(error.to_string(), format!("applying the JSON patch: {told}"));
    }
}

#[test]
fn a_json_patch_leaves_the_rest_as_it_was_written() {
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  sysctls:\n    a.b: 1.10\n    c.d: 0x10\n    e.f: 010\n    big: 12345678901234567890123\n  certSANs:\n    - 1.50\n    - b\n    - 0x1\n    - d\n";
    let (config, _) = Config::parse(text.as_bytes()).unwrap();
    let patched = |operation: &str| {
        let patch = Patch::parse(&format!("[{operation}]")).unwrap();
        config.patched(&[patch]).unwrap().0.encode().to_owned()
    };
    let replaced = patched(r#"{"op": "replace", "path": "/machine/type", "value": "controlplane"}"#);
    assert_eq!(replaced, text.replace("type: worker", "type: controlplane"));
    let removed = patched(r#"{"op": "remove", "path": "/machine/certSANs/1"}"#);
    assert_eq!(removed, text.replace("    - b\n", ""));
    let added = patched(r#"{"op": "add", "path": "/machine/certSANs/1", "value": "new"}"#);
    assert_eq!(added, text.replace("    - b\n", "    - new\n    - b\n"));
    let sysctl = patched(r#"{"op": "replace", "path": "/machine/sysctls/c.d", "value": "7"}"#);
    assert_eq!(sysctl, text.replace("c.d: 0x10", "c.d: \"7\""));
}
