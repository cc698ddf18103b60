//! A patch and a configuration, parted by a line `%%%`: whatever comes out is a configuration. Without that line it is a patch
//! for a known one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minos_config::{Config, Patch};

const KNOWN: &str = include_str!("../../crates/config/testdata/v1alpha1.yaml");

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (base, patch) = text.split_once("\n%%%\n").unwrap_or((KNOWN, text));
    let (Ok((config, _)), Ok(patch)) = (Config::parse(base.as_bytes()), Patch::parse(patch)) else { return };
    match config.patched(std::slice::from_ref(&patch)) {
        Ok((patched, _)) => {
            let (again, _) = Config::parse(patched.encode().as_bytes())
                .unwrap_or_else(|problems| panic!("{problems}\n{}", patched.encode()));
            assert_eq!(again.documents(), patched.documents());
            let _ = (config.plan(&patched), config.diff(&patched));
        }
        Err(error) => drop(error.to_string()),
    }
});
