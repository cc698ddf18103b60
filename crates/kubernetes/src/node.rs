//! The node in Kubernetes: its name, its addresses, its labels and taints, its status.

mod address;
mod apply;
mod name;
mod plan;
mod status;
mod wishes;

pub(crate) use address::{AddressFilters, NodeIpMake, config_controller as node_ip_config};
pub(crate) use apply::NodeApply;
pub(crate) use name::NodenameMake;
pub(crate) use status::NodeStatusWatch;
pub(crate) use wishes::{NodeCordon, NodeWishesConfig};
