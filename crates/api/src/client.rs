//! Calling nodes: the client configuration file, channels over mutual TLS, and whom a call is for.
//!
//! [`Talosconfig`] reads and writes the file with contexts; [`Connection`] opens a channel to one of several endpoints;
//! [`Target`] says which nodes behind the endpoint a call is for; [`State`] reads and watches resources.

mod connection;
mod connector;
mod error;
mod pem;
mod state;
mod talosconfig;
mod target;
mod tls;

pub use connection::Connection;
pub use error::{ConfigError, ConnectError, Unreachable};
pub use pem::normalize_labels;
pub use state::State;
pub use talosconfig::{ConfigPath, Context, Rename, Talosconfig, default_paths};
pub use target::Target;
pub use tls::{Credentials, Fingerprint, ServerTrust, client_config};

/// Port on which a node's gateway listens.
pub const API_PORT: u16 = 50000;
