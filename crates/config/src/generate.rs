//! New configurations and their secrets, with upstream's keys, types and defaults for each [`Contract`].
//!
//! [`Secrets`] is the content of `secrets.yaml`; [`Input`] says what cluster is wanted; [`Input::config`] and
//! [`Input::talosconfig`] give the files.

mod contract;
mod empty;
mod input;
mod kubernetes;
mod machine;
mod secrets;
mod talosconfig;

pub use contract::Contract;
pub use input::{GenerateError, Input};
pub use kubernetes::KubernetesPki;
pub use secrets::{Certificates, ClusterIds, Secrets, SharedSecrets, TrustdInfo};
