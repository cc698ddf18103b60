//! The gRPC services of the node.

pub mod caller;
pub mod inspect;
pub mod machine;
pub mod state;
pub mod time;
