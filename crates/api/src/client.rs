//! Calling nodes.
