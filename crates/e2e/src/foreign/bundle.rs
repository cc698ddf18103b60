//! A folder that a runner runs: the image unpacked, and a configuration (OCI runtime specification) as Docker writes it
//! for `docker run --privileged --read-only` with the flags of docs/containers.md.

use std::fs::File;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::capabilities;

/// Folders in memory; Docker's `--tmpfs` sets these options.
const IN_MEMORY: [&str; 3] = ["/run", "/system", "/tmp"];
/// Folders with a volume each.
const VOLUMES: [&str; 6] = ["/system/state", "/var", "/etc/cni", "/etc/kubernetes", "/usr/libexec/kubernetes", "/opt"];
/// Where a node looks for an image cache.
const IMAGE_CACHE: &str = "/system/imagecache/disk";
/// Files that Docker writes and binds.
const FILES: [&str; 3] = ["hostname", "hosts", "resolv.conf"];
/// Devices of this host that a privileged container does not get.
const NOT_DEVICES: [&str; 6] = ["console", "fd", "mqueue", "ptmx", "pts", "shm"];

/// An image, unpacked.
pub struct Bundle {
    /// The folder.
    pub path: PathBuf,
    /// What the image says about how it is run.
    image: Value,
}

/// A container of a bundle.
pub struct Container<'a> {
    pub hostname: &'a str,
    /// Its control groups, from the roots.
    pub groups: &'a str,
    pub network: &'a Path,
    pub environment: &'a [String],
    /// A folder with container images.
    pub image_cache: &'a Path,
}

impl Bundle {
    /// Unpacks an archive of an OCI image layout into a folder.
    pub fn unpack(archive: &Path, folder: &Path) -> Result<Self> {
        let layout = folder.join("layout");
        std::fs::create_dir_all(&layout)?;
        tar(&layout, archive)?;
        let index = json_of(&layout.join("index.json"))?;
        let manifest = json_of(&blob(&layout, &index["manifests"][0])?)?;
        let image = json_of(&blob(&layout, &manifest["config"])?)?["config"].clone();
        let root = folder.join("rootfs");
        std::fs::create_dir(&root)?;
        for layer in manifest["layers"].as_array().context("the manifest has no layers")? {
            tar(&root, &blob(&layout, layer)?)?;
        }
        std::fs::remove_dir_all(&layout)?;
        let bundle = Self { path: folder.to_owned(), image };
        VOLUMES.iter().try_for_each(|volume| bundle.fill(volume))?;
        Ok(bundle)
    }

    /// The signal by which the image wants to be stopped.
    pub fn stop_signal(&self) -> Result<&str> {
        self.image["StopSignal"].as_str().context("the image names no signal")
    }

    /// Writes the configuration of a container.
    pub fn configure(&self, container: &Container<'_>) -> Result<()> {
        let texts = [
            format!("{}\n", container.hostname),
            format!("127.0.0.1\tlocalhost\n{}\t{}\n", super::NODE, container.hostname),
            "nameserver 10.6.0.1\n".to_owned(),
        ];
        for (name, text) in FILES.iter().zip(texts) {
            std::fs::write(self.path.join(name), text)?;
        }
        let path = self.path.join("config.json");
        std::fs::write(&path, serde_json::to_vec_pretty(&self.configuration(container)?)?)?;
        Ok(())
    }

    /// A new volume begins with what the image has in its place.
    fn fill(&self, folder: &str) -> Result<()> {
        let volume = self.volume(folder);
        let origin = self.path.join("rootfs").join(folder.trim_start_matches('/'));
        std::fs::create_dir_all(volume.parent().unwrap_or(&self.path))?;
        if !origin.exists() {
            return Ok(std::fs::create_dir(volume)?);
        }
        let copied = Command::new("cp").arg("--archive").arg(&origin).arg(&volume).output()?;
        ensure!(copied.status.success(), "cp: {}", String::from_utf8_lossy(&copied.stderr));
        Ok(())
    }

    fn volume(&self, folder: &str) -> PathBuf {
        self.path.join("volumes").join(folder.trim_start_matches('/').replace('/', "-"))
    }

    fn configuration(&self, container: &Container<'_>) -> Result<Value> {
        let mut environment: Vec<String> = serde_json::from_value(self.image["Env"].clone())?;
        environment.push(format!("HOSTNAME={}", container.hostname));
        environment.extend_from_slice(container.environment);
        let capabilities = capabilities::all()?;
        let kinds = ["mount", "uts", "ipc", "pid", "cgroup"];
        let mut namespaces: Vec<Value> = kinds.iter().map(|kind| json!({ "type": kind })).collect();
        namespaces.push(json!({ "type": "network", "path": container.network }));
        Ok(json!({
            "ociVersion": "1.2.0",
            "hostname": container.hostname,
            "root": { "path": "rootfs", "readonly": true },
            "process": {
                "user": { "uid": 0, "gid": 0 },
                "args": self.image["Entrypoint"],
                "env": environment,
                "cwd": self.image["WorkingDir"],
                "capabilities": {
                    "bounding": capabilities, "effective": capabilities, "permitted": capabilities,
                },
            },
            "mounts": self.mounts(container),
            "linux": {
                "cgroupsPath": container.groups,
                "namespaces": namespaces,
                "devices": devices()?,
                "resources": { "devices": [{ "allow": true, "access": "rwm" }] },
            },
        }))
    }

    fn mounts(&self, container: &Container<'_>) -> Vec<Value> {
        let strict = ["nosuid", "noexec", "nodev"];
        let kernel = |kind: &str, place: &str, options: &[&str]| json!({ "type": kind, "source": kind, "destination": place, "options": options });
        let bound = |source: &Path, place: &str, options: &[&str]| json!({ "type": "bind", "source": source, "destination": place, "options": options });
        let terminals = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"];
        let shared = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"];
        let mut mounts = vec![
            kernel("proc", "/proc", &strict),
            kernel("tmpfs", "/dev", &["nosuid", "strictatime", "mode=755", "size=65536k"]),
            kernel("devpts", "/dev/pts", &terminals),
            kernel("sysfs", "/sys", &strict),
            kernel("cgroup", "/sys/fs/cgroup", &strict),
            kernel("mqueue", "/dev/mqueue", &strict),
            kernel("tmpfs", "/dev/shm", &shared),
        ];
        mounts.extend(IN_MEMORY.map(|place| kernel("tmpfs", place, &["noexec", "nosuid", "nodev", "rprivate"])));
        mounts.extend(VOLUMES.map(|place| bound(&self.volume(place), place, &["rbind", "rprivate"])));
        mounts.push(bound(container.image_cache, IMAGE_CACHE, &["rbind", "rprivate", "ro"]));
        let bind_file = |name: &&str| bound(&self.path.join(name), &format!("/etc/{name}"), &["rbind", "rprivate"]);
        mounts.extend(FILES.iter().map(bind_file));
        mounts
    }
}

/// All devices of this host, which a privileged container gets.
fn devices() -> Result<Vec<Value>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("/dev")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)?.flatten() {
            let (path, kind) = (entry.path(), entry.file_type()?);
            if NOT_DEVICES.iter().any(|name| path == Path::new("/dev").join(name)) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let letter = match (kind.is_char_device(), kind.is_block_device()) {
                (true, _) => "c",
                (_, true) => "b",
                _ => continue,
            };
            let metadata = entry.metadata()?;
            let (major, minor) = numbers(metadata.rdev());
            found.push(json!({
                "path": path, "type": letter, "major": major, "minor": minor,
                "fileMode": metadata.mode() & 0o777, "uid": metadata.uid(), "gid": metadata.gid(),
            }));
        }
    }
    Ok(found)
}

/// Major and minor number of a device, as glibc packs them.
fn numbers(device: u64) -> (u64, u64) {
    let major = (device >> 8 & 0xfff) | (device >> 32 & !0xfff);
    let minor = (device & 0xff) | (device >> 12 & !0xff & 0xffff_ffff);
    (major, minor)
}

/// The file of a descriptor in a layout.
fn blob(layout: &Path, descriptor: &Value) -> Result<PathBuf> {
    let digest = descriptor["digest"].as_str().and_then(|digest| digest.strip_prefix("sha256:"));
    let digest = digest.with_context(|| format!("{descriptor} is no descriptor"))?;
    Ok(layout.join("blobs/sha256").join(digest))
}

fn json_of(path: &Path) -> Result<Value> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    serde_json::from_reader(file).with_context(|| format!("cannot parse {}", path.display()))
}

fn tar(folder: &Path, archive: &Path) -> Result<()> {
    let options = ["--extract", "--same-owner", "--same-permissions", "--numeric-owner", "--directory"];
    let done = Command::new("tar").args(options).arg(folder).arg("--file").arg(archive).output();
    let done = done.context("cannot run tar")?;
    ensure!(done.status.success(), "tar {}: {}", archive.display(), String::from_utf8_lossy(&done.stderr));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn device_numbers_are_unpacked() {
        let null = std::fs::metadata("/dev/null").expect("it is there");
        assert_eq!(numbers(std::os::unix::fs::MetadataExt::rdev(&null)), (1, 3));
        // Major 0x12345, minor 0x6789a, packed as glibc's makedev does.
        assert_eq!(numbers(0x0001_2000_6783_459a), (0x12345, 0x6789a));
    }
}
