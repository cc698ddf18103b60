//! The node's events: a bounded log that clients can follow.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use minos_api::machine as m;
use prost::Message;
use tokio::sync::Notify;
use tonic::Status;

/// How many events are remembered.
const CAPACITY: usize = 1000;

/// The log. Cheap to clone; all clones are one log.
#[derive(Clone, Default)]
pub struct EventLog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Log>,
    added: Notify,
    counter: AtomicU32,
}

#[derive(Default)]
struct Log {
    events: VecDeque<Stored>,
    /// Number of events ever added; the newest has this number less one.
    end: u64,
}

#[derive(Clone)]
struct Stored {
    at: SystemTime,
    id: EventId,
    event: m::Event,
}

/// Id of an event: sorts by time. 20 characters of base 32 (seconds, machine, counter), as clients expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct EventId([u8; 12]);

/// Where a reader starts.
#[derive(Debug, Clone, Copy)]
pub enum Tail {
    /// With the last so many events; 0 means only new ones.
    Count(usize),
    /// With the events of the last so many seconds.
    Seconds(u64),
    /// After this event.
    After(EventId),
}

/// A payload that an event can carry.
pub trait Payload: Message {
    /// Name of the message on the wire.
    const NAME: &'static str;
}

macro_rules! payloads {
    ($($message:ident),*) => {
        $(impl Payload for m::$message {
            const NAME: &'static str = concat!("machine.", stringify!($message));
        })*
    };
}

payloads!(
    SequenceEvent,
    PhaseEvent,
    TaskEvent,
    ServiceStateEvent,
    ConfigLoadErrorEvent,
    ConfigValidationErrorEvent,
    AddressEvent,
    MachineStatusEvent
);

impl EventLog {
    /// Adds an event; `actor` names the request that caused it, if one did.
    pub fn add<P: Payload>(&self, actor: &str, payload: &P) {
        let at = SystemTime::now();
        let id = EventId::new(at, self.shared.counter.fetch_add(1, Ordering::Relaxed));
        let data = prost_types::Any { type_url: format!("talos/runtime/{}", P::NAME), value: payload.encode_to_vec() };
        let event = m::Event { metadata: None, data: Some(data), id: id.to_string(), actor_id: actor.to_owned() };
        let mut log = self.shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.events.len() == CAPACITY {
            log.events.pop_front();
        }
        log.events.push_back(Stored { at, id, event });
        log.end += 1;
        drop(log);
        self.shared.added.notify_waiters();
    }

    /// Events from `tail` on, then every new one; only those of `actor` when one is named. A reader that falls behind
    /// by more than the log holds misses what is gone.
    pub fn follow(
        &self,
        tail: Tail,
        actor: Option<String>,
    ) -> impl tokio_stream::Stream<Item = Result<m::Event, Status>> + Send + use<> {
        let position = self.position(tail);
        let shared = Arc::clone(&self.shared);
        futures_util::stream::unfold((shared, position, actor), |(shared, mut position, actor)| async move {
            loop {
                let notified = shared.added.notified();
                tokio::pin!(notified);
                notified.as_mut().enable();
                while let Some((event, next)) = at(&shared, position) {
                    position = next;
                    if actor.as_ref().is_none_or(|actor| *actor == event.actor_id) {
                        return Some((Ok(event), (Arc::clone(&shared), position, actor)));
                    }
                }
                notified.await;
            }
        })
    }

    fn position(&self, tail: Tail) -> u64 {
        let log = self.shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        let back = match tail {
            Tail::Count(count) => count.min(log.events.len()),
            Tail::Seconds(seconds) => {
                let since = SystemTime::now().checked_sub(Duration::from_secs(seconds));
                log.events.iter().filter(|stored| since.is_none_or(|since| stored.at >= since)).count()
            }
            Tail::After(id) => log.events.iter().filter(|stored| stored.id > id).count(),
        };
        log.end - back as u64
    }
}

/// The event at or after `position`, and the position after it.
fn at(shared: &Shared, position: u64) -> Option<(m::Event, u64)> {
    let log = shared.log.lock().unwrap_or_else(PoisonError::into_inner);
    let start = log.end - log.events.len() as u64;
    let position = position.max(start);
    let index = usize::try_from(position - start).ok()?;
    log.events.get(index).map(|stored| (stored.event.clone(), position + 1))
}

impl fmt::Debug for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventLog")
    }
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

impl EventId {
    fn new(at: SystemTime, counter: u32) -> Self {
        let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&u32::try_from(seconds).unwrap_or(u32::MAX).to_be_bytes());
        bytes[4..8].copy_from_slice(&std::process::id().to_be_bytes());
        bytes[8..].copy_from_slice(&counter.to_be_bytes());
        Self(bytes)
    }

    /// The id that `text` is.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 20 {
            return None;
        }
        let mut bits: u128 = 0;
        for byte in text.bytes() {
            let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
            bits = bits << 5 | digit as u128;
        }
        // 20 digits are 100 bits; the last four are padding.
        let bytes = (bits >> 4).to_be_bytes();
        bytes[4..].try_into().ok().map(Self)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 16];
        bytes[4..].copy_from_slice(&self.0);
        let bits = u128::from_be_bytes(bytes) << 4;
        for digit in (0..20).rev() {
            let letter = ALPHABET[usize::try_from(bits >> (digit * 5) & 31).unwrap_or(0)];
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_stream::StreamExt as _;

    fn sequence(name: &str) -> m::SequenceEvent {
        m::SequenceEvent { sequence: name.to_owned(), ..m::SequenceEvent::default() }
    }

    #[test]
    fn ids_are_read_back_and_sort_by_time() {
        let early = EventId::new(SystemTime::UNIX_EPOCH + Duration::from_secs(5), 9);
        let late = EventId::new(SystemTime::UNIX_EPOCH + Duration::from_secs(6), 1);
        assert_eq!(EventId::parse(&early.to_string()), Some(early));
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(EventId::parse("nonsense"), None);
    }

    #[tokio::test]
    async fn a_reader_gets_the_tail_and_then_what_is_new() {
        let log = EventLog::default();
        for name in ["a", "b", "c"] {
            log.add("", &sequence(name));
        }
        let mut reader = Box::pin(log.follow(Tail::Count(1), None));
        let first = reader.next().await.expect("an event").expect("no error");
        assert_eq!(first.data.expect("data").type_url, "talos/runtime/machine.SequenceEvent");
        log.add("me", &sequence("d"));
        assert_eq!(reader.next().await.expect("an event").expect("no error").actor_id, "me");
        let mut mine = Box::pin(log.follow(Tail::Count(10), Some("me".to_owned())));
        assert_eq!(mine.next().await.expect("an event").expect("no error").actor_id, "me");
    }
}
