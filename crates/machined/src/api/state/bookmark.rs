//! Bookmarks on the wire: a cookie of this process, then the position. One of another process is refused, because its
//! position means nothing here.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;

use minos_runtime::Bookmark;
use prost::bytes::Bytes;
use tonic::Status;

/// Random, and the same as long as the process lives.
fn cookie() -> [u8; 8] {
    static COOKIE: OnceLock<[u8; 8]> = OnceLock::new();
    *COOKIE.get_or_init(|| RandomState::new().hash_one("bookmark").to_be_bytes())
}

pub fn encode(Bookmark(position): Bookmark) -> Bytes {
    [cookie(), position.to_be_bytes()].concat().into()
}

pub fn decode(bytes: &[u8]) -> Result<Bookmark, Status> {
    let position = bytes.strip_prefix(&cookie()).and_then(|position| position.try_into().ok());
    position.map(|position| Bookmark(u64::from_be_bytes(position))).ok_or_else(invalid)
}

pub fn invalid() -> Status {
    Status::failed_precondition("invalid watch bookmark")
}
