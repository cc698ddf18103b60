//! The node's network: links, addresses, routes, DHCP, resolvers, time servers, and its name.
//!
//! In: the machine configuration, the platform's wishes, the kernel's command line, and what the kernel lists. Out: a
//! configured kernel, and resources that say what there is (`links`, `addresses`, `routes`, `nodeaddress`, …). Wishes
//! carry the layer that they come from (`…/config.rs`), are merged to one (`…/merge.rs`), compared with the kernel and
//! applied (`…/apply.rs`, `…/plan.rs`), and what the kernel then says is told (`…/status.rs`).
//!
//! Nothing is removed from the kernel but what this crate put there, and what a former life of the process put there
//! only once everybody has been heard again (`ours.rs`). Composed in `machined`.

#![forbid(unsafe_code)]

mod address;
mod cmdline;
mod config;
mod deps;
mod dhcp;
mod etc_file;
mod heard;
mod host_dns;
mod hostname;
mod kernel;
mod link;
mod node_address;
mod operator;
mod ours;
mod platform;
mod resolver;
mod route;
mod status;
mod time_server;

#[cfg(test)]
mod tests;

pub use deps::Deps;

use minos_runtime::Controller;

/// Every controller of the domain.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    [
        link::controllers(&deps),
        address::controllers(&deps),
        route::controllers(&deps),
        operator::controllers(&deps),
        hostname::controllers(&deps),
        resolver::controllers(),
        host_dns::controllers(&deps),
        time_server::controllers(),
        node_address::controllers(),
        vec![platform::config(), etc_file::config(&deps), status::status()],
    ]
    .into_iter()
    .flatten()
    .collect()
}
