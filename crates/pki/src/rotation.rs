use std::time::{Duration, SystemTime};

use crate::{certificate::Certificate, leaf::Leaf, pair::CertificateAndKey};

/// When a certificate is replaced: at a fixed part of its lifetime, or as soon as it no longer says what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Percent of the lifetime after which a new one is issued, 1 to 100.
    pub renew_at_percent: u32,
}

/// What to do about a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It serves; look again at this time.
    Keep {
        /// When it is to be renewed.
        until: SystemTime,
    },
    /// Issue a new one.
    Issue(Reissue),
}

/// Why a new certificate is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reissue {
    /// There is none, or it cannot be read, or its key is missing.
    Absent,
    /// Another authority signed it.
    Authority,
    /// A name or address is missing, or organizations or uses are not what is wanted.
    Content,
    /// Its time is (nearly) over, or has not come yet.
    Age,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { renew_at_percent: 50 }
    }
}

impl Rotation {
    /// Decides about `current`, given what is wanted, who signs, and the time.
    pub fn decide(
        &self,
        current: Option<&CertificateAndKey>,
        wanted: &Leaf,
        authority: &Certificate,
        now: SystemTime,
    ) -> Verdict {
        let Some(current) = current else {
            return Verdict::Issue(Reissue::Absent);
        };
        let (Ok(certificate), Ok(())) = (current.certificate(), current.check()) else {
            return Verdict::Issue(Reissue::Absent);
        };
        if !certificate.is_signed_by(authority) {
            return Verdict::Issue(Reissue::Authority);
        }
        if !says(&certificate, wanted) {
            return Verdict::Issue(Reissue::Content);
        }
        match self.renewal(&certificate) {
            until if certificate.not_before <= now && now < until => Verdict::Keep { until },
            _ => Verdict::Issue(Reissue::Age),
        }
    }

    /// The time at which a certificate is to be renewed.
    pub fn renewal(&self, certificate: &Certificate) -> SystemTime {
        let lifetime = certificate.not_after.duration_since(certificate.not_before).unwrap_or(Duration::ZERO);
        certificate.not_before + lifetime / 100 * self.renew_at_percent
    }
}

/// Whether a certificate is good for names or addresses that are not wanted.
pub fn says_more(certificate: &Certificate, wanted: &Leaf) -> bool {
    !certificate.dns_names.is_subset(&wanted.dns_names) || !certificate.addresses.is_subset(&wanted.addresses)
}

/// More names and addresses than wanted are for the caller to judge ([`says_more`]): after a restart those of the node come
/// back one by one, and a certificate that is good for all of them must not be replaced meanwhile.
fn says(certificate: &Certificate, wanted: &Leaf) -> bool {
    certificate.common_name == wanted.common_name
        && certificate.organizations == wanted.organizations
        && wanted.dns_names.is_subset(&certificate.dns_names)
        && wanted.addresses.is_subset(&certificate.addresses)
        && certificate.usages == wanted.usages
}
