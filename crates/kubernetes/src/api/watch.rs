//! A watch: a reply that never ends, one JSON document a line.

use std::collections::VecDeque;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use serde_json::Value;

use super::ApiError;

/// A running watch.
pub(crate) struct ApiWatch {
    /// Keeps the connection open.
    _sender: SendRequest<Full<Bytes>>,
    body: Incoming,
    partial: Vec<u8>,
    events: VecDeque<ApiEvent>,
}

/// A change of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiEvent {
    /// Whether the object is gone.
    pub(crate) deleted: bool,
    /// The object after the change, or before it is gone.
    pub(crate) object: Value,
}

impl ApiWatch {
    pub(super) fn new(sender: SendRequest<Full<Bytes>>, body: Incoming) -> Self {
        Self { _sender: sender, body, partial: Vec::new(), events: VecDeque::new() }
    }

    /// The next change; nothing when the server ended the watch.
    pub(crate) async fn next(&mut self) -> Result<Option<ApiEvent>, ApiError> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            if let Ok(data) = frame?.into_data() {
                self.take(&data)?;
            }
        }
    }

    fn take(&mut self, data: &[u8]) -> Result<(), ApiError> {
        self.partial.extend_from_slice(data);
        while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.partial.drain(..=end).collect();
            let Ok(mut event) = serde_json::from_slice::<Value>(&line) else {
                return Err(ApiError::NotJson { path: "a watch".to_owned() });
            };
            match event["type"].as_str() {
                Some("ADDED" | "MODIFIED") => {
                    self.events.push_back(ApiEvent { deleted: false, object: event["object"].take() });
                }
                Some("DELETED") => self.events.push_back(ApiEvent { deleted: true, object: event["object"].take() }),
                Some("ERROR") => {
                    let message = event["object"]["message"].as_str().unwrap_or_default().to_owned();
                    return Err(ApiError::Watch { message });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
