use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{GenerateError, Input};
use crate::{emit::emit, node::Node};

/// How long a client certificate is valid: a year.
const LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

pub(super) fn render(input: &Input, now: SystemTime) -> Result<String, GenerateError> {
    let client = input.secrets.client_certificate(&input.roles, LIFETIME, now)?;
    let context = Node::map([
        ("endpoints", Node::list(input.endpoints.iter().map(Node::text))),
        ("ca", Node::plain(STANDARD.encode(&input.secrets.certs.os.crt))),
        ("crt", Node::plain(STANDARD.encode(&client.crt))),
        ("key", Node::plain(STANDARD.encode(client.key.expose()))),
    ]);
    let contexts = Node::map([(input.cluster_name.as_str(), context)]);
    Ok(emit(&Node::map([("context", Node::text(&input.cluster_name)), ("contexts", contexts)])))
}
