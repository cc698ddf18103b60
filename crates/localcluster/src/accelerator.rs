//! KVM or TCG: chosen by a tiny guest that has to run, not by what the host claims.
//!
//! On some hosts `/dev/kvm` opens and even creates a machine, and yet no guest instruction ever runs. So before KVM is
//! trusted, a boot sector that writes one byte to the serial port is started under it.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::LocalClusterError;

/// How the guest's instructions run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accelerator {
    /// On the processor itself.
    Kvm,
    /// Translated by QEMU, about six times slower.
    Tcg,
}

/// An accelerator and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What to use.
    pub accelerator: Accelerator,
    /// Why.
    pub reason: String,
}

/// How long the guest may take to write its byte. With working KVM it takes about 0.3 s.
const PATIENCE: Duration = Duration::from_millis(2500);
/// What the guest writes.
const MARK: u8 = b'K';

impl fmt::Display for Accelerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Accelerator::Kvm => "kvm",
            Accelerator::Tcg => "tcg",
        })
    }
}

impl Accelerator {
    /// QEMU's arguments.
    pub fn arguments(self) -> [&'static str; 4] {
        match self {
            Accelerator::Kvm => ["-accel", "kvm", "-cpu", "host"],
            Accelerator::Tcg => ["-accel", "tcg,thread=multi", "-cpu", "max"],
        }
    }
}

/// The accelerator for this host; `forced` when the user has said which.
///
/// # Errors
/// When the probe's files cannot be written.
pub async fn choose(qemu: &Path, forced: Option<Accelerator>) -> Result<Choice, LocalClusterError> {
    if let Some(accelerator) = forced {
        return Ok(Choice { accelerator, reason: "as asked for".to_owned() });
    }
    if let Err(error) = std::fs::OpenOptions::new().read(true).write(true).open("/dev/kvm") {
        return Ok(Choice { accelerator: Accelerator::Tcg, reason: format!("/dev/kvm does not open: {error}") });
    }
    let runs = probe(qemu).await?;
    Ok(if runs {
        Choice { accelerator: Accelerator::Kvm, reason: "a probe guest ran under KVM".to_owned() }
    } else {
        let reason = "/dev/kvm opens, but a probe guest did not run".to_owned();
        Choice { accelerator: Accelerator::Tcg, reason }
    })
}

/// A boot sector that writes [`MARK`] to the first serial port and stops.
fn boot_sector() -> [u8; 512] {
    // mov dx, 0x3f8; mov al, MARK; out dx, al; cli; hlt; jmp to hlt
    let code = [0xba, 0xf8, 0x03, 0xb0, MARK, 0xee, 0xfa, 0xf4, 0xeb, 0xfd];
    let mut sector = [0; 512];
    sector[..code.len()].copy_from_slice(&code);
    sector[510..].copy_from_slice(&[0x55, 0xaa]);
    sector
}

async fn probe(qemu: &Path) -> Result<bool, LocalClusterError> {
    let folder = std::env::temp_dir().join(format!("minos-kvm-probe-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(LocalClusterError::file("create", &folder))?;
    let (disk, serial) = (folder.join("disk"), folder.join("serial"));
    std::fs::write(&disk, boot_sector()).map_err(LocalClusterError::file("write", &disk))?;
    let child = Command::new(qemu)
        .args(["-accel", "kvm", "-machine", "pc", "-m", "16", "-display", "none", "-nodefaults", "-no-reboot"])
        .arg("-serial")
        .arg(format!("file:{}", serial.display()))
        .arg("-drive")
        .arg(format!("format=raw,if=ide,file={}", disk.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let runs = match child {
        Err(_) => false,
        Ok(mut child) => {
            let runs = tokio::time::timeout(PATIENCE, marked(&serial)).await.is_ok();
            drop(child.kill());
            drop(child.wait());
            runs
        }
    };
    drop(std::fs::remove_dir_all(&folder));
    Ok(runs)
}

async fn marked(serial: &Path) {
    while !std::fs::read(serial).is_ok_and(|bytes| bytes.contains(&MARK)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_sector_is_bootable() {
        let sector = boot_sector();
        assert_eq!(sector[510..], [0x55, 0xaa], "the BIOS boots only marked sectors");
    }

    #[tokio::test]
    async fn what_is_asked_for_is_taken() {
        let choice = choose(Path::new("/nonexistent"), Some(Accelerator::Tcg)).await.expect("no probe");
        assert_eq!(choice.accelerator, Accelerator::Tcg);
    }
}
