use crate::{
    node::{Entry, Node, Value},
    problem::{Position, Problem, UNKNOWN_KEY, push_key},
    schema::{Field, scalars::wrong},
};

/// Collects what is wrong while a document is decoded, and knows the way to the value at hand.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub document: String,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    path: String,
    /// Above zero inside a section that nothing acts on: its notice is for all that stands in it.
    quiet: usize,
}

impl Context {
    /// For one document.
    pub fn new(document: impl Into<String>) -> Self {
        Self { document: document.into(), ..Self::default() }
    }

    /// Reports a problem with the value at hand.
    pub fn problem(&mut self, at: Position, message: impl Into<String>) {
        let problem = self.note(at, message.into());
        self.problems.push(problem);
    }

    /// Reports what is probably a mistake, though it is accepted.
    pub fn warning(&mut self, at: Position, message: impl Into<String>) {
        let warning = self.note(at, message.into());
        self.warnings.push(warning);
    }

    /// Reports something to know about the value at hand that is no mistake.
    pub fn notice(&mut self, at: Position, message: impl Into<String>) {
        if self.quiet == 0 {
            let note = self.note(at, message.into());
            self.warnings.push(Problem { notice: true, ..note });
        }
    }

    /// Reports a value of the wrong kind.
    pub fn expected(&mut self, node: &Node, wanted: &str) {
        self.problem(node.at, format!("found {}, wanted {wanted}", node.kind()));
    }

    /// Runs `f` one step deeper: `.key`.
    pub fn in_key<T>(&mut self, key: &str, f: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        push_key(&mut self.path, key);
        let result = f(self);
        self.path.truncate(length);
        result
    }

    /// Runs `f` one step deeper: `[index]`.
    pub fn in_index<T>(&mut self, index: usize, f: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(&format!("[{index}]"));
        let result = f(self);
        self.path.truncate(length);
        result
    }

    /// Walks a mapping with known keys and calls `field` for each that has a value.
    pub fn section(
        &mut self,
        node: &Node,
        fields: &[Field],
        mut field: impl FnMut(&str, &Node, &mut Self),
    ) -> Option<()> {
        let Value::Map(entries) = &node.value else {
            self.expected(node, &format!("a mapping with the keys {}", list(fields)));
            return None;
        };
        for entry in entries {
            self.entry(entry, fields, &mut field);
        }
        for missing in fields.iter().filter(|field| field.required) {
            match entries.iter().find(|entry| entry.key == missing.key) {
                Some(entry) if !entry.value.is_hollow() => {}
                Some(entry) if matches!(entry.value.value, Value::List(_)) => {
                    self.in_key(missing.key, |cx| cx.problem(entry.at, "at least one is needed"));
                }
                Some(entry) => self.in_key(missing.key, |cx| cx.problem(entry.at, "this is needed")),
                None => self.in_key(missing.key, |cx| cx.problem(node.at, "this is needed")),
            }
        }
        Some(())
    }

    fn entry(&mut self, entry: &Entry, fields: &[Field], field: &mut impl FnMut(&str, &Node, &mut Self)) {
        let Some(known) = fields.iter().find(|known| known.key == entry.key) else {
            return self.unknown(entry, fields);
        };
        self.in_key(known.key, |cx| {
            if entry.value.is_null() || known.shape.is_unset_by_empty() && entry.value.is_empty() {
                return;
            }
            // What says nothing needs no word about it: generated files have empty sections and lists.
            let says = !entry.value.is_hollow();
            if let Some(hint) = known.deprecated.filter(|_| says) {
                let sentence = format!("this is deprecated; {hint}");
                if known.strict { cx.warning(entry.at, sentence) } else { cx.notice(entry.at, sentence) }
            }
            if known.is_idle() && says && !known.is_default(&entry.value) {
                cx.notice(entry.at, "accepted, but nothing acts on it yet");
            }
            // The notice is for what stands inside, too.
            cx.quiet += usize::from(known.is_idle());
            field(known.key, &entry.value, cx);
            cx.one_of(&entry.value, known.values);
            cx.quiet -= usize::from(known.is_idle());
        });
    }

    /// Each value must be one of these, when there are any.
    fn one_of(&mut self, node: &Node, values: &[&str]) {
        match &node.value {
            _ if values.is_empty() => {}
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.in_index(index, |cx| cx.one_of(item, values));
                }
            }
            Value::Scalar { text, .. } if !values.contains(&text.as_str()) => {
                let near = nearest(text, values.iter().copied()).map(|near| format!(", did you mean {near:?}?"));
                let choice = if values.len() == 1 { "" } else { "one of " };
                wrong(node, self, &format!("{choice}{}{}", values.join(", "), near.unwrap_or_default()));
            }
            _ => {}
        }
    }

    /// Runs `f` without its notices: there was one for the whole.
    pub fn quietly<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.quiet += 1;
        let result = f(self);
        self.quiet -= 1;
        result
    }

    fn unknown(&mut self, entry: &Entry, fields: &[Field]) {
        let deeper = fields.iter().find(|field| field.shape.field(&entry.key).is_some());
        let near = || nearest(&entry.key, fields.iter().map(|field| field.key));
        let allowed = list(fields);
        let message = match (deeper, near()) {
            (Some(deeper), _) => {
                let place = format!("{}.{}", deeper.key, entry.key);
                format!("{UNKNOWN_KEY} here, but {place} is one: is the indentation right? Allowed: {allowed}")
            }
            (None, Some(near)) => format!("{UNKNOWN_KEY}, did you mean {near:?}? Allowed: {allowed}"),
            (None, None) => format!("{UNKNOWN_KEY}; allowed: {allowed}"),
        };
        self.in_key(&shorten(&entry.key), |cx| cx.problem(entry.at, message));
    }

    fn note(&self, at: Position, message: String) -> Problem {
        Problem { document: self.document.clone(), path: self.path.clone(), position: Some(at), message, notice: false }
    }
}

fn list(fields: &[Field]) -> String {
    fields.iter().map(|field| field.key).collect::<Vec<_>>().join(", ")
}

/// Keys are shown, but not a whole certificate that slipped into the place of one.
fn shorten(key: &str) -> String {
    const LONGEST: usize = 64;
    match key.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &key[..end]),
        None => key.to_owned(),
    }
}

/// The known key that differs least, when it differs little.
pub(crate) fn nearest<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = match key.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        6..=64 => 3,
        _ => return None,
    };
    known
        .map(|candidate| (distance(&key.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace) from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_key_is_found_and_far_ones_are_not() {
        let known = ["disk", "wipe", "image"];
        assert_eq!(nearest("wype", known.into_iter()), Some("wipe"));
        assert_eq!(nearest("Disk", known.into_iter()), Some("disk"));
        assert_eq!(nearest("somethingElse", known.into_iter()), None);
    }
}
