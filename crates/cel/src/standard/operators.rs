use super::{A, B, LIST, MAP, OPTIONAL};
use crate::{
    ast::{BinaryOp, UnaryOp},
    environment::{
        Declared::{self, Bool, Bytes, Double, Duration, Int, String, Timestamp, Uint},
        Overload,
    },
};

const fn both(operand: &'static [Declared], result: Declared) -> Overload {
    Overload::global(operand, result)
}

/// `condition ? yes : no`.
pub(crate) const CONDITIONAL: &[Overload] = &[both(&[Bool, A, A], A)];

const EQUALITY: &[Overload] = &[both(&[A, A], Bool)];
const MEMBERSHIP: &[Overload] = &[both(&[A, LIST], Bool), both(&[A, MAP], Bool)];

const ORDER: &[Overload] = &[
    both(&[Bool, Bool], Bool),
    both(&[Int, Int], Bool),
    both(&[Uint, Uint], Bool),
    both(&[Double, Double], Bool),
    both(&[String, String], Bool),
    both(&[Bytes, Bytes], Bool),
    both(&[Timestamp, Timestamp], Bool),
    both(&[Duration, Duration], Bool),
];

/// Numbers of different types, in the order of the numbers.
const MIXED_ORDER: &[Overload] = &[
    both(&[Bool, Bool], Bool),
    both(&[Int, Int], Bool),
    both(&[Int, Double], Bool),
    both(&[Int, Uint], Bool),
    both(&[Uint, Uint], Bool),
    both(&[Uint, Double], Bool),
    both(&[Uint, Int], Bool),
    both(&[Double, Double], Bool),
    both(&[Double, Int], Bool),
    both(&[Double, Uint], Bool),
    both(&[String, String], Bool),
    both(&[Bytes, Bytes], Bool),
    both(&[Timestamp, Timestamp], Bool),
    both(&[Duration, Duration], Bool),
];

const SUM: &[Overload] = &[
    both(&[Bytes, Bytes], Bytes),
    both(&[Double, Double], Double),
    both(&[Duration, Duration], Duration),
    both(&[Duration, Timestamp], Timestamp),
    both(&[Timestamp, Duration], Timestamp),
    both(&[Int, Int], Int),
    both(&[LIST, LIST], LIST),
    both(&[String, String], String),
    both(&[Uint, Uint], Uint),
];

const DIFFERENCE: &[Overload] = &[
    both(&[Double, Double], Double),
    both(&[Duration, Duration], Duration),
    both(&[Int, Int], Int),
    both(&[Timestamp, Duration], Timestamp),
    both(&[Timestamp, Timestamp], Duration),
    both(&[Uint, Uint], Uint),
];

const NUMBERS: &[Overload] = &[both(&[Double, Double], Double), both(&[Int, Int], Int), both(&[Uint, Uint], Uint)];
const WHOLE_NUMBERS: &[Overload] = &[both(&[Int, Int], Int), both(&[Uint, Uint], Uint)];

const NOT: &[Overload] = &[both(&[Bool], Bool)];
const NEGATE: &[Overload] = &[both(&[Double], Double), both(&[Int], Int)];

const INDEX: &[Overload] = &[both(&[LIST, Int], A), both(&[MAP, A], B)];
const INDEX_WITH_OPTIONAL: &[Overload] = &[
    both(&[LIST, Int], A),
    both(&[MAP, A], B),
    both(&[Declared::Optional(&LIST), Int], OPTIONAL),
    both(&[Declared::Optional(&MAP), A], Declared::Optional(&B)),
];
const OPTIONAL_INDEX: &[Overload] = &[
    both(&[LIST, Int], OPTIONAL),
    both(&[Declared::Optional(&LIST), Int], OPTIONAL),
    both(&[MAP, A], Declared::Optional(&B)),
    both(&[Declared::Optional(&MAP), A], Declared::Optional(&B)),
];

/// The forms of an operator with two operands. With `mixed` the order of numbers of different types is known.
pub(crate) fn operator(op: BinaryOp, mixed: bool) -> &'static [Overload] {
    match op {
        BinaryOp::Equal | BinaryOp::NotEqual => EQUALITY,
        BinaryOp::In => MEMBERSHIP,
        BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
            if mixed {
                MIXED_ORDER
            } else {
                ORDER
            }
        }
        BinaryOp::Add => SUM,
        BinaryOp::Subtract => DIFFERENCE,
        BinaryOp::Multiply | BinaryOp::Divide => NUMBERS,
        BinaryOp::Remainder => WHOLE_NUMBERS,
    }
}

/// The forms of an operator with one operand.
pub(crate) fn unary(op: UnaryOp) -> &'static [Overload] {
    match op {
        UnaryOp::Not => NOT,
        UnaryOp::Negate => NEGATE,
    }
}

/// The forms of `[…]` and `[?…]`.
pub(crate) fn index(optional: bool, environment_has_optional: bool) -> &'static [Overload] {
    match (optional, environment_has_optional) {
        (true, _) => OPTIONAL_INDEX,
        (false, true) => INDEX_WITH_OPTIONAL,
        (false, false) => INDEX,
    }
}
