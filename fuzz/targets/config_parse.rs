//! Any bytes are a configuration or are refused; what is read says the same when it is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minos_config::Config;

fuzz_target!(|bytes: &[u8]| {
    match Config::parse(bytes) {
        Ok((config, warnings)) => {
            let _ = (warnings.lines(), config.redacted(), format!("{config:?}"));
            assert_eq!(config.encode().as_bytes(), bytes, "the text is kept as it is");
            let written = Config::new(config.documents().iter().cloned());
            let (again, _) = Config::parse(written.encode().as_bytes())
                .unwrap_or_else(|problems| panic!("{problems}\n{}", written.encode()));
            assert_eq!(again.documents(), config.documents(), "{}", written.encode());
        }
        Err(problems) => {
            assert!(problems.iter().count() > 0);
            let _ = problems.to_string();
        }
    }
});
