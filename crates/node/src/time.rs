//! The clock: asked of time servers, stepped when it is wrong.
//!
//! `packet` is the wire format, `filter` decides which answers count, `sync` is the loop that runs beside the
//! reconciliations, `status` starts it and reports. The clock is stepped beyond 128 ms; it is not slewed yet.

mod filter;
mod host;
mod packet;
mod status;
mod sync;

pub(crate) use host::HostTime;
pub use packet::{Answer, PacketError};
pub(crate) use packet::{decode, request};
pub(crate) use status::TimeSync;

#[cfg(test)]
mod tests;
