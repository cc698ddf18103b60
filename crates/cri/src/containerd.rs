//! containerd: its configuration, where it pulls from, and its service.

mod config;
mod hosts;
mod service;

pub use service::ContainerdService;
