use super::{A, LIST, MAP};
use crate::environment::{
    Declared::{self, Bool, Bytes, Double, Duration, Dyn, Int, String, Timestamp, Uint},
    Function, Overload,
};

const fn from(one: &'static [Declared], result: Declared) -> Overload {
    Overload::global(one, result)
}

const fn on(target_and_arguments: &'static [Declared], result: Declared) -> Overload {
    Overload::member(target_and_arguments, result)
}

const fn function(name: &'static str, overloads: &'static [Overload]) -> Function {
    Function { name, overloads }
}

/// What turns a value of one type into one of another.
pub(super) const CONVERSIONS: &[Function] = &[
    function("type", &[from(&[A], Declared::Type(&A))]),
    function("dyn", &[from(&[A], Dyn)]),
    function("bool", &[from(&[Bool], Bool), from(&[String], Bool)]),
    function("bytes", &[from(&[Bytes], Bytes), from(&[String], Bytes)]),
    function(
        "double",
        &[from(&[Double], Double), from(&[Int], Double), from(&[String], Double), from(&[Uint], Double)],
    ),
    function("duration", &[from(&[Duration], Duration), from(&[Int], Duration), from(&[String], Duration)]),
    function(
        "int",
        &[
            from(&[Int], Int),
            from(&[Double], Int),
            from(&[Duration], Int),
            from(&[String], Int),
            from(&[Timestamp], Int),
            from(&[Uint], Int),
        ],
    ),
    function(
        "string",
        &[
            from(&[String], String),
            from(&[Bool], String),
            from(&[Bytes], String),
            from(&[Double], String),
            from(&[Duration], String),
            from(&[Int], String),
            from(&[Timestamp], String),
            from(&[Uint], String),
        ],
    ),
    function("timestamp", &[from(&[Timestamp], Timestamp), from(&[Int], Timestamp), from(&[String], Timestamp)]),
    function("uint", &[from(&[Uint], Uint), from(&[Double], Uint), from(&[Int], Uint), from(&[String], Uint)]),
];

/// A part of a point in time, in UTC or in a zone.
const OF_TIME: &[Overload] = &[on(&[Timestamp], Int), on(&[Timestamp, String], Int)];
/// The same, or of a length of time.
const OF_TIME_OR_LENGTH: &[Overload] = &[on(&[Timestamp], Int), on(&[Timestamp, String], Int), on(&[Duration], Int)];
const OF_TWO_TEXTS: &[Overload] = &[on(&[String, String], Bool)];

/// What looks into texts, collections and times.
pub(super) const TEXTS_AND_TIMES: &[Function] = &[
    function(
        "size",
        &[
            from(&[Bytes], Int),
            on(&[Bytes], Int),
            from(&[LIST], Int),
            on(&[LIST], Int),
            from(&[MAP], Int),
            on(&[MAP], Int),
            from(&[String], Int),
            on(&[String], Int),
        ],
    ),
    function("contains", OF_TWO_TEXTS),
    function("endsWith", OF_TWO_TEXTS),
    function("startsWith", OF_TWO_TEXTS),
    function("matches", &[from(&[String, String], Bool), on(&[String, String], Bool)]),
    function("getFullYear", OF_TIME),
    function("getMonth", OF_TIME),
    function("getDayOfYear", OF_TIME),
    function("getDayOfMonth", OF_TIME),
    function("getDate", OF_TIME),
    function("getDayOfWeek", OF_TIME),
    function("getHours", OF_TIME_OR_LENGTH),
    function("getMinutes", OF_TIME_OR_LENGTH),
    function("getSeconds", OF_TIME_OR_LENGTH),
    function("getMilliseconds", OF_TIME_OR_LENGTH),
];
