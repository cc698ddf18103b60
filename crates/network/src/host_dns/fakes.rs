//! Sockets for tests.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::message::tests::Answer;
use super::message::{Query, Reply};
use super::sockets::{DnsSockets, ExchangeError, HostSockets, Listening};

/// Listens on free ports of loopback whatever the address is, and reaches no server.
pub(crate) struct FreePorts;

#[async_trait]
impl DnsSockets for FreePorts {
    fn listen(&self, _: SocketAddr, hops: u32) -> io::Result<Listening> {
        HostSockets.listen(([127, 0, 0, 1], 0).into(), hops)
    }

    async fn exchange(&self, _: SocketAddr, _: &Query) -> Result<Reply, ExchangeError> {
        Err(ExchangeError::Unreachable(io::ErrorKind::NetworkUnreachable.into()))
    }
}

/// Servers in memory: what each answers, after what time. Those without an entry never answer.
#[derive(Default)]
pub(super) struct FakeServers {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    answers: HashMap<SocketAddr, (Duration, Answer)>,
    asked: Vec<SocketAddr>,
}

impl FakeServers {
    pub(super) fn set(&self, server: SocketAddr, delay: Duration, answer: Answer) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).answers.insert(server, (delay, answer));
    }

    pub(super) fn silence(&self, server: SocketAddr) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).answers.remove(&server);
    }

    /// Who has been asked since this was called last.
    pub(super) fn asked(&self) -> Vec<SocketAddr> {
        std::mem::take(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).asked)
    }
}

#[async_trait]
impl DnsSockets for FakeServers {
    fn listen(&self, address: SocketAddr, hops: u32) -> io::Result<Listening> {
        FreePorts.listen(address, hops)
    }

    async fn exchange(&self, address: SocketAddr, query: &Query) -> Result<Reply, ExchangeError> {
        let known = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.asked.push(address);
            state.answers.get(&address).cloned()
        };
        let Some((delay, answer)) = known else {
            return std::future::pending().await;
        };
        tokio::time::sleep(delay).await;
        let message = answer.to(&query.with_id(7));
        Reply::read(message, query, 7).map_err(|error| ExchangeError::Unusable(error.into()))
    }
}
