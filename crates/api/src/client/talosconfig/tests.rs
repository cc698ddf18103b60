use super::*;

const FILE: &str = "\
context: home
contexts:
    home:
        endpoints:
            - 10.5.0.2
        ca: Q0E=
        crt: Q1JU
        key: S0VZ
        cluster: somewhere
    old:
        target: 10.5.0.9
";

#[test]
fn reads_and_writes_the_same() {
    let config = Talosconfig::parse(FILE).unwrap();
    let home = config.select(None).unwrap();
    assert_eq!(home.ca_pem().unwrap(), "CA");
    assert_eq!(home.credentials().unwrap().unwrap().key, "KEY");
    assert_eq!(config.contexts["old"].endpoints, ["10.5.0.9"]);

    let text = config.to_yaml();
    assert!(text.contains("cluster: somewhere"), "{text}");
    assert!(!text.contains("target"), "{text}");
    assert_eq!(text, Talosconfig::parse(&text).unwrap().to_yaml());
    assert!(
        text.starts_with("context: home\ncontexts:\n    home:\n        endpoints:\n            - \"10.5.0.2\"\n"),
        "{text}"
    );
}

#[test]
fn long_values_stay_on_one_line() {
    let context = Context::new(vec!["a".into()], &"x".repeat(4000), "crt", "key");
    let text = Talosconfig::with_context("c", context).to_yaml();
    assert!(text.lines().any(|line| line.len() > 5000), "{text}");
}

#[test]
fn a_taken_name_gets_a_number_and_becomes_current() {
    let mut config = Talosconfig::parse(FILE).unwrap();
    let renames = config.merge(Talosconfig::parse(FILE).unwrap());
    assert_eq!(renames.len(), 2);
    assert_eq!(renames[0], Rename { from: "home".into(), to: "home-1".into() });
    assert_eq!(config.context, "home-1");
    assert_eq!(config.contexts.len(), 4);
}

#[test]
fn what_is_missing_is_said_with_the_next_step() {
    let config = Talosconfig::parse("").unwrap();
    assert!(config.select(None).unwrap_err().to_string().contains("minosctl config context"));
    assert!(config.select(Some("x")).unwrap_err().to_string().contains("minosctl config contexts"));
    assert!(Talosconfig::parse("context: [").is_err());
}

#[test]
fn saved_files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/config");
    let mut config = Talosconfig::open(Some(&path)).unwrap();
    config.context = "x".into();
    config.save().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Talosconfig::open(Some(&path)).unwrap().context, "x");
}
