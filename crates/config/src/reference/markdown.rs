//! Reference pages.

use super::{
    Kind, below,
    words::{prose, type_name},
};
use crate::schema::{Effect, Field, Shape};

impl Kind {
    /// A page about the kind, in Markdown.
    pub fn markdown(self) -> String {
        let kind = self.0;
        let mut page = format!("# {}\n\n{}\n\n", kind.name, prose(kind.doc));
        let several = if kind.is_named() && kind.name != "v1alpha1" {
            "There may be several, told apart by `name`. "
        } else {
            ""
        };
        page.push_str(&format!(
            "{several}Since {}. A change {}, unless a field says otherwise.\n",
            kind.since, kind.effect
        ));
        section(&mut page, "", kind.shape, kind.effect);
        page.push_str(&format!("\n## Example\n\n```yaml\n{}```\n", kind.example));
        page
    }
}

/// A table of the fields of a section, then the sections in it.
fn section(page: &mut String, path: &str, shape: &Shape, effect: Effect) {
    let fields = shape.inner_fields();
    if fields.is_empty() {
        return;
    }
    let title = if path.is_empty() { "Fields".to_owned() } else { format!("`{path}`") };
    page.push_str(&format!("\n## {title}\n\n| Field | Value | Meaning |\n|---|---|---|\n"));
    for field in fields {
        page.push_str(&row(field, effect));
    }
    for field in fields {
        section(page, &below(path, field.key), field.shape, field.effect.unwrap_or(effect));
    }
}

fn row(field: &Field, above: Effect) -> String {
    let mut kind = type_name(field.shape);
    if !field.values.is_empty() {
        kind =
            format!("one of {}", field.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "));
    }
    let mut text = vec![prose(field.doc).replace("\n\n", "<br>")];
    if field.required {
        text.push("Needed.".to_owned());
    }
    if let Some(default) = field.default {
        text.push(format!("Default: {default}."));
    }
    if let Some(example) = field.example {
        text.push(format!("Example: `{}`.", example.replace('\n', "<br>")));
    }
    if let Some(since) = field.since {
        text.push(format!("Since {since}."));
    }
    if let Some(effect) = field.effect.filter(|effect| *effect != above) {
        text.push(format!("A change {effect}."));
    }
    if let Some(hint) = field.deprecated {
        text.push(format!("**Deprecated**: {hint}."));
    }
    format!("| `{}` | {} | {} |\n", field.key, kind.replace('|', "\\|"), text.join(" ").replace('|', "\\|"))
}
