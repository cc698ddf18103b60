//! Selectors of the configuration: fields that choose among the node's addresses, links and disks.
//!
//! `minos_config` knows which there are and what each matches. Here it gets what the node has ([`selector_facts`]), and what
//! it says is reported: a `SelectorStatus` for each, a line in the log for one that stays without a match, and a
//! `Diagnostic` when something cannot start because of it.

mod facts;
mod report;
#[cfg(test)]
mod tests;

pub use facts::selector_facts;
pub(crate) use report::SelectorReport;
