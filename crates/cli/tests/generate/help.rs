use crate::Place;

#[test]
fn every_command_shows_examples_and_fits_80_columns() {
    let place = Place::new();
    for name in ["", "ca", "config", "crt", "csr", "key", "keypair", "schema", "secrets"] {
        let help = place.run(&format!("{name} --help"));
        assert_eq!(help.code, 0);
        assert!(help.stdout.contains("\nExamples:\n  minosctl gen "), "{name}: {}", help.stdout);
        for line in help.stdout.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
    }
}
