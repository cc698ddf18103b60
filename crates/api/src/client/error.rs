use std::path::PathBuf;

use thiserror::Error;

/// Why a client configuration file cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("cannot read the client configuration {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the client configuration {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file belongs to a pod's service account and is not ours to change.
    #[error("{path} is mounted read-only; name a file with --talosconfig to change it")]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a client configuration.
    #[error("{path} is not a client configuration: {reason}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong there.
        reason: String,
    },
    /// There is neither a home directory nor a path in the environment.
    #[error("no place for a client configuration: set HOME or TALOSCONFIG, or use --talosconfig")]
    NoPath,
    /// The context asked for is not in the file.
    #[error("context {name:?} is not defined in {path}; `minosctl config contexts` lists those that are")]
    NoContext {
        /// The context.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// The file names no current context.
    #[error(
        "no context is chosen in {path}; run `minosctl config context NAME`, or merge a talosconfig with `minosctl config merge FILE`"
    )]
    NoCurrentContext {
        /// The file.
        path: PathBuf,
    },
    /// The context names no endpoint.
    #[error("no endpoint to talk to; use --endpoints, or run `minosctl config endpoint ADDRESS`")]
    NoEndpoints,
}

/// Why no connection can be opened.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// Certificate, key or CA do not parse.
    #[error("the {what} of the context cannot be used: {reason}")]
    Credentials {
        /// Which part.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// An endpoint is not an address or name with an optional port.
    #[error(
        "{endpoint:?} is not an endpoint: expected an address or name with an optional port, like 10.5.0.2 or node.example:50000"
    )]
    Endpoint {
        /// What was given.
        endpoint: String,
    },
    /// A fingerprint does not parse.
    #[error("{text:?} is not a certificate fingerprint: expected the base64 form of 32 bytes")]
    Fingerprint {
        /// What was given.
        text: String,
    },
    /// The TLS configuration is refused by the library.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// There is nothing to connect to.
    #[error("no endpoint to talk to; use --endpoints, or run `minosctl config endpoint ADDRESS`")]
    NoEndpoints,
}

/// Why no connection came about, endpoint by endpoint. It is inside the [`io::Error`](std::io::Error) that a failed call has
/// among its causes.
#[derive(Debug)]
pub struct Unreachable {
    /// Each endpoint that was tried, as host and port, and what happened.
    pub failures: Vec<(String, std::io::Error)>,
}

impl std::fmt::Display for Unreachable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let failures: Vec<_> = self.failures.iter().map(|(endpoint, error)| format!("{endpoint}: {error}")).collect();
        write!(f, "cannot connect to {}", failures.join("; "))
    }
}

impl std::error::Error for Unreachable {}
