//! Host DNS with servers in memory and time that stands still.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hickory_proto::op::ResponseCode;
use tokio::time::Instant;

use super::fakes::FakeServers;
use super::message::tests::{Answer, question};
use super::resolver::{Resolver, Step, Transport};

const A: u16 = 1;
const SERVFAIL: u8 = 2;
const NXDOMAIN: u8 = 3;
const REFUSED: u8 = 5;
const SECOND: Duration = Duration::from_secs(1);

fn server(last: u8) -> SocketAddr {
    ([192, 0, 2, last], 53).into()
}

fn known() -> Answer {
    Answer::of("a.example").with(300, [198, 51, 100, 1])
}

fn host_dns(servers: &[SocketAddr]) -> (Resolver, Arc<FakeServers>) {
    let fakes = Arc::new(FakeServers::default());
    let resolver = Resolver::new(fakes.clone());
    resolver.set_servers(servers);
    (resolver, fakes)
}

/// The code of the answer, and how long it took.
async fn look_up(resolver: &Resolver, name: &str) -> (u8, Duration) {
    let began = Instant::now();
    let answer = resolver.answer(&question(1, name, A), Transport::Udp).await.expect("an answer");
    (answer[3] & 0xf, began.elapsed())
}

/// Field report talos#9143: the first server refuses or fails, and the client gets that.
#[tokio::test(start_paused = true)]
async fn talos_9143_other_servers_are_asked_before_a_failure_is_passed_on() {
    let (resolver, fakes) = host_dns(&[server(1), server(2), server(3)]);
    for failure in [SERVFAIL, REFUSED] {
        fakes.set(server(1), Duration::ZERO, Answer::code(failure));
        fakes.set(server(2), Duration::ZERO, known());
        let name = format!("{failure}.example");
        assert_eq!(look_up(&resolver, &name).await, (0, Duration::ZERO));
        assert_eq!(fakes.asked(), [server(1), server(2)], "in their order, and no more than needed");
    }

    fakes.set(server(2), Duration::ZERO, Answer::code(REFUSED));
    fakes.set(server(3), Duration::ZERO, Answer::code(SERVFAIL));
    assert_eq!(look_up(&resolver, "b.example").await, (SERVFAIL, Duration::ZERO), "nobody knows better");
    fakes.asked();
    fakes.set(server(1), Duration::ZERO, Answer::missing(60, 60));
    assert_eq!(look_up(&resolver, "c.example").await, (NXDOMAIN, Duration::ZERO));
    assert_eq!(fakes.asked(), [server(1)], "a name that does not exist is an answer");
    fakes.set(server(1), Duration::ZERO, Answer::code(SERVFAIL));
    fakes.set(server(2), Duration::ZERO, known());
    assert_eq!(look_up(&resolver, "b.example").await.0, 0, "a failure is not kept");
}

/// Field report talos#8631: a name that did not exist stays missing for an hour.
#[tokio::test(start_paused = true)]
async fn talos_8631_a_name_that_did_not_exist_is_asked_for_again_after_ten_seconds() {
    let (resolver, fakes) = host_dns(&[server(1)]);
    fakes.set(server(1), Duration::ZERO, Answer::missing(3600, 3600));
    assert_eq!(look_up(&resolver, "a.example").await.0, NXDOMAIN);
    fakes.set(server(1), Duration::ZERO, known());
    tokio::time::sleep(9 * SECOND).await;
    assert_eq!(look_up(&resolver, "a.example").await.0, NXDOMAIN);
    assert_eq!(fakes.asked().len(), 1, "until then it is kept");
    tokio::time::sleep(SECOND).await;
    assert_eq!(look_up(&resolver, "a.example").await.0, 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_asked_for_once_as_long_as_it_holds() {
    let (resolver, fakes) = host_dns(&[server(1)]);
    fakes.set(server(1), Duration::ZERO, known());
    for _ in 0..10 {
        assert_eq!(look_up(&resolver, "a.example").await.0, 0);
        tokio::time::sleep(29 * SECOND).await;
    }
    assert_eq!(fakes.asked().len(), 1);
    tokio::time::sleep(11 * SECOND).await;
    look_up(&resolver, "a.example").await;
    assert_eq!(fakes.asked().len(), 1);

    assert!(!resolver.set_servers(&[server(1)]));
    look_up(&resolver, "a.example").await;
    assert!(fakes.asked().is_empty(), "nothing changed");
    assert!(resolver.set_servers(&[server(2)]));
    fakes.set(server(2), Duration::ZERO, Answer::missing(60, 60));
    assert_eq!(look_up(&resolver, "a.example").await.0, NXDOMAIN, "what other servers said is forgotten");
}

#[tokio::test(start_paused = true)]
async fn what_a_server_says_after_it_was_replaced_is_not_kept() {
    let (resolver, fakes) = host_dns(&[server(1)]);
    fakes.set(server(1), SECOND, known());
    fakes.set(server(2), Duration::ZERO, Answer::missing(60, 60));
    let slow = resolver.clone();
    let slow = tokio::spawn(async move { look_up(&slow, "a.example").await });
    tokio::time::sleep(SECOND / 2).await;
    resolver.set_servers(&[server(2)]);
    assert_eq!(slow.await.expect("answered").0, 0);
    assert_eq!(look_up(&resolver, "a.example").await.0, NXDOMAIN);
}

#[tokio::test(start_paused = true)]
async fn a_dead_server_costs_half_a_second_and_is_then_asked_last() {
    let (resolver, fakes) = host_dns(&[server(1), server(2)]);
    fakes.set(server(2), Duration::ZERO, known());
    assert_eq!(look_up(&resolver, "a.example").await, (0, SECOND / 2));
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!(resolver.servers(), [(server(1), false), (server(2), true)]);
    fakes.asked();
    assert_eq!(look_up(&resolver, "b.example").await, (0, Duration::ZERO));
    assert_eq!(fakes.asked(), [server(2)]);
}

/// A local cluster has nothing to forward to: what cannot be known is refused, not waited for.
#[tokio::test(start_paused = true)]
async fn without_a_server_that_answers_clients_do_not_wait() {
    let (resolver, fakes) = host_dns(&[]);
    assert_eq!(look_up(&resolver, "a.example").await, (SERVFAIL, Duration::ZERO));

    resolver.set_servers(&[server(1), server(2)]);
    let (code, took) = look_up(&resolver, "a.example").await;
    assert!(code == SERVFAIL && took < 5 * SECOND, "clients give up after five seconds: {took:?}");
    for _ in 0..3 {
        assert_eq!(look_up(&resolver, "a.example").await, (SERVFAIL, SECOND / 2));
    }
    fakes.set(server(2), SECOND / 10, known());
    assert_eq!(look_up(&resolver, "a.example").await, (0, SECOND / 10), "one that is back is found at once");
    assert_eq!(resolver.servers(), [(server(1), false), (server(2), true)]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_failed_is_asked_until_it_answers() {
    let (resolver, fakes) = host_dns(&[server(1)]);
    let changes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&changes);
    let watch = tokio::spawn(resolver.clone().watch_health(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    }));
    tokio::time::sleep(100 * SECOND).await;
    assert!(fakes.asked().is_empty(), "nobody is asked without need");
    assert_eq!(look_up(&resolver, "a.example").await.0, SERVFAIL);
    tokio::time::sleep(100 * SECOND).await;
    assert_eq!(changes.load(Ordering::Relaxed), 1);
    let asked = fakes.asked().len();
    assert!((5..20).contains(&asked), "less and less often: {asked}");
    // Slower than clients are made to wait while it is thought dead.
    fakes.set(server(1), SECOND, Answer::code(REFUSED));
    tokio::time::sleep(20 * SECOND).await;
    assert_eq!((changes.load(Ordering::Relaxed), resolver.servers()), (2, vec![(server(1), true)]));
    fakes.asked();
    tokio::time::sleep(100 * SECOND).await;
    assert!(fakes.asked().is_empty());

    fakes.silence(server(1));
    look_up(&resolver, "b.example").await;
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!((changes.load(Ordering::Relaxed), fakes.asked().len()), (3, 2), "and soon again the next time");
    watch.abort();
}

#[tokio::test(start_paused = true)]
async fn questions_in_flight_are_bounded() {
    let (resolver, fakes) = host_dns(&[server(1)]);
    let mut waiting = Vec::new();
    let begin = |number: usize| resolver.begin(&question(1, &format!("{number}.example"), A), Transport::Udp);
    let refused = loop {
        match begin(waiting.len()) {
            Step::Forward(forward) => {
                let resolver = resolver.clone();
                waiting.push(tokio::spawn(async move { resolver.forward(forward, Transport::Udp).await }));
            }
            other => break other,
        }
        assert!(waiting.len() < 10_000);
    };
    assert!(matches!(&refused, Step::Answer(answer) if answer[3] & 0xf == ResponseCode::ServFail.low()), "{refused:?}");
    for one in waiting {
        one.await.expect("answered");
    }
    assert!(matches!(begin(0), Step::Forward(_)), "and there is room again");
    assert!(fakes.asked().len() > 100);
}
