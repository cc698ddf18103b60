use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use similar::TextDiff;

use crate::{
    documents::{Document, Identity, V1Alpha1, place},
    emit::emit,
    node::Node,
    problem::{Problem, Problems, Warnings},
    read::read,
    redact::{redact, redact_both},
    schema::Context,
    validate::Mode,
};

/// Lines around a change in a diff.
const DIFF_CONTEXT: usize = 3;

/// How long the shortest diff is looked for; a longer one is as true.
const DIFF_PATIENCE: Duration = Duration::from_millis(100);

/// A machine configuration: its text and what it says. Cheap to clone; equal when the texts are.
#[derive(Clone)]
pub struct Config {
    text: Arc<str>,
    documents: Arc<[Document]>,
}

impl Config {
    /// Reads a configuration strictly: any unknown key, wrong type or repeated document is a problem, and all are reported.
    ///
    /// What the values mean together is checked by [`Config::validate`]; [`Config::load`] does both.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Warnings), Problems> {
        let read = Reading::of(bytes);
        Problems::unless_empty(read.problems)?;
        Ok((Self { text: read.text, documents: read.documents.into() }, Warnings(read.warnings)))
    }

    /// Reads a configuration and checks what its values mean together: all that is wrong in one answer.
    pub fn load(bytes: &[u8], mode: Mode) -> Result<(Self, Warnings), Problems> {
        let mut read = Reading::of(bytes);
        let whole = read.is_whole();
        let config = Self { text: read.text, documents: read.documents.into() };
        // With a part of the documents, what is said about all of them would be wrong.
        if whole {
            let (meant, warnings) = config.judge(mode);
            let known = |new: &Problem| {
                read.problems.iter().any(|old| old.concerns(new) || new.concerns(old) || old.shifts(new))
            };
            let meant: Vec<Problem> = meant.into_iter().filter(|new| !known(new)).collect();
            read.problems.extend(meant);
            read.warnings.extend(warnings);
        }
        Problems::unless_empty(read.problems)?;
        Ok((config, Warnings(read.warnings)))
    }

    /// A configuration of these documents, its text written anew.
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        let documents: Arc<[Document]> = documents.into_iter().collect();
        let nodes: Vec<Node> = documents.iter().map(Document::encode).collect();
        Self { text: join(&nodes).into(), documents }
    }

    /// A configuration of these documents, written as these nodes.
    pub(crate) fn written(documents: Vec<Document>, nodes: &[Node]) -> Self {
        Self { text: join(nodes).into(), documents: documents.into() }
    }

    /// The text as it was written.
    pub fn encode(&self) -> &str {
        &self.text
    }

    /// The documents in their order.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The main document, when there is one.
    pub fn v1alpha1(&self) -> Option<&V1Alpha1> {
        self.documents.iter().find_map(|document| match document {
            Document::V1Alpha1(document) => Some(document.as_ref()),
            _ => None,
        })
    }

    /// The configuration with every secret hidden, for display.
    pub fn redacted(&self) -> String {
        let (nodes, _) = read(self.text.as_bytes());
        join(&nodes.iter().map(|node| redact(node, Identity::of(node).shape())).collect::<Vec<_>>())
    }

    /// A unified diff from `self` to `new`; secrets are hidden, a changed one says only that. Empty when nothing changes.
    pub fn diff(&self, new: &Self) -> String {
        let (old_text, new_text) = (self.text.as_bytes(), new.text.as_bytes());
        let (old_nodes, new_nodes) = (read(old_text).0, read(new_text).0);
        let by_identity: HashMap<Identity, &Node> = old_nodes.iter().map(|node| (Identity::of(node), node)).collect();
        let mut hidden_old: HashMap<Identity, Node> = HashMap::new();
        let mut after = Vec::new();
        for node in &new_nodes {
            let identity = Identity::of(node);
            match by_identity.get(&identity) {
                None => after.push(redact(node, identity.shape())),
                Some(before) => {
                    let (old, new) = redact_both(before, node, identity.shape());
                    after.push(new);
                    hidden_old.insert(identity, old);
                }
            }
        }
        let before: Vec<Node> = old_nodes
            .iter()
            .map(|node| {
                let identity = Identity::of(node);
                hidden_old.remove(&identity).unwrap_or_else(|| redact(node, identity.shape()))
            })
            .collect();
        let (before, after) = (join(&before), join(&after));
        if before == after {
            return String::new();
        }
        TextDiff::configure()
            .timeout(DIFF_PATIENCE)
            .diff_lines(&before, &after)
            .unified_diff()
            .context_radius(DIFF_CONTEXT)
            .header("current", "new")
            .to_string()
    }

    /// The trees of the text, for those who need places or unknown parts.
    pub(crate) fn nodes(&self) -> Vec<Node> {
        read(self.text.as_bytes()).0
    }
}

/// What a text turned out to be.
struct Reading {
    text: Arc<str>,
    /// How many documents there are, whether they could be read or not.
    count: usize,
    documents: Vec<Document>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Reading {
    fn of(bytes: &[u8]) -> Self {
        let (nodes, mut problems) = read(bytes);
        let mut warnings = Vec::new();
        let mut documents = Vec::with_capacity(nodes.len());
        problems.extend(repeated(&nodes));
        for (index, node) in nodes.iter().enumerate() {
            let mut cx = Context::new(format!("{} ({})", index + 1, Identity::of(node)));
            documents.extend(Document::decode(node, &mut cx));
            problems.append(&mut cx.problems);
            warnings.append(&mut cx.warnings);
        }
        if nodes.is_empty() && problems.is_empty() {
            problems.push(Problem::of_all("the configuration is empty"));
        }
        // What is not UTF-8 is among the problems already.
        let text = std::str::from_utf8(bytes).unwrap_or_default().into();
        Self { text, count: nodes.len(), documents, problems, warnings }
    }

    /// Whether every document could be read, at least in part.
    fn is_whole(&self) -> bool {
        self.count > 0
            && self.documents.len() == self.count
            && self.problems.iter().all(|problem| !problem.path.is_empty())
    }
}

/// Several documents as one text.
pub(crate) fn join(nodes: &[Node]) -> String {
    nodes.iter().map(emit).collect::<Vec<_>>().join("---\n")
}

fn repeated(nodes: &[Node]) -> Vec<Problem> {
    let mut first: HashMap<Identity, &Node> = HashMap::new();
    let mut problems = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let identity = Identity::of(node);
        if let Some(earlier) = first.get(&identity) {
            problems.push(Problem {
                document: format!("{} ({identity})", index + 1),
                path: String::new(),
                position: Some(place(node)),
                message: format!("there is a document {identity} already, at line {}", place(earlier).line),
                notice: false,
            });
        } else {
            first.insert(identity, node);
        }
    }
    problems
}

impl PartialEq for Config {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Config {}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.documents.iter()).finish()
    }
}
