//! A small client of the Kubernetes API: get, apply, replace and watch, without a model of any type.
//!
//! A node talks to its API server rarely and about a handful of objects; generated types and caches of all of them
//! would be most of its memory.

mod client;
mod connection;
#[cfg(test)]
pub(crate) mod fake;
mod kubeconfig;
mod watch;

pub(crate) use client::ApiClient;
pub(crate) use kubeconfig::ApiAccess;
pub(crate) use watch::ApiWatch;

use http::StatusCode;
use thiserror::Error;

/// Why a request did not work.
#[derive(Debug, Error)]
pub enum ApiError {
    /// The credentials cannot be used.
    #[error("a kubeconfig cannot be used: {0}")]
    Kubeconfig(String),
    /// Nobody answers there.
    #[error("connecting to the API server at {server}")]
    Connect {
        /// Host and port.
        server: String,
        /// Why.
        source: std::io::Error,
    },
    /// The server said no.
    #[error("the API server refused: {status}: {message}")]
    Refused {
        /// HTTP status.
        status: StatusCode,
        /// Its reason.
        message: String,
    },
    /// The server ended a watch.
    #[error("the API server ended a watch: {message}")]
    Watch {
        /// Its reason.
        message: String,
    },
    /// It took too long.
    #[error("no answer for {path} in time")]
    Timeout {
        /// What was asked for.
        path: String,
    },
    /// The answer is not what it should be.
    #[error("the answer for {path} is not JSON")]
    NotJson {
        /// What was asked for.
        path: String,
    },
    /// A name cannot stand in a URL.
    #[error("{0:?} is not a path")]
    Path(String),
    /// The connection broke.
    #[error("talking to the API server")]
    Http(#[from] hyper::Error),
    /// The answer broke off or is too long.
    #[error("reading an answer of the API server")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// Whether trying again with the same object is of no use.
    pub(crate) fn is_about_the_object(&self) -> bool {
        let hopeless = [
            StatusCode::BAD_REQUEST,
            StatusCode::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ];
        matches!(self, ApiError::Refused { status, .. } if hopeless.contains(status))
    }

    /// Whether somebody else changed the object in between.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, ApiError::Refused { status: StatusCode::CONFLICT, .. })
    }
}
