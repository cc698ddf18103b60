//! Types in words.

use crate::schema::{Scalar, Shape};

/// What a value is.
pub(super) fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Scalar(scalar) => scalar_name(*scalar),
        Shape::Secret => "text, never shown".to_owned(),
        Shape::Any => "anything".to_owned(),
        Shape::List(items) => format!("list: {}", type_name(items)),
        Shape::Map(values) => format!("free keys: {}", type_name(values)),
        Shape::Arguments => "text, or list of texts".to_owned(),
        Shape::Section([]) => "empty mapping".to_owned(),
        Shape::Section(_) => "mapping".to_owned(),
    }
}

fn scalar_name(scalar: Scalar) -> String {
    match scalar {
        Scalar::Text => "text",
        Scalar::Bool => "true or false",
        Scalar::Integer { least, most } if most == u64::MAX || most == i64::MAX as u64 => {
            return if least == 0 { "whole number, not negative" } else { "whole number" }.to_owned();
        }
        Scalar::Integer { least, most } => return format!("whole number, {least} to {most}"),
        Scalar::Duration => "duration, as 90s or 1h30m",
        Scalar::Mode => "permission bits, as 0o644",
        Scalar::Address => "IP address",
        Scalar::Prefix => "IP address with the length of its network, as 10.0.0.0/8",
        Scalar::Socket => "IP address with a port, as 10.0.0.1:51820",
        Scalar::Hardware => "pairs of hexadecimal digits, as 02:00:5e:10:00:01",
        Scalar::Table => "number from 1 to 255, or main, default or local",
        Scalar::Ports => "port, or range as 30000-32767",
        Scalar::Url => "URL",
        Scalar::Size => "size, as 10GiB, 500MB or 25%",
        Scalar::Expression => "expression (CEL)",
        Scalar::Pem => "PEM text in base64",
    }
    .to_owned()
}

/// Comments as prose: without the space that each line begins with, lines joined.
pub(super) fn prose(doc: &str) -> String {
    let paragraphs = doc.trim().split("\n\n").map(|paragraph| {
        let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
        lines.join(" ")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// The first sentence.
pub(super) fn summary(doc: &str) -> String {
    let text = prose(doc);
    let first = text.lines().next().unwrap_or_default();
    let end = first.find(". ").map_or(first.len(), |end| end + 1);
    first[..end].trim_end_matches('.').to_owned()
}
