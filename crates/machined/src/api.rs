//! The gRPC services of the node.

pub mod caller;
pub mod machine;
pub mod state;
