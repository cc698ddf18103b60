//! `Version`: the system, its platform, its features.

use minos_api::machine as m;
use minos_resources::runtime::PlatformMetadata;
use tonic::Response;

use super::Reply;
use crate::node::Node;
use crate::version;

pub fn get(node: &Node) -> Reply<m::VersionResponse> {
    let platform = node.store.get::<PlatformMetadata>(PlatformMetadata::ID);
    let version = m::Version {
        metadata: None,
        version: Some(m::VersionInfo {
            tag: version::TAG.to_owned(),
            sha: version::COMMIT.to_owned(),
            built: String::new(),
            go_version: String::new(),
            os: std::env::consts::OS.to_owned(),
            arch: version::ARCH.to_owned(),
        }),
        platform: platform
            .map(|platform| m::PlatformInfo { mode: mode(&platform.platform), name: platform.platform.clone() }),
        features: node.configuration.current().map(|_| m::FeaturesInfo { rbac: true }),
    };
    Ok(Response::new(m::VersionResponse { messages: vec![version] }))
}

/// The platform's mode, by the name of the contract.
fn mode(platform: &str) -> String {
    match platform {
        "metal" | "container" => platform,
        _ => "cloud",
    }
    .to_owned()
}
