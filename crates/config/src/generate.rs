//! New configurations and their secrets, as upstream's `v1.13` contract has them.
//!
//! [`Secrets`] is the content of `secrets.yaml`; [`Input`] says what cluster is wanted; [`Input::config`] and
//! [`Input::talosconfig`] give the files.

mod input;
mod kubernetes;
mod machine;
mod secrets;
mod talosconfig;

pub use input::{GenerateError, Input};
pub use kubernetes::KubernetesPki;
pub use secrets::{Certificates, ClusterIds, Secrets, SharedSecrets, TrustdInfo};
