//! A configuration is judged for every kind of machine, explained and compared; its first line may name a field to explain.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minos_config::reference::{Comments, commented, explain};
use minos_config::{Config, Mode};

fuzz_target!(|bytes: &[u8]| {
    for mode in [Mode::Metal, Mode::Cloud, Mode::Container] {
        match Config::load(bytes, mode) {
            Ok((config, _)) => {
                assert!(config.plan(&config).is_empty());
                let text = commented(&config, Comments { docs: true, examples: true });
                let (again, _) = Config::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
                assert!(config.plan(&again).is_empty(), "{text}");
            }
            Err(problems) => {
                for place in problems.iter().filter_map(|problem| problem.unknown_in()) {
                    explain(&place).unwrap_or_else(|error| panic!("{place}: {error}"));
                }
            }
        }
    }
    if let Some(path) = bytes.split(|byte| *byte == b'\n').next().and_then(|line| std::str::from_utf8(line).ok()) {
        let _ = explain(path).map_err(|error| error.to_string());
    }
});
