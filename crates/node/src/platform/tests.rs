use std::collections::BTreeMap;
use std::io::{ErrorKind, Result};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use minos_resources::network::PlatformConfig;
use minos_resources::runtime::PlatformMetadata;
use minos_runtime::testing::Harness;

use super::{Platform, PlatformAccess, PlatformError, PlatformFacts, argument, platform_from_cmdline};
use crate::ports::Files;
use crate::{Download, Volumes};

#[derive(Default)]
struct Fake {
    label: &'static str,
    files: BTreeMap<&'static str, &'static str>,
    /// How many downloads fail before one succeeds.
    failures: Mutex<u32>,
}

impl Volumes for Fake {
    fn read(&self, labels: &[&str], files: &[&str]) -> Result<Option<Files>> {
        let read = |file: &&str| self.files.get(file).map(|text| text.as_bytes().to_vec());
        Ok(labels.contains(&self.label).then(|| files.iter().map(read).collect()))
    }
}

#[async_trait]
impl Download for Fake {
    async fn get(&self, _: &str) -> Result<Vec<u8>> {
        let mut left = self.failures.lock().unwrap();
        if *left == 0 {
            return Ok(b"fetched".to_vec());
        }
        *left -= 1;
        Err(ErrorKind::ConnectionRefused.into())
    }
}

fn platform(cmdline: &str, fake: Fake) -> std::result::Result<Arc<dyn Platform>, PlatformError> {
    let fake = Arc::new(fake);
    platform_from_cmdline(cmdline, PlatformAccess { volumes: fake.clone(), download: fake })
}

fn seed() -> Fake {
    let files = BTreeMap::from([
        ("user-data", "version: v1alpha1\n"),
        ("meta-data", "instance-id: i-1\nlocal-hostname: node.example.org\n"),
    ]);
    Fake { label: "CIDATA", files, ..Fake::default() }
}

#[test]
fn arguments_are_found() {
    assert_eq!(argument("a.b=1 a.bc=2 a.b=3 a.b=", "a.b"), Some("3"));
    assert_eq!(argument("a.bc=2", "a.b"), None);
}

#[test]
fn platforms_have_names() {
    let name = |cmdline| platform(cmdline, Fake::default()).map(|platform| platform.name());
    assert_eq!(name("").ok(), Some("metal"));
    assert_eq!(name("minos.platform=nocloud").ok(), Some("nocloud"));
    assert!(name("talos.platform=moon").is_err());
}

#[tokio::test(start_paused = true)]
async fn metal_fetches_until_it_has_it() {
    let fake = Fake { failures: Mutex::new(8), ..Fake::default() };
    let metal = platform("talos.config=http://1.2.3.4/x", fake).expect("known");
    assert_eq!(metal.configuration().await.expect("fetched").as_deref(), Some(&b"fetched"[..]));
    let metal = platform("talos.config=ftp://x", Fake::default()).expect("known");
    assert!(matches!(metal.configuration().await, Err(PlatformError::Address(_))));
    let metal = platform("", Fake::default()).expect("known");
    assert_eq!(metal.configuration().await.expect("nothing"), None);
}

#[tokio::test(start_paused = true)]
async fn metal_reads_a_volume() {
    let files = BTreeMap::from([("config.yaml", "yes")]);
    let fake = Fake { label: "metal-iso", files, ..Fake::default() };
    let metal = platform("talos.config=metal-iso", fake).expect("known");
    assert_eq!(metal.configuration().await.expect("read").as_deref(), Some(&b"yes"[..]));
}

#[tokio::test(start_paused = true)]
async fn nocloud_reads_its_seed() {
    let nocloud = platform("talos.platform=nocloud", seed()).expect("known");
    assert_eq!(nocloud.configuration().await.expect("read").as_deref(), Some(&b"version: v1alpha1\n"[..]));
    let harness = Harness::new().with(Box::new(PlatformFacts::new(nocloud)));
    harness.settle().await;
    let metadata = harness.spec::<PlatformMetadata>(PlatformMetadata::ID).expect("written");
    assert_eq!((metadata.hostname.as_str(), metadata.instance_id.as_str()), ("node.example.org", "i-1"));
    let config = harness.spec::<PlatformConfig>(PlatformConfig::ACTIVE).expect("written");
    assert_eq!(config.hostnames[0].hostname, "node");
    assert_eq!(config.hostnames[0].domainname, "example.org");
}

#[tokio::test(start_paused = true)]
async fn the_network_configuration_of_a_platform_carries_its_metadata() {
    for platform in [platform("talos.platform=nocloud", seed()), platform("talos.platform=nocloud", Fake::default())] {
        let harness = Harness::new().with(Box::new(PlatformFacts::new(platform.expect("known"))));
        harness.settle().await;
        let metadata = harness.spec::<PlatformMetadata>(PlatformMetadata::ID).expect("written");
        assert_eq!(metadata.platform, "nocloud");
        let config = harness.spec::<PlatformConfig>(PlatformConfig::ACTIVE).expect("written");
        assert_eq!(config.metadata, Some(metadata));
    }
}

#[tokio::test(start_paused = true)]
async fn nocloud_without_a_seed_says_so_after_a_while() {
    let nocloud = platform("talos.platform=nocloud", Fake::default()).expect("known");
    assert_eq!(nocloud.configuration().await.expect("nothing"), None);
}
