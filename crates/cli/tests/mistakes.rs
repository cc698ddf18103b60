//! The screens of `docs/mistakes.md` are what is printed, but for the width of the terminal.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;
use std::process::Command;

#[test]
fn what_the_page_shows_is_what_is_printed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(here.join("../../docs/mistakes.md")).unwrap();
    let mut screens = 0;
    for block in page.split("```console\n").skip(1) {
        let (screen, _) = block.split_once("```").unwrap();
        for run in screen.split("$ minosctl ").skip(1) {
            let (command, shown) = run.split_once('\n').unwrap();
            let output = Command::new(env!("CARGO_BIN_EXE_minosctl"))
                .args(command.split_whitespace())
                .current_dir(here.join("testdata/mistakes"))
                .output()
                .unwrap();
            let printed =
                format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
            assert_eq!(words(&printed), words(shown), "minosctl {command}\n{printed}");
            assert!(shown.lines().all(|line| line.chars().count() <= 80), "wider than a terminal: {shown}");
            screens += 1;
        }
    }
    assert!(screens >= 6, "{screens} screens");
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
