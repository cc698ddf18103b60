use std::collections::BTreeMap;
use std::io::Read as _;

use super::*;
use crate::tree::Source;

type Files = BTreeMap<String, Vec<u8>>;

fn root() -> Tree {
    let mut tree = Tree::new();
    tree.folder("/system", 0o755, Origin::Minos).unwrap();
    tree.link("/sbin", "usr/bin", Origin::Minos).unwrap();
    tree.file("/usr/bin/init", Source::Bytes((*b"init").into()), 0o755, Origin::Minos).unwrap();
    tree
}

fn written() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("image.tar");
    write_container_image(&root(), "v1.2.3", &out).unwrap();
    std::fs::read(out).unwrap()
}

fn files(archive: &[u8]) -> Files {
    let mut archive = tar::Archive::new(archive);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().display().to_string(), bytes)
    });
    entries.collect()
}

fn parsed(files: &Files, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

/// What a descriptor of the OCI image specification points to; its digest and size have to be right.
fn follow(files: &Files, descriptor: &Value, media_type: &str) -> Vec<u8> {
    assert_eq!(descriptor["mediaType"], media_type);
    let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    let bytes = files[&format!("blobs/sha256/{digest}")].clone();
    assert_eq!(sha256([&bytes]).to_string(), digest);
    assert_eq!(descriptor["size"].as_u64(), Some(bytes.len() as u64));
    bytes
}

fn image() -> (Files, Value, Value) {
    let files = files(&written());
    let index = parsed(&files, "index.json");
    let manifest = follow(&files, &index["manifests"][0], MANIFEST);
    (files, index, serde_json::from_slice(&manifest).unwrap())
}

#[test]
fn the_archive_is_a_layout_of_the_oci_image_specification() {
    let (files, index, manifest) = image();
    assert_eq!(parsed(&files, "oci-layout"), json!({ "imageLayoutVersion": "1.0.0" }));
    assert_eq!((&index["schemaVersion"], &index["mediaType"]), (&json!(2), &json!(INDEX)));
    assert_eq!(index["manifests"][0]["platform"], json!({ "architecture": "amd64", "os": "linux" }));
    assert_eq!((&manifest["schemaVersion"], &manifest["mediaType"]), (&json!(2), &json!(MANIFEST)));
    let layer = follow(&files, &manifest["layers"][0], LAYER);
    let config: Value = serde_json::from_slice(&follow(&files, &manifest["config"], CONFIG)).unwrap();
    assert_eq!(config["rootfs"]["type"], "layers");
    assert_eq!(config["rootfs"]["diff_ids"], json!([format!("sha256:{}", sha256([&layer]))]), "of the layer as it is");
    let strings = ["architecture", "os", "created"];
    assert!(strings.iter().all(|field| config[field].is_string()), "{config}");
}

#[test]
fn it_starts_init_as_upstream_s_does() {
    let (files, _, manifest) = image();
    let config: Value = serde_json::from_slice(&follow(&files, &manifest["config"], CONFIG)).unwrap();
    let run = config["config"].as_object().unwrap();
    assert_eq!(run["Entrypoint"], json!(["/sbin/init"]));
    // The conversion to the runtime specification: `process.args`, `process.env`, `process.cwd`.
    assert!(run["Env"].as_array().unwrap().iter().all(|one| one.as_str().is_some_and(|text| text.contains('='))));
    assert!(run["WorkingDir"].as_str().is_some_and(|path| path.starts_with('/')));
    assert_eq!(run.get("User"), None, "root");
    let known = ["Cmd", "Entrypoint", "Env", "ExposedPorts", "Labels", "StopSignal", "User", "Volumes", "WorkingDir"];
    assert!(run.keys().all(|field| known.contains(&field.as_str())), "{:?}", run.keys());
}

#[test]
fn the_layer_is_the_root_and_the_marker() {
    let (files_of_image, _, manifest) = image();
    let layer = files(&follow(&files_of_image, &manifest["layers"][0], LAYER));
    assert_eq!(layer["usr/etc/in-container"], b"true\n");
    assert_eq!(layer["usr/bin/init"], b"init");
    for folder in ["system/state", "var", "system/imagecache/disk"] {
        assert!(layer.contains_key(folder) || layer.contains_key(&format!("{folder}/")), "{folder}");
    }
    let mut machine = root();
    machine.bytes("/other", *b"", Origin::Minos).unwrap();
    assert!(machine.get(MARKER).is_none(), "the machine's root has no marker");
}

#[test]
fn older_versions_of_docker_find_the_same_blobs() {
    let (files, _, manifest) = image();
    let list = parsed(&files, "manifest.json");
    assert_eq!(list[0]["RepoTags"], json!(["localhost/minos:v1.2.3"]));
    let blob = |descriptor: &Value| format!("blobs/sha256/{}", &descriptor["digest"].as_str().unwrap()[7..]);
    assert_eq!(list[0]["Config"], blob(&manifest["config"]));
    assert_eq!(list[0]["Layers"], json!([blob(&manifest["layers"][0])]));
}

#[test]
fn equal_roots_give_equal_bytes() {
    assert!(written() == written());
}
