use serde_json::json;

use super::*;

fn rendered(template: &str, value: &Value) -> String {
    JsonPath::parse(template).unwrap().render(value)
}

#[test]
fn columns_of_resources() {
    let spec = json!({"hostname": "one", "addresses": ["a", "b"], "conn": {"up": true}, "x.y": 3, "none": null});
    for (template, expected) in [
        ("{.hostname}", "one"),
        ("{.addresses}", r#"["a","b"]"#),
        ("{.addresses[*]}", "a b"),
        ("{.addresses[:]}", "a b"),
        ("{.addresses[0]}/{.conn.up}", "a/true"),
        ("{.addresses[-1]}", "b"),
        ("{['x.y']}", "3"),
        (r"{.x\.y}", "3"),
        ("{.missing.field}", ""),
        ("{.addresses[7]}", ""),
        ("{.none}", ""),
        (r#"{.hostname}{"-"}x"#, "one-x"),
    ] {
        assert_eq!(rendered(template, &spec), expected, "{template}");
    }
}

/// What `get rd` and `get staticpodstatus` ask for.
#[test]
fn aliases_and_conditions_are_found() {
    let definition = json!({"aliases": ["member", "members"]});
    assert_eq!(rendered("{.aliases[:]}", &definition), "member members");
    let pod = json!({"podIPs": [], "conditions": [
        {"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "False"}, {"status": "x"}]});
    assert_eq!(rendered(r#"{.conditions[?(@.type=="Ready")].status}"#, &pod), "False");
}

/// The example of the page "JSONPath Support" of Kubernetes' documentation.
fn documented() -> Value {
    json!({
        "kind": "List",
        "items": [
            {
                "kind": "None",
                "metadata": {"name": "127.0.0.1", "labels": {"kubernetes.io/hostname": "127.0.0.1"}},
                "status": {"capacity": {"cpu": "4"}, "addresses": [{"type": "LegacyHostIP", "address": "127.0.0.1"}]}
            },
            {
                "kind": "None",
                "metadata": {"name": "127.0.0.2"},
                "status": {"capacity": {"cpu": "8"}, "addresses": [
                    {"type": "LegacyHostIP", "address": "127.0.0.2"}, {"type": "another", "address": "127.0.0.3"}]}
            }
        ],
        "users": [
            {"name": "myself", "user": {}},
            {"name": "e2e", "user": {"username": "admin", "password": "secret"}}
        ]
    })
}

#[test]
fn the_documented_examples_of_kubectl_hold() {
    let list = documented();
    for (template, expected) in [
        ("kind is {.kind}", "kind is List"),
        ("{.kind}", "List"),
        ("{['kind']}", "List"),
        ("{..name}", "127.0.0.1 127.0.0.2 myself e2e"),
        ("{.items[*].metadata.name}", "127.0.0.1 127.0.0.2"),
        ("{.users[0].name}", "myself"),
        ("{.items[*]['metadata.name', 'status.capacity']}", r#"127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}"#),
        (r#"{.users[?(@.name=="e2e")].user.password}"#, "secret"),
        (
            "{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}",
            r#"[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] "#,
        ),
        (r"{range .items[*]}{.metadata.name}{'\t'}{end}", "127.0.0.1\t127.0.0.2\t"),
        (r#"{range .items[*]}{.metadata.name}{"\n"}{end}"#, "127.0.0.1\n127.0.0.2\n"),
        (r"{.items[?(@.metadata.labels.kubernetes\.io/hostname)].metadata.name}", "127.0.0.1"),
        (r"{.items[*].metadata.labels.kubernetes\.io/hostname}", "127.0.0.1"),
        (r#"{.items[*].status.addresses[?(@.type=="LegacyHostIP")].address}"#, "127.0.0.1 127.0.0.2"),
    ] {
        assert_eq!(rendered(template, &list), expected, "{template}");
    }
    assert_eq!(JsonPath::parse("{@}").unwrap().find(&list).unwrap(), [&list]);
}

#[test]
fn slices_unions_filters_and_ranges() {
    let value = json!({"n": [0, 1, 2, 3, 4], "a": {"hostIP": "10.5.0.2", "b": [{"hostIP": "10.5.0.3"}]}, "s": "x,y]"});
    for (template, expected) in [
        ("{.n[1:3]}", "1 2"),
        ("{.n[:2]}", "0 1"),
        ("{.n[3:]}", "3 4"),
        ("{.n[-2:]}", "3 4"),
        ("{.n[:-3]}", "0 1"),
        ("{.n[::2]}", "0 2 4"),
        ("{.n[1:4:2]}", "1 3"),
        ("{.n[2:2]}", ""),
        ("{.n[0,3,-1]}", "0 3 4"),
        ("{.n[?(@>2)]}", "3 4"),
        ("{.n[?(@ <= 1)]}", "0 1"),
        ("{.n[?(@!=2)]}", "0 1 3 4"),
        ("{..hostIP}", "10.5.0.2 10.5.0.3"),
        ("{$..hostIP}", "10.5.0.2 10.5.0.3"),
        ("{.a.*.hostIP}", ""),
        ("{.a.b[*].hostIP}", "10.5.0.3"),
        ("{range .a.b[*]}{.hostIP}{range @.none[*]}{.x}{end};{end}.", "10.5.0.3;."),
        ("{ .s }", "x,y]"),
        ("{.a['b'][0]['hostIP']}", "10.5.0.3"),
        ("{.}", &value.to_string()),
    ] {
        assert_eq!(rendered(template, &value), expected, "{template}");
    }
}

#[test]
fn what_is_not_there_is_named() {
    let list = documented();
    let find = |template: &str| JsonPath::parse(template).unwrap().find(&list).map(|found| found.len());
    assert_eq!(find("{.items[*].metadata.nothing}"), Err("nothing is not found".into()));
    assert_eq!(find("{..nothing}"), Err("nothing is not found".into()));
    assert_eq!(find("{.items[7]}"), Err("array index out of bounds: index 7, length 2".into()));
    assert_eq!(find("{range .items[*]}{.kind}{end}"), Ok(2));
    for bad in [
        "{.a",
        "{a}",
        "{.a[x]}",
        "{.a[1}",
        "{range .a}",
        "{end}",
        "{....a}",
        "{.a[?(@.b=>1)]}",
        "{.a[?@.b]}",
        "{'a}",
        "{.a[1:2:0]}",
        "{.a[1:2:3:4]}",
    ] {
        assert!(JsonPath::parse(bad).is_err(), "{bad}");
    }
}
