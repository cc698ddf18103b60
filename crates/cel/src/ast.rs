mod operator;

use std::mem;

pub use operator::{BinaryOp, LogicOp, Macro, UnaryOp};

/// An expression. Two are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The byte of the text that it is told by: its operator, its name, or where it begins.
    pub at: usize,
    /// What it is.
    pub kind: ExprKind,
    depth: usize,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A value that is written out.
    Literal(Literal),
    /// A name.
    Name {
        /// The name.
        name: String,
        /// It has a dot before it: never the variable of a macro.
        global: bool,
    },
    /// `operand.field`.
    Select {
        /// What has the field.
        operand: Box<Expr>,
        /// The field's name.
        field: String,
        /// `operand.?field`: nothing when it is not there.
        optional: bool,
    },
    /// `has(operand.field)`.
    Has {
        /// What may have the field.
        operand: Box<Expr>,
        /// The field's name.
        field: String,
    },
    /// `operand[index]`.
    Index {
        /// A list or a map.
        operand: Box<Expr>,
        /// The position or the key.
        index: Box<Expr>,
        /// `operand[?index]`: nothing when it is not there.
        optional: bool,
    },
    /// `function(arguments)` or `target.function(arguments)`.
    Call {
        /// Its name; a dot before it has no effect and is left out.
        function: String,
        /// What it is called on. It may turn out to be the first part of the function's name.
        target: Option<Box<Expr>>,
        /// What it is called with.
        arguments: Vec<Expr>,
    },
    /// `!operand` or `-operand`.
    Unary {
        /// Which.
        op: UnaryOp,
        /// What it is done to.
        operand: Box<Expr>,
    },
    /// `left + right` and its like.
    Binary {
        /// Which.
        op: BinaryOp,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `first && second && …`, at least two.
    Logic {
        /// Which.
        op: LogicOp,
        /// The terms in order.
        terms: Vec<Expr>,
    },
    /// `condition ? yes : no`.
    Conditional {
        /// What decides.
        condition: Box<Expr>,
        /// The value when it is true.
        yes: Box<Expr>,
        /// The value when it is false.
        no: Box<Expr>,
    },
    /// `[element, …]`.
    List(Vec<Element>),
    /// `{key: value, …}`.
    Map(Vec<Entry>),
    /// `Name{field: value, …}`.
    Message {
        /// The message's name, with its dots.
        name: String,
        /// Its fields.
        fields: Vec<Field>,
    },
    /// `range.all(variable, body)` and its like.
    Comprehension {
        /// Which.
        kind: Macro,
        /// What is walked through, or the optional value that is looked into.
        range: Box<Expr>,
        /// The name that each element has inside.
        variable: String,
        /// Only for the `map` with three arguments: which elements are taken.
        filter: Option<Box<Expr>>,
        /// What is done with each element.
        body: Box<Expr>,
    },
}

/// A value that is written out.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// As `-1`.
    Int(i64),
    /// As `1u`.
    Uint(u64),
    /// As `1.5`.
    Double(f64),
    /// As `"text"`.
    String(String),
    /// As `b"bytes"`.
    Bytes(Vec<u8>),
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// `?value`: left out when there is none.
    pub optional: bool,
    /// The value.
    pub value: Expr,
}

/// One entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// `?key: value`: left out when there is no value.
    pub optional: bool,
    /// The key.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// One field of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// `?name: value`: left out when there is no value.
    pub optional: bool,
    /// Its name.
    pub name: String,
    /// The value.
    pub value: Expr,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Expr {
    /// One at a byte of the text.
    pub fn new(at: usize, kind: ExprKind) -> Self {
        let mut deepest = 0;
        kind.each_child(&mut |child| deepest = deepest.max(child.depth));
        Self { at, kind, depth: deepest + 1 }
    }

    /// How many expressions stand in each other.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Adds a term to a chain of `&&` or `||`.
    pub(crate) fn push_term(&mut self, term: Self) {
        self.depth = self.depth.max(term.depth + 1);
        if let ExprKind::Logic { terms, .. } = &mut self.kind {
            terms.push(term);
        }
    }

    /// Takes the kind out, for one who turns the expression into another.
    pub(crate) fn take_kind(&mut self) -> ExprKind {
        mem::replace(&mut self.kind, ExprKind::Literal(Literal::Null))
    }
}

impl ExprKind {
    /// Calls `visit` with each expression that stands directly inside, in the order of the text.
    pub fn each_child(&self, visit: &mut dyn FnMut(&Expr)) {
        match self {
            Self::Literal(_) | Self::Name { .. } => {}
            Self::Select { operand, .. } | Self::Has { operand, .. } | Self::Unary { operand, .. } => visit(operand),
            Self::Index { operand, index, .. } => [operand, index].into_iter().for_each(|child| visit(child)),
            Self::Call { target, arguments, .. } => target.as_deref().into_iter().chain(arguments).for_each(visit),
            Self::Binary { left, right, .. } => [left, right].into_iter().for_each(|child| visit(child)),
            Self::Logic { terms, .. } => terms.iter().for_each(visit),
            Self::Conditional { condition, yes, no } => [condition, yes, no].into_iter().for_each(|child| visit(child)),
            Self::List(elements) => elements.iter().for_each(|element| visit(&element.value)),
            Self::Map(entries) => entries.iter().flat_map(|entry| [&entry.key, &entry.value]).for_each(visit),
            Self::Message { fields, .. } => fields.iter().for_each(|field| visit(&field.value)),
            Self::Comprehension { range, filter, body, .. } => {
                visit(range);
                filter.as_deref().into_iter().chain([&**body]).for_each(visit);
            }
        }
    }
}
