//! Value types that several sections share.

use std::collections::BTreeMap;

pub use minos_pki::{EncodedCertificate, EncodedKey};

use crate::{
    node::{Node, Value},
    schema::{Context, Decode, Field, Scalar, Shape, certificate, decoded, encoded},
};

/// Free keys with text values.
pub type Labels = BTreeMap<String, String>;
/// Environment variables.
pub type Environment = BTreeMap<String, String>;
/// A mapping of anything, handed on as it is.
pub type Object = serde_json::Map<String, serde_json::Value>;
/// Command line arguments by name, without dashes.
pub type Arguments = BTreeMap<String, Argument>;

/// One argument: given once, or several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Argument(pub Vec<String>);

impl Decode for Argument {
    const SHAPE: Shape = Shape::Arguments;

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        match &node.value {
            Value::List(_) => Vec::decode(node, cx).map(Self),
            Value::Scalar { .. } => String::decode(node, cx).map(|value| Self(vec![value])),
            Value::Map(_) => {
                cx.expected(node, "a text or a list of texts");
                None
            }
        }
    }

    fn encode(&self) -> Node {
        match self.0.as_slice() {
            [one] => one.encode(),
            several => Node::list(several.iter().map(Decode::encode)),
        }
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        Self(vec![value.to_owned()])
    }
}

impl Decode for EncodedCertificate {
    const SHAPE: Shape = Shape::Section(&[Field::new("crt", &Shape::Scalar(Scalar::Pem), "The certificate.")]);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut out = Self::default();
        cx.section(node, Self::SHAPE.fields(), |_, value, cx| out.crt = certificate(value, cx).unwrap_or_default())?;
        Some(out)
    }

    fn encode(&self) -> Node {
        Node::map([("crt", encoded(&self.crt))])
    }
}

impl Decode for EncodedKey {
    const SHAPE: Shape = Shape::Section(&[Field::new("key", &Shape::Secret, "The key.")]);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut out = Self::default();
        cx.section(node, Self::SHAPE.fields(), |_, value, cx| out.key = decoded(value, cx).unwrap_or_default().into())?;
        Some(out)
    }

    fn encode(&self) -> Node {
        Node::map([("key", encoded(self.key.expose()))])
    }
}

/// Permission bits of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMode(pub u32);

impl Decode for FileMode {
    const SHAPE: Shape = Shape::Scalar(Scalar::Mode);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        u32::decode(node, cx).map(Self)
    }

    fn encode(&self) -> Node {
        Node::plain(format!("0o{:o}", self.0))
    }
}
