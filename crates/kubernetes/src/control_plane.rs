//! The control plane: configuration, files and static pods of API server, controller manager and scheduler.

mod api_server;
mod component;
pub(crate) mod config;
mod controller_manager;
mod documents;
mod files;
mod pod;
mod pods;
mod scheduler;
mod secrets;
mod turn;

#[cfg(test)]
mod tests;

pub(crate) use files::StaticPodFiles;
pub(crate) use pods::StaticPods;
pub(crate) use secrets::StaticPodSecrets;
pub(crate) use turn::api_server_was_ready;

/// Id of the API server's pod.
pub(crate) const API_SERVER_ID: &str = component::API_SERVER.id;
