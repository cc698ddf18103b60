//! Waits until the cluster accepts the bootstrap token of a kubelet that has no certificate yet.
//!
//! A kubelet that starts before its token exists meets 401, and backs off: its certificate manager asks after 2, 4, 8, 16 and
//! then every 32 seconds, and its informers wait up to a minute. Nothing makes a running kubelet ask sooner, so it is not
//! started before; asking for the token's sake costs one small request a second.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use http::StatusCode;
use minos_pki::Secret;
use minos_resources::secrets::KubeletSecret;
use tokio::time::{Instant, timeout};

use crate::api::{ApiAccess, ApiClient, ApiError};

/// How often the cluster is asked, at least; up to as long again is added, so that nodes do not ask together.
const AGAIN: Duration = Duration::from_secs(1);
/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(5);
/// When the kubelet is started regardless: it knows how to wait, and its log says for what.
const LIMIT: Duration = Duration::from_secs(300);
/// What every authenticated client may read.
const PATH: &str = "/api";

/// How long the token has been waited for.
#[derive(Debug, Default)]
pub(super) struct TokenWait {
    since: Option<Instant>,
}

impl TokenWait {
    /// How long to wait before asking again; none when the kubelet is to start.
    pub(super) async fn next(&mut self, secret: &KubeletSecret, authorities: &str) -> Option<Duration> {
        let answer = timeout(ANSWER, ask(secret, authorities)).await;
        let accepted = answer.is_ok_and(|answer| is_accepted(&answer));
        self.after(accepted, Instant::now())
    }

    fn after(&mut self, accepted: bool, now: Instant) -> Option<Duration> {
        let since = self.since.unwrap_or(now);
        if accepted || now.duration_since(since) >= LIMIT {
            if !accepted {
                tracing::warn!("the cluster does not accept the bootstrap token; the kubelet starts all the same");
            }
            self.since = None;
            return None;
        }
        if self.since.replace(since).is_none() {
            tracing::info!("the kubelet waits until the cluster accepts its bootstrap token");
        }
        Some(AGAIN + spread())
    }
}

async fn ask(secret: &KubeletSecret, authorities: &str) -> Result<(), ApiError> {
    let token = format!("{}.{}", secret.bootstrap_token_id, secret.bootstrap_token_secret.expose());
    let access = ApiAccess {
        server: secret.endpoint.clone(),
        ca: authorities.to_owned(),
        identity: None,
        token: Some(Secret::new(token)),
        server_name: None,
    };
    ApiClient::new(&access)?.get(PATH).await.map(drop)
}

/// Whether the answer shows that the cluster knows the token. What it may do with it is not asked.
fn is_accepted(answer: &Result<(), ApiError>) -> bool {
    match answer {
        Ok(()) => true,
        Err(ApiError::Refused { status, .. }) => *status != StatusCode::UNAUTHORIZED && !status.is_server_error(),
        Err(_) => false,
    }
}

/// A random part of [`AGAIN`].
fn spread() -> Duration {
    let random = RandomState::new().hash_one(());
    AGAIN.mul_f64((random >> 32) as f64 / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_short_and_ends() {
        let (mut wait, start) = (TokenWait::default(), Instant::now());
        for second in 0..LIMIT.as_secs() {
            let pause = wait.after(false, start + Duration::from_secs(second)).expect("it waits");
            assert!((AGAIN..=2 * AGAIN).contains(&pause), "{pause:?}");
        }
        assert_eq!(wait.after(false, start + LIMIT), None, "the kubelet starts in the end");
        let later = start + 2 * LIMIT;
        assert!(wait.after(false, later).is_some(), "another kubelet waits anew");
        assert_eq!(wait.after(true, later), None);
    }

    #[test]
    fn only_what_says_nothing_of_the_token_is_waited_for() {
        let refused = |status| is_accepted(&Err(ApiError::Refused { status, message: String::new() }));
        assert!(refused(StatusCode::FORBIDDEN), "who is forbidden something is known");
        assert!(!refused(StatusCode::UNAUTHORIZED));
        assert!(!refused(StatusCode::SERVICE_UNAVAILABLE), "the server is not ready");
        assert!(!is_accepted(&Err(ApiError::Timeout { path: String::new() })));
    }
}
