//! Tests that run on the real kernel, without a change to the host.

use std::process::Command;

/// Whether this process is root of user, network and host name namespaces of its own. If not, runs the test called `name`
/// again in fresh ones and checks that it passes.
pub fn in_namespaces(name: &str) -> bool {
    if std::env::var_os("MINOS_TEST_IN_NAMESPACE").is_some() {
        return true;
    }
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "--uts"])
        .arg(std::env::current_exe().expect("the test knows its own path"))
        .args(["--exact", name, "--nocapture"])
        .env("MINOS_TEST_IN_NAMESPACE", "1")
        .output()
        .expect("this test needs unshare(1) of util-linux");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inside the namespaces (which this host has to allow):\n{text}");
    assert!(text.contains("1 passed"), "the test did not run inside the namespaces:\n{text}");
    false
}
