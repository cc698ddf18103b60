//! The client against scripted servers.

use proptest::prelude::*;

use super::*;

const MAC: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);
const SECOND: Duration = Duration::from_secs(1);

fn lease() -> Lease {
    Lease {
        address: "10.5.0.2/24".parse().expect("valid"),
        server: [10, 5, 0, 1].into(),
        routers: vec![[10, 5, 0, 1].into()],
        routes: Vec::new(),
        dns_servers: Vec::new(),
        time_servers: Vec::new(),
        hostname: None,
        domain: None,
        mtu: None,
        time: 800 * SECOND,
        renew_after: 400 * SECOND,
        rebind_after: 700 * SECOND,
    }
}

fn client(held: Option<Held>, trust: bool) -> Client {
    Client::new(MAC, 7, Duration::ZERO, held, trust)
}

fn reply(xid: u32, content: ReplyContent) -> Reply {
    Reply { xid, mac: MAC.0.to_vec(), content }
}

fn offer(xid: u32) -> Reply {
    reply(xid, ReplyContent::Offer(Box::new(lease())))
}

fn ack(xid: u32) -> Reply {
    reply(xid, ReplyContent::Ack(Box::new(lease())))
}

/// The one request among the actions.
fn sent(actions: &[Action]) -> &Request {
    let [Action::Send(request)] = actions else { panic!("one request, not {actions:?}") };
    request
}

/// Lets time pass until the client does something.
fn next(client: &mut Client) -> (Duration, Vec<Action>) {
    for _ in 0..10 {
        let now = client.due();
        let actions = client.tick(now);
        if !actions.is_empty() {
            return (now, actions);
        }
    }
    panic!("nothing happens any more: {client:?}");
}

/// A client with a lease from time zero.
fn bound() -> Client {
    let mut client = client(None, false);
    let xid = sent(&client.tick(Duration::ZERO)).xid;
    client.receive(Duration::ZERO, &offer(xid));
    let configured = client.receive(Duration::ZERO, &ack(xid));
    assert_eq!(configured, [Action::Configure(Held { lease: lease(), since: Duration::ZERO })]);
    client
}

#[test]
fn a_lease_is_found_taken_and_kept() {
    let mut client = client(None, false);
    let discover = client.tick(Duration::ZERO);
    let discover = sent(&discover);
    assert_eq!((discover.kind, discover.has, discover.wants), (RequestKind::Discover, None, None));
    assert_eq!(client.channel(), Channel::Broadcast(Ipv4Addr::UNSPECIFIED));
    let taken = client.receive(SECOND, &offer(discover.xid));
    let taken = sent(&taken);
    assert_eq!(taken.kind, RequestKind::Request);
    assert_eq!((taken.wants, taken.server), (Some([10, 5, 0, 2].into()), Some([10, 5, 0, 1].into())));
    let held = Held { lease: lease(), since: SECOND };
    assert_eq!(client.receive(2 * SECOND, &ack(taken.xid)), [Action::Configure(held)]);
    assert_eq!(client.channel(), Channel::Closed);
    assert_eq!(client.due(), 401 * SECOND);
}

#[test]
fn what_is_for_others_is_not_heard() {
    let mut client = client(None, false);
    let xid = sent(&client.tick(Duration::ZERO)).xid;
    assert!(client.receive(SECOND, &offer(xid + 1)).is_empty());
    assert!(client.receive(SECOND, &Reply { mac: vec![2, 0, 0, 0, 0, 9], ..offer(xid) }).is_empty());
    assert!(client.receive(SECOND, &ack(xid)).is_empty(), "nothing was asked for yet");
    client.receive(SECOND, &offer(xid));
    let mut other = lease();
    other.server = [10, 5, 0, 7].into();
    let from_other = reply(xid, ReplyContent::Ack(Box::new(other)));
    assert!(client.receive(SECOND, &from_other).is_empty(), "its offer was not taken");
}

#[test]
fn pauses_grow_and_end_at_a_minute() {
    let mut client = client(None, false);
    let mut before = Duration::ZERO;
    let mut pauses = Vec::new();
    for _ in 0..9 {
        let (now, actions) = next(&mut client);
        assert_eq!(sent(&actions).kind, RequestKind::Discover);
        pauses.push(now - before);
        before = now;
    }
    for (pause, expected) in pauses[1..].iter().zip([1, 2, 4, 8, 16, 32, 64, 64]) {
        let nearly = SECOND * expected / 8..=SECOND * expected * 9 / 8;
        assert!(nearly.contains(pause) && *pause >= SECOND * expected * 8 / 9, "{pause:?} is not about {expected} s");
    }
}

#[test]
fn an_offer_that_is_not_confirmed_is_given_up() {
    let mut client = client(None, false);
    let xid = sent(&client.tick(Duration::ZERO)).xid;
    client.receive(Duration::ZERO, &offer(xid));
    for _ in 1..TRIES {
        let (_, actions) = next(&mut client);
        assert_eq!(sent(&actions).kind, RequestKind::Request);
    }
    let (_, actions) = next(&mut client);
    let again = sent(&actions);
    assert_eq!(again.kind, RequestKind::Discover);
    assert_ne!(again.xid, xid);
}

#[test]
fn it_is_renewed_then_rebound_then_over() {
    let mut client = bound();
    let (now, actions) = next(&mut client);
    assert_eq!(now, 400 * SECOND);
    assert_eq!(sent(&actions).has, Some([10, 5, 0, 2].into()));
    assert_eq!((sent(&actions).wants, sent(&actions).server), (None, None));
    assert_eq!(client.channel(), Channel::Unicast([10, 5, 0, 2].into(), [10, 5, 0, 1].into()));
    let mut channels = vec![client.channel()];
    let over = loop {
        let (now, actions) = next(&mut client);
        assert!(now <= 800 * SECOND, "not used longer than allowed");
        if actions == [Action::Withdraw] {
            break now;
        }
        if channels.last() != Some(&client.channel()) {
            assert_eq!(now, 700 * SECOND, "then anybody is asked");
            channels.push(client.channel());
        }
    };
    assert_eq!(over, 800 * SECOND);
    assert_eq!(channels.len(), 2);
    assert_eq!(channels[1], Channel::Broadcast([10, 5, 0, 2].into()));
    assert_eq!(sent(&next(&mut client).1).kind, RequestKind::Discover);
}

#[test]
fn a_renewal_counts_from_when_it_was_asked_for() {
    let mut client = bound();
    let (now, actions) = next(&mut client);
    let xid = sent(&actions).xid;
    let renewed = client.receive(now + 3 * SECOND, &ack(xid));
    assert_eq!(renewed, [Action::Configure(Held { lease: lease(), since: now })]);
    assert_eq!(client.due(), now + 400 * SECOND);
}

#[test]
fn a_refusal_ends_the_lease_at_once() {
    let mut client = bound();
    let (now, actions) = next(&mut client);
    let refused = client.receive(now, &reply(sent(&actions).xid, ReplyContent::Nak));
    assert_eq!(refused, [Action::Withdraw]);
    assert!(client.due() > now, "with a pause before the next question");
    assert_eq!(sent(&next(&mut client).1).kind, RequestKind::Discover);
}

#[test]
fn a_lease_of_before_is_trusted_when_the_link_never_went_away() {
    let held = Held { lease: lease(), since: Duration::ZERO };
    let mut client = Client::new(MAC, 7, 100 * SECOND, Some(held.clone()), true);
    assert!(client.tick(100 * SECOND).is_empty());
    assert_eq!(next(&mut client).0, 400 * SECOND);
    let mut late = Client::new(MAC, 7, 900 * SECOND, Some(held), true);
    assert_eq!(sent(&late.tick(900 * SECOND)).kind, RequestKind::Discover, "it was over");
}

#[test]
fn a_lease_of_before_is_asked_for_when_the_link_was_away() {
    let held = Held { lease: lease(), since: Duration::ZERO };
    let mut client = Client::new(MAC, 7, 100 * SECOND, Some(held.clone()), false);
    let actions = client.tick(100 * SECOND);
    let asked = sent(&actions);
    assert_eq!((asked.kind, asked.wants, asked.server), (RequestKind::Request, Some([10, 5, 0, 2].into()), None));
    let mut refused = Client::new(MAC, 7, 100 * SECOND, Some(held.clone()), false);
    let xid = sent(&refused.tick(100 * SECOND)).xid;
    assert_eq!(refused.receive(101 * SECOND, &reply(xid, ReplyContent::Nak)), [Action::Withdraw]);
    let kept = loop {
        let (_, actions) = next(&mut client);
        if let [Action::Configure(kept)] = actions.as_slice() {
            break kept.clone();
        }
    };
    assert_eq!(kept, held, "nobody answers, so it is used for the rest of its time");
}

proptest! {
    /// Whatever arrives and whenever: a lease is never used longer than allowed, and the client never falls asleep
    /// for good nor asks without pause.
    #[test]
    fn it_neither_oversleeps_nor_storms(seed: u64, script in proptest::collection::vec((0_u8..6, 0_u64..200), 1..200)) {
        let mut client = Client::new(MAC, seed, Duration::ZERO, None, false);
        let (mut now, mut lease_until, mut sent_at) = (Duration::ZERO, None, Vec::new());
        for (what, pause) in script {
            let actions = match what {
                0 => client.receive(now, &offer(client.xid)),
                1 => client.receive(now, &ack(client.xid)),
                2 => client.receive(now, &reply(client.xid, ReplyContent::Nak)),
                _ => {
                    now = client.due().max(now).min(now + Duration::from_secs(pause));
                    client.tick(now)
                }
            };
            for action in actions {
                match action {
                    Action::Configure(held) => lease_until = Some(held.expires()),
                    Action::Withdraw => lease_until = None,
                    Action::Send(_) => sent_at.push(now),
                }
            }
            prop_assert!(client.due() >= now || client.due() + SECOND > now);
            if let Some(until) = lease_until {
                prop_assert!(client.due() <= until.max(now), "the client looks again before the lease is over");
            }
        }
        let busiest = sent_at.windows(8).map(|window| window[7] - window[0]).min();
        prop_assert!(busiest.is_none_or(|span| span > Duration::ZERO), "eight questions in one moment");
    }
}
