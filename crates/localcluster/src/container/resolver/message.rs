//! The little that a forwarder knows about messages (RFC 1035, 4.1 and 4.2.2).

use std::io::{ErrorKind, Result};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The longest message, in bytes.
pub(super) const LONGEST: usize = 65535;

const HEADER: usize = 12;
/// Flags of the header's third and fourth byte.
const ANSWER: u8 = 0x80;
const KIND_AND_RECURSION_DESIRED: u8 = 0x79;
const RECURSION_AVAILABLE: u8 = 0x80;
const CODE: u8 = 0x0f;
const SERVFAIL: u8 = 2;
const NOTIMP: u8 = 4;
const REFUSED: u8 = 5;

/// The answer to a question that nobody has an answer to; `None` when it is no question.
pub(super) fn failure(question: &[u8]) -> Option<Vec<u8>> {
    if question.len() < HEADER || question[2] & ANSWER != 0 {
        return None;
    }
    let asked = end_of_question(question);
    let mut answer = question[..asked.unwrap_or(HEADER)].to_vec();
    answer[2] = ANSWER | question[2] & KIND_AND_RECURSION_DESIRED;
    answer[3] = RECURSION_AVAILABLE | SERVFAIL;
    answer[4..HEADER].fill(0);
    answer[5] = u8::from(asked.is_some());
    Some(answer)
}

/// Whether this is the answer to a question of that header.
pub(super) fn answers(answer: &[u8], question: &[u8]) -> bool {
    answer.len() >= HEADER && answer[..2] == question[..2] && answer[2] & ANSWER != 0
}

/// Whether a server says that it does not know, so that another may be asked.
pub(super) fn is_failure(answer: &[u8]) -> bool {
    matches!(answer[3] & CODE, SERVFAIL | NOTIMP | REFUSED)
}

/// With its length before it, as messages are on a connection.
pub(super) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), &message[..usize::from(length)]].concat()
}

/// A message from a connection.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>> {
    let length = usize::from(stream.read_u16().await?);
    if length < HEADER {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

/// Where the only question of a message ends: a name, its type and its class.
fn end_of_question(message: &[u8]) -> Option<usize> {
    if message[4..6] != [0, 1] {
        return None;
    }
    let mut at = HEADER;
    loop {
        match usize::from(*message.get(at)?) {
            0 => break,
            // A question has nothing before it that it could refer to.
            length if length > 63 => return None,
            length => at += 1 + length,
        }
    }
    (at + 5 <= message.len()).then_some(at + 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a.test`, type A, with an EDNS record.
    const QUESTION: &[u8] =
        b"\x12\x34\x01\x20\0\x01\0\0\0\0\0\x01\x01a\x04test\0\0\x01\0\x01\0\0\x29\x04\xd0\0\0\0\0\0\0";

    #[test]
    fn a_failure_repeats_the_question_and_nothing_else() {
        let answer = failure(QUESTION).expect("a question");
        assert_eq!(answer, b"\x12\x34\x81\x82\0\x01\0\0\0\0\0\0\x01a\x04test\0\0\x01\0\x01");
        assert!(answers(&answer, QUESTION) && is_failure(&answer));
    }

    #[test]
    fn what_is_damaged_does_no_harm() {
        assert_eq!(failure(&QUESTION[..11]), None);
        assert_eq!(failure(&failure(QUESTION).expect("a question")), None, "an answer gets no answer");
        for length in HEADER..QUESTION.len() {
            let answer = failure(&QUESTION[..length]).expect("its header is whole");
            assert!(answer.len() <= length && is_failure(&answer));
        }
        let mut endless = QUESTION.to_vec();
        endless[12] = 0xc0;
        assert_eq!(failure(&endless).expect("a header")[4..6], [0, 0]);
    }
}
