use minos_cel::{
    Constant,
    Declared::{Double, Duration, Dyn, Int, Map, Optional, String, Uint},
    Environment, Function, Literal, Overload,
};

use super::{units::UNITS, variable};

const fn class(name: &'static str, number: i64) -> Constant {
    Constant { name, value: Literal::Int(number) }
}

/// The classes of service of control groups, the least important first.
const CLASSES: &[Constant] = &[
    class("Besteffort", 0),
    class("Burstable", 1),
    class("Guaranteed", 2),
    class("Podruntime", 3),
    class("System", 4),
];

/// For telling when memory is short. A name with `d_` is the change since the last look, one with `qos_` has a value for
/// each class of service.
pub static TRIGGER: Environment = Environment {
    variables: &[
        variable("memory_some_avg10", Double),
        variable("memory_some_avg60", Double),
        variable("memory_some_avg300", Double),
        variable("memory_some_total", Double),
        variable("memory_full_avg10", Double),
        variable("memory_full_avg60", Double),
        variable("memory_full_avg300", Double),
        variable("memory_full_total", Double),
        variable("d_memory_some_avg10", Double),
        variable("d_memory_some_avg60", Double),
        variable("d_memory_some_avg300", Double),
        variable("d_memory_some_total", Double),
        variable("d_memory_full_avg10", Double),
        variable("d_memory_full_avg60", Double),
        variable("d_memory_full_avg300", Double),
        variable("d_memory_full_total", Double),
        variable("qos_memory_some_avg10", Map(&Int, &Double)),
        variable("qos_memory_some_avg60", Map(&Int, &Double)),
        variable("qos_memory_some_avg300", Map(&Int, &Double)),
        variable("qos_memory_some_total", Map(&Int, &Double)),
        variable("qos_memory_full_avg10", Map(&Int, &Double)),
        variable("qos_memory_full_avg60", Map(&Int, &Double)),
        variable("qos_memory_full_avg300", Map(&Int, &Double)),
        variable("qos_memory_full_total", Map(&Int, &Double)),
        variable("d_qos_memory_some_avg10", Map(&Int, &Double)),
        variable("d_qos_memory_some_avg60", Map(&Int, &Double)),
        variable("d_qos_memory_some_avg300", Map(&Int, &Double)),
        variable("d_qos_memory_some_total", Map(&Int, &Double)),
        variable("d_qos_memory_full_avg10", Map(&Int, &Double)),
        variable("d_qos_memory_full_avg60", Map(&Int, &Double)),
        variable("d_qos_memory_full_avg300", Map(&Int, &Double)),
        variable("d_qos_memory_full_total", Map(&Int, &Double)),
        variable("qos_memory_current", Map(&Int, &Double)),
        variable("qos_memory_peak", Map(&Int, &Double)),
        variable("qos_memory_max", Map(&Int, &Double)),
        variable("d_qos_memory_current", Map(&Int, &Double)),
        variable("d_qos_memory_peak", Map(&Int, &Double)),
        variable("d_qos_memory_max", Map(&Int, &Double)),
        variable("time_since_trigger", Duration),
    ],
    constants: &[UNITS, CLASSES],
    // The sum of what two maps have under the same keys, multiplied.
    functions: &[Function {
        name: "multiply_qos_vectors",
        overloads: &[Overload::global(&[Map(&Dyn, &Double), Map(&Dyn, &Double)], Double)],
    }],
    optional: true,
};

/// For telling how well a control group can be spared.
pub static RANKING: Environment = Environment {
    variables: &[
        variable("memory_max", Optional(&Uint)),
        variable("memory_current", Optional(&Uint)),
        variable("memory_peak", Optional(&Uint)),
        variable("path", String),
        variable("class", Int),
    ],
    constants: &[UNITS, CLASSES],
    functions: &[],
    optional: true,
};
