use crate::{
    config::Config,
    documents::{KINDS, V1Alpha1},
    schema::{Decode, Effect, Shape},
    validate::{Check, Mode},
};

/// What a kind of document is beside its fields.
pub(crate) trait Kind: Decode {
    /// When a change takes effect, where the fields do not say it themselves.
    const EFFECT: Effect;
    /// The version of the contract that brought it.
    const SINCE: &'static str;

    /// What the values mean together, and beside those of the other documents.
    fn check(&self, whole: &Whole<'_>, check: &mut Check);
}

/// What a document is checked against.
pub(crate) struct Whole<'a> {
    pub config: &'a Config,
    pub mode: Mode,
}

impl Whole<'_> {
    /// A problem when the old form of a setting is given beside the new one.
    pub fn exclude_old(&self, path: &str, is_given: impl Fn(&V1Alpha1) -> bool, check: &mut Check) {
        let given = self.config.v1alpha1().is_some_and(is_given);
        check.require(!given, "", format!("{path}, the old form of this, is set as well: take it out"));
    }
}

impl Whole<'_> {
    /// Whether the main document writes a value at this path, be it an empty one.
    pub fn writes_old(&self, path: &[&str]) -> bool {
        let nodes = self.config.nodes();
        let main = nodes.iter().find(|node| node.get("kind").is_none());
        path.iter().try_fold(main, |node, key| Some(node?.get(key))).flatten().is_some_and(|node| !node.is_null())
    }

    /// A problem when a document of one of these other kinds has the same name.
    pub fn exclude_namesakes(&self, own: &str, name: &str, kinds: &[&str], check: &mut Check) {
        let others =
            self.config.documents().iter().filter(|other| other.kind() != own && kinds.contains(&other.kind()));
        if let Some(other) = others.into_iter().find(|other| other.name().as_deref() == Some(name)) {
            check.problem("name", format!("a {} has the same name", other.kind()));
        }
    }
}

/// A kind of document, for those who look at all of them.
#[derive(Debug)]
pub(crate) struct KindInfo {
    pub name: &'static str,
    pub doc: &'static str,
    pub since: &'static str,
    pub effect: Effect,
    pub shape: &'static Shape,
    /// A document that uses every field.
    pub example: &'static str,
}

impl KindInfo {
    pub const fn of<K: Kind>(name: &'static str, doc: &'static str, example: &'static str) -> Self {
        Self { name, doc, since: K::SINCE, effect: K::EFFECT, shape: &K::SHAPE, example }
    }

    pub fn find(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Whether it is the one without a kind.
    pub fn is_main(&self) -> bool {
        self.name == KINDS[0].name
    }

    /// Whether there may be several, told apart by their name.
    pub fn is_named(&self) -> bool {
        self.shape.field("name").is_some()
    }
}
