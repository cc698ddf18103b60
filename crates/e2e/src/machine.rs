//! A single machine of a test's own, from a disk image of its own.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use minos_localcluster::{
    ClusterFolder, MachineSpec, MachineState, choose, find_firmware, find_qemu, free_port, start, stop,
};
use tokio::runtime::Runtime;

/// A running machine; it and its files are gone when this is.
pub struct Machine {
    runtime: Runtime,
    folder: ClusterFolder,
    state: MachineState,
    /// Keeps the folder.
    _root: tempfile::TempDir,
}

impl Machine {
    /// Starts one from a copy of nothing: `image` itself backs its disk.
    pub fn start(image: PathBuf) -> Result<Self> {
        let root = tempfile::tempdir()?;
        let folder = ClusterFolder::new(root.path(), "machine")?;
        folder.create()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let state = runtime.block_on(async {
            let (qemu, firmware) = (find_qemu()?, find_firmware()?);
            let spec = MachineSpec {
                name: "machine".into(),
                accelerator: choose(&qemu, None).await?.accelerator,
                processors: 2,
                memory_mib: 2048,
                disk_gib: 8,
                image,
                image_cache: None,
                mac: "52:54:00:6d:69:02".into(),
                api_port: free_port(50010).context("no port is free")?,
                kubernetes_port: free_port(6453).context("no port is free")?,
                kernel_arguments: None,
                durable: false,
            };
            anyhow::Ok(start(&qemu, &firmware, &folder, &spec).await?)
        })?;
        Ok(Self { runtime, folder, state, _root: root })
    }

    /// Where its API is, from this host.
    pub fn endpoint(&self) -> String {
        format!("127.0.0.1:{}", self.state.api_port)
    }

    /// All that it has said.
    pub fn console(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.file("console.log")).unwrap_or_default()).into_owned()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // A process that cannot be ended is not this test's to explain.
        drop(self.runtime.block_on(stop(&self.folder, &self.state, false)));
    }
}

/// A copy of a disk image in which one byte is another.
pub fn with_flipped_byte(image: &Path, at: u64, copy: &Path) -> Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
    let copied = std::process::Command::new("cp").arg("--sparse=always").arg(image).arg(copy).status()?;
    anyhow::ensure!(copied.success(), "cannot copy {}", image.display());
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(copy)?;
    let mut byte = [0];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut byte)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(&[byte[0] ^ 0xff])?;
    Ok(())
}
