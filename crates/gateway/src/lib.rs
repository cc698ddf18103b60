//! The gateway: what stands between the network and the machine's own API.
//!
//! [`apid`] ends mutual TLS on port 50000, turns the caller's certificate into roles, and passes every call on, to the
//! machine's socket or to other nodes' gateways; it runs as a process of its own, without privileges. [`authz`] is the other
//! half, inside `machined`: it lets a call through only when its roles suffice for the method.
#![forbid(unsafe_code)]

pub mod apid;
pub mod authz;
