//! Pods that the kubelet runs without being told by an API server.

mod list;
mod publish;
mod server;
mod status;

pub(crate) use publish::StaticPodPublish;
pub(crate) use status::StaticPodStatusPoll;
