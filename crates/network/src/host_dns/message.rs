//! DNS messages, as far as a forwarder has to understand them (RFC 1035, 2308, 6891).
//!
//! An answer is kept as the bytes that the server sent. Only its id, the letters of its question and its times to live
//! are changed, so records of every type pass as they are.

use std::time::Duration;

use hickory_proto::op::{Header, HeaderCounts, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::Name;
use hickory_proto::serialize::binary::{BinDecodable as _, BinDecoder, DecodeError};
use thiserror::Error;

/// Bytes of a header.
const HEADER: usize = 12;
/// The largest answer over UDP for a client that names no size.
const SMALLEST_PAYLOAD: u16 = 512;
/// The largest answer over UDP for any client and from any server.
pub(super) const LARGEST_PAYLOAD: u16 = 4096;

const QR: u8 = 0x80;
const TC: u8 = 0x02;
const RD: u8 = 0x01;
const RA: u8 = 0x80;
const AD: u8 = 0x20;
const CD: u8 = 0x10;

const SOA: u16 = 6;
const OPT: u16 = 41;
/// The bit of an OPT record that asks for signatures.
const DO: u32 = 0x8000;

/// How long an answer may be kept. The bounds are those of the contract.
const LONGEST: Duration = Duration::from_secs(3600);
const LONGEST_NEGATIVE: Duration = Duration::from_secs(10);
const SHORTEST: Duration = Duration::from_secs(5);

/// What distinguishes one question from another: the question in lower case, then the flags that change the answer.
pub(super) type QueryKey = Box<[u8]>;

/// A client's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    bytes: Vec<u8>,
    /// Where the question ends.
    question_end: usize,
    /// Whether the client speaks EDNS.
    edns: bool,
    /// The largest answer that the client takes over UDP.
    payload: u16,
    /// Where it names a larger size than a server may use.
    oversized_at: Option<usize>,
    key: QueryKey,
    /// Whether an answer to one client serves another.
    shared: bool,
}

/// A message that cannot be forwarded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unanswerable {
    /// It is an answer or no message at all. Answering it could begin a loop.
    Drop,
    /// It gets this answer.
    Refuse(Vec<u8>),
}

/// A server's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    bytes: Vec<u8>,
    question_end: usize,
    code: ResponseCode,
    truncated: bool,
    /// Where the times to live are.
    ttls: Vec<u16>,
    /// How long it may be kept.
    lifetime: Option<Duration>,
}

/// A server's message is not the answer to the question.
#[derive(Debug, Error)]
pub(super) enum ReplyError {
    /// It cannot be read.
    #[error("the answer cannot be read")]
    Malformed(#[from] DecodeError),
    /// It answers something else.
    #[error("the answer is to another question")]
    Foreign,
}

/// What is needed of a record.
struct Record {
    kind: u16,
    class: u16,
    /// Where its time to live is.
    ttl_at: usize,
    ttl: u32,
    data: Vec<u8>,
}

impl Query {
    /// Reads a client's message.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unanswerable> {
        let mut decoder = BinDecoder::new(bytes);
        let header = Header::read(&mut decoder).map_err(|_| Unanswerable::Drop)?;
        if header.message_type == MessageType::Response {
            return Err(Unanswerable::Drop);
        }
        let refuse = |code| Unanswerable::Refuse(bare_answer(&bytes[..HEADER], false, false, code));
        if header.op_code != OpCode::Query {
            return Err(refuse(ResponseCode::NotImp));
        }
        if header.counts.queries != 1 {
            return Err(refuse(ResponseCode::FormErr));
        }
        Self::read_body(bytes, &mut decoder, header.counts).map_err(|_| refuse(ResponseCode::FormErr))
    }

    fn read_body(bytes: &[u8], decoder: &mut BinDecoder<'_>, counts: HeaderCounts) -> Result<Self, DecodeError> {
        let question_end = read_question(decoder)?;
        let leading = read_records(decoder, usize::from(counts.answers) + usize::from(counts.authorities))?;
        let additional = read_records(decoder, usize::from(counts.additionals))?;
        let opt = additional.iter().find(|record| record.kind == OPT);
        let asks_signatures = opt.is_some_and(|opt| opt.ttl & DO != 0);
        let payload = opt.map_or(SMALLEST_PAYLOAD, |opt| opt.class);
        // Options, signatures and versions of EDNS are between one client and the server.
        let plain_opt = opt.is_none_or(|opt| opt.data.is_empty() && opt.ttl & !DO == 0);
        let shared = plain_opt && leading.is_empty() && additional.len() == usize::from(opt.is_some());
        let mut key = bytes[HEADER..question_end].to_vec();
        // The type and the class that end a question are numbers, not letters.
        let name = key.len().saturating_sub(4);
        key[..name].make_ascii_lowercase();
        key.extend([bytes[2] & RD, bytes[3] & (AD | CD), u8::from(opt.is_some()), u8::from(asks_signatures)]);
        Ok(Self {
            bytes: bytes.to_vec(),
            question_end,
            edns: opt.is_some(),
            payload: payload.clamp(SMALLEST_PAYLOAD, LARGEST_PAYLOAD),
            oversized_at: opt.filter(|_| payload > LARGEST_PAYLOAD).map(|opt| opt.ttl_at - 2),
            key: key.into(),
            shared,
        })
    }

    /// A question that every DNS server can answer: for the servers of the root.
    pub(super) fn probe() -> Self {
        const NS: u8 = 2;
        const INTERNET: u8 = 1;
        let bytes = [0, 0, RD, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, NS, 0, INTERNET];
        Self {
            bytes: bytes.to_vec(),
            question_end: bytes.len(),
            edns: false,
            payload: SMALLEST_PAYLOAD,
            oversized_at: None,
            key: QueryKey::default(),
            shared: false,
        }
    }

    /// What distinguishes it, when an answer to one client serves another.
    pub(super) fn key(&self) -> Option<&[u8]> {
        self.shared.then_some(&*self.key)
    }

    /// The message for a server, under another id. The server's datagram has to fit [`LARGEST_PAYLOAD`].
    pub(super) fn with_id(&self, id: u16) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[..2].copy_from_slice(&id.to_be_bytes());
        if let Some(at) = self.oversized_at {
            bytes[at..at + 2].copy_from_slice(&LARGEST_PAYLOAD.to_be_bytes());
        }
        bytes
    }

    /// An answer without records.
    pub(super) fn refuse(&self, code: ResponseCode) -> Vec<u8> {
        bare_answer(&self.bytes[..self.question_end], self.edns, false, code)
    }

    /// `answer` if the client takes it over UDP, else one that makes it ask over TCP.
    pub(super) fn fit_datagram(&self, answer: Vec<u8>) -> Vec<u8> {
        if answer.len() <= usize::from(self.payload) {
            return answer;
        }
        let code = ResponseCode::from_low(answer.get(3).copied().unwrap_or_default());
        bare_answer(&self.bytes[..self.question_end], self.edns, true, code)
    }

    fn question(&self) -> &[u8] {
        &self.bytes[HEADER..self.question_end]
    }
}

impl Reply {
    /// Reads a server's message, which has to answer `query` under the id `id`.
    pub(super) fn read(bytes: Vec<u8>, query: &Query, id: u16) -> Result<Self, ReplyError> {
        let mut decoder = BinDecoder::new(&bytes);
        let header = Header::read(&mut decoder)?;
        if header.id != id || header.message_type != MessageType::Response {
            return Err(ReplyError::Foreign);
        }
        let code = header.response_code;
        if header.counts.queries == 0 && code != ResponseCode::NoError {
            // Some servers leave the question out when they refuse it.
            let bytes = query.refuse(code);
            return Ok(Self {
                question_end: query.question_end,
                bytes,
                code,
                truncated: false,
                ttls: Vec::new(),
                lifetime: None,
            });
        }
        if header.counts.queries != 1 {
            return Err(ReplyError::Foreign);
        }
        let question_end = read_question(&mut decoder)?;
        if !same_question(&bytes[HEADER..question_end], query.question()) {
            return Err(ReplyError::Foreign);
        }
        if header.truncation {
            // What follows may end anywhere.
            return Ok(Self { bytes, question_end, code, truncated: true, ttls: Vec::new(), lifetime: None });
        }
        let answers = read_records(&mut decoder, usize::from(header.counts.answers))?;
        let rest = usize::from(header.counts.authorities) + usize::from(header.counts.additionals);
        let others = read_records(&mut decoder, rest)?;
        let lifetime = lifetime(code, &answers, &others);
        let records = answers.iter().chain(&others).filter(|record| record.kind != OPT);
        let ttls = records.filter_map(|record| u16::try_from(record.ttl_at).ok()).collect();
        Ok(Self { bytes, question_end, code, truncated: false, ttls, lifetime })
    }

    /// Whether it was cut to fit a datagram.
    pub(super) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Whether the server did not do its work, so that another one may know better.
    pub(super) fn is_failure(&self) -> bool {
        matches!(self.code, ResponseCode::ServFail | ResponseCode::Refused | ResponseCode::NotImp)
    }

    /// How long it may be kept; `None` for not at all.
    pub(super) fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    /// Bytes that it takes in memory.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.bytes.capacity() + self.ttls.capacity() * size_of::<u16>()
    }

    /// The answer for a client that asks `age` after it was received. No time to live is longer than the answer is
    /// kept here, so that whoever is behind does not keep it longer either.
    pub(super) fn answer(&self, query: &Query, age: Duration) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[..2].copy_from_slice(&query.bytes[..2]);
        // The client may check that its own mix of upper and lower case comes back.
        if self.question_end == query.question_end {
            bytes[HEADER..self.question_end].copy_from_slice(query.question());
        }
        let longest = self.lifetime.map_or(u32::MAX, seconds);
        for at in self.ttls.iter().map(|at| usize::from(*at)) {
            let field = &mut bytes[at..at + 4];
            let ttl = field.iter().fold(0, |ttl, byte| ttl << 8 | u32::from(*byte));
            field.copy_from_slice(&ttl.min(longest).saturating_sub(seconds(age)).to_be_bytes());
        }
        bytes
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

/// How long an answer may be kept.
fn lifetime(code: ResponseCode, answers: &[Record], others: &[Record]) -> Option<Duration> {
    let longest = match code {
        ResponseCode::NoError if !answers.is_empty() => LONGEST,
        ResponseCode::NoError | ResponseCode::NXDomain => LONGEST_NEGATIVE,
        _ => return None,
    };
    if others.iter().any(|record| record.kind == OPT && record.ttl >> 24 != 0) {
        return None; // The error's number goes on in the OPT record.
    }
    let records = answers.iter().chain(others).filter(|record| record.kind != OPT);
    let shortest = records.map(Record::lifetime).min().unwrap_or_default();
    Some(Duration::from_secs(shortest.into()).clamp(SHORTEST, longest))
}

impl Record {
    /// Seconds that it holds; a SOA record says in its last field how long a negative answer does.
    fn lifetime(&self) -> u32 {
        match self.data.last_chunk::<4>() {
            Some(minimum) if self.kind == SOA => self.ttl.min(u32::from_be_bytes(*minimum)),
            _ => self.ttl,
        }
    }
}

/// Where the question ends.
fn read_question(decoder: &mut BinDecoder<'_>) -> Result<usize, DecodeError> {
    Name::read(decoder)?;
    decoder.read_slice(4)?;
    Ok(decoder.index())
}

fn read_records(decoder: &mut BinDecoder<'_>, count: usize) -> Result<Vec<Record>, DecodeError> {
    (0..count).map(|_| Record::read(decoder)).collect()
}

impl Record {
    fn read(decoder: &mut BinDecoder<'_>) -> Result<Self, DecodeError> {
        Name::read(decoder)?;
        let kind = decoder.read_u16()?.unverified();
        let class = decoder.read_u16()?.unverified();
        let ttl_at = decoder.index();
        let ttl = decoder.read_u32()?.unverified();
        let length = decoder.read_u16()?.unverified();
        let data = decoder.read_slice(usize::from(length))?.unverified();
        // Of other types nobody looks at the data.
        let data = if matches!(kind, SOA | OPT) { data.to_vec() } else { Vec::new() };
        Ok(Self { kind, class, ttl_at, ttl, data })
    }
}

/// Whether two questions are equal but for the case of letters.
fn same_question(one: &[u8], other: &[u8]) -> bool {
    let name = one.len().saturating_sub(4);
    one.len() == other.len() && one[..name].eq_ignore_ascii_case(&other[..name]) && one[name..] == other[name..]
}

/// An answer without records to `query`, which is a header and at most one question.
fn bare_answer(query: &[u8], edns: bool, truncated: bool, code: ResponseCode) -> Vec<u8> {
    let mut answer = query.to_vec();
    let opcode_and_recursion = query[2] & (0x78 | RD);
    answer[2] = QR | opcode_and_recursion | if truncated { TC } else { 0 };
    answer[3] = RA | query[3] & CD | code.low();
    let questions = u8::from(query.len() > HEADER);
    answer[4..HEADER].copy_from_slice(&[0, questions, 0, 0, 0, 0, 0, u8::from(edns)]);
    if edns {
        let [high, low] = LARGEST_PAYLOAD.to_be_bytes();
        answer.extend([0, 0, OPT as u8, high, low, 0, 0, 0, 0, 0, 0]);
    }
    answer
}

#[cfg(test)]
pub(super) mod tests;
