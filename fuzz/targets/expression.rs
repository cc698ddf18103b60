//! Expressions: any text is one or is refused, and one that is printed is the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minos_cel::Syntax;
use minos_config::expression;

const SYNTAX: Syntax = Syntax { optional: true };

fuzz_target!(|text: &str| {
    for environment in
        [&expression::DISK, &expression::VOLUME, &expression::LINK, &expression::TRIGGER, &expression::RANKING]
    {
        if let Err(problems) = minos_cel::check(text, environment) {
            assert!(!problems.is_empty());
        }
    }
    if let Ok(parsed) = minos_cel::parse(text, SYNTAX) {
        let printed = parsed.to_string();
        let again = minos_cel::parse(&printed, SYNTAX).unwrap_or_else(|problem| panic!("{problem:?}: {printed}"));
        assert_eq!(again.to_string(), printed);
    }
});
