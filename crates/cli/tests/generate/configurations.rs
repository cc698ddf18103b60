//! `gen config`: which files, where, and what its flags mean.

use minos_config::Config;

use crate::Place;

const LINE: &str = "config home https://10.5.0.2:6443";

fn config(place: &Place, name: &str) -> Config {
    Config::parse(place.text(name).as_bytes()).unwrap_or_else(|problems| panic!("{problems}")).0
}

#[test]
fn outputs_go_where_upstream_puts_them() {
    let place = Place::new();
    place.succeed(LINE);
    assert_eq!(place.names(), ["controlplane.yaml", "talosconfig", "worker.yaml"]);
    place.refuse(LINE, &["controlplane.yaml, worker.yaml, talosconfig exist already"]);

    place.succeed(&format!("{LINE} -o many"));
    assert!(place.path("many/worker.yaml").is_file());
    place.succeed(&format!("{LINE} -t worker -o single"));
    assert!(place.path("single").is_file());
    place.succeed(&format!("{LINE} -t worker,worker -o twice"));
    assert!(place.path("twice/worker.yaml").is_file());
    place.succeed(&format!("{LINE} -t worker --output-dir dir"));
    assert!(place.path("dir/worker.yaml").is_file());

    let printed = place.run(&format!("{LINE} -t worker -o -"));
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(Config::parse(printed.stdout.as_bytes()).is_ok());
    place.refuse(&format!("{LINE} -o -"), &["single output type"]);
    place.refuse(&format!("{LINE} -o a --output-dir b"), &["--output-dir"]);
    place.refuse(&format!("{LINE} -t init"), &["init", "controlplane, worker, talosconfig"]);
}

#[test]
fn nothing_is_written_when_one_file_exists() {
    let place = Place::new();
    place.put("talosconfig", "mine");
    place.refuse(LINE, &["talosconfig exists already"]);
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
        ("config home 10.5.0.2", "try https://10.5.0.2:6443"),
        ("config home https://fd00::2", "try https://[fd00::2]:6443"),
        ("config home https://x:6443 --version v1beta1", "v1alpha1"),
        ("config home https://x:6443 --talos-version v0.8", "wanted one as v1.13"),
        ("config home https://x:6443 --registry-mirror docker.io", "HOST=URL"),
        ("config home https://x:6443 -t init", "controlplane"),
        ("config home", "<ENDPOINT>"),
    ] {
        place.refuse(line, &[words]);
    }
}
