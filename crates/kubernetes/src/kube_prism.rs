//! KubePrism: a balancer on loopback before all API servers of the cluster, so that nothing on the node depends on the
//! one address outside that everybody shares.

mod balancer;
mod check;
mod config;
mod dial;
mod endpoints;
mod run;

pub(crate) use config::KubePrismConfigure;
pub(crate) use run::KubePrismRun;
