//! Unpacking Debian packages into the cache.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::package::Package;

/// A package together with the folder that its files were unpacked to.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// The package.
    pub package: Package,
    /// The root of its files.
    pub root: PathBuf,
}

impl Unpacked {
    /// The unpacked file of an absolute path.
    pub fn path(&self, absolute: &str) -> PathBuf {
        self.root.join(absolute.trim_start_matches('/'))
    }
}

/// Unpacks a package below the cache folder, unless that has been done before.
pub fn unpack(package: &Package, cache: &Path) -> Result<Unpacked> {
    let folder = cache.join("unpacked");
    let digest = package.digest.to_string();
    let root = folder.join(format!("{}_{}_{}", package.name, package.version.replace(':', "%3a"), &digest[..16]));
    if !root.exists() {
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let partial = tempfile::Builder::new().prefix(".partial-").tempdir_in(&folder)?;
        unpack_into(&package.file, partial.path())
            .with_context(|| format!("cannot unpack {}", package.file.display()))?;
        if let Err(error) = std::fs::rename(partial.path(), &root) {
            // Somebody else may have unpacked it meanwhile.
            ensure!(root.exists(), "cannot move the unpacked package to {}: {error}", root.display());
        }
    }
    Ok(Unpacked { package: package.clone(), root })
}

fn unpack_into(file: &Path, root: &Path) -> Result<()> {
    let (name, data) = data_member(File::open(file)?)?;
    let data: Box<dyn Read> = match name.as_str() {
        "data.tar.xz" => Box::new(liblzma::read::XzDecoder::new(data)),
        "data.tar.zst" => Box::new(zstd::Decoder::new(data)?),
        "data.tar" => Box::new(data),
        other => bail!("its data are compressed in an unknown way: {other}"),
    };
    let mut archive = tar::Archive::new(data);
    archive.set_preserve_permissions(true);
    archive.set_preserve_mtime(false);
    archive.unpack(root)?;
    Ok(())
}

/// Finds the member `data.tar*` of the ar archive that a package is.
fn data_member(mut file: File) -> Result<(String, impl Read)> {
    let mut magic = [0; 8];
    file.read_exact(&mut magic)?;
    ensure!(&magic == b"!<arch>\n", "it is not a Debian package");
    loop {
        let mut header = [0; 60];
        file.read_exact(&mut header).context("it has no data")?;
        let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&header[range]).trim().to_owned();
        let name = text(0..16).trim_end_matches('/').to_owned();
        let size: u64 = text(48..58).parse().context("one of its members has no size")?;
        if name.starts_with("data.tar") {
            return Ok((name, BufReader::with_capacity(1 << 16, file).take(size)));
        }
        file.seek(SeekFrom::Current(i64::try_from(size.next_multiple_of(2))?))?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::digest::sha256;

    /// A package file with one file in it.
    fn package(folder: &Path, path: &str, data: &[u8]) -> Package {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o4755);
        header.set_size(data.len() as u64);
        tar.append_data(&mut header, path, data).unwrap();
        let tar = zstd::encode_all(&tar.into_inner().unwrap()[..], 1).unwrap();
        let file = folder.join("t.deb");
        let mut out = File::create(&file).unwrap();
        out.write_all(b"!<arch>\n").unwrap();
        for (name, data) in [("debian-binary", &b"2.0\n"[..]), ("control.tar", b"odd"), ("data.tar.zst", &tar)] {
            out.write_all(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, data.len()).as_bytes())
                .unwrap();
            out.write_all(data).unwrap();
            out.write_all(&b"\n"[..data.len() % 2]).unwrap();
        }
        Package { name: "t".into(), version: "1:2".into(), digest: sha256([data]), file }
    }

    #[test]
    fn files_keep_their_mode_and_are_unpacked_once() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let package = package(folder.path(), "usr/bin/t", b"hello");
        let unpacked = unpack(&package, folder.path()).unwrap();
        let file = unpacked.path("/usr/bin/t");
        assert_eq!(std::fs::read(&file).unwrap(), b"hello");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o7777, 0o4755);
        std::fs::remove_file(&package.file).unwrap();
        assert_eq!(unpack(&package, folder.path()).unwrap().root, unpacked.root);
    }

    #[test]
    fn a_file_that_is_no_package_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.deb");
        std::fs::write(&file, "nothing of the kind").unwrap();
        let package = Package { name: "x".into(), version: "1".into(), digest: sha256([b"x"]), file };
        let error = format!("{:#}", unpack(&package, folder.path()).unwrap_err());
        assert!(error.contains("x.deb") && error.contains("not a Debian package"), "{error}");
    }
}
