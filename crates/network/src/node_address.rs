//! The addresses by which the node is known.

mod config;
mod select;
mod status;

use minos_runtime::Controller;

pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    vec![Box::new(config::Config), Box::new(status::Status::default())]
}

/// Name of the link that stands for addresses which the outside knows and the node does not have.
pub(crate) const EXTERNAL: &str = "external";
