//! The expressions of the configuration: what each may speak of, and what it must give.

mod disk;
mod link;
mod oom;
mod units;
mod volume;

use std::fmt;

pub use disk::DISK;
pub use link::LINK;
use minos_cel::{Checked, Declared, Environment, Type, Variable};
pub use oom::{RANKING, TRIGGER};
pub use volume::VOLUME;

use crate::{
    node::Node,
    schema::{Context, Decode, Scalar, Shape, nearest, wrong},
};

/// More names than these are not listed with an unknown one.
const LISTED: usize = 24;

const fn variable(name: &'static str, holds: Declared) -> Variable {
    Variable { name, holds }
}

macro_rules! expressions {
    ($( $(#[$meta:meta])* $name:ident: $environment:ident, $result:ident; )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// As it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The expression behind the text; nothing when there is none.
            pub fn checked(&self) -> Option<Checked> {
                minos_cel::check(&self.0, &$environment).ok()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Decode for $name {
            const SHAPE: Shape = Shape::Scalar(Scalar::Expression);

            fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
                decode(node, cx, &$environment, &Type::$result).map(Self)
            }

            fn encode(&self) -> Node {
                Node::text(&self.0)
            }

            fn is_absent(&self) -> bool {
                self.0.is_empty()
            }
        }
    )* };
}

expressions! {
    /// True for the disks that are meant.
    DiskExpression: DISK, Bool;
    /// True for the volumes that are meant.
    VolumeExpression: VOLUME, Bool;
    /// True for the links that are meant.
    LinkExpression: LINK, Bool;
    /// True when memory is so short that something has to end.
    TriggerExpression: TRIGGER, Bool;
    /// How well a control group can be spared.
    RankingExpression: RANKING, Double;
}

fn decode(node: &Node, cx: &mut Context, environment: &Environment, wanted: &Type) -> Option<String> {
    let Some(text) = node.as_text().filter(|text| !text.trim().is_empty()) else {
        wrong(node, cx, "an expression");
        return None;
    };
    match minos_cel::check(text, environment) {
        Ok(checked) if checked.result == *wanted => return Some(text.to_owned()),
        Ok(checked) => cx.problem(node.at, result_message(&checked.result, wanted)),
        Err(problems) => problems.iter().for_each(|problem| cx.problem(node.at, message(problem))),
    }
    None
}

fn result_message(found: &Type, wanted: &Type) -> String {
    let wanted = if *wanted == Type::Bool { "true or false (bool)" } else { "a number (double)" };
    let hint = match found {
        Type::Int | Type::Uint if !wanted.contains("bool") => "; double(…) makes it one",
        _ => "",
    };
    format!("this expression gives {found}, wanted {wanted}{hint}")
}

/// What is wrong, what may have been meant, what is known, and where.
fn message(problem: &minos_cel::Problem) -> String {
    let mut message = problem.message.clone();
    if let Some(unknown) = &problem.unknown {
        let known = unknown.known.iter().map(String::as_str);
        // A call with the wrong arguments has the right name.
        let near = nearest(&unknown.name, known).filter(|near| *near != unknown.name);
        if let Some(near) = near {
            message.push_str(&format!(", did you mean {near:?}?"));
        }
        if unknown.known.len() <= LISTED && !unknown.known.contains(&unknown.name) {
            let known = if near.is_some() { " Known: " } else { "; known: " };
            message.push_str(&format!("{known}{}", unknown.known.join(", ")));
        }
    }
    format!("{message} ({})", problem.place())
}

#[cfg(test)]
mod tests;
