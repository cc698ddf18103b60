//! The cases. Each is independent of the others, and names the kind of node that it needs.

mod access;
mod button;
mod configuration;
mod containers_v2;
mod demo;
mod hardening;
mod images;
mod kill;
mod machine;
mod mistakes;
mod modules;
mod oci;
mod plan;
mod python;
mod reboot;
mod resources;
mod shutdown;
mod survive;
mod up;
mod verity;
mod wire;

use anyhow::Result;

use crate::cluster::{Cluster, Programs};

/// One thing that the system promises.
pub struct Case {
    pub name: &'static str,
    pub shows: &'static str,
    pub needs: Needs,
    pub leaves: Leaves,
    pub act: Act,
    pub runs: Runs,
}

/// When a case runs without being named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    Always,
    /// Where virtual machines run at the processor's own speed. Emulated it takes as long as all the others together.
    Unemulated,
}

/// What a case does, and on what.
#[derive(Clone, Copy)]
pub enum Act {
    /// On the cluster of its kind, which it shares with other cases.
    On(fn(&Cluster) -> Result<()>),
    /// On what it starts itself, while no shared cluster runs.
    Alone(fn(&Programs) -> Result<()>),
}

/// The cheapest kind of node that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Any node; a container where this host can run one.
    Node,
    /// A container: its runner.
    Container,
    /// A virtual machine: its boot path, disks or kernel.
    Machine,
}

impl Needs {
    /// As `--list` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Needs::Node => "node",
            Needs::Container => "container",
            Needs::Machine => "machine",
        }
    }
}

/// What a case that passed leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// A healthy cluster with the configuration that it had before.
    Healthy,
    /// A cluster that is of no use to others.
    Nothing,
}

/// All of them. Cases of one kind share a cluster until one of them fails or uses it up.
pub const ALL: &[Case] = &[
    node("up", "a Ready node, every pod Running, a second create refused", up::run),
    node("demo", "two pods that a third reaches by their service's name", demo::run),
    node("images", "the image cache: digests, indexes, ports, public names", images::run),
    node("resources", "every kind has this node's row; changes stream", resources::run),
    node("python", "upstream's Python bindings, unmodified", python::run),
    node("wire", "bytes of every type equal its YAML, to upstream's bindings", wire::run),
    node("access", "who may not, may not: certificates and roles", access::run),
    node("configuration", "bad configurations change nothing and say why", configuration::run),
    node("plan", "the plan of a change is what happens", plan::run),
    node("mistakes", "health names a wrong image and a wrong endpoint", mistakes::run),
    node("hardening", "sockets, mounts, encryption at rest, admission", hardening::run),
    node("kill", "machined dies, nothing else notices", kill::run),
    node("reboot", "Ready again, with what was there before", reboot::run),
    Case {
        needs: Needs::Container,
        ..node("survive", "ten rounds of kill -9: starts from any leftover, as itself", survive::run)
    },
    Case { leaves: Leaves::Nothing, ..node("shutdown", "the node ends in order and says so", shutdown::run) },
    machine("machine", "the whole boot path, disks, modules, and what a reboot keeps", machine::run),
    machine("verity", "a flipped byte stops the node", verity::run),
    Case { leaves: Leaves::Nothing, ..machine("button", "the power button turns the machine off", button::run) },
    alone("oci", "the OCI image under runc, as Docker runs it", Needs::Node, oci::run),
    Case {
        runs: Runs::Unemulated,
        ..alone(
            "containers-v2",
            "container nodes with control groups v2, in a guest",
            Needs::Machine,
            containers_v2::run,
        )
    },
];

const fn node(name: &'static str, shows: &'static str, run: fn(&Cluster) -> Result<()>) -> Case {
    Case { name, shows, needs: Needs::Node, leaves: Leaves::Healthy, act: Act::On(run), runs: Runs::Always }
}

const fn machine(name: &'static str, shows: &'static str, run: fn(&Cluster) -> Result<()>) -> Case {
    Case { name, shows, needs: Needs::Machine, leaves: Leaves::Healthy, act: Act::On(run), runs: Runs::Always }
}

const fn alone(name: &'static str, shows: &'static str, needs: Needs, run: fn(&Programs) -> Result<()>) -> Case {
    Case { name, shows, needs, leaves: Leaves::Nothing, act: Act::Alone(run), runs: Runs::Always }
}
