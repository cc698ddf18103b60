//! What is read and as what, what is refused, and that nothing takes long.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_cel::{LONGEST, Syntax, parse};
use proptest::prelude::*;

const ALL: Syntax = Syntax { optional: true };

fn shown(source: &str) -> String {
    parse(source, ALL).map_or_else(|problem| problem.to_string(), |expr| expr.to_string())
}

#[test]
fn operators_group_as_they_should() {
    let cases = [
        ("1+2*3", "1 + 2 * 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("1-2-3", "1 - 2 - 3"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("a||b&&c||d", "a || b && c || d"),
        ("(a||b)&&c", "(a || b) && c"),
        ("(a&&b)&&c", "(a && b) && c"),
        ("a<b==c in d", "a < b == c in d"),
        ("a?b:c?d:e", "a ? b : c ? d : e"),
        ("(a?b:c)?d:e", "(a ? b : c) ? d : e"),
        ("!a.b", "!a.b"),
        ("!!a", "a"),
        ("!!!a", "!a"),
        ("--a", "a"),
        ("---1", "-(1)"),
        ("-1", "-1"),
        ("- 1.5e3", "-1500.0"),
        ("a - -1", "a - -1"),
        ("!-1", "!(-1)"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-a.b(c)[d]", "-a.b(c)[d]"),
        ("a.b.c{d: 1, ?e: f,}", "a.b.c{d: 1, ?e: f}"),
        (".a.b", ".a.b"),
        ("[,]", "[]"),
        ("{,}", "{}"),
        ("[1, ?a,]", "[1, ?a]"),
        ("{?a: 1, b ? c : d: 2}", "{?a: 1, b ? c : d: 2}"),
        ("a.?b[?c].d", "a.?b[?c].d"),
        ("has(a.b.c)", "has(a.b.c)"),
        (".has(a.b)", ".has(a.b)"),
        ("a.map(x, x > 1, x)", "a.map(x, x > 1, x)"),
        ("a.all(x)", "a.all(x)"),
        ("a // why\n && b", "a && b"),
        ("1.e5", "1.e5"),
    ];
    for (source, wanted) in cases {
        assert_eq!(shown(source), wanted, "{source}");
        assert_eq!(parse(wanted, ALL).unwrap(), parse(source, ALL).unwrap(), "{source}");
    }
}

#[test]
fn literals_are_what_they_say() {
    let cases = [
        ("0xff", "255"),
        ("-0x10", "-16"),
        ("0xFFu", "255u"),
        ("18446744073709551615u", "18446744073709551615u"),
        ("007", "7"),
        (".5", "0.5"),
        ("1e3", "1000.0"),
        ("'a\"b'", r#""a\"b""#),
        (r#""\x41\101\u0041\U00000041""#, r#""AAAA""#),
        (r"r'\d'", r#""\\d""#),
        ("'''a'\r\nb'''", r#""a'\nb""#),
        (r"b'\xff\377é'", r#"b"\xff\xff\xc3\xa9""#),
        (r"bR'\x'", r#"b"\\x""#),
        ("'é'", "\"é\""),
        ("null", "null"),
    ];
    for (source, wanted) in cases {
        assert_eq!(shown(source), wanted, "{source}");
    }
}

#[test]
fn what_has_no_meaning_is_refused_with_its_place() {
    let cases = [
        ("", "found the end, wanted a value (column 1 of the expression)"),
        ("1 +", "found the end, wanted a value (column 4 of the expression)"),
        ("a b", "found \"b\", wanted an operator or the end (column 3 of the expression)"),
        ("(a", "found the end, wanted an operator or ) (column 3 of the expression)"),
        ("a = 1", "'=' has no meaning here; to compare, write == (column 3 of the expression)"),
        ("a &\nb", "'&' has no meaning here; wanted && (column 3 of the expression)"),
        ("a ||\n 'b", "this text has no closing \" (line 2, column 2 of the expression)"),
        (
            "'\\q'",
            "unknown escape; known: \\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v \\x41 \\101 \\u0041 \\U00000041 (column 2 of the expression)",
        ),
        ("'\\ud800'", "there is no character with this number (column 2 of the expression)"),
        ("for", "\"for\" is reserved and names nothing (column 1 of the expression)"),
        ("has(a)", "has() wants a field, as has(a.b) (column 5 of the expression)"),
        ("[1].all(a.b, c)", "all() wants a new name as its first argument (column 11 of the expression)"),
        ("a ? b ? c : d : e", "found \"?\", wanted the : of the condition (column 7 of the expression)"),
        ("-!a", "found \"!\", wanted a value (column 2 of the expression)"),
        ("1e999", "this number is too large for a double (column 1 of the expression)"),
    ];
    for (source, wanted) in cases {
        let wanted = if source.contains("'b") { wanted.replace("closing \"", "closing '") } else { wanted.to_owned() };
        assert_eq!(shown(source), wanted, "{source}");
    }
    assert!(parse("a.?b", Syntax::default()).is_err());
}

#[test]
fn much_is_refused_soon() {
    for piece in ["(", "[", "{", "!(", "-(", "a(", "a.b(", "a[", "a?b:", "1+(", "{1:", "a.map(x,", "[?"] {
        assert!(parse(&piece.repeat(LONGEST / piece.len()), ALL).is_err(), "{piece}");
    }
    for piece in ["a.b", "a+", "a[1]", "a||", "-", "!", "1,", "'", "\"\"\"", "b'", "a<", "//"] {
        let _ = parse(&piece.repeat(LONGEST / piece.len()), ALL);
    }
    assert!(parse(&"a+".repeat(1 << 19), ALL).unwrap_err().message.contains("at most 100000 bytes"));
    // Terms of one chain do not stand in each other.
    let chain = vec!["a"; 10_000].join(" && ");
    assert_eq!(parse(&chain, ALL).unwrap().depth(), 2);
}

/// Pieces that meet in expressions.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "a", "x", ".", "?", "[", "]", "(", ")", "{", "}", ",", ":", "1", "2u", "1.5", "'t'", "b'b'", "true", "null",
        "!", "-", "+", "*", "==", "<", "in", "&&", "||", "has(", ".all(x,", ".map(x,", "// ", "\n", "for",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.join(" "))
}

/// Texts of expressions that hold.
fn expressions() -> impl Strategy<Value = String> {
    let leaf =
        prop::sample::select(vec!["a", "-1", "2u", "1.5", "'t\\n'", "b'\\xff'", "true", "null", ".b", "[]", "{}"]);
    leaf.prop_map(str::to_owned).prop_recursive(6, 64, 3, |inner| {
        (
            prop::sample::select(vec![
                "(A) + (B)",
                "(A) - (B)",
                "(A) && (B)",
                "A && (B)",
                "(A) || (B)",
                "(A) ? (B) : (C)",
                "!(A)",
                "-(A)",
                "(A).f",
                "(A).?f",
                "(A)[B]",
                "(A)[?B]",
                "f(A, B)",
                "(A).f(B)",
                "has((A).f)",
                "(A).all(x, B)",
                "(A).map(x, B, C)",
                "[A, ?B]",
                "{A: B, ?C: A}",
                "m.n{f: A, ?g: B}",
                "(A) in (B)",
                "(A) == (B)",
                "(A) % (B)",
                "(A).optMap(x, B)",
            ]),
            inner.clone(),
            inner.clone(),
            inner,
        )
            .prop_map(|(form, a, b, c)| {
                form.split_inclusive(['A', 'B', 'C'])
                    .map(|part| match part.chars().last() {
                        Some('A') => part.replace('A', &a),
                        Some('B') => part.replace('B', &b),
                        Some('C') => part.replace('C', &c),
                        _ => part.to_owned(),
                    })
                    .collect()
            })
    })
}

proptest! {
    #[test]
    fn any_text_is_answered(source in any::<String>()) {
        let _ = parse(&source, ALL);
    }

    #[test]
    fn any_pieces_are_answered_and_what_is_read_is_written_again(source in pieces()) {
        if let Ok(expr) = parse(&source, ALL) {
            prop_assert_eq!(parse(&expr.to_string(), ALL), Ok(expr));
        }
    }

    #[test]
    fn what_is_read_is_written_again(source in expressions()) {
        if let Ok(expr) = parse(&source, ALL) {
            prop_assert_eq!(parse(&expr.to_string(), ALL), Ok(expr));
        }
    }
}
