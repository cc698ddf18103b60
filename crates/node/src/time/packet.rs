//! The client's side of SNTP (RFC 5905, section 14): one request, one answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds from 1900 to 1970.
const ERA: u64 = 2_208_988_800;

/// Length of a packet without extensions.
const LENGTH: usize = 48;

/// What a time server said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Nanoseconds that the local clock is behind (ahead when negative).
    pub offset: i64,
    /// Time on the way there and back.
    pub delay: Duration,
}

/// Why an answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// Fewer bytes than a packet has.
    #[error("the answer is too short")]
    Short,
    /// Not from a server.
    #[error("the answer is not from a server")]
    Mode,
    /// An answer to another request.
    #[error("the answer belongs to another request")]
    Foreign,
    /// The server does not know the time itself.
    #[error("the server is not synchronised")]
    Unsynchronised,
    /// The server wants to be left alone.
    #[error("the server refuses: {0}")]
    Refused(String),
}

/// A request; `token` comes back in the answer.
pub(crate) fn request(token: u64) -> [u8; LENGTH] {
    let mut packet = [0; LENGTH];
    // Version 4, mode 3: client.
    packet[0] = 4 << 3 | 3;
    // The transmit timestamp may be any number; a random one tells nobody our clock and is hard to forge an answer for.
    packet[40..48].copy_from_slice(&token.to_be_bytes());
    packet
}

/// Reads an answer to the request with `token` that was sent and received at these times.
pub(crate) fn decode(bytes: &[u8], token: u64, sent: SystemTime, received: SystemTime) -> Result<Answer, PacketError> {
    let packet: &[u8; LENGTH] = bytes.first_chunk().ok_or(PacketError::Short)?;
    let number = |at: usize| packet[at..at + 8].iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    if packet[0] & 7 != 4 {
        return Err(PacketError::Mode);
    }
    if number(24) != token {
        return Err(PacketError::Foreign);
    }
    let (leap, stratum) = (packet[0] >> 6, packet[1]);
    if stratum == 0 {
        return Err(PacketError::Refused(String::from_utf8_lossy(&packet[12..16]).trim_end_matches('\0').to_owned()));
    }
    if leap == 3 || stratum > 15 || number(40) == 0 {
        return Err(PacketError::Unsynchronised);
    }
    let (there, back) = (nanos_of_ntp(number(32)), nanos_of_ntp(number(40)));
    let (sent, received) = (nanos(sent), nanos(received));
    let offset = ((there - sent) + (back - received)) / 2;
    let delay = ((received - sent) - (back - there)).max(0);
    Ok(Answer {
        offset: i64::try_from(offset).unwrap_or(if offset < 0 { i64::MIN } else { i64::MAX }),
        delay: Duration::from_nanos(u64::try_from(delay).unwrap_or(u64::MAX)),
    })
}

/// Nanoseconds since 1970. Timestamps before 1968 are of the era that begins in 2036.
fn nanos_of_ntp(stamp: u64) -> i128 {
    let (seconds, fraction) = (stamp >> 32, stamp & 0xffff_ffff);
    let seconds = if seconds & 0x8000_0000 == 0 { seconds + (1 << 32) } else { seconds };
    (i128::from(seconds) - i128::from(ERA)) * 1_000_000_000 + i128::from((fraction * 1_000_000_000) >> 32)
}

fn nanos(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An answer of a server whose clock is `ahead` of ours, after `way` each way.
    fn answer(token: u64, sent: SystemTime, ahead: Duration, way: Duration) -> [u8; LENGTH] {
        let mut packet = [0; LENGTH];
        packet[0] = 4 << 3 | 4;
        packet[1] = 2;
        packet[24..32].copy_from_slice(&token.to_be_bytes());
        let stamp = (sent + ahead + way).duration_since(UNIX_EPOCH).expect("after 1970");
        let fraction = (u64::from(stamp.subsec_nanos()) << 32) / 1_000_000_000;
        let stamp = ((stamp.as_secs() + ERA) & 0xffff_ffff) << 32 | fraction;
        packet[32..40].copy_from_slice(&stamp.to_be_bytes());
        packet[40..48].copy_from_slice(&stamp.to_be_bytes());
        packet
    }

    proptest! {
        #[test]
        fn offset_and_delay_come_back(start in 1_000_000_000u64..4_000_000_000, ahead in 0u64..10_000, way in 0u64..2_000) {
            let sent = UNIX_EPOCH + Duration::from_secs(start);
            let (ahead, way) = (Duration::from_millis(ahead), Duration::from_millis(way));
            let got = decode(&answer(7, sent, ahead, way), 7, sent, sent + way * 2).expect("valid");
            prop_assert!((i128::from(got.offset) - ahead.as_nanos() as i128).abs() < 10, "{got:?}");
            prop_assert!(got.delay.abs_diff(way * 2) < Duration::from_nanos(10));
        }

        #[test]
        fn no_bytes_are_fatal(bytes in proptest::collection::vec(any::<u8>(), 0..80), token: u64) {
            let _ = decode(&bytes, token, UNIX_EPOCH, UNIX_EPOCH);
        }
    }

    #[test]
    fn bad_answers_are_named() {
        let mut packet = answer(7, UNIX_EPOCH + Duration::from_secs(1_800_000_000), Duration::ZERO, Duration::ZERO);
        let read = |packet: &[u8], token| decode(packet, token, UNIX_EPOCH, UNIX_EPOCH).expect_err("bad");
        assert_eq!(read(&packet[..40], 7), PacketError::Short);
        assert_eq!(read(&packet, 8), PacketError::Foreign);
        packet[0] |= 3 << 6;
        assert_eq!(read(&packet, 7), PacketError::Unsynchronised);
        packet[1] = 0;
        packet[12..16].copy_from_slice(b"RATE");
        assert_eq!(read(&packet, 7), PacketError::Refused("RATE".to_owned()));
        assert_eq!(read(&request(7), 7), PacketError::Mode);
    }
}
