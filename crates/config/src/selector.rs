//! Selectors: fields that choose among what a machine has (its addresses, links and disks), and what each of them matches.
//!
//! `list.rs` declares every selector that is not an expression, once. [`Config::selections`] is pure: it takes a
//! configuration and [`Facts`] about a machine. The node asks it before a change, to warn about what would match nothing, and
//! afterwards, to report what does. Controllers choose by the same functions ([`choose_addresses`],
//! [`DeviceSelector::fits`](crate::v1alpha1::DeviceSelector::fits)).

mod facts;
mod list;
mod matching;
mod occurrence;
mod subnets;
#[cfg(test)]
mod tests;

use std::fmt;

pub use self::{
    facts::{DiskFacts, Facts, LinkFacts},
    list::Blocked,
    subnets::{SubnetError, choose_addresses},
};

use self::list::{SELECTORS, Selector};
use crate::{config::Config, schema::Effect};

/// A selector that a configuration uses, and what it matches on a machine.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The document, as `LinkConfig "eth0"`; empty for the main one.
    pub document: String,
    /// The name of the document, when documents of its kind have one.
    pub name: Option<String>,
    /// The field, as `machine.network.interfaces[0].interface`.
    pub path: String,
    /// What it asks for.
    pub asked: String,
    /// What it matches, by name.
    pub matches: Vec<String>,
    /// What it chooses from, as far as a person wants to read it.
    pub candidates: Vec<String>,
    /// When the field acts.
    pub effect: Effect,
    selector: &'static Selector,
}

impl Config {
    /// Every selector of this configuration that a machine answers, with what it matches there.
    pub fn selections(&self, facts: &Facts) -> Vec<Selection> {
        let documents: Vec<_> = self.documents().iter().map(|document| (document.kind(), document.encode())).collect();
        let subject = matching::Subject::new(self, facts);
        let mut selections = Vec::new();
        for selector in SELECTORS.iter().filter(|selector| (selector.used)(self, facts)) {
            let of_kind = documents.iter().filter(|(kind, _)| *kind == selector.document);
            for occurrence in of_kind.flat_map(|(_, node)| occurrence::find(selector, node)) {
                if let Some(choice) = subject.choose(selector.picks, occurrence.node) {
                    selections.push(Selection {
                        document: occurrence.document,
                        name: occurrence.name,
                        path: occurrence.path,
                        asked: choice.asked,
                        matches: choice.matches,
                        candidates: choice.candidates,
                        effect: occurrence.effect,
                        selector,
                    });
                }
            }
        }
        selections
    }

    /// The selectors that match nothing, without those that stand in `before` already and match nothing there either.
    pub fn newly_unmatched(&self, before: Option<&Self>, facts: &Facts) -> Vec<Selection> {
        let known = before.map(|before| before.selections(facts)).unwrap_or_default();
        let known: Vec<&Selection> = known.iter().filter(|one| one.is_unmatched()).collect();
        let mut new = self.selections(facts);
        new.retain(|one| one.is_unmatched() && !known.iter().any(|old| old.asks_the_same(one)));
        new
    }
}

impl Selection {
    /// Whether it matches nothing.
    pub const fn is_unmatched(&self) -> bool {
        self.matches.is_empty()
    }

    /// Whether anything acts on the field.
    pub fn acts(&self) -> bool {
        self.effect != Effect::Idle
    }

    /// What cannot start while it matches nothing.
    pub const fn blocks(&self) -> Option<&'static Blocked> {
        self.selector.blocks.as_ref()
    }

    /// Document and field, for a person.
    pub fn place(&self) -> String {
        match self.document.as_str() {
            "" => self.path.clone(),
            document => format!("{document}: {}", self.path),
        }
    }

    /// Identifies it among all selectors of the configuration: the field, with the kind and the name of its document
    /// before it when it is not the main one.
    pub fn id(&self) -> String {
        let kind = Some(self.selector.document).filter(|_| !self.document.is_empty());
        let steps = [kind, self.name.as_deref(), Some(&self.path)];
        steps.into_iter().flatten().collect::<Vec<_>>().join("/")
    }

    /// The same field asks for the same. In a list the place of an item does not count.
    fn asks_the_same(&self, other: &Self) -> bool {
        let field = |one: &Self| (one.selector.document, one.selector.path);
        field(self) == field(other) && self.document == other.document && self.asked == other.asked
    }
}

/// That it matches nothing and what there is, or what it matches.
impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.asked.contains(", ") && self.selector.picks.takes_several() { "match" } else { "matches" };
        write!(f, "{}: {} {verb} ", self.place(), self.asked)?;
        if !self.is_unmatched() {
            return f.write_str(&self.matches.join(", "));
        }
        let (noun, there) = (self.selector.picks.noun(), shortened(&self.candidates));
        write!(f, "no {noun} of this node (it has {there})")
    }
}

/// More than this is no help to a reader.
const MOST_CANDIDATES: usize = 6;

fn shortened(candidates: &[String]) -> String {
    match candidates.len() {
        0 => "none that it could choose".to_owned(),
        all if all <= MOST_CANDIDATES => candidates.join(", "),
        all => format!("{} and {} more", candidates[..MOST_CANDIDATES].join(", "), all - MOST_CANDIDATES),
    }
}
