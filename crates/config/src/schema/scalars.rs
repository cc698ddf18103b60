//! The types that are not sections.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minos_pki::{CertificateAndKey, Secret};
use serde_json::Value as Json;

use super::{Context, Decode, Field, Scalar, Shape};
use crate::{
    duration,
    node::{Node, Value},
    redact::HIDDEN,
    redact::holds_private_key,
};

impl Decode for String {
    const SHAPE: Shape = Shape::Scalar(Scalar::Text);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let text = text(node, cx)?;
        if holds_private_key(&text) {
            cx.warning(
                node.at,
                "a private key stands here, where it is not hidden from whoever may read the configuration",
            );
        }
        Some(text)
    }

    fn encode(&self) -> Node {
        Node::text(self)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// A text that may be a secret: whether it may is for the field to say.
fn text(node: &Node, cx: &mut Context) -> Option<String> {
    match &node.value {
        Value::Scalar { .. } if node.is_null() => Some(String::new()),
        Value::Scalar { text, .. } => Some(text.clone()),
        _ => {
            cx.expected(node, "a text");
            None
        }
    }
}

impl Decode for Secret {
    const SHAPE: Shape = Shape::Secret;

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        text(node, cx).map(Self::from)
    }

    fn encode(&self) -> Node {
        Node::text(self.expose())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Decode for bool {
    const SHAPE: Shape = Shape::Scalar(Scalar::Bool);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let plain = match &node.value {
            Value::Scalar { text, plain: true } => text.to_ascii_lowercase(),
            _ => String::new(),
        };
        match plain.as_str() {
            "true" | "yes" | "on" | "y" => Some(true),
            "false" | "no" | "off" | "n" => Some(false),
            _ => {
                wrong(node, cx, "true or false");
                None
            }
        }
    }

    fn encode(&self) -> Node {
        Node::plain(if *self { "true" } else { "false" })
    }

    fn is_absent(&self) -> bool {
        !*self
    }
}

macro_rules! integers {
    ($($type:ty),*) => { $(
        impl Decode for $type {
            const SHAPE: Shape = Shape::Scalar(Scalar::Integer { least: <$type>::MIN as i64, most: <$type>::MAX as u64 });

            fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
                let value = node.as_text().and_then(integer).and_then(|value| Self::try_from(value).ok());
                let quoted = matches!(node.value, Value::Scalar { plain: false, .. });
                match value {
                    Some(_) if quoted => wrong(node, cx, "the number without quotes"),
                    None => wrong(node, cx, &format!("a whole number from {} to {}", Self::MIN, Self::MAX)),
                    Some(value) => return Some(value),
                }
                None
            }

            fn encode(&self) -> Node {
                Node::plain(self.to_string())
            }

            fn is_absent(&self) -> bool {
                *self == 0
            }
        }
    )* };
}
integers!(u8, u16, u32, u64, i64);

/// Decimal, `0x`, `0o`, and the old octal with a leading zero.
fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = if let Some(hex) = digits.strip_prefix("0x") {
        i128::from_str_radix(hex, 16)
    } else if let Some(octal) =
        digits.strip_prefix("0o").or_else(|| digits.strip_prefix('0').filter(|rest| !rest.is_empty()))
    {
        i128::from_str_radix(octal, 8)
    } else {
        digits.parse()
    };
    value.ok().map(|value| sign * value)
}

impl Decode for Duration {
    const SHAPE: Shape = Shape::Scalar(Scalar::Duration);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let value = node.as_text().and_then(duration::parse);
        if value.is_none() {
            wrong(node, cx, "a duration such as 90s, 5m or 1h30m");
        }
        value
    }

    fn encode(&self) -> Node {
        Node::plain(duration::format(*self))
    }

    fn is_absent(&self) -> bool {
        self.is_zero()
    }
}

impl<T: Decode> Decode for Option<T> {
    const SHAPE: Shape = T::SHAPE;

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        T::decode(node, cx).map(Some)
    }

    fn encode(&self) -> Node {
        self.as_ref().map_or_else(Node::default, T::encode)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Decode> Decode for Box<T> {
    const SHAPE: Shape = T::SHAPE;

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        T::decode(node, cx).map(Self::new)
    }

    fn encode(&self) -> Node {
        T::encode(self)
    }

    fn is_absent(&self) -> bool {
        T::is_absent(self)
    }
}

impl<T: Decode> Decode for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Value::List(items) = &node.value else {
            cx.expected(node, "a list");
            return None;
        };
        let mut decode = |index, item: &Node| {
            cx.in_index(index, |cx| {
                if item.is_null() {
                    cx.warning(item.at, "an item of a list without a value is left out");
                    return None;
                }
                T::decode(item, cx)
            })
        };
        Some(items.iter().enumerate().filter_map(|(index, item)| decode(index, item)).collect())
    }

    fn encode(&self) -> Node {
        Node::list(self.iter().map(T::encode))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    const SHAPE: Shape = Shape::Map(&T::SHAPE);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            cx.expected(node, "a mapping");
            return None;
        };
        let mut map = Self::new();
        for entry in entries {
            if let Some(value) = cx.in_key(&entry.key, |cx| T::decode(&entry.value, cx)) {
                map.insert(entry.key.clone(), value);
            }
        }
        Some(map)
    }

    fn encode(&self) -> Node {
        Node::map(self.iter().map(|(key, value)| (key, value.encode())))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// What stands in a field that takes anything.
impl Decode for Json {
    const SHAPE: Shape = Shape::Any;

    fn decode(node: &Node, _: &mut Context) -> Option<Self> {
        Some(json(node))
    }

    fn encode(&self) -> Node {
        match self {
            Self::Null => Node::plain("null"),
            Self::Bool(value) => value.encode(),
            Self::Number(number) => Node::plain(number.to_string()),
            Self::String(text) => Node::text(text),
            Self::Array(items) => Node::list(items.iter().map(Decode::encode)),
            Self::Object(map) => Node::map(map.iter().map(|(key, value)| (key, value.encode()))),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_null()
    }
}

/// A mapping of anything.
impl Decode for serde_json::Map<String, Json> {
    const SHAPE: Shape = Shape::Any;

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        match json(node) {
            Json::Object(map) => Some(map),
            _ => {
                cx.expected(node, "a mapping");
                None
            }
        }
    }

    fn encode(&self) -> Node {
        Node::map(self.iter().map(|(key, value)| (key, value.encode())))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// YAML 1.2's core schema.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect(),
        Value::Scalar { text, plain: false } => Json::String(text.clone()),
        Value::Scalar { .. } if node.is_null() => Json::Null,
        Value::Scalar { text, plain: true } => plain(text),
    }
}

fn plain(text: &str) -> Json {
    match text {
        "true" | "True" | "TRUE" => return Json::Bool(true),
        "false" | "False" | "FALSE" => return Json::Bool(false),
        _ => {}
    }
    let numeric = text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !numeric || text.contains(['_', ' ']) {
        return Json::String(text.to_owned());
    }
    if let Some(value) = integer(text) {
        if let Ok(value) = i64::try_from(value) {
            return value.into();
        }
        if let Ok(value) = u64::try_from(value) {
            return value.into();
        }
    }
    match text.parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
        Some(number) => Json::Number(number),
        None => Json::String(text.to_owned()),
    }
}

impl Decode for CertificateAndKey {
    const SHAPE: Shape = Shape::Section(&[
        Field::new("crt", &Shape::Scalar(Scalar::Pem), "The certificate."),
        Field::new("key", &Shape::Secret, "Its key."),
    ]);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut pair = Self::default();
        cx.section(node, Self::SHAPE.fields(), |key, value, cx| match key {
            "crt" => pair.crt = certificate(value, cx).unwrap_or_default(),
            _ => pair.key = decoded(value, cx).unwrap_or_default().into(),
        })?;
        Some(pair)
    }

    fn encode(&self) -> Node {
        let key = match self.key.expose() {
            HIDDEN => HIDDEN.to_owned(),
            key => STANDARD.encode(key),
        };
        Node::map([("crt", Node::plain(STANDARD.encode(&self.crt))), ("key", Node::plain(key))])
    }
}

/// A certificate is for everybody to see: a key in its place must not be.
pub(crate) fn certificate(node: &Node, cx: &mut Context) -> Option<String> {
    if node.as_text().is_some_and(holds_private_key) {
        cx.problem(node.at, "a private key stands here, where the certificate belongs");
        return None;
    }
    decoded(node, cx)
}

/// PEM texts stand in base64; a hidden one stays hidden.
pub(crate) fn decoded(node: &Node, cx: &mut Context) -> Option<String> {
    let text = text(node, cx)?;
    if text == HIDDEN {
        return Some(text);
    }
    let decoded = STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if decoded.is_none() {
        cx.problem(node.at, "wanted a PEM text in base64");
    }
    decoded
}

pub(crate) fn encoded(text: &str) -> Node {
    if text == HIDDEN { Node::text(text) } else { Node::plain(STANDARD.encode(text)) }
}

/// Reports a scalar of the wrong type with its text, other kinds by name.
pub(crate) fn wrong(node: &Node, cx: &mut Context, wanted: &str) {
    const LONGEST: usize = 40;
    match node.as_text() {
        Some(text) if text.chars().count() <= LONGEST && !text.contains('\n') => {
            cx.problem(node.at, format!("found {text:?}, wanted {wanted}"));
        }
        Some(_) => cx.problem(node.at, format!("found a long text, wanted {wanted}")),
        None => cx.expected(node, wanted),
    }
}
