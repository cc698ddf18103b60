//! What of QEMU the host has, and the command line of a machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{LocalClusterError, MachineSpec};

/// UEFI firmware: the code, and a template of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firmware {
    /// Code, read-only.
    pub code: PathBuf,
    /// Variables; each machine gets a copy.
    pub variables: PathBuf,
}

const PROGRAM: &str = "qemu-system-x86_64";
const GET_QEMU: &str = "make host";
/// Under TCG, version 7.2 crashes guests with current kernels sooner or later.
const OLDEST: u32 = 8;

/// QEMU, if it is there and new enough.
///
/// # Errors
/// Says what is missing and how to get it.
pub fn find_qemu() -> Result<PathBuf, LocalClusterError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = std::env::split_paths(&path).map(|folder| folder.join(PROGRAM)).find(|program| program.is_file());
    let program = program.ok_or_else(|| LocalClusterError::Missing { what: PROGRAM.to_owned(), get: GET_QEMU })?;
    let output = Command::new(&program).arg("--version").output().map_err(LocalClusterError::file("run", &program))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match major_version(&text) {
        Some(major) if major >= OLDEST => Ok(program),
        _ => Err(LocalClusterError::TooOld {
            what: "QEMU",
            found: text.lines().next().unwrap_or_default().to_owned(),
            needed: "version 8 or later",
            get: GET_QEMU,
        }),
    }
}

/// `QEMU emulator version 10.0.2 (…)` → 10.
fn major_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("version ")?;
    version.split('.').next()?.parse().ok()
}

/// OVMF, if it is there.
///
/// # Errors
/// Says how to get it.
pub fn find_firmware() -> Result<Firmware, LocalClusterError> {
    const PLACES: [(&str, &str); 3] = [
        ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
        ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
        ("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
    ];
    PLACES
        .iter()
        .map(|(code, variables)| Firmware { code: PathBuf::from(code), variables: PathBuf::from(variables) })
        .find(|firmware| firmware.code.is_file() && firmware.variables.is_file())
        .ok_or_else(|| LocalClusterError::Missing { what: "UEFI firmware (OVMF)".to_owned(), get: GET_QEMU })
}

/// QEMU's arguments for a machine whose files lie in `folder`.
pub(crate) fn arguments(spec: &MachineSpec, firmware: &Firmware, folder: &Path) -> Vec<OsString> {
    let file = |name: &str| folder.join(name).display().to_string();
    let mut arguments: Vec<OsString> = Vec::new();
    let mut add = |words: &[&str]| arguments.extend(words.iter().map(OsString::from));
    add(&["-name", &spec.name, "-machine", "q35", "-nodefaults", "-no-user-config", "-display", "none"]);
    add(&spec.accelerator.arguments());
    add(&["-smp", &spec.processors.to_string(), "-m", &format!("{}M", spec.memory_mib)]);
    let code = firmware.code.display();
    add(&["-drive", &format!("if=pflash,unit=0,format=raw,readonly=on,file={code}")]);
    add(&["-drive", &format!("if=pflash,unit=1,format=raw,file={}", file("firmware-variables"))]);
    // `cache=unsafe` on a throw-away disk: a crash of the host may cost it, nothing else does.
    let cache = if spec.durable { "writeback" } else { "unsafe" };
    add(&[
        "-drive",
        &format!("if=none,id=system,format=qcow2,cache={cache},discard=unmap,file={}", file("disk.qcow2")),
    ]);
    add(&["-device", "virtio-blk-pci,drive=system,serial=system,bootindex=1"]);
    if let Some(cache) = &spec.image_cache {
        let cache = cache.display();
        add(&["-drive", &format!("if=none,id=imagecache,format=raw,readonly=on,file={cache}")]);
        add(&["-device", "virtio-blk-pci,drive=imagecache,serial=imagecache"]);
    }
    let forward = |host: u16, guest: u16| format!("hostfwd=tcp:127.0.0.1:{host}-:{guest}");
    // `restrict=on`: the machine reaches nothing but what is forwarded to it.
    let network = format!(
        "user,id=network,restrict=on,{},{}",
        forward(spec.api_port, 50000),
        forward(spec.kubernetes_port, spec.kubernetes_port)
    );
    add(&["-netdev", &network, "-device", &format!("virtio-net-pci,netdev=network,mac={}", spec.mac)]);
    add(&["-device", "virtio-rng-pci", "-device", "i6300esb", "-action", "watchdog=reset"]);
    add(&[
        "-chardev",
        &format!("file,id=console,append=on,path={}", file("console.log")),
        "-serial",
        "chardev:console",
    ]);
    add(&["-qmp", &format!("unix:{},server=on,wait=off", file("qmp.sock"))]);
    if let Some(extra) = &spec.kernel_arguments {
        add(&["-smbios", &format!("type=11,value=io.systemd.stub.kernel-cmdline-extra={extra}")]);
    }
    add(&["-pidfile", &file("qemu.pid")]);
    arguments
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn versions_are_read() {
        assert_eq!(major_version("QEMU emulator version 10.0.2 (Debian 1:10.0.2)\nCopyright"), Some(10));
        assert_eq!(major_version("QEMU emulator version 7.2.9"), Some(7));
        assert_eq!(major_version("something else"), None);
    }
}
