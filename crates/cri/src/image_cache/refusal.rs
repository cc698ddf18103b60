//! Errors in the form of the OCI distribution specification.

use hyper::StatusCode;
use serde_json::json;

use super::layout::Missing;

/// Why a request is not answered with what it asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The code of the specification.
    code: &'static str,
    message: String,
}

impl Refusal {
    /// Only reading is possible.
    pub fn method(method: &hyper::Method) -> Self {
        let message = format!("the image cache can only be read: GET and HEAD are allowed, found {method}");
        Self { status: StatusCode::METHOD_NOT_ALLOWED, code: "UNSUPPORTED", message }
    }

    /// A path that the cache does not serve.
    pub fn path(path: &str) -> Self {
        let message = format!("the image cache serves manifests and blobs only, found {path}");
        Self { status: StatusCode::NOT_FOUND, code: "UNSUPPORTED", message }
    }

    /// A manifest that is not there, or not in a form that the client takes.
    pub fn manifest(image: &str, missing: &Missing) -> Self {
        let message = match missing {
            Missing::Unknown => format!("{image} is not in the image cache"),
            Missing::NotAccepted(kind) => format!("{image} is a {kind}, which the request does not accept"),
        };
        Self { status: StatusCode::NOT_FOUND, code: "MANIFEST_UNKNOWN", message }
    }

    /// A blob that is not there.
    pub fn blob(digest: &str) -> Self {
        let message = format!("the blob {digest} is not in the image cache");
        Self { status: StatusCode::NOT_FOUND, code: "BLOB_UNKNOWN", message }
    }

    /// A file that is there and cannot be read.
    pub fn unreadable(digest: &str) -> Self {
        let message = format!("{digest} cannot be read from the image cache");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "UNKNOWN", message }
    }

    /// The body, as JSON.
    pub fn body(&self) -> String {
        json!({ "errors": [{ "code": self.code, "message": self.message }] }).to_string()
    }
}
