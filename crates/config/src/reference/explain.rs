use std::fmt;

use thiserror::Error;

use super::words::{prose, summary, type_name};
use crate::{
    documents::{KINDS, KindInfo},
    schema::{Effect, Field, Shape, nearest},
};

/// All that is known about a kind of document or one of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// As `machine.network.interfaces`, or `LinkConfig.mtu`.
    pub path: String,
    /// What its value is, in words.
    pub kind: String,
    /// What it means.
    pub text: String,
    /// It must be given.
    pub required: bool,
    /// The only values that it may have, when there is such a list.
    pub values: Vec<&'static str>,
    /// What holds when it is left out.
    pub default: Option<&'static str>,
    /// A value, or a whole document.
    pub example: Option<&'static str>,
    /// The version of the contract that brought it.
    pub since: &'static str,
    /// What to use instead.
    pub deprecated: Option<&'static str>,
    /// When a change takes effect.
    pub effect: Effect,
    /// What stands in it.
    pub parts: Vec<Part>,
}

/// A field of what is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its key.
    pub key: &'static str,
    /// What its value is, in words.
    pub kind: String,
    /// What it means, in a sentence.
    pub summary: String,
    /// It is superseded.
    pub deprecated: bool,
}

/// There is no such field.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct UnknownPath {
    /// The first step that leads nowhere.
    pub step: String,
    /// Where that was looked for; empty at the top.
    pub inside: String,
    /// What there is.
    pub known: Vec<&'static str>,
    /// The one that was probably meant.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.inside.as_str() {
            "" => write!(f, "there is no kind of document and no section {:?}", self.step)?,
            inside => write!(f, "{inside} has no field {:?}", self.step)?,
        }
        match self.nearest {
            Some(nearest) => write!(f, ", did you mean {nearest:?}?")?,
            None => f.write_str(".")?,
        }
        match self.known.as_slice() {
            [] => f.write_str(" It holds no fields."),
            known => write!(f, " Known: {}", known.join(", ")),
        }
    }
}

/// Explains a kind (`LinkConfig`), a field of one (`LinkConfig.mtu`) or of the main document (`machine.kubelet.image`).
/// Items of lists are written `[]`, `[0]` or not at all, free keys as any text, in quotes, or not at all.
pub fn explain(path: &str) -> Result<Explanation, UnknownPath> {
    let steps = steps(path);
    let first = steps.first().map(String::as_str).unwrap_or_default();
    let kind = kind(first)?;
    let mut place =
        Place { path: kind.name.to_owned(), since: kind.since, effect: kind.effect, shape: kind.shape, field: None };
    let mut rest = steps.as_slice();
    if kind.name.eq_ignore_ascii_case(first) {
        rest = &rest[1..];
    } else {
        place.path.clear();
    }
    Ok(place.walk(rest)?.explain(kind))
}

/// The steps of a path: between dots or slashes, without numbers of items; what stands in quotes is one step.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut last = 0;
    let mut rest = path.chars();
    while let Some(c) = rest.next() {
        match c {
            '.' | '/' => {
                steps.push(String::new());
                last += 1;
            }
            '[' => {
                rest.find(|c| *c == ']');
            }
            '"' => {
                let mut escaped = false;
                let inside = rest.by_ref().take_while(|c| {
                    let ends = *c == '"' && !escaped;
                    escaped = *c == '\\' && !escaped;
                    !ends
                });
                steps[last].extend(inside);
            }
            other => steps[last].push(other),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps
}

/// The kind that a path begins with; the main document when it is one of its fields.
fn kind(first: &str) -> Result<&'static KindInfo, UnknownPath> {
    let main = &KINDS[0];
    if let Some(kind) = KINDS.iter().find(|kind| kind.name.eq_ignore_ascii_case(first)) {
        return Ok(kind);
    }
    if main.shape.field(first).is_some() {
        return Ok(main);
    }
    let known: Vec<_> =
        main.shape.fields().iter().map(|field| field.key).chain(KINDS.iter().map(|kind| kind.name)).collect();
    let nearest = nearest(first, known.iter().copied());
    Err(UnknownPath { step: first.to_owned(), inside: String::new(), known, nearest })
}

/// Where a path has led so far.
#[derive(Clone)]
struct Place {
    path: String,
    since: &'static str,
    effect: Effect,
    shape: &'static Shape,
    field: Option<&'static Field>,
}

impl Place {
    /// Follows steps. Where free keys stand, a step may be one of them or be below them, the key being left out.
    fn walk(self, steps: &[String]) -> Result<Self, UnknownPath> {
        let Some((step, rest)) = steps.split_first() else { return Ok(self) };
        let Shape::Map(values) = self.shape else { return self.enter(step)?.walk(rest) };
        if values.inner_fields().is_empty() {
            return Ok(self.key(values));
        }
        if values.inner_fields().iter().any(|field| field.key == step)
            && let Ok(found) = self.clone().enter(step).and_then(|place| place.walk(rest))
        {
            return Ok(found);
        }
        self.key(values).walk(rest)
    }

    fn enter(self, step: &str) -> Result<Self, UnknownPath> {
        let fields = self.shape.inner_fields();
        if let Some(field) = fields.iter().find(|field| field.key == step) {
            return Ok(Self {
                path: super::below(&self.path, field.key),
                since: field.since.unwrap_or(self.since),
                effect: field.effect.unwrap_or(self.effect),
                shape: field.shape,
                field: Some(field),
            });
        }
        let known: Vec<_> = fields.iter().map(|field| field.key).collect();
        let nearest = nearest(step, known.iter().copied());
        Err(UnknownPath { step: step.to_owned(), inside: self.path, known, nearest })
    }

    fn key(self, values: &'static Shape) -> Self {
        Self { path: format!("{}.<key>", self.path), shape: values, ..self }
    }

    fn explain(self, kind: &'static KindInfo) -> Explanation {
        let part = |field: &'static Field| Part {
            key: field.key,
            kind: type_name(field.shape),
            summary: summary(field.doc),
            deprecated: field.deprecated.is_some(),
        };
        Explanation {
            kind: self.field.map_or("document".to_owned(), |_| type_name(self.shape)),
            text: prose(self.field.map_or(kind.doc, |field| field.doc)),
            required: self.field.is_some_and(|field| field.required),
            values: self.field.map_or(&[][..], |field| field.values).to_vec(),
            default: self.field.and_then(|field| field.default),
            example: match self.field {
                Some(field) => field.example,
                None => Some(kind.example),
            },
            since: self.since,
            deprecated: self.field.and_then(|field| field.deprecated),
            effect: self.effect,
            parts: self.shape.inner_fields().iter().map(part).collect(),
            path: self.path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_however_their_items_are_written() {
        for path in [
            "machine.network.interfaces.mtu",
            "machine.network.interfaces[].mtu",
            "v1alpha1.machine.network.interfaces[0].mtu",
        ] {
            assert!(explain(path).unwrap().path.ends_with("machine.network.interfaces.mtu"), "{path}");
        }
        let server = explain("timesyncconfig.ntp.servers").unwrap();
        assert_eq!((server.default, server.effect), (Some("time.cloudflare.com"), Effect::Live));
        assert_eq!(explain("machine.registries.mirrors.docker.io.endpoints").unwrap_err().step, "io");
        assert!(explain("machine.registries.mirrors.ghcr.endpoints").is_ok());
    }

    #[test]
    fn keys_may_be_anything() {
        let path = |path: &str| explain(path).unwrap().path;
        assert_eq!(
            path(r#"machine.registries.config."mirror.example.org".tls"#),
            "machine.registries.config.<key>.tls"
        );
        assert_eq!(path(r#"machine.registries.config."a\".b/[c".tls.ca"#), "machine.registries.config.<key>.tls.ca");
        assert_eq!(path("machine.registries.config.tls.ca"), "machine.registries.config.tls.ca");
        assert_eq!(
            path("machine.registries.config.tls.auth"),
            "machine.registries.config.<key>.auth",
            "the key is tls"
        );
        assert_eq!(path("machine.sysctls.net.ipv4.ip_forward"), "machine.sysctls.<key>");
    }

    #[test]
    fn a_wrong_step_names_the_right_one() {
        let error = explain("machine.kubelet.nodeips").unwrap_err();
        assert_eq!((error.inside.as_str(), error.nearest), ("machine.kubelet", Some("nodeIP")));
        assert_eq!(explain("machnie").unwrap_err().nearest, Some("machine"));
        let error = explain("machine.type.x").unwrap_err().to_string();
        assert_eq!(error, "machine.type has no field \"x\". It holds no fields.");
    }
}
