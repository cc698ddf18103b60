//! Debian packages: resolved and fetched by apt with a configuration of its own, checked against the archive's signatures,
//! and pinned by a lock.

mod apt;
mod lock;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::digest;
pub use crate::sources::{Archive, archive_of_host};
use apt::Apt;
pub use lock::{Lock, Locked};

/// A package file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Name.
    pub name: String,
    /// Version, epoch included.
    pub version: String,
    /// Digest of the file, as hexadecimal digits.
    pub sha256: String,
    /// The file.
    pub file: PathBuf,
}

/// What to fetch.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Suites, for example `trixie` and `trixie-security`.
    pub suites: &'a [String],
    /// Package names. A kernel's package without a version (`linux-image-cloud-amd64`) stands for the one that it depends
    /// on.
    pub names: &'a [String],
    /// The lock.
    pub lock: &'a Path,
    /// Refuse what the lock does not have.
    pub locked: bool,
    /// The archive to use instead of this host's.
    pub archive: Option<Archive>,
}

/// Fetches packages into the cache. What the lock has and the cache holds needs no network. A locked version that has
/// gone from the archive is replaced by the current one, said loudly, and written to the lock, unless `locked`.
pub fn fetch(request: &Request<'_>, cache: &Path, say: &dyn Fn(&str)) -> Result<Vec<Fetched>> {
    let mut lock = Lock::read(request.lock)?;
    let pool = cache.join("debian/pool");
    std::fs::create_dir_all(&pool).with_context(|| format!("cannot make {}", pool.display()))?;
    let mut apt = None;
    let mut fetched = Vec::new();
    let mut changes = Vec::new();
    for name in request.names {
        let locked = lock.get(name).cloned();
        if let Some(found) = locked.as_ref().and_then(|locked| in_pool(&pool, locked)) {
            fetched.push(found);
            continue;
        }
        let apt = match &mut apt {
            Some(apt) => apt,
            None => {
                let archive = match &request.archive {
                    Some(archive) => archive.clone(),
                    None => archive_of_host(Path::new("/etc/apt"))?,
                };
                say("reading the archive's package lists");
                apt.insert(Apt::open(&cache.join("debian/apt"), &archive, request.suites)?)
            }
        };
        let (found, change) = fetch_one(apt, name, locked.as_ref(), request.locked, &pool)?;
        changes.extend(change);
        lock.set(Locked {
            asked: name.clone(),
            name: found.name.clone(),
            version: found.version.clone(),
            sha256: found.sha256.clone(),
        });
        fetched.push(found);
    }
    if !changes.is_empty() {
        changes.iter().for_each(|change| say(change));
        lock.write(request.lock)?;
        say(&format!("wrote {}: look at the change and commit it", request.lock.display()));
    }
    Ok(fetched)
}

fn in_pool(pool: &Path, locked: &Locked) -> Option<Fetched> {
    let file = pool.join(format!("{}.deb", locked.sha256));
    let Locked { name, version, sha256, .. } = locked.clone();
    file.is_file().then_some(Fetched { name, version, sha256, file })
}

/// The package, and a line about the lock if it has changed.
fn fetch_one(
    apt: &Apt,
    asked: &str,
    locked: Option<&Locked>,
    refuse: bool,
    pool: &Path,
) -> Result<(Fetched, Option<String>)> {
    if let Some(locked) = locked
        && let Ok(file) = apt.download(&locked.name, Some(&locked.version))
    {
        let sha256 = digest::of_file(&file)?;
        ensure!(sha256 == locked.sha256, "{} {} is not the locked file: {sha256}", locked.name, locked.version);
        return Ok((keep(pool, &file, &locked.name, &locked.version, sha256)?, None));
    }
    if refuse {
        match locked {
            Some(locked) => bail!("{} {} is gone from the archive", locked.name, locked.version),
            None => bail!("{asked} is not in the lock"),
        }
    }
    let name = apt.real_name(asked)?;
    let version = apt.version(&name)?;
    let file = apt.download(&name, Some(&version))?;
    let sha256 = digest::of_file(&file)?;
    let change = match locked {
        Some(locked) => format!("LOCK: {asked}: {} {} is gone, now {name} {version}", locked.name, locked.version),
        None => format!("LOCK: {asked}: new, {name} {version}"),
    };
    Ok((keep(pool, &file, &name, &version, sha256)?, Some(change)))
}

fn keep(pool: &Path, file: &Path, name: &str, version: &str, sha256: String) -> Result<Fetched> {
    let kept = pool.join(format!("{sha256}.deb"));
    std::fs::rename(file, &kept).with_context(|| format!("cannot keep {}", file.display()))?;
    Ok(Fetched { name: name.to_owned(), version: version.to_owned(), sha256, file: kept })
}
