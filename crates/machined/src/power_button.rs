//! The machine's power button: pressed, it turns the machine off in order.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use minos_sys::PowerAction;
use tokio::io::AsyncReadExt as _;

use crate::node::Node;
use crate::power::PowerRequest;

/// `struct input_event` of linux/input.h on 64-bit machines: time (16), type (2), code (2), value (4).
const EVENT: usize = 24;
const EV_KEY: u16 = 1;
const KEY_POWER: u16 = 116;
const PRESSED: i32 = 1;
/// What the kernel calls such devices.
const NAME: &str = "Power Button";
/// How often a button is looked for: its driver comes with the other devices.
const LOOK: Duration = Duration::from_secs(5);

/// Waits for the button, without end.
pub async fn listen(node: Arc<Node>) {
    loop {
        if let Some(device) = find(Path::new("/sys/class/input"))
            && let Err(error) = read(&node, &device).await
        {
            tracing::debug!(%error, "the power button is not heard");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The device file of a power button, if there is one.
fn find(class: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(class).ok()?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let name = names.find(|name| {
        let file = class.join(name).join("device/name");
        name.starts_with("event") && std::fs::read_to_string(file).is_ok_and(|text| text.trim() == NAME)
    })?;
    Some(Path::new("/dev/input").join(name))
}

async fn read(node: &Node, device: &Path) -> std::io::Result<()> {
    let mut file = tokio::fs::File::open(device).await?;
    let mut event = [0; EVENT];
    loop {
        file.read_exact(&mut event).await?;
        if is_press(&event) {
            tracing::info!("the power button was pressed");
            let actor = crate::sequence::actor();
            node.power.ask(PowerRequest { action: PowerAction::Off, force: false, actor });
        }
    }
}

fn is_press(event: &[u8; EVENT]) -> bool {
    let kind = u16::from_ne_bytes([event[16], event[17]]);
    let code = u16::from_ne_bytes([event[18], event[19]]);
    let value = i32::from_ne_bytes([event[20], event[21], event[22], event[23]]);
    (kind, code, value) == (EV_KEY, KEY_POWER, PRESSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: u16, code: u16, value: i32) -> [u8; EVENT] {
        let mut event = [0; EVENT];
        event[16..18].copy_from_slice(&kind.to_ne_bytes());
        event[18..20].copy_from_slice(&code.to_ne_bytes());
        event[20..].copy_from_slice(&value.to_ne_bytes());
        event
    }

    #[test]
    fn only_a_press_of_the_power_key_counts() {
        assert!(is_press(&event(1, 116, 1)));
        assert!(!is_press(&event(1, 116, 0)), "it was let go");
        assert!(!is_press(&event(1, 30, 1)), "another key");
        assert!(!is_press(&event(0, 0, 0)), "the end of a report");
    }

    #[test]
    fn the_button_is_found_by_its_name() {
        let class = tempfile::tempdir().expect("a folder");
        for (name, text) in [("event0", "AT keyboard\n"), ("event1", "Power Button\n"), ("mouse0", "Power Button\n")] {
            let folder = class.path().join(name).join("device");
            std::fs::create_dir_all(&folder).expect("made");
            std::fs::write(folder.join("name"), text).expect("written");
        }
        assert_eq!(find(class.path()), Some(PathBuf::from("/dev/input/event1")));
    }
}
