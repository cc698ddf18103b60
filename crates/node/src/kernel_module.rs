//! Kernel modules: those that the configuration names and those that a node needs and udev does not load.

mod apply;
mod config;

pub(crate) use apply::KernelModuleApply;
pub(crate) use config::KernelModuleConfig;

#[cfg(test)]
mod tests;
