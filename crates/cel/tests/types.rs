//! Which type an expression has, and that telling it never takes long.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_cel::{Constant, Declared, Environment, Function, Literal, Message, Overload, Variable, check};
use proptest::prelude::*;

static CAR: Message = Message {
    name: "a car",
    fields: &[
        ("doors", Declared::Uint),
        ("names", Declared::List(&Declared::String)),
        ("owner", Declared::Message(&OWNER)),
    ],
};
static OWNER: Message = Message { name: "an owner", fields: &[("age", Declared::Int)] };

static CARS: Environment = Environment {
    variables: &[
        Variable { name: "car", holds: Declared::Message(&CAR) },
        Variable { name: "maybe", holds: Declared::Optional(&Declared::Message(&CAR)) },
        Variable { name: "weights", holds: Declared::Map(&Declared::Int, &Declared::Double) },
    ],
    constants: &[&[Constant { name: "Two", value: Literal::Uint(2) }]],
    functions: &[Function { name: "honk", overloads: &[Overload::global(&[Declared::String], Declared::Bool)] }],
    optional: true,
};

fn told(source: &str) -> String {
    match check(source, &CARS) {
        Ok(checked) => checked.result.to_string(),
        Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn every_expression_has_its_type() {
    let cases = [
        ("car", "a car"),
        ("car.doors * Two", "uint"),
        ("car.owner.age", "int"),
        ("car.names[0]", "string"),
        ("maybe.owner.age", "optional(int)"),
        ("maybe.?owner.?age.orValue(1)", "int"),
        ("maybe.names[0].value()", "string"),
        ("car.names[?0]", "optional(string)"),
        ("weights[1]", "double"),
        ("weights.map(k, weights[k])", "list(double)"),
        ("weights.filter(k, k > 1)", "list(int)"),
        ("car.names.map(n, n.size() > 1, [n])", "list(list(string))"),
        ("[]", "list(dyn)"),
        ("[1, 'a']", "list(dyn)"),
        ("[[], [1]]", "list(list(int))"),
        ("{'a': [], 'b': [1u]}", "map(string, list(uint))"),
        ("[null, duration('1s')]", "list(duration)"),
        ("true ? [] : [1]", "list(int)"),
        ("[] + [1]", "list(int)"),
        ("timestamp(0) - timestamp(0)", "duration"),
        ("timestamp(0) - duration(0)", "timestamp"),
        ("dyn(1) + 1", "int"),
        ("dyn(1) + dyn(1)", "dyn"),
        ("dyn(1).a[0]", "dyn"),
        ("type(1) == int", "bool"),
        ("type(1)", "type(int)"),
        ("optional.of(1).optMap(x, [x])", "optional(list(int))"),
        ("optional.of(1).optFlatMap(x, optional.none())", "optional(dyn)"),
        ("optional.none().orValue(1u)", "uint"),
        ("[?optional.of(1)]", "list(int)"),
        ("[1].exists_one(car, car > 0)", "bool"),
        ("[1].all(car, .car.doors > 1u)", "bool"),
        ("[1].all(x, x < Two)", "bool"),
        ("car == null", "bool"),
        ("has(car.owner.age)", "bool"),
        ("honk('a')", "bool"),
    ];
    for (source, wanted) in cases {
        assert_eq!(told(source), wanted, "{source}");
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let cases = [
        ("car.door", "a car has no field \"door\" (column 5 of the expression)"),
        ("car.doors > 1", "\">\" does not go with uint and int, write 1u (column 11 of the expression)"),
        ("weights[1] < 2", "\"<\" does not go with double and int, write 2.0 (column 12 of the expression)"),
        (
            "car.doors == car.owner.age",
            "\"==\" does not go with uint and int, turn one of them into the other's type with int(), uint() or double() (column 11 of the expression)",
        ),
        (
            "1 in 2",
            "\"in\" does not go with int and int: on the right side of \"in\" stands a list or a map (column 3 of the expression)",
        ),
        (
            "1.5 % 0.5",
            "\"%\" does not go with double and double: only whole numbers have a remainder (column 5 of the expression)",
        ),
        ("!1", "\"!\" wants what is true or false, found int (column 1 of the expression)"),
        ("-1u", "\"-\" wants an int or a double, found uint (column 1 of the expression)"),
        ("true && 1", "\"&&\" joins what is true or false, found int (column 9 of the expression)"),
        ("1 ? 2 : 3", "what stands before ? is true or false, found int (column 1 of the expression)"),
        ("true ? 1 : 'a'", "both results of ?: have one type, found int and string (column 6 of the expression)"),
        ("weights['a']", "this map is indexed by int, found string (column 8 of the expression)"),
        ("[1]['a']", "a list is indexed by an int, found string (column 4 of the expression)"),
        ("1[0]", "only a list or a map has an index, found int (column 2 of the expression)"),
        ("'a'.b", "string has no fields, found .b (column 5 of the expression)"),
        ("honk(1)", "found honk(int), wanted honk(string) (column 1 of the expression)"),
        ("honk", "\"honk\" is a function: wanted honk(…) (column 1 of the expression)"),
        ("horn('a')", "there is no function \"horn\" (column 1 of the expression)"),
        ("[1].any('x', true)", "there is no function \"any\" (column 5 of the expression)"),
        (
            "[1].all(x)",
            "\"x\" is not known (column 9 of the expression); all() wants a name and an expression (column 5 of the expression)",
        ),
        ("optional.some(1)", "there is no function \"optional.some\" (column 10 of the expression)"),
        ("1.all(x, true)", "all() walks through a list or a map, found int (column 1 of the expression)"),
        ("[1].all(x, x)", "all() wants what is true or false, found int (column 12 of the expression)"),
        ("[?1]", "after ? stands an optional value, found int (column 3 of the expression)"),
        ("m.n{}", "there is no message \"m.n\" that an expression can make (column 1 of the expression)"),
        (
            "bus > 1 && car.wings",
            "\"bus\" is not known (column 1 of the expression); a car has no field \"wings\" (column 16 of the expression)",
        ),
    ];
    for (source, wanted) in cases {
        assert_eq!(told(source), wanted, "{source}");
    }
}

#[test]
fn numbers_of_two_types_have_an_order_from_the_first_macro_on() {
    assert_eq!(told("[1].all(x, true) && 1 < 2u"), "bool");
    assert_eq!(
        told("1 < 2u && [1].all(x, true)"),
        "\"<\" does not go with int and uint, write 1u (column 3 of the expression)"
    );
}

#[test]
fn types_that_grow_are_refused_soon() {
    let doubled = format!("[1]{}", ".map(x, {x: x})".repeat(50));
    assert!(told(&doubled).contains("too large"));
    let nested = format!("{}{}", "[".repeat(60), "]".repeat(60));
    assert!(check(&format!("{nested} == {nested}"), &CARS).is_ok());
    let wide = vec!["[[]]"; 10_000].join(" == ");
    assert!(check(&wide, &CARS).is_err());
    let wide = vec!["[[]] == [[1]]"; 5_000].join(" && ");
    assert!(check(&wide, &CARS).is_ok());
    let open = format!("[[]{}]", ", [[]]".repeat(10_000));
    assert!(check(&open, &CARS).is_ok());
}

proptest! {
    #[test]
    fn any_pieces_are_answered(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "car", ".doors", ".names", "maybe", "weights", "Two", "(", ")", "[", "]", "{", "}", ",", ":", " in ", "1", "2u",
                "1.5", "'t'", "true", "null", "!", "-", "+", "==", "<", "&&", "? ", "[]", "{}", "[[]]", "x", ".all(x,",
                ".map(x,", ".optMap(x,", ".filter(x,", "optional.none()", "optional.of(", "dyn(", "type(", "size(", ".?doors",
            ]),
            0..30,
        ),
    ) {
        let _ = check(&pieces.concat(), &CARS);
    }
}
