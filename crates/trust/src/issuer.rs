use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use minos_pki::{
    Authority, AuthorityRequest, CertificateAndKey, Leaf, PkiError, Reissue, Rotation, Verdict, says_more,
};
use minos_runtime::Context;
use thiserror::Error;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::leaves::Leaves;

/// Looks at certificates at least this often: a clock that jumps is noticed.
const LONGEST_NAP: Duration = Duration::from_secs(3600);
/// Looks again no sooner than this.
const SHORTEST_NAP: Duration = Duration::from_secs(1);

/// How long the wanted names have to stay as they are before a certificate that has more of them is replaced. After a
/// restart the node's names and addresses come back one by one.
const SETTLED: Duration = Duration::from_secs(5);

/// A certificate could not be issued or kept.
#[derive(Debug, Error)]
pub enum IssueError {
    /// The authority cannot be used, or signing failed.
    #[error("issuing the certificate {name:?}")]
    Pki {
        /// Which one.
        name: String,
        /// Why.
        source: PkiError,
    },
    /// It could not be kept.
    #[error("keeping the certificate {name:?}")]
    Keep {
        /// Which one.
        name: String,
        /// Why.
        source: io::Error,
    },
}

/// Issues certificates, or finds those that still serve.
pub(crate) struct Issuer {
    leaves: Arc<dyn Leaves>,
    now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    rotation: Rotation,
    /// What was wanted last of each certificate that has more names, and since when.
    shrinking: Mutex<HashMap<String, (Leaf, Instant)>>,
}

impl Issuer {
    pub fn new(leaves: Arc<dyn Leaves>, now: Arc<dyn Fn() -> SystemTime + Send + Sync>) -> Self {
        Self { leaves, now, rotation: Rotation::default(), shrinking: Mutex::default() }
    }

    /// The kept certificate `name` when it serves, else a new one; the reconciliation comes back when it is to be renewed.
    pub fn leaf(
        &self,
        cx: &Context,
        name: &str,
        wanted: &Leaf,
        authority: &Authority,
    ) -> Result<CertificateAndKey, IssueError> {
        let now = (self.now)();
        let kept = self.kept(name);
        let reason = match self.rotation.decide(kept.as_ref(), wanted, authority.certificate(), now) {
            Verdict::Keep { until } => match self.time_to_shrink(name, kept.as_ref(), wanted) {
                Some(Duration::ZERO) => Reissue::Content,
                left => {
                    nap(cx, left.map_or(until, |left| now + left), now);
                    return Ok(kept.unwrap_or_default());
                }
            },
            Verdict::Issue(reason) => reason,
        };
        let pki = |source| IssueError::Pki { name: name.to_owned(), source };
        let pair = authority.issue(wanted, now).map_err(pki)?;
        let certificate = pair.certificate().map_err(pki)?;
        self.keep(name, &pair)?;
        info!(name, ?reason, fingerprint = certificate.fingerprint(), "issued a certificate");
        nap(cx, self.rotation.renewal(&certificate), now);
        Ok(pair)
    }

    /// How long a certificate that has more names than are wanted may still be kept; `None` for one that has not.
    fn time_to_shrink(&self, name: &str, kept: Option<&CertificateAndKey>, wanted: &Leaf) -> Option<Duration> {
        let mut shrinking = self.shrinking.lock().unwrap_or_else(PoisonError::into_inner);
        let certificate = kept.and_then(|pair| pair.certificate().ok());
        if !certificate.is_some_and(|certificate| says_more(&certificate, wanted)) {
            shrinking.remove(name);
            return None;
        }
        let now = Instant::now();
        let (last, since) = shrinking.entry(name.to_owned()).or_insert_with(|| (wanted.clone(), now));
        if last != wanted {
            (*last, *since) = (wanted.clone(), now);
        }
        Some(SETTLED.saturating_sub(now.duration_since(*since)))
    }

    /// The kept authority `name`, else a new one.
    pub fn authority(&self, name: &str, wanted: &AuthorityRequest) -> Result<CertificateAndKey, IssueError> {
        let now = (self.now)();
        let serves =
            |pair: &CertificateAndKey| pair.check().is_ok() && pair.certificate().is_ok_and(|ca| now < ca.not_after);
        if let Some(pair) = self.kept(name).filter(serves) {
            return Ok(pair);
        }
        let pair =
            Authority::generate(wanted, now).map_err(|source| IssueError::Pki { name: name.to_owned(), source })?;
        self.keep(name, &pair)?;
        info!(name, "made an authority");
        Ok(pair)
    }

    fn kept(&self, name: &str) -> Option<CertificateAndKey> {
        self.leaves.load(name).unwrap_or_else(|error| {
            warn!(name, %error, "cannot read a kept certificate");
            None
        })
    }

    fn keep(&self, name: &str, pair: &CertificateAndKey) -> Result<(), IssueError> {
        self.leaves.save(name, pair).map_err(|source| IssueError::Keep { name: name.to_owned(), source })
    }
}

fn nap(cx: &Context, until: SystemTime, now: SystemTime) {
    let left = until.duration_since(now).unwrap_or(Duration::ZERO);
    cx.wake_after(left.clamp(SHORTEST_NAP, LONGEST_NAP));
}

/// Loads the authority of a root secret.
pub(crate) fn load(name: &str, pair: &CertificateAndKey) -> Result<Authority, IssueError> {
    Authority::load(pair).map_err(|source| IssueError::Pki { name: name.to_owned(), source })
}
