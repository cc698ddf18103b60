//! `gen config`: which files, where, and what its flags mean.

use minos_config::Config;

use crate::Place;

const LINE: &str = "config home https://10.5.0.2:6443";
const FILES: [&str; 2] = ["controlplane.yaml", "worker.yaml"];

fn config(place: &Place, name: &str) -> Config {
    Config::parse(place.text(name).as_bytes()).unwrap_or_else(|problems| panic!("{problems}")).0
}

#[test]
fn outputs_go_where_upstream_puts_them() {
    let place = Place::new();
    place.succeed(LINE);
    assert_eq!(place.names(), ["controlplane.yaml", "talosconfig", "worker.yaml"]);
    place.refuse(
        LINE,
        &["controlplane.yaml\" already exists, use --force to overwrite\nfile \"", "talosconfig\" already"],
    );

    place.succeed(&format!("{LINE} -o many"));
    assert!(place.path("many/worker.yaml").is_file());
    place.succeed(&format!("{LINE} -t worker -o single"));
    assert!(place.path("single").is_file());
    place.succeed(&format!("{LINE} -t worker,worker -o twice"));
    assert!(place.path("twice/worker.yaml").is_file());
    place.succeed(&format!("{LINE} -t worker --output-dir dir"));
    assert!(place.path("dir/worker.yaml").is_file());

    let printed = place.run(&format!("{LINE} -t worker -o -"));
    assert_eq!((printed.code, printed.stderr.as_str()), (0, "generating PKI and tokens\n"));
    assert!(Config::parse(printed.stdout.as_bytes()).is_ok());
    place.refuse(&format!("{LINE} -o -"), &["can't use multiple output types with stdout"]);
    place.refuse(&format!("{LINE} -o a --output-dir b"), &["--output-dir"]);
    place.refuse(
        &format!("{LINE} -t worker,init"),
        &["invalid output type: \"init\"", "controlplane, worker, talosconfig"],
    );
    place.refuse(&format!("{LINE} --output-types="), &["at least one output type must be specified"]);
}

#[test]
fn nothing_is_written_when_one_file_exists() {
    let place = Place::new();
    place.put("talosconfig", "mine");
    place.refuse(LINE, &["talosconfig\" already exists, use --force to overwrite"]);
    assert_eq!(place.text("talosconfig"), "mine");
}

#[test]
fn every_flag_acts() {
    let place = Place::new();
    place.put("all.yaml", "machine:\n  sysctls:\n    a: \"1\"\n");
    place.succeed(&format!(
        "{LINE} --version v1alpha1 --talos-version v1.13 --kubernetes-version v1.35.1 --install-disk /dev/vda \
         --install-image example.org/installer:v1 --additional-sans a.example,b.example --additional-sans c.example \
         --dns-domain k8s.example --registry-mirror docker.io=https://mirror.example --with-kubespan=true \
         --with-cluster-discovery=false --config-patch @all.yaml \
         --config-patch-control-plane {{\"machine\":{{\"sysctls\":{{\"b\":\"2\"}}}}}} \
         --config-patch-worker {{\"machine\":{{\"time\":{{\"disabled\":true}}}}}}"
    ));
    let (plane, worker) = (place.text("controlplane.yaml"), place.text("worker.yaml"));
    for text in [&plane, &worker] {
        for words in [
            "kubelet:v1.35.1",
            "/dev/vda",
            "example.org/installer:v1",
            "a.example",
            "b.example",
            "c.example",
            "k8s.example",
            "https://mirror.example",
            "kind: KubeSpanConfig",
            "a: \"1\"",
        ] {
            assert!(text.contains(words), "{words}");
        }
    }
    assert!(plane.contains("b: \"2\"") && !worker.contains("b: \"2\""));
    assert!(config(&place, "controlplane.yaml").time().enabled && !config(&place, "worker.yaml").time().enabled);
    assert!(config(&place, "worker.yaml").discovery().service.is_none());

    place.succeed(&format!("{LINE} --with-kubespan=false -f"));
    assert!(!place.text("worker.yaml").contains("KubeSpanConfig"));
    assert!(config(&place, "worker.yaml").discovery().service.is_some());
}

#[test]
fn mistakes_in_flags_say_what_is_allowed() {
    let place = Place::new();
    for (line, words) in [
        ("config home 10.5.0.2", "try: \"https://10.5.0.2:6443\""),
        ("config home https://fd00::2", "try: \"https://[fd00::2]:6443\""),
        ("config home https://aaa:aaaa::a:6443", "try: \"https://[aaa:aaaa::a]:6443\""),
        ("config home aaa:aaaa::a:6443", "try: \"https://[aaa:aaaa::a]:6443\""),
        ("config home https://x:6443 --version v1beta1", "v1alpha1"),
        ("config home https://x:6443 --talos-version v2.8", "wanted one as v1.13"),
        ("config home https://x:6443 --registry-mirror docker.io", "HOST=URL"),
        ("config home https://x:6443 -t init", "controlplane"),
        ("config home", "<ENDPOINT>"),
    ] {
        place.refuse(line, &[words]);
    }
}

/// All or nothing: a configuration of which half has the patch is worse than none.
#[test]
fn a_patch_that_fails_is_named_and_nothing_is_written() {
    let place = Place::new();
    place.put("good.yaml", "machine:\n  sysctls:\n    a: \"1\"\n");
    place.put("key.yaml", "machine:\n  nope: 1\n");
    place.put("path.yaml", "- op: remove\n  path: /machine/nothing\n");
    place.put("kind.yaml", "just words\n");
    place.put("folder/worker.yaml/file", "");
    for (arguments, words) in [
        ("--config-patch good.yaml --config-patch-worker @key.yaml", &["key.yaml", "machine.nope", "worker"][..]),
        ("--talos-version v1.5 --config-patch-worker @path.yaml", &["path.yaml", "/machine/nothing"]),
        ("--config-patch-worker kind.yaml", &["kind.yaml", "list of JSON operations"]),
    ] {
        place.refuse(&format!("{LINE} {arguments}"), words);
    }
    for (arguments, words) in [("--config-patch missing.yaml", "missing.yaml"), ("-f -o folder", "folder/worker.yaml")]
    {
        let outcome = place.run(&format!("{LINE} {arguments}"));
        assert!(outcome.code != 0 && outcome.stderr.contains(words), "{arguments}: {}", outcome.stderr);
    }
    assert_eq!(place.names(), ["folder", "good.yaml", "key.yaml", "kind.yaml", "path.yaml"]);
    assert!(!place.path("folder/controlplane.yaml").exists());
}

#[test]
fn a_patch_file_needs_no_sign_before_its_name() {
    let place = Place::new();
    place.put("patch.yaml", "machine:\n  sysctls:\n    a: \"1\"\n");
    place.succeed(&format!("{LINE} --config-patch patch.yaml"));
    assert!(place.text("worker.yaml").contains("a: \"1\"") && place.text("controlplane.yaml").contains("a: \"1\""));
}

/// What nothing acts on yet is information; a strict check is about mistakes. And a private key in its place is none. All
/// versions are in `crates/config/tests/generated.rs`.
#[test]
fn what_is_generated_passes_a_strict_check() {
    let place = Place::new();
    place.succeed("secrets");
    for minor in [0, 13] {
        let version = format!("v1.{minor}");
        place.succeed(&format!("{LINE} --with-secrets secrets.yaml --talos-version {version} -o {version}"));
        for (mode, file) in ["metal", "cloud", "container"].iter().flat_map(|mode| FILES.map(|file| (mode, file))) {
            let check = |flags: &[&str]| {
                place.command(&[&["validate", "-m", mode, "-c", &format!("{version}/{file}")], flags].concat())
            };
            let (strict, plain) = (check(&["--strict"]), check(&[]));
            // Upstream refuses them as well: before v1.8 the host's DNS was not forwarded, which containers need.
            if *mode == "container" && minor < 8 {
                assert!(strict.code == 2 && plain.code == 2 && plain.stderr.contains("hostDNS"), "{}", plain.stderr);
                continue;
            }
            let valid = format!("{version}/{file} is valid for {mode} mode\n");
            assert_eq!((strict.code, &strict.stdout, strict.stderr.as_str()), (0, &valid, ""));
            assert_eq!((plain.code, &plain.stdout), (0, &valid));
            assert!(!plain.stderr.contains("private key") && !plain.stderr.contains("warning:"), "{}", plain.stderr);
            assert!(plain.stderr.lines().all(|line| line.starts_with("info: ")), "{}", plain.stderr);
        }
    }
}

/// Upstream's own warnings stay: its strict check takes them for errors.
#[test]
fn a_strict_check_still_refuses_what_upstream_warns_of() {
    let place = Place::new();
    place.succeed(&format!("{LINE} -t worker -o worker.yaml"));
    for (patch, words) in [
        (
            "{\"machine\":{\"network\":{\"interfaces\":[{\"interface\":\"eth0\",\"cidr\":\"10.5.0.3/24\"}]}}}",
            "use addresses",
        ),
        ("{\"machine\":{\"install\":{\"extensions\":[{\"image\":\"example.org/a:v1\"}]}}}", "build an image"),
        ("{\"machine\":{\"env\":{\"KEY\":\"-----BEGIN PRIVATE KEY-----\"}}}", "a private key stands here"),
    ] {
        let patched = place.command(&["machineconfig", "patch", "worker.yaml", "-p", patch, "-o", "patched.yaml"]);
        assert_eq!(patched.code, 0, "{}", patched.stderr);
        let strict = place.command(&["validate", "-m", "metal", "-c", "patched.yaml", "--strict"]);
        assert!(strict.code == 2 && strict.stderr.contains(words), "{}", strict.stderr);
    }
}
