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
        if let Some(nearest) = self.nearest {
            write!(f, ", did you mean {nearest:?}?")?;
        }
        match self.known.as_slice() {
            [] => f.write_str(" It holds no fields."),
            known => write!(f, " Known: {}", known.join(", ")),
        }
    }
}

/// Explains a kind (`LinkConfig`), a field of one (`LinkConfig.mtu`) or of the main document (`machine.kubelet.image`).
/// Items of lists are written `[]`, `[0]` or not at all, free keys as any text or not at all.
pub fn explain(path: &str) -> Result<Explanation, UnknownPath> {
    let mut steps = steps(path).into_iter().peekable();
    let first = steps.peek().cloned().unwrap_or_default();
    let kind = kind(&first)?;
    let mut place =
        Place { path: kind.name.to_owned(), since: kind.since, effect: kind.effect, shape: kind.shape, field: None };
    if kind.name.eq_ignore_ascii_case(&first) {
        steps.next();
    } else {
        place.path.clear();
    }
    for step in steps {
        place = place.enter(&step)?;
    }
    Ok(place.explain(kind))
}

fn steps(path: &str) -> Vec<String> {
    let without_items = path.split('[').enumerate().map(|(index, part)| match part.split_once(']') {
        Some((_, rest)) if index > 0 => rest,
        _ => part,
    });
    let joined: String = without_items.collect();
    joined.split(['.', '/']).filter(|step| !step.is_empty()).map(str::to_owned).collect()
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
struct Place {
    path: String,
    since: &'static str,
    effect: Effect,
    shape: &'static Shape,
    field: Option<&'static Field>,
}

impl Place {
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
        if let Shape::Map(values) = self.shape {
            return Ok(Self { path: format!("{}.<key>", self.path), shape: values, ..self });
        }
        let known: Vec<_> = fields.iter().map(|field| field.key).collect();
        let nearest = nearest(step, known.iter().copied());
        Err(UnknownPath { step: step.to_owned(), inside: self.path, known, nearest })
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
    fn a_wrong_step_names_the_right_one() {
        let error = explain("machine.kubelet.nodeips").unwrap_err();
        assert_eq!((error.inside.as_str(), error.nearest), ("machine.kubelet", Some("nodeIP")));
        assert_eq!(explain("machnie").unwrap_err().nearest, Some("machine"));
        let error = explain("machine.type.x").unwrap_err().to_string();
        assert_eq!(error, "machine.type has no field \"x\" It holds no fields.");
    }
}
