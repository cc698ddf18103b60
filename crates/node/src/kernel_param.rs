//! Kernel parameters: `/proc/sys` and `/sys`, as the configuration and the system's defaults want them.
//!
//! `config` turns the machine configuration into specs, `defaults` writes what the system itself wants, `apply` writes
//! the winner into the kernel and reports what is there.

mod apply;
mod config;
mod defaults;
mod plan;

pub(crate) use apply::KernelParamApply;
pub(crate) use config::KernelParamConfig;
pub(crate) use defaults::KernelParamDefaults;

#[cfg(test)]
mod tests;
