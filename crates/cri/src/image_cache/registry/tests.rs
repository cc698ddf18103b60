use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::serve;
use crate::image_cache::layout::OciLayout;

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// A layout whose digests are letters, not hashes: the cache does not look into blobs.
struct Written(tempfile::TempDir);

fn digest(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

impl Written {
    fn new(manifests: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("blobs/sha256")).unwrap();
        std::fs::write(folder.path().join("index.json"), json!({ "manifests": manifests }).to_string()).unwrap();
        Self(folder)
    }

    fn blob(self, letter: char, text: &str) -> Self {
        std::fs::write(self.0.path().join("blobs/sha256").join(letter.to_string().repeat(64)), text).unwrap();
        self
    }

    async fn serve(&self) -> Served {
        Served::of(self.0.path()).await
    }
}

struct Served {
    address: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The code of the only error in a body of the distribution specification.
    fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.head);
        let body: Value = serde_json::from_str(&self.body).unwrap();
        assert!(body["errors"][0]["message"].is_string(), "{body}");
        body["errors"][0]["code"].as_str().unwrap().to_owned()
    }
}

impl Served {
    async fn of(folder: &Path) -> Self {
        let layout = Arc::new(OciLayout::open(folder).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self { address, server: tokio::spawn(serve(listener, layout)) }
    }

    async fn ask(&self, method: &str, path: &str, accept: &[&str]) -> Answer {
        let accept: String = accept.iter().map(|one| format!("Accept: {one}\r\n")).collect();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: cache\r\nConnection: close\r\n{accept}\r\n");
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }
}

fn entry(letter: char, kind: &str, name: &str) -> Value {
    json!({
        "digest": digest(letter),
        "mediaType": kind,
        "annotations": { "org.opencontainers.image.ref.name": name },
    })
}

fn one_image() -> Written {
    Written::new(&json!([entry('a', OCI_MANIFEST, "here/a/b:1")])).blob('a', "{\"manifest\":1}").blob('c', "layer")
}

/// An image for two kinds of machine, as most published images are.
fn index_of_two(index: &str, manifest: &str) -> Written {
    let below = |letter: char, architecture: &str| {
        json!({
            "digest": digest(letter),
            "mediaType": manifest,
            "platform": { "os": "linux", "architecture": architecture },
        })
    };
    let here = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let text = json!({ "manifests": [below('b', "riscv64"), below('d', here)] }).to_string();
    Written::new(&json!([entry('a', index, "here/a:1")])).blob('a', &text).blob('b', "riscv64").blob('d', "for here")
}

#[tokio::test]
async fn images_of_the_layout_are_served_and_others_are_not() {
    let layout = one_image();
    let served = layout.serve().await;
    assert_eq!(served.get("/v2/").await.header("docker-distribution-api-version"), Some("registry/2.0"));
    let found = served.get("/v2/a/b/manifests/1?ns=here").await;
    assert_eq!((found.status, found.body.as_str()), (200, "{\"manifest\":1}"));
    assert_eq!(found.header("docker-content-digest"), Some(digest('a').as_str()));
    assert_eq!(found.header("content-type"), Some(OCI_MANIFEST));
    let layer = served.get(&format!("/v2/a/b/blobs/{}", digest('c'))).await;
    assert_eq!((layer.status, layer.body.as_str()), (200, "layer"));
    assert_eq!(served.get("/v2/a/b/manifests/1?ns=elsewhere").await.status, 404);
}

#[tokio::test]
async fn a_registry_with_a_port_is_found_in_its_percent_encoded_form() {
    let layout = Written::new(&json!([entry('a', OCI_MANIFEST, "here.local:5000/a:1")])).blob('a', "ported");
    let served = layout.serve().await;
    for ns in ["here.local%3A5000", "here.local%3a5000", "here.local:5000"] {
        let found = served.get(&format!("/v2/a/manifests/1?ns={ns}")).await;
        assert_eq!((found.status, found.body.as_str()), (200, "ported"), "ns={ns}");
    }
    assert_eq!(served.get("/v2/a/manifests/1?ns=here.local").await.status, 404);
}

#[tokio::test]
async fn a_reference_by_digest_needs_no_name() {
    let layout = one_image();
    let served = layout.serve().await;
    for reference in [digest('a'), digest('a').replace(':', "%3A")] {
        let found = served.get(&format!("/v2/whatever/manifests/{reference}?ns=anywhere")).await;
        assert_eq!((found.status, found.body.as_str()), (200, "{\"manifest\":1}"), "{reference}");
        assert_eq!(found.header("content-type"), Some(OCI_MANIFEST));
    }
    // A layer is no manifest.
    assert_eq!(served.get(&format!("/v2/a/b/manifests/{}?ns=here", digest('c'))).await.code(), "MANIFEST_UNKNOWN");
}

#[tokio::test]
async fn manifests_below_an_index_are_served_by_digest() {
    for (index, manifest) in [(OCI_INDEX, OCI_MANIFEST), (DOCKER_LIST, DOCKER_MANIFEST)] {
        let layout = index_of_two(index, manifest);
        let served = layout.serve().await;
        let accept = [index, manifest].join(", ");
        let top = served.ask("GET", "/v2/a/manifests/1?ns=here", &[&accept]).await;
        assert_eq!((top.status, top.header("content-type")), (200, Some(index)));
        for (letter, text) in [('b', "riscv64"), ('d', "for here")] {
            let below = served.ask("GET", &format!("/v2/a/manifests/{}?ns=here", digest(letter)), &[manifest]).await;
            assert_eq!((below.status, below.body.as_str()), (200, text));
            assert_eq!(below.header("content-type"), Some(manifest));
        }
    }
}

#[tokio::test]
async fn a_client_without_indexes_gets_the_manifest_for_this_machine() {
    let layout = index_of_two(DOCKER_LIST, DOCKER_MANIFEST);
    let served = layout.serve().await;
    let found = served.ask("GET", "/v2/a/manifests/1?ns=here", &[DOCKER_MANIFEST]).await;
    assert_eq!((found.status, found.body.as_str()), (200, "for here"));
    assert_eq!(found.header("content-type"), Some(DOCKER_MANIFEST));
    assert_eq!(found.header("docker-content-digest"), Some(digest('d').as_str()));
    // Who names a digest means that content and no other.
    let by_digest = format!("/v2/a/manifests/{}?ns=here", digest('a'));
    assert_eq!(served.ask("GET", &by_digest, &[DOCKER_MANIFEST]).await.code(), "MANIFEST_UNKNOWN");
}

#[tokio::test]
async fn a_media_type_that_is_not_accepted_is_not_sent() {
    let layout = one_image();
    let served = layout.serve().await;
    let path = "/v2/a/b/manifests/1?ns=here";
    let refused = served.ask("GET", path, &[DOCKER_MANIFEST, DOCKER_LIST]).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "MANIFEST_UNKNOWN"));
    assert!(refused.body.contains(OCI_MANIFEST), "it says what there is: {}", refused.body);
    // The header as containerd sends it.
    let containerd = [DOCKER_MANIFEST, DOCKER_LIST, OCI_MANIFEST, OCI_INDEX, "*/*"].join(", ");
    for accept in [containerd.as_str(), "*/*", OCI_MANIFEST] {
        assert_eq!(served.ask("HEAD", path, &[accept]).await.status, 200, "{accept}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let layout = one_image();
    let served = layout.serve().await;
    for path in ["/v2/a/b/manifests/1?ns=here".to_owned(), format!("/v2/a/b/blobs/{}", digest('c'))] {
        let (head, get) = (served.ask("HEAD", &path, &[]).await, served.get(&path).await);
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        for name in ["content-type", "content-length", "docker-content-digest"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
        assert_eq!(get.header("content-length"), Some(get.body.len().to_string().as_str()));
    }
    let missing = served.ask("HEAD", "/v2/a/b/manifests/2?ns=here", &[]).await;
    assert_eq!((missing.status, missing.body.as_str()), (404, ""));
}

#[tokio::test]
async fn errors_have_the_body_of_the_specification() {
    let layout = one_image();
    let served = layout.serve().await;
    let code = async |method: &str, path: &str| {
        let answer = served.ask(method, path, &[]).await;
        (answer.status, answer.code())
    };
    let missing = (404, "MANIFEST_UNKNOWN".to_owned());
    assert_eq!(code("GET", "/v2/a/b/manifests/2?ns=here").await, missing);
    assert_eq!(code("GET", &format!("/v2/a/manifests/{}?ns=here", digest('f'))).await, missing);
    let blob = (404, "BLOB_UNKNOWN".to_owned());
    assert_eq!(code("GET", "/v2/a/b/blobs/sha256:%2e%2e").await, blob);
    for path in ["/v2/a/b/tags/list", "/v2/a/blobs/sha256:../../index.json", "/v2/a/blobs/sha256:..%2f..%2findex.json"]
    {
        assert_eq!(code("GET", path).await, (404, "UNSUPPORTED".to_owned()), "{path}");
    }
    assert_eq!(code("DELETE", "/v2/a/b/manifests/1?ns=here").await, (405, "UNSUPPORTED".to_owned()));
    assert_eq!(code("POST", "/v2/a/b/blobs/uploads/").await, (405, "UNSUPPORTED".to_owned()));
}

#[tokio::test]
async fn a_broken_index_does_not_hide_the_other_images() {
    let manifests = json!([entry('a', OCI_INDEX, "here/broken:1"), entry('b', OCI_MANIFEST, "here/good:1")]);
    let layout = Written::new(&manifests).blob('a', "no JSON").blob('b', "good");
    let served = layout.serve().await;
    assert_eq!(served.get("/v2/good/manifests/1?ns=here").await.body, "good");
}

#[test]
fn what_an_image_holds_is_read_from_its_annotation() {
    let mut one = entry('a', OCI_MANIFEST, "1");
    one["annotations"]["io.containerd.image.name"] = json!("registry.k8s.io/pause:1");
    one["annotations"]["org.opencontainers.image.description"] = json!("Built by Minos from its own source");
    let layout = Written::new(&json!([one]));
    let layout = OciLayout::open(layout.0.path()).unwrap();
    assert_eq!(layout.len(), 1);
    // The full name is containerd's annotation where there are both.
    let found = layout.manifest("registry.k8s.io", "pause", "1", &Default::default()).unwrap();
    assert_eq!(found.holds.as_deref(), Some("Built by Minos from its own source"));
}
