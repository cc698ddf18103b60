//! gRPC's framing, and the few bytes of protobuf that name a reply's node.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use minos_api::MAX_MESSAGE_BYTES;
use minos_api::common::{Empty, EmptyResponse, Metadata};
use minos_api::google::rpc::Status as RpcStatus;
use prost::Message as _;
use prost::encoding::{decode_varint, encode_varint};
use tonic::Status;

/// One byte that tells whether the message is compressed, four with its length.
const HEADER: usize = 5;
/// Key of field 1 with a length: `repeated … messages = 1` of every unary reply.
const MESSAGES_KEY: u64 = 1 << 3 | 2;

/// A message with its frame around it.
pub(super) fn frame(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(HEADER + message.len());
    frame.put_u8(0);
    frame.put_u32(message.len() as u32);
    frame.put_slice(message);
    frame.freeze()
}

/// Cuts messages out of the chunks of a body.
#[derive(Default)]
pub(super) struct Frames {
    buffer: BytesMut,
}

impl Frames {
    pub(super) fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// The next whole message, if it has arrived.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        if self.buffer.len() < HEADER {
            return Ok(None);
        }
        let compressed = self.buffer[0] != 0;
        let length = u32::from_be_bytes([self.buffer[1], self.buffer[2], self.buffer[3], self.buffer[4]]) as usize;
        if compressed {
            return Err(Status::internal("a node sent a compressed message although none was asked for"));
        }
        if length > MAX_MESSAGE_BYTES {
            return Err(Status::resource_exhausted(format!(
                "a message of {length} bytes is over the limit of {MAX_MESSAGE_BYTES}"
            )));
        }
        if self.buffer.len() < HEADER + length {
            return Ok(None);
        }
        self.buffer.advance(HEADER);
        Ok(Some(self.buffer.split_to(length).freeze()))
    }
}

/// Field 1 of every reply is its metadata; fields that come later win or merge, so appending them is enough.
fn origin(node: &str) -> Vec<u8> {
    let metadata = Metadata { hostname: node.into(), ..Default::default() };
    Empty { metadata: Some(metadata) }.encode_to_vec()
}

/// Names the node in a message of a stream, which carries its metadata itself.
pub(super) fn tag_streamed(message: &[u8], node: &str) -> Vec<u8> {
    [message, &origin(node)].concat()
}

/// Names the node in each of the `messages` of a unary reply.
pub(super) fn tag_unary(message: &[u8], node: &str) -> Result<Vec<u8>, Status> {
    let odd = || Status::internal("a node's reply is not a list of messages, so it cannot carry the node's name");
    let origin = origin(node);
    let mut tagged = Vec::with_capacity(message.len() + origin.len() + 4);
    let mut rest = message;
    while !rest.is_empty() {
        if decode_varint(&mut rest).map_err(|_| odd())? != MESSAGES_KEY {
            return Err(odd());
        }
        let length = decode_varint(&mut rest).map_err(|_| odd())? as usize;
        if length > rest.len() {
            return Err(odd());
        }
        let (inner, after) = rest.split_at(length);
        encode_varint(MESSAGES_KEY, &mut tagged);
        encode_varint((length + origin.len()) as u64, &mut tagged);
        tagged.extend_from_slice(inner);
        tagged.extend_from_slice(&origin);
        rest = after;
    }
    Ok(tagged)
}

/// A failure of one node as a message among the others' replies.
pub(super) fn failure(status: &Status, node: &str, streamed: bool) -> Vec<u8> {
    let metadata = Metadata {
        hostname: node.into(),
        error: format!("rpc error: code = {:?} desc = {}", status.code(), status.message()),
        status: Some(RpcStatus { code: status.code() as i32, message: status.message().into(), details: Vec::new() }),
    };
    let empty = Empty { metadata: Some(metadata) };
    if streamed { empty.encode_to_vec() } else { EmptyResponse { messages: vec![empty] }.encode_to_vec() }
}

#[cfg(test)]
mod tests {
    use minos_api::common::Data;
    use minos_api::machine::{Hostname, HostnameResponse};

    use super::*;

    #[test]
    fn frames_are_cut_wherever_the_chunks_end() {
        let whole = [frame(b"one"), frame(b""), frame(b"three")].concat();
        for size in 1..whole.len() {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for chunk in whole.chunks(size) {
                frames.push(chunk);
                while let Some(message) = frames.next().unwrap() {
                    found.push(message);
                }
            }
            assert_eq!(found, [&b"one"[..], b"", b"three"]);
        }
    }

    #[test]
    fn oversized_and_compressed_messages_are_refused() {
        let mut frames = Frames::default();
        frames.push(&[0, 0xff, 0, 0, 0]);
        assert!(frames.next().is_err());
        let mut frames = Frames::default();
        frames.push(&[1, 0, 0, 0, 0]);
        assert!(frames.next().is_err());
    }

    #[test]
    fn unary_replies_name_their_node_in_every_message() {
        let message = |name: &str| Hostname { metadata: None, hostname: name.into() };
        let reply = HostnameResponse { messages: vec![message("a"), message("b")] };
        let tagged = tag_unary(&reply.encode_to_vec(), "10.5.0.2").unwrap();
        let tagged = HostnameResponse::decode(tagged.as_slice()).unwrap();
        assert_eq!(tagged.messages.len(), 2);
        for (message, name) in tagged.messages.iter().zip(["a", "b"]) {
            assert_eq!(message.hostname, name);
            assert_eq!(message.metadata.as_ref().unwrap().hostname, "10.5.0.2");
        }
        assert_eq!(tag_unary(b"", "n").unwrap(), b"");
        assert!(tag_unary(b"\x12\x00", "n").is_err());
        assert!(tag_unary(b"\x0a\x7f", "n").is_err());
    }

    #[test]
    fn streamed_replies_keep_what_they_had() {
        let chunk = Data { metadata: None, bytes: Bytes::from_static(b"line") };
        let tagged = Data::decode(tag_streamed(&chunk.encode_to_vec(), "n").as_slice()).unwrap();
        assert_eq!((tagged.bytes.as_ref(), tagged.metadata.unwrap().hostname.as_str()), (&b"line"[..], "n"));
    }

    #[test]
    fn failures_are_replies_too() {
        let status = Status::unavailable("gone");
        let reply = HostnameResponse::decode(failure(&status, "n", false).as_slice()).unwrap();
        let metadata = reply.messages[0].metadata.as_ref().unwrap();
        assert_eq!(metadata.status.as_ref().unwrap().code, 14);
        assert_eq!(metadata.error, "rpc error: code = Unavailable desc = gone");
        let reply = Data::decode(failure(&status, "n", true).as_slice()).unwrap();
        assert_eq!(reply.metadata.unwrap().hostname, "n");
    }
}
