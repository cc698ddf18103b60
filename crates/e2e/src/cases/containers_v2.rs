use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use minos_localcluster::{choose, find_qemu};

use crate::cluster::Programs;
use crate::guest::{FAILED, PASSED};
use crate::wait::SLOW_HOST;

/// How long everything takes on the usual host without KVM, at most.
const USUAL: Duration = Duration::from_secs(1200);
/// Memory of the guest, which also holds the node's volume.
const MEMORY: &str = "4096M";
/// Version 1 of control groups cannot even be mounted. What follows `--` are the arguments of this program.
const COMMAND_LINE: &str = "console=ttyS0 loglevel=4 rdinit=/guest panic=-1 apparmor=0 cgroup_no_v1=all transparent_hugepage=madvise -- --guest";

/// This host may have version 1 alone. So a guest is the host: with the kernel of the image, and this program as PID 1,
/// which runs the cluster and says what it saw.
pub fn run(programs: &Programs) -> Result<()> {
    let folder = tempfile::tempdir()?;
    compose(programs, folder.path())?;
    let mut guest = Guest::start(programs, folder.path())?;
    let outcome = guest.follow();
    drop(guest);
    outcome.map_err(|error| error.context(format!("the guest's console ends with\n{}", end_of_console(folder.path()))))
}

/// The kernel, and a RAM disk with this program and `minosctl`.
fn compose(programs: &Programs, folder: &Path) -> Result<()> {
    let program = |name: &str, file: &Path| format!("--program={name}={}", file.display());
    let composed = Command::new(programs.own("imager"))
        .arg("guest")
        .arg("--uki")
        .arg(programs.images.join("minos.efi"))
        .args([program("guest", &static_self(programs)?), program("minosctl", &programs.minosctl)])
        .arg("--out")
        .arg(folder)
        .output()
        .context("cannot run imager")?;
    ensure!(composed.status.success(), "{}", String::from_utf8_lossy(&composed.stderr));
    Ok(())
}

/// This program in a form that needs no libraries: the guest has none where it starts.
fn static_self(programs: &Programs) -> Result<PathBuf> {
    for program in [std::env::current_exe()?, programs.own("e2e")] {
        if std::fs::read(&program).is_ok_and(|bytes| is_static(&bytes)) {
            return Ok(program);
        }
    }
    bail!("{} is not there, or not static; `hack/up e2e` builds it", programs.own("e2e").display())
}

/// Whether no program header of an ELF file (elf(5)) names a loader.
fn is_static(program: &[u8]) -> bool {
    const INTERPRETER: usize = 3;
    let number = |at: usize, bytes: usize| {
        let bytes = program.get(at..at + bytes)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    };
    let kinds = || {
        let (first, size, count) = (number(0x20, 8)?, number(0x36, 2)?, number(0x38, 2)?);
        (0..count).map(|header| number(first + header * size, 4)).collect::<Option<Vec<_>>>()
    };
    kinds().is_some_and(|kinds| !kinds.contains(&INTERPRETER))
}

/// QEMU with the guest; it is ended with this value.
struct Guest {
    qemu: Child,
    report: PathBuf,
}

impl Guest {
    fn start(programs: &Programs, folder: &Path) -> Result<Self> {
        let program = find_qemu()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let choice = runtime.block_on(choose(&program, None))?;
        println!("    {} ({})", choice.accelerator, choice.reason);
        let path = |name: &str| folder.join(name).display().to_string();
        let image = |name: &str| programs.images.join(name).display().to_string();
        let disk = |id: &str, file: &str| format!("if=none,id={id},format=raw,readonly=on,file={}", image(file));
        let device = |id: &str| format!("virtio-blk-pci,drive={id},serial={id}");
        let qemu = Command::new(&program)
            .args(["-machine", "q35", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"])
            .args(choice.accelerator.arguments())
            .args(["-smp", "2", "-m", MEMORY])
            .args(["-kernel", &path("kernel"), "-initrd", &path("initrd"), "-append", COMMAND_LINE])
            .args(["-drive", &disk("root", "root.erofs"), "-device", &device("root")])
            .args(["-drive", &disk("imagecache", "imagecache.raw"), "-device", &device("imagecache")])
            .args(["-device", "virtio-rng-pci"])
            .args(["-serial", &format!("file:{}", path("console")), "-serial", &format!("file:{}", path("report"))])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(path("qemu.log"))?)
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        Ok(Self { qemu, report: folder.join("report") })
    }

    /// Prints the guest's steps as they come, until it is off.
    fn follow(&mut self) -> Result<()> {
        let begin = Instant::now();
        let mut printed = 0;
        loop {
            // First: what it wrote before its end is read then.
            let ended = self.qemu.try_wait()?;
            let report = std::fs::read(&self.report).unwrap_or_default();
            let report = String::from_utf8_lossy(&report).into_owned();
            // A line may be half there.
            let whole = report.rfind('\n').map_or("", |end| &report[..end]);
            let lines: Vec<&str> = whole.lines().map(str::trim_end).collect();
            lines.iter().skip(printed).for_each(|line| println!("    guest: {line}"));
            printed = lines.len();
            if let Some(reason) = lines.iter().find_map(|line| line.strip_prefix(FAILED)) {
                bail!("{reason}");
            }
            if lines.last() == Some(&PASSED) {
                return Ok(());
            }
            if let Some(status) = ended {
                bail!("QEMU ended ({status}) before the guest said how it went");
            }
            ensure!(begin.elapsed() < USUAL * SLOW_HOST, "the guest is not done after {} s", begin.elapsed().as_secs());
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.qemu.kill());
        drop(self.qemu.wait());
    }
}

fn end_of_console(folder: &Path) -> String {
    let read = |name: &str| String::from_utf8_lossy(&std::fs::read(folder.join(name)).unwrap_or_default()).into_owned();
    let (errors, console) = (read("qemu.log"), read("console"));
    let lines: Vec<&str> = errors.lines().chain(console.lines()).collect();
    lines[lines.len().saturating_sub(120)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_a_loader_is_not_static() {
        let mut program = vec![0; 0x40 + 2 * 0x38];
        program[0x20] = 0x40;
        program[0x36] = 0x38;
        program[0x38] = 2;
        program[0x40] = 1;
        assert!(is_static(&program));
        program[0x40 + 0x38] = 3;
        assert!(!is_static(&program));
        assert!(!is_static(b"#!/bin/sh"), "no ELF file");
    }
}
