//! `time.TimeService`: the node's clock beside a time server's.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use minos_api::time as t;
use minos_api::time::time_service_server::TimeService as Service;
use minos_node::TimeServers;
use minos_resources::network::TimeServerStatus;
use minos_runtime::Store;
use tonic::{Request, Response, Status};

use crate::api::state::timestamp;

/// The server that is asked when the node is told none.
const DEFAULT_SERVER: &str = "time.cloudflare.com";

/// The service.
pub struct TimeService {
    store: Store,
    servers: Arc<dyn TimeServers>,
}

impl TimeService {
    pub fn new(store: Store, servers: Arc<dyn TimeServers>) -> Self {
        Self { store, servers }
    }

    async fn check(&self, server: &str) -> Result<Response<t::TimeResponse>, Status> {
        if server.is_empty() {
            return Err(Status::invalid_argument("ntp server is required"));
        }
        if server.starts_with("/dev/") {
            return Err(Status::unimplemented(format!("{server}: clocks of the host cannot be asked yet")));
        }
        let answer = self
            .servers
            .ask(server)
            .await
            .map_err(|error| Status::unknown(format!("error querying NTP server {server:?}: {error}")))?;
        let now = SystemTime::now();
        let message = t::Time {
            metadata: None,
            server: server.to_owned(),
            localtime: Some(timestamp(now)),
            remotetime: Some(timestamp(shifted(now, answer.offset))),
        };
        Ok(Response::new(t::TimeResponse { messages: vec![message] }))
    }
}

/// A time and so many nanoseconds; the same time when that cannot be told.
fn shifted(time: SystemTime, nanoseconds: i64) -> SystemTime {
    let offset = Duration::from_nanos(nanoseconds.unsigned_abs());
    let shifted = if nanoseconds < 0 { time.checked_sub(offset) } else { time.checked_add(offset) };
    shifted.unwrap_or(time)
}

#[tonic::async_trait]
impl Service for TimeService {
    async fn time(&self, _: Request<()>) -> Result<Response<t::TimeResponse>, Status> {
        let status = self.store.get::<TimeServerStatus>(TimeServerStatus::ID);
        let server = status.and_then(|status| status.time_servers.first().cloned());
        self.check(&server.unwrap_or_else(|| DEFAULT_SERVER.to_owned())).await
    }

    async fn time_check(&self, request: Request<t::TimeRequest>) -> Result<Response<t::TimeResponse>, Status> {
        self.check(&request.get_ref().server).await
    }
}

#[cfg(test)]
mod tests {
    use minos_node::Answer;
    use tonic::Code;

    use super::*;

    /// Servers that are an hour ahead, but for one that does not answer.
    struct Ahead;

    #[tonic::async_trait]
    impl TimeServers for Ahead {
        async fn ask(&self, server: &str) -> std::io::Result<Answer> {
            match server {
                "silent" => Err(std::io::ErrorKind::TimedOut.into()),
                _ => Ok(Answer { offset: 3_600_000_000_000, delay: Duration::ZERO }),
            }
        }
    }

    fn service(servers: &[&str]) -> TimeService {
        let store = Store::new();
        let time_servers = servers.iter().map(|server| (*server).to_owned()).collect();
        let status = TimeServerStatus { time_servers };
        store.put("", TimeServerStatus::ID, status).unwrap();
        TimeService::new(store, Arc::new(Ahead))
    }

    #[tokio::test]
    async fn the_first_server_of_the_node_is_asked() {
        let reply = service(&["a.example", "b.example"]).time(Request::new(())).await.unwrap().into_inner();
        let message = &reply.messages[0];
        assert_eq!(message.server, "a.example");
        let [local, remote] = [&message.localtime, &message.remotetime].map(|time| time.unwrap().seconds);
        assert_eq!(remote - local, 3600);
        let reply = service(&[]).time(Request::new(())).await.unwrap().into_inner();
        assert_eq!(reply.messages[0].server, "time.cloudflare.com");
    }

    #[tokio::test]
    async fn a_server_is_needed_and_has_to_answer() {
        let check = async |server: &str| {
            let request = Request::new(t::TimeRequest { server: server.to_owned() });
            service(&[]).time_check(request).await.map(|reply| reply.into_inner().messages.remove(0).server)
        };
        assert_eq!(check("c.example").await.unwrap(), "c.example");
        let error = check("").await.unwrap_err();
        assert_eq!((error.code(), error.message()), (Code::InvalidArgument, "ntp server is required"));
        let error = check("silent").await.unwrap_err();
        assert!(error.message().starts_with("error querying NTP server \"silent\": "), "{error}");
        assert_eq!(check("/dev/ptp0").await.unwrap_err().code(), Code::Unimplemented);
    }

    #[test]
    fn a_clock_may_be_behind_or_ahead_by_anything() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        assert_eq!(shifted(now, -1_000_000_000), SystemTime::UNIX_EPOCH + Duration::from_secs(99));
        assert!(shifted(now, i64::MAX) > now);
        assert!(shifted(now, i64::MIN) < now);
    }
}
