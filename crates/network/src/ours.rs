//! What of the kernel's state is ours: a record that outlives the process, so that a new one removes what its
//! forerunner set and nobody wants any more, and never anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minos_netlink::Records;

/// Ids of what was set on each link.
pub(crate) struct Ours {
    records: Arc<dyn Records>,
    name: &'static str,
    links: BTreeMap<String, BTreeSet<String>>,
    /// What has been wanted in this life of the process.
    wanted: BTreeSet<(String, String)>,
}

impl Ours {
    /// The record called `name`.
    pub(crate) fn load(records: Arc<dyn Records>, name: &'static str) -> Self {
        let links = records.load(name).map(|text| serde_json::from_str(&text)).unwrap_or(Ok(BTreeMap::new()));
        let links = links.unwrap_or_else(|error| {
            tracing::warn!(%error, name, "the record of what was set cannot be read");
            BTreeMap::new()
        });
        Self { records, name, links, wanted: BTreeSet::new() }
    }

    /// Notes that `wanted` is about to be set on `link`. Done before it is set: what is noted and missing does no
    /// harm.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub(crate) fn note(&mut self, link: &str, wanted: &BTreeSet<String>) -> std::io::Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        self.wanted.extend(wanted.iter().map(|id| (link.to_owned(), id.clone())));
        let noted = self.links.entry(link.to_owned()).or_default();
        if wanted.is_subset(noted) {
            return Ok(());
        }
        noted.extend(wanted.iter().cloned());
        self.save()
    }

    /// What is on record for `link` and may be removed when it is not wanted: what this process set, and with
    /// `all_heard` what its forerunner set too.
    pub(crate) fn removable(&self, link: &str, all_heard: bool) -> BTreeSet<String> {
        let noted = self.links.get(link).into_iter().flatten();
        let removable = noted.filter(|id| all_heard || self.wanted.contains(&(link.to_owned(), (*id).clone())));
        removable.cloned().collect()
    }

    /// Takes `gone` off the record.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub(crate) fn forget(&mut self, link: &str, gone: &BTreeSet<String>) -> std::io::Result<()> {
        let Some(noted) = self.links.get_mut(link).filter(|noted| !noted.is_disjoint(gone)) else {
            return Ok(());
        };
        noted.retain(|id| !gone.contains(id));
        if noted.is_empty() {
            self.links.remove(link);
        }
        self.wanted.retain(|(on, id)| on != link || !gone.contains(id));
        self.save()
    }

    fn save(&self) -> std::io::Result<()> {
        let text = serde_json::to_string(&self.links).map_err(std::io::Error::from)?;
        self.records.save(self.name, &text)
    }
}
