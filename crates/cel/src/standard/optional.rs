use super::{A, LIST, OPTIONAL};
use crate::environment::{Declared, Function, Overload};

const OPTIONALS: Declared = Declared::List(&OPTIONAL);

/// What optional values bring.
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "optional.of", overloads: &[Overload::global(&[A], OPTIONAL)] },
    Function { name: "optional.ofNonZeroValue", overloads: &[Overload::global(&[A], OPTIONAL)] },
    Function { name: "optional.none", overloads: &[Overload::global(&[], OPTIONAL)] },
    Function { name: "optional.unwrap", overloads: &[Overload::global(&[OPTIONALS], LIST)] },
    Function { name: "value", overloads: &[Overload::member(&[OPTIONAL], A)] },
    Function { name: "hasValue", overloads: &[Overload::member(&[OPTIONAL], Declared::Bool)] },
    Function { name: "or", overloads: &[Overload::member(&[OPTIONAL, OPTIONAL], OPTIONAL)] },
    Function { name: "orValue", overloads: &[Overload::member(&[OPTIONAL, A], A)] },
    Function { name: "first", overloads: &[Overload::member(&[LIST], OPTIONAL)] },
    Function { name: "last", overloads: &[Overload::member(&[LIST], OPTIONAL)] },
    Function { name: "unwrapOpt", overloads: &[Overload::member(&[OPTIONALS], LIST)] },
];
