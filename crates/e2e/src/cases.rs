//! The cases, in the order in which they run.

mod access;
mod button;
mod configuration;
mod demo;
mod hardening;
mod images;
mod kill;
mod mistakes;
mod plan;
mod python;
mod reboot;
mod resources;
mod up;
mod verity;

use anyhow::Result;

use crate::cluster::Cluster;

/// One thing that the system promises.
pub struct Case {
    pub name: &'static str,
    pub shows: &'static str,
    pub run: fn(&Cluster) -> Result<()>,
}

/// All of them. The cluster that one leaves is the next one's.
pub const ALL: &[Case] = &[
    Case { name: "up", shows: "a Ready node, every pod Running, a second create refused", run: up::run },
    Case { name: "demo", shows: "two pods that a third reaches by their service's name", run: demo::run },
    Case {
        name: "images",
        shows: "the image cache: digests, indexes, ports, what stands under public names",
        run: images::run,
    },
    Case { name: "resources", shows: "every kind has this node's row; changes stream", run: resources::run },
    Case { name: "python", shows: "upstream's Python bindings, unmodified", run: python::run },
    Case { name: "access", shows: "who may not, may not: certificates and roles", run: access::run },
    Case { name: "configuration", shows: "bad configurations change nothing and say why", run: configuration::run },
    Case { name: "plan", shows: "what a change does is foretold, and happens", run: plan::run },
    Case { name: "mistakes", shows: "health names a wrong image and a wrong endpoint", run: mistakes::run },
    Case { name: "hardening", shows: "sockets, mounts, encryption at rest, admission", run: hardening::run },
    Case { name: "kill", shows: "machined dies, nothing else notices", run: kill::run },
    Case { name: "reboot", shows: "Ready again, with what was there before", run: reboot::run },
    Case { name: "verity", shows: "a flipped byte stops the node", run: verity::run },
    Case { name: "button", shows: "the power button turns the machine off", run: button::run },
];
