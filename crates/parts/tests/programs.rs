//! The small Go programs of `parts/`, built as for a node and run.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use minos_parts::{Part, build};
use serde_json::{Value, json};

fn program(part: &str, name: &str) -> PathBuf {
    // Kept for all tests of this process, and by content: the compiler's own cache makes the next run quick.
    static CACHE: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let parts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../parts");
    build(Part::find(part).unwrap(), &parts, CACHE.path(), &|_| {}).unwrap().join(name)
}

fn cp(folder: &Path, args: &[&str]) -> Output {
    Command::new(program("cp", "cp")).args(args).current_dir(folder).output().unwrap()
}

fn failed(output: &Output, with: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(with), "{said:?} should say {with:?}");
}

/// The init container of flannel's manifest, word for word but for the folders; ConfigMaps are mounted as links.
#[test]
fn cp_copies_as_the_manifest_calls_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("cfg/..data")).unwrap();
    std::fs::create_dir(path("net.d")).unwrap();
    std::fs::write(path("cfg/..data/cni-conf.json"), "new").unwrap();
    std::os::unix::fs::symlink("..data/cni-conf.json", path("cfg/cni-conf.json")).unwrap();
    let args = ["-f", "cfg/cni-conf.json", "net.d/10-flannel.conflist"];
    for before in [None, Some("a longer text that was there")] {
        if let Some(text) = before {
            std::fs::write(path("net.d/10-flannel.conflist"), text).unwrap();
        }
        assert!(cp(folder.path(), &args).status.success());
        let copied = path("net.d/10-flannel.conflist");
        assert!(copied.symlink_metadata().unwrap().is_file());
        assert_eq!(std::fs::read_to_string(copied).unwrap(), "new");
    }
}

#[test]
fn cp_does_files_and_refuses_what_it_does_not_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("a"), "a").unwrap();
    std::fs::write(path("-b"), "b").unwrap();
    std::fs::set_permissions(path("a"), std::fs::Permissions::from_mode(0o750)).unwrap();
    std::fs::create_dir(path("into")).unwrap();
    assert!(cp(folder.path(), &["a", "--", "-b", "into"]).status.success());
    assert_eq!(std::fs::read_to_string(path("into/-b")).unwrap(), "b");
    assert_eq!(path("into/a").metadata().unwrap().permissions().mode() & 0o777, 0o750);
    failed(&cp(folder.path(), &["a", "a"]), "same file");
    failed(&cp(folder.path(), &["into", "c"]), "is a folder");
    failed(&cp(folder.path(), &["-r", "into", "c"]), "-r is not known");
    failed(&cp(folder.path(), &["a", "-f"]), "a source and a destination");
    failed(&cp(folder.path(), &["a", "-b", "c"]), "-b is not known");
    failed(&cp(folder.path(), &["missing", "c"]), "missing");
    assert!(!path("c").exists());
}

/// A node as the plugin sees it: flanneld's file, and a delegate that keeps what it is called with.
struct Node {
    folder: tempfile::TempDir,
}

const LEASE: &str =
    "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.3.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";

impl Node {
    /// The delegate fails when there is a file `fail`.
    fn new() -> Self {
        let node = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(node.path("bin")).unwrap();
        let delegate = "#!/bin/sh\nhere=$(dirname \"$0\")/..\ncat >\"$here/$CNI_COMMAND.json\"\n\
                        echo \"{\\\"from\\\": \\\"delegate\\\"}\"\n[ ! -e \"$here/fail\" ]\n";
        for name in ["bridge", "other"] {
            std::fs::write(node.path("bin").join(name), delegate).unwrap();
            std::fs::set_permissions(node.path("bin").join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        std::fs::write(node.path("subnet.env"), LEASE).unwrap();
        node
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What containerd gives the plugin from the manifest's list of plugins.
    fn config(&self) -> Value {
        json!({
            "name": "cbr0", "cniVersion": "1.0.0", "type": "flannel",
            "delegate": {"hairpinMode": true, "isDefaultGateway": true},
            "subnetFile": self.path("subnet.env"), "dataDir": self.path("data"),
        })
    }

    fn call(&self, command: &str, config: &Value) -> (bool, String) {
        self.call_as(command, "a-container", config)
    }

    fn call_as(&self, command: &str, container: &str, config: &Value) -> (bool, String) {
        let environment =
            BTreeMap::from([("CNI_COMMAND", command), ("CNI_CONTAINERID", container), ("CNI_IFNAME", "eth0")]);
        let mut plugin = Command::new(program("flannel-cni", "flannel"))
            .envs(environment)
            .env("CNI_PATH", format!("/nowhere:{}", self.path("bin").display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        plugin.stdin.take().unwrap().write_all(config.to_string().as_bytes()).unwrap();
        let output = plugin.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// What the delegate was called with.
    fn asked(&self, command: &str) -> Option<Value> {
        let text = std::fs::read_to_string(self.path(&format!("{command}.json"))).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }
}

fn error_code(output: &(bool, String)) -> i64 {
    assert!(!output.0, "{}", output.1);
    let error: Value = serde_json::from_str(&output.1).unwrap();
    assert!(error["msg"].is_string() && error["cniVersion"].is_string(), "{error}");
    error["code"].as_i64().unwrap()
}

#[test]
fn the_plugin_has_the_bridge_do_the_work() {
    let node = Node::new();
    let (done, printed) = node.call("ADD", &node.config());
    assert!(done && printed.trim() == "{\"from\": \"delegate\"}", "the delegate's result is the plugin's: {printed}");
    let wanted = json!({
        "name": "cbr0", "cniVersion": "1.0.0", "type": "bridge",
        "hairpinMode": true, "isDefaultGateway": true, "isGateway": true, "ipMasq": false, "mtu": 1450,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": "10.244.3.0/24"}]],
            "routes": [{"dst": "10.244.0.0/16"}],
        },
    });
    assert_eq!(node.asked("ADD"), Some(wanted.clone()));

    // A later lease, or none, changes nothing for a pod that is there.
    std::fs::remove_file(node.path("subnet.env")).unwrap();
    let mut with_result = node.config();
    with_result["prevResult"] = json!({"ips": []});
    assert!(node.call("CHECK", &with_result).0);
    let mut checked = wanted.clone();
    checked["prevResult"] = json!({"ips": []});
    assert_eq!(node.asked("CHECK"), Some(checked));
    assert!(node.call("DEL", &node.config()).0);
    assert_eq!(node.asked("DEL"), Some(wanted));
    assert_eq!(std::fs::read_dir(node.path("data")).unwrap().count(), 0, "nothing is kept");
    std::fs::remove_file(node.path("DEL.json")).unwrap();
    assert!(node.call("DEL", &node.config()).0, "a second DEL has nothing to do");
    assert_eq!(node.asked("DEL"), None);
}

#[test]
fn the_plugin_takes_both_families_and_what_the_configuration_says() {
    let node = Node::new();
    let both = "FLANNEL_NETWORK=10.1.0.0/16,10.2.0.0/16\nFLANNEL_SUBNET=10.1.3.1/24\nFLANNEL_IPV6_NETWORK=fd00::/56\n\
                FLANNEL_IPV6_SUBNET=fd00:0:0:3::1/64\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=false\n";
    std::fs::write(node.path("subnet.env"), both).unwrap();
    let mut config = node.config();
    config["delegate"] = json!({"type": "other", "mtu": 1300});
    config["ipam"] = json!({"dataDir": "/x", "routes": [{"dst": "0.0.0.0/0"}]});
    config["runtimeConfig"] = json!({"mac": "00:11:22:33:44:55"});
    assert!(node.call("ADD", &config).0);
    let asked = node.asked("ADD").unwrap();
    assert_eq!(
        asked,
        json!({
            "name": "cbr0", "cniVersion": "1.0.0", "type": "other", "mtu": 1300, "ipMasq": true,
            "ipam": {
                "type": "host-local", "dataDir": "/x",
                "ranges": [[{"subnet": "10.1.3.0/24"}], [{"subnet": "fd00:0:0:3::/64"}]],
                "routes": [
                    {"dst": "0.0.0.0/0"}, {"dst": "10.1.0.0/16"}, {"dst": "10.2.0.0/16"}, {"dst": "fd00::/56"},
                ],
            },
            "runtimeConfig": {"mac": "00:11:22:33:44:55"},
        })
    );
}

#[test]
fn the_plugin_says_what_is_wrong_with_the_codes_of_the_specification() {
    let node = Node::new();
    let with = |key: &str, value: Value| {
        let mut config = node.config();
        config[key] = value;
        config
    };
    assert_eq!(error_code(&node.call("ADD", &with("cniVersion", json!("9.9.9")))), 1);
    assert_eq!(error_code(&node.call("GROW", &node.config())), 4);
    assert_eq!(error_code(&node.call_as("ADD", "../escape", &node.config())), 4);
    assert_eq!(error_code(&node.call("ADD", &json!("no configuration"))), 6);
    assert_eq!(error_code(&node.call("ADD", &with("delegate", json!({"name": "mine"})))), 7);
    assert_eq!(error_code(&node.call("ADD", &with("delegate", json!({"type": "../bin/bridge"})))), 7);
    assert_eq!(error_code(&node.call("ADD", &with("delegate", json!({"type": "missing"})))), 7);
    std::fs::write(node.path("subnet.env"), LEASE.replace("3.1/24", "3.1/240")).unwrap();
    assert_eq!(error_code(&node.call("ADD", &node.config())), 7);
    std::fs::write(node.path("subnet.env"), "FLANNEL_NETWORK=10.244.0.0/16\n").unwrap();
    assert_eq!(error_code(&node.call("ADD", &node.config())), 11);
    std::fs::remove_file(node.path("subnet.env")).unwrap();
    assert_eq!(error_code(&node.call("ADD", &node.config())), 11, "the runtime is to try again");
    assert_eq!(node.asked("ADD"), None);
}

#[test]
fn a_lease_that_flanneld_is_about_to_write_is_waited_for() {
    let node = Node::new();
    let (partial, file) = (node.path("subnet.env.partial"), node.path("subnet.env"));
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&partial, LEASE).unwrap();
    let mut flanneld =
        Command::new("sh").args(["-c", "sleep 0.5; mv \"$0\" \"$1\""]).args([partial, file]).spawn().unwrap();
    let (done, printed) = node.call("ADD", &node.config());
    assert!(flanneld.wait().unwrap().success());
    assert!(done, "the kubelet tries a pod that failed only seconds later: {printed}");
}

#[test]
fn a_delegate_that_fails_is_undone_and_its_error_is_passed_on() {
    let node = Node::new();
    std::fs::write(node.path("fail"), "").unwrap();
    let (done, printed) = node.call("ADD", &node.config());
    assert!(!done && printed.trim() == "{\"from\": \"delegate\"}", "one error, the delegate's: {printed}");
    assert_eq!(node.asked("DEL"), node.asked("ADD"));
    assert!(node.path("data/a-container").exists(), "DEL failed too: the runtime's own DEL needs the configuration");
    std::fs::remove_file(node.path("fail")).unwrap();
    assert!(node.call("DEL", &node.config()).0);
    assert!(!node.path("data/a-container").exists());
}

#[test]
fn the_plugin_lists_the_versions_of_the_specification() {
    let node = Node::new();
    let (done, printed) = node.call("VERSION", &json!({"cniVersion": "1.0.0"}));
    let said: Value = serde_json::from_str(&printed).unwrap();
    assert!(done && said["supportedVersions"].as_array().unwrap().contains(&json!("1.0.0")), "{said}");
}
