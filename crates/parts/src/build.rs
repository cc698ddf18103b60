//! Building parts into the cache.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail, ensure};

use crate::digest;
use crate::part::{How, PARTS, Part};

/// Part of every key: raise it when the way of building changes.
const RECIPE: &str = "1";

/// Builds a part unless it is in the cache; the folder with its programs. `parts` is the repository's folder of that
/// name; `say` gets a line of progress.
pub fn build(part: &Part, parts: &Path, cache: &Path, say: &dyn Fn(&str)) -> Result<PathBuf> {
    let source = parts.join(part.name);
    let key = key(part, &source)?;
    let folder = cache.join("parts").join(part.name).join(&key[..16]);
    if part.programs().iter().all(|program| folder.join(program).is_file()) {
        say(&format!("{:<12} in the cache", part.name));
        return Ok(folder);
    }
    say(&format!("{:<12} building", part.name));
    let begin = SystemTime::now();
    let partial = folder.with_extension(format!("partial-{}", std::process::id()));
    std::fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    match part.how {
        How::Go { programs, tags, cgo } => {
            programs
                .iter()
                .try_for_each(|(package, program)| go(part, &source, package, &partial.join(program), tags, cgo))?;
        }
        How::Crate { name, version, program, optimized } => {
            cargo(name, version, program, optimized, &partial, cache)?;
        }
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    std::fs::rename(&partial, &folder).with_context(|| format!("cannot keep {}", folder.display()))?;
    say(&format!("{:<12} built in {} s", part.name, begin.elapsed().unwrap_or_default().as_secs()));
    Ok(folder)
}

/// Memory, in MiB, with which two parts are built at a time: linking Kubernetes takes 3 GiB.
const MEMORY_FOR_TWO: u64 = 7 * 1024;

/// Builds all parts. Two at a time where memory allows it: the linker and the last crates of the shim keep one core busy
/// and leave the others idle.
pub fn build_all(parts: &Path, cache: &Path, say: &(dyn Fn(&str) + Sync)) -> Result<()> {
    let text = std::fs::read_to_string("/proc/meminfo").context("cannot read /proc/meminfo")?;
    let workers = if memory(&text).context("/proc/meminfo tells no total")? >= MEMORY_FOR_TWO { 2 } else { 1 };
    each(PARTS, workers, |part| build(part, parts, cache, say).map(drop))
}

/// The total, in MiB.
fn memory(meminfo: &str) -> Option<u64> {
    let kib = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(kib.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// Does `work` for each item, begun in their order, by so many threads. After an error none begins another item.
fn each<T: Sync>(items: &[T], workers: usize, work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let results: Vec<Result<()>> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect();
        results.into_iter().collect()
    })
}

fn key(part: &Part, source: &Path) -> Result<String> {
    let content = if source.is_dir() { digest::of_folder(source)? } else { String::new() };
    let tool = match part.how {
        How::Go { .. } => output("go", &["version"], "https://go.dev/dl")?,
        How::Crate { .. } => output("rustc", &["--version"], "https://rustup.rs")?,
    };
    Ok(digest::of_bytes(format!("{RECIPE}\n{part:?}\n{content}\n{tool}").as_bytes()))
}

fn output(program: &str, arguments: &[&str], get: &str) -> Result<String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("{program} is missing; get it from {get}"))?;
    ensure!(output.status.success(), "{program} {} failed", arguments.join(" "));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn go(part: &Part, source: &Path, package: &str, program: &Path, tags: &str, cgo: bool) -> Result<()> {
    let version = required(source, "k8s.io/kubernetes")?;
    let mut linker = vec!["-s -w -buildid=".to_owned()];
    if let Some(version) = version {
        linker.extend(kubernetes_version(&version));
    }
    if cgo {
        linker.push("-linkmode external -extldflags -static".to_owned());
    }
    let mut command = Command::new("go");
    command
        .current_dir(source)
        .args([
            "build",
            "-mod=readonly",
            "-trimpath",
            "-buildvcs=false",
            "-tags",
            tags,
            "-ldflags",
            &linker.join(" "),
            "-o",
        ])
        .arg(program)
        .arg(package)
        .env("CGO_ENABLED", if cgo { "1" } else { "0" })
        .env("GOFLAGS", "")
        .env("GOTOOLCHAIN", "local");
    run(&mut command, part.name)
}

/// The version of a module that `go.mod` requires, if it does.
pub(crate) fn required(source: &Path, module: &str) -> Result<Option<String>> {
    let file = source.join("go.mod");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines = text.lines().map(|line| line.trim_start_matches("require").split_whitespace());
    Ok(lines.find_map(|mut words| if words.next() == Some(module) { words.next().map(str::to_owned) } else { None }))
}

/// Linker flags that stamp Kubernetes' version, which its components report and compare.
fn kubernetes_version(version: &str) -> Vec<String> {
    let numbers: Vec<&str> = version.trim_start_matches('v').split('.').collect();
    let number = |index: usize| numbers.get(index).copied().unwrap_or("0");
    let values = [
        ("gitVersion", version),
        ("gitMajor", number(0)),
        ("gitMinor", number(1)),
        ("gitTreeState", "clean"),
        ("gitCommit", "0000000000000000000000000000000000000000"),
        // Fixed, so that equal inputs give equal bytes.
        ("buildDate", "1970-01-01T00:00:00Z"),
    ];
    let packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
    let flags = packages.iter().flat_map(|package| values.map(|(name, value)| format!("-X {package}.{name}={value}")));
    flags.collect()
}

fn cargo(name: &str, version: &str, program: (&str, &str), optimized: &str, out: &Path, cache: &Path) -> Result<()> {
    const TARGET: &str = "x86_64-unknown-linux-gnu";
    let root = out.join("install");
    let mut command = Command::new("cargo");
    command
        .args(["install", name, "--version", version, "--locked", "--target", TARGET, "--no-track", "--root"])
        .arg(&root)
        .env("RUSTFLAGS", "-C target-feature=+crt-static -C strip=symbols")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimized)
        .env("CARGO_TARGET_DIR", cache.join("build").join(name))
        .current_dir(cache);
    run(&mut command, name)?;
    let built = root.join("bin").join(program.0);
    std::fs::rename(&built, out.join(program.1)).with_context(|| format!("{name} gave no program {}", program.0))?;
    std::fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))
}

fn run(command: &mut Command, what: &str) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = text.lines().rev().take(20).collect();
    bail!("building {what} failed:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn two_parts_are_built_at_a_time_and_each_once() {
        let (done, both) = (Mutex::new(Vec::new()), std::sync::Barrier::new(2));
        let work = |item: &u32| {
            // The first two wait for each other: with one thread this would never end.
            if *item < 2 {
                both.wait();
            }
            done.lock().expect("no panic").push(*item);
            Ok(())
        };
        each(&[0, 1, 2, 3], 2, work).expect("all are built");
        let mut done = done.into_inner().expect("no panic");
        done.sort_unstable();
        assert_eq!(done, [0, 1, 2, 3]);
    }

    #[test]
    fn after_a_failure_no_other_part_is_begun() {
        let begun = Mutex::new(Vec::new());
        let work = |item: &u32| {
            begun.lock().expect("no panic").push(*item);
            ensure!(*item != 1, "the second fails");
            Ok(())
        };
        let error = each(&[0, 1, 2, 3], 1, work).expect_err("the second fails");
        assert_eq!(error.to_string(), "the second fails");
        assert_eq!(begun.into_inner().expect("no panic"), [0, 1]);
    }

    #[test]
    fn the_total_of_memory_is_read() {
        assert_eq!(memory("MemFree: 1 kB\nMemTotal:       8388608 kB\n"), Some(8192));
        assert_eq!(memory("MemFree: 1 kB\n"), None);
    }

    #[test]
    fn versions_are_read_from_the_module_and_stamped() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "module x\n\nrequire (\n\tk8s.io/kubernetes-not v2.0.0\n\tk8s.io/kubernetes v1.36.3\n)\n";
        std::fs::write(folder.path().join("go.mod"), text).expect("written");
        let version = required(folder.path(), "k8s.io/kubernetes").expect("read").expect("required");
        let flags = kubernetes_version(&version).join(" ");
        assert!(flags.contains("-X k8s.io/component-base/version.gitVersion=v1.36.3"), "{flags}");
        assert!(flags.contains("-X k8s.io/client-go/pkg/version.gitMinor=36"), "{flags}");
    }

    #[test]
    fn a_changed_source_has_another_key() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("main.go"), "one").expect("written");
        let part = Part::find("demo").expect("there");
        let before = key(part, folder.path()).expect("a key");
        std::fs::write(folder.path().join("main.go"), "two").expect("written");
        assert_ne!(before, key(part, folder.path()).expect("a key"));
    }
}
