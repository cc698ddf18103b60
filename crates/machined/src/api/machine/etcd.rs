//! `EtcdMemberList` and `EtcdStatus`.

use minos_api::machine as m;
use minos_kubernetes::EtcdError;
use minos_resources::config::MachineType;
use tonic::{Response, Status};

use super::Reply;
use crate::node::Node;

pub async fn members(node: &Node) -> Reply<m::EtcdMemberListResponse> {
    control_plane(node)?;
    let (_, members) = node.etcd.members().await.map_err(failed)?;
    let members = members.into_iter().map(|member| m::EtcdMember {
        id: member.id,
        hostname: member.name,
        peer_urls: member.peer_urls,
        client_urls: member.client_urls,
        is_learner: member.is_learner,
    });
    let message = m::EtcdMembers { metadata: None, legacy_members: Vec::new(), members: members.collect() };
    Ok(Response::new(m::EtcdMemberListResponse { messages: vec![message] }))
}

pub async fn status(node: &Node) -> Reply<m::EtcdStatusResponse> {
    control_plane(node)?;
    let status = node.etcd.status().await.map_err(failed)?;
    let member_status = m::EtcdMemberStatus {
        protocol_version: status.version,
        db_size: status.db_size,
        db_size_in_use: status.db_size_in_use,
        leader: status.leader,
        raft_index: status.raft_index,
        raft_term: status.raft_term,
        raft_applied_index: status.raft_applied_index,
        errors: status.errors,
        is_learner: status.is_learner,
        member_id: status.member_id,
        storage_version: status.storage_version,
    };
    let message = m::EtcdStatus { metadata: None, member_status: Some(member_status) };
    Ok(Response::new(m::EtcdStatusResponse { messages: vec![message] }))
}

fn control_plane(node: &Node) -> Result<(), Status> {
    let machine_type = node.store.get::<MachineType>(MachineType::ID);
    if machine_type.is_some_and(|kind| kind.is_control_plane()) {
        return Ok(());
    }
    Err(Status::unimplemented("etcd runs on control plane nodes only"))
}

fn failed(error: EtcdError) -> Status {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    Status::unavailable(text)
}
