//! Which version this is: the version of the contract that it keeps, with our own as build metadata, so that clients
//! that look at versions choose the right path.

/// The version that the API reports.
pub const TAG: &str = concat!("v1.13.9+minos.", env!("CARGO_PKG_VERSION"));
/// Our own version.
#[allow(dead_code)]
pub const OWN: &str = env!("CARGO_PKG_VERSION");
/// The commit it was built from, where the build says so.
pub const COMMIT: &str = match option_env!("MINOS_COMMIT") {
    Some(commit) => commit,
    None => "",
};
/// The architecture, by the name that the contract uses.
pub const ARCH: &str = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
