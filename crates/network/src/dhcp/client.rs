//! The DHCP client as a state machine (RFC 2131, 4.4): told what time it is and what arrived, it says what to do.
//!
//! `now` is any clock that only goes forward; the client never looks at one itself.

use std::net::Ipv4Addr;
use std::time::Duration;

use minos_netlink::MacAddr;

use super::lease::{Held, Lease};
use super::message::{Reply, ReplyContent, Request, RequestKind};

/// First pause before asking again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause while there is no address.
const LONGEST_PAUSE: Duration = Duration::from_secs(64);
/// How often an offer or an old address is asked for before starting anew.
const TRIES: u32 = 4;
/// Shortest pause between renewals; many servers count seconds.
const SHORTEST_RENEWAL: Duration = Duration::from_secs(5);

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send this over the channel that [`Client::channel`] names.
    Send(Request),
    /// Use this lease.
    Configure(Held),
    /// Use no lease any more.
    Withdraw,
}

/// How client and server reach each other now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// They do not.
    Closed,
    /// By broadcast on the link, from the address held, if any.
    Broadcast(Ipv4Addr),
    /// Between the leased address and its server.
    Unicast(Ipv4Addr, Ipv4Addr),
}

/// A DHCP client on one link.
#[derive(Debug)]
pub(crate) struct Client {
    mac: MacAddr,
    state: State,
    /// When [`Client::tick`] wants to be called.
    due: Duration,
    xid: u32,
    /// When the present attempt to get or extend a lease began.
    started: Duration,
    /// When the latest question was sent.
    asked: Duration,
    /// Questions of this attempt so far.
    tries: u32,
    random: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// No address; offers are awaited.
    Selecting,
    /// An offer has been taken.
    Requesting(Box<Lease>),
    /// The address of before is asked for.
    Rebooting(Held),
    /// There is a lease.
    Bound(Held),
    /// Its server is asked to extend it.
    Renewing(Held),
    /// Any server is asked to extend it.
    Rebinding(Held),
}

impl Client {
    /// A client that starts at `now`. With a lease held before it asks for the same address again, or, if `trust`ed
    /// (the link never went away), goes on using it.
    pub(crate) fn new(mac: MacAddr, seed: u64, now: Duration, held: Option<Held>, trust: bool) -> Self {
        let state = match held.filter(|held| held.is_valid(now)) {
            Some(held) if trust => State::Bound(held),
            Some(held) => State::Rebooting(held),
            None => State::Selecting,
        };
        let due = match &state {
            State::Bound(held) => held.since.saturating_add(held.lease.renew_after).max(now),
            _ => now,
        };
        let mut client = Self { mac, state, due, xid: 0, started: now, asked: now, tries: 0, random: seed | 1 };
        client.begin(now);
        client
    }

    /// When to call [`Client::tick`] next.
    pub(crate) fn due(&self) -> Duration {
        self.due
    }

    /// The channel that is needed now.
    pub(crate) fn channel(&self) -> Channel {
        match &self.state {
            State::Selecting | State::Requesting(_) | State::Rebooting(_) => Channel::Broadcast(Ipv4Addr::UNSPECIFIED),
            State::Bound(_) => Channel::Closed,
            State::Renewing(held) if !held.lease.server.is_unspecified() => {
                Channel::Unicast(held.lease.address.addr(), held.lease.server)
            }
            State::Renewing(held) | State::Rebinding(held) => Channel::Broadcast(held.lease.address.addr()),
        }
    }

    /// What to do when [`Client::due`] has come.
    pub(crate) fn tick(&mut self, now: Duration) -> Vec<Action> {
        if now < self.due {
            return Vec::new();
        }
        match self.state.clone() {
            State::Selecting => self.discover(now),
            State::Requesting(_) if self.tries >= TRIES => self.start_over(now, false),
            State::Requesting(offer) => {
                let (wants, server) = (Some(offer.address.addr()), Some(offer.server));
                vec![self.ask(now, Request { wants, server, ..self.request() })]
            }
            State::Rebooting(held) if self.tries >= TRIES => self.keep_or_start_over(now, held),
            State::Rebooting(held) => {
                vec![self.ask(now, Request { wants: Some(held.lease.address.addr()), ..self.request() })]
            }
            State::Bound(held) => {
                self.begin(now);
                self.extend(now, held)
            }
            State::Renewing(held) | State::Rebinding(held) => self.extend(now, held),
        }
    }

    /// What to do about a message that arrived.
    pub(crate) fn receive(&mut self, now: Duration, reply: &Reply) -> Vec<Action> {
        if reply.xid != self.xid || reply.mac != self.mac.0 {
            return Vec::new();
        }
        match (&self.state, &reply.content) {
            (State::Selecting, ReplyContent::Offer(offer)) => {
                self.state = State::Requesting(offer.clone());
                self.tries = 0;
                self.due = now;
                self.tick(now)
            }
            (State::Requesting(offer), ReplyContent::Ack(lease)) if lease.server == offer.server => {
                self.bind(now, lease)
            }
            (State::Rebooting(_) | State::Renewing(_) | State::Rebinding(_), ReplyContent::Ack(lease)) => {
                self.bind(now, lease)
            }
            (State::Requesting(_), ReplyContent::Nak) => self.start_over(now, false),
            (State::Rebooting(_) | State::Renewing(_) | State::Rebinding(_), ReplyContent::Nak) => {
                self.start_over(now, true)
            }
            _ => Vec::new(),
        }
    }

    /// A new attempt, with a new transaction.
    fn begin(&mut self, now: Duration) {
        self.xid = self.next_random() as u32;
        self.started = now;
        self.tries = 0;
    }

    fn discover(&mut self, now: Duration) -> Vec<Action> {
        let request = Request { kind: RequestKind::Discover, ..self.request() };
        vec![self.ask(now, request)]
    }

    fn start_over(&mut self, now: Duration, withdraw: bool) -> Vec<Action> {
        self.state = State::Selecting;
        self.begin(now);
        // A server that refuses would be asked without pause.
        self.due = now + self.jitter(FIRST_PAUSE);
        if withdraw { vec![Action::Withdraw] } else { Vec::new() }
    }

    /// Nobody confirms the address of before: it may be used for the rest of its time (RFC 2131, 3.2).
    fn keep_or_start_over(&mut self, now: Duration, held: Held) -> Vec<Action> {
        if !held.is_valid(now) {
            return self.start_over(now, true);
        }
        self.due = held.since.saturating_add(held.lease.renew_after).max(now + SHORTEST_RENEWAL);
        self.state = State::Bound(held.clone());
        vec![Action::Configure(held)]
    }

    fn bind(&mut self, now: Duration, lease: &Lease) -> Vec<Action> {
        // The lease counts from when it was asked for, so that it never ends later here than at the server.
        let held = Held { lease: lease.clone(), since: self.asked.min(now) };
        self.due = held.since.saturating_add(lease.renew_after).max(now + SHORTEST_RENEWAL);
        self.state = State::Bound(held.clone());
        vec![Action::Configure(held)]
    }

    /// Asks for more time: first the server, later anybody, and gives up when there is none left.
    fn extend(&mut self, now: Duration, held: Held) -> Vec<Action> {
        if !held.is_valid(now) {
            return self.start_over(now, true);
        }
        let rebind = held.since.saturating_add(held.lease.rebind_after);
        let until = if now < rebind { rebind } else { held.expires() };
        let has = Some(held.lease.address.addr());
        self.state = if now < rebind { State::Renewing(held) } else { State::Rebinding(held) };
        let request = Request { has, ..self.request() };
        let action = self.ask(now, request);
        // RFC 2131, 4.4.5: wait half of what remains, which here may be as short as the shortest renewal.
        self.due = now + ((until.saturating_sub(now)) / 2).max(SHORTEST_RENEWAL).min(until.saturating_sub(now));
        vec![action]
    }

    fn request(&self) -> Request {
        let kind = RequestKind::Request;
        Request { kind, xid: self.xid, asking_for: Duration::ZERO, has: None, wants: None, server: None }
    }

    fn ask(&mut self, now: Duration, request: Request) -> Action {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.tries.min(6)).min(LONGEST_PAUSE);
        self.tries += 1;
        self.asked = now;
        self.due = now + self.jitter(pause);
        Action::Send(Request { asking_for: now.saturating_sub(self.started), ..request })
    }

    /// A tenth more or less, so that a rack that starts at once does not ask in chorus.
    fn jitter(&mut self, pause: Duration) -> Duration {
        let tenth = (pause.as_millis() / 10).max(1) as u64;
        let offset = self.next_random() % (2 * tenth + 1);
        pause + Duration::from_millis(offset) - Duration::from_millis(tenth)
    }

    /// xorshift64*.
    fn next_random(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

#[cfg(test)]
mod tests;
