use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use minos_api::client::{Connection, Talosconfig};
use minos_api::machine::ApplyConfigurationRequest;
use tonic::Code;

use crate::cluster::Cluster;
use crate::wait::until;

pub fn run(cluster: &Cluster) -> Result<()> {
    let good = std::fs::read_to_string(cluster.file("controlplane.yaml"))?;
    let before = cluster.configuration()?;
    let folder = tempfile::tempdir()?;
    let bad: [(&str, String, &[&str]); 6] = [
        ("no YAML", "machine: [".to_owned(), &["line"]),
        ("an unknown field", good.replacen("machine:", "machine:\n  nodeips: 1", 1), &["nodeips", "line"]),
        ("a wrong type", good.replacen("machine:", "machine:\n  sysctls: 7", 1), &["sysctls", "line"]),
        ("two documents of one kind", format!("{good}---\n{good}"), &["v1alpha1"]),
        ("aliases without end", aliases(), &[]),
        ("a wrong machine type", good.replacen("type: controlplane", "type: emperor", 1), &["emperor", "worker"]),
    ];
    for (what, text, words) in bad {
        let file = folder.path().join("bad.yaml");
        std::fs::write(&file, &text)?;
        let output = cluster.try_minosctl(&["apply-config", "-f", &file.display().to_string()])?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(!output.status.success(), "{what} was accepted");
        for word in words {
            ensure!(said.to_lowercase().contains(&word.to_lowercase()), "{what}: no {word:?} in: {said}");
        }
        let code = apply_over_api(cluster, text.into_bytes())?;
        ensure!(code == Some(Code::InvalidArgument), "{what}: {code:?}, wanted {:?}", Code::InvalidArgument);
        ensure!(cluster.configuration()? == before, "{what} changed the configuration");
    }
    an_interrupted_upload(cluster, &good)?;
    ensure!(cluster.configuration()? == before, "an interrupted upload changed the configuration");
    dry_run_shows_a_diff(cluster, &good, folder.path())?;
    ensure!(cluster.configuration()? == before, "a dry run changed the configuration");
    a_sysctl_reaches_the_kernel(cluster, &good, folder.path())?;
    editing(cluster, &good, folder.path())?;
    bootstrapping_twice_is_refused(cluster)
}

/// The code of the refusal, if it was one.
fn apply_over_api(cluster: &Cluster, data: Vec<u8>) -> Result<Option<Code>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let connection = admin(cluster)?;
        let request = ApplyConfigurationRequest { data: data.into(), ..ApplyConfigurationRequest::default() };
        Ok(connection.machine().apply_configuration(request).await.err().map(|status| status.code()))
    })
}

/// Twenty megabytes, of which the last do not arrive.
fn an_interrupted_upload(cluster: &Cluster, good: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let changed = good.replacen("machine:", "machine:\n  sysctls:\n    net.core.somaxconn: \"7776\"", 1);
    let data = format!("{changed}\n#{}\n", "x".repeat(20 << 20));
    runtime.block_on(async {
        let connection = admin(cluster)?;
        connection.machine().version(()).await?;
        let request = ApplyConfigurationRequest { data: data.into_bytes().into(), ..Default::default() };
        let mut machine = connection.machine();
        let upload = machine.apply_configuration(request);
        // Short enough for the fastest host, and on the slowest some of it has been sent.
        let ended = tokio::time::timeout(Duration::from_millis(5), upload).await;
        ensure!(ended.is_err(), "the upload was over before it could be interrupted");
        Ok(())
    })
}

fn admin(cluster: &Cluster) -> Result<Connection> {
    let talosconfig = Talosconfig::open(Some(&cluster.file("talosconfig")))?;
    Ok(Connection::with_context(talosconfig.select(None)?, &[])?)
}

/// Two megabytes that stand for much more.
fn aliases() -> String {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x]\n");
    let mut level = 0;
    while text.len() < 2 << 20 {
        let one = format!("*a{level}");
        let many = [one.as_str(); 9].join(", ");
        level += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "a{level}: &a{level} [{many}]");
    }
    text
}

fn dry_run_shows_a_diff(cluster: &Cluster, good: &str, folder: &std::path::Path) -> Result<()> {
    let file = folder.join("changed.yaml");
    std::fs::write(&file, good.replacen("machine:", "machine:\n  sysctls:\n    net.core.somaxconn: \"7777\"", 1))?;
    let output = cluster.try_minosctl(&["apply-config", "--dry-run", "-f", &file.display().to_string()])?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && said.contains("7777"), "the dry run says: {said}");
    Ok(())
}

fn a_sysctl_reaches_the_kernel(cluster: &Cluster, good: &str, folder: &std::path::Path) -> Result<()> {
    let apply = |text: &str| -> Result<()> {
        let file = folder.join("sysctl.yaml");
        std::fs::write(&file, text)?;
        cluster.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file.display().to_string()])?;
        Ok(())
    };
    apply(&good.replacen("machine:", "machine:\n  sysctls:\n    net.core.somaxconn: \"7777\"", 1))?;
    until("the sysctl in the kernel", Duration::from_secs(20), || {
        let value = cluster.minosctl(&["read", "/proc/sys/net/core/somaxconn"])?;
        ensure!(value.trim().ends_with("7777"), "it is {value}");
        Ok(())
    })?;
    let status = cluster.minosctl(&["get", "kernelparamstatus"])?;
    let row = status.lines().find(|line| line.contains("somaxconn")).unwrap_or_default();
    ensure!(row.contains("7777"), "its status says {row:?}");
    apply(good)
}

/// What an editor leaves is applied; what is wrong with it is told, and the text is kept.
fn editing(cluster: &Cluster, good: &str, folder: &std::path::Path) -> Result<()> {
    let edit = |expression: &str| {
        let editor = folder.join("editor");
        std::fs::write(&editor, format!("#!/bin/sh\nexec sed -i '{expression}' \"$1\"\n"))?;
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755))?;
        cluster.try_minosctl_in(&["edit", "mc", "--mode", "no-reboot"], &[("EDITOR", editor.as_path())])
    };
    let done = edit(r#"s/^machine:.*/&\n  sysctls:\n    net.core.somaxconn: "8888"/"#)?;
    ensure!(done.status.success(), "editing: {}", String::from_utf8_lossy(&done.stderr));
    until("the edited sysctl in the kernel", Duration::from_secs(20), || {
        let value = cluster.minosctl(&["read", "/proc/sys/net/core/somaxconn"])?;
        ensure!(value.trim() == "8888", "it is {value}");
        Ok(())
    })?;
    let refused = edit("s/net.core.somaxconn: .*/net.core.somaxconn: [nonsense]/")?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(!refused.status.success() && said.contains("line"), "nonsense is answered with: {said}");
    let path = said.split_whitespace().find(|word| word.ends_with(".yaml")).unwrap_or_default().to_owned();
    let text = std::fs::read_to_string(&path).with_context(|| format!("no text is kept in {path:?}: {said}"))?;
    ensure!(text.contains("nonsense"), "{path} is not what was edited");
    std::fs::remove_file(path)?;
    let file = folder.join("good.yaml");
    std::fs::write(&file, good)?;
    cluster.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file.display().to_string()])?;
    Ok(())
}

fn bootstrapping_twice_is_refused(cluster: &Cluster) -> Result<()> {
    let output = cluster.try_minosctl(&["bootstrap"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(!output.status.success(), "a second bootstrap was accepted");
    ensure!(said.contains("etcd"), "a second bootstrap says {said:?}");
    Ok(())
}
