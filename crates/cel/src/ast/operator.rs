/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`.
    Not,
    /// `-`.
    Negate,
}

/// An operator that joins any number of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogicOp {
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `in`.
    In,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Remainder,
}

/// A call that brings a variable of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Macro {
    /// True when the body is true for each.
    All,
    /// True when the body is true for at least one.
    Exists,
    /// True when the body is true for exactly one.
    ExistsOne,
    /// The list of what the body gives.
    Map,
    /// The list of those for which the body is true.
    Filter,
    /// What the body gives for the value of an optional one, when there is a value.
    OptionalMap,
    /// The same, when the body gives an optional value itself.
    OptionalFlatMap,
}

impl UnaryOp {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Not => "!",
            Self::Negate => "-",
        }
    }
}

impl LogicOp {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
        }
    }
}

impl BinaryOp {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    pub(crate) fn from_symbol(symbol: &str) -> Option<Self> {
        use BinaryOp::{
            Add, Divide, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, Multiply, NotEqual, Remainder, Subtract,
        };
        let all = [
            Equal,
            NotEqual,
            Less,
            LessOrEqual,
            Greater,
            GreaterOrEqual,
            In,
            Add,
            Subtract,
            Multiply,
            Divide,
            Remainder,
        ];
        all.into_iter().find(|op| op.symbol() == symbol)
    }
}

impl Macro {
    /// The name of the call.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Exists => "exists",
            Self::ExistsOne => "exists_one",
            Self::Map => "map",
            Self::Filter => "filter",
            Self::OptionalMap => "optMap",
            Self::OptionalFlatMap => "optFlatMap",
        }
    }
}
