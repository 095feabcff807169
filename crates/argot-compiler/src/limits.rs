//! Limits on how large things may grow in the compiler.
//!
//! A source file is at most [`MAX_SOURCE_BYTES`](argot_syntax::MAX_SOURCE_BYTES) long and nests at most [`MAX_NESTING`]
//! deep. Names defeat both limits: with thirty lines such as `const A1 = [A0, A0]`, a file of 800 bytes describes a
//! list of a billion elements. So everything that is built by combining names is bounded here. Each limit is far above
//! anything a target accepts.

use argot_syntax::MAX_NESTING;

use crate::{Type, Value};

/// The maximum length of a text, in bytes. A cluster stores objects of up to about 1 MiB.
pub const MOST_TEXT: usize = 4 << 20;

/// The most numbers a constant range may expand to. Argo's schema accepts 200 tasks in a graph, and a run on plain
/// Kubernetes has 5,000 Jobs.
pub const MOST_RANGE: i64 = 100_000;

/// The most parts a value may have: the value itself, its elements and fields, and theirs. It is more than the longest
/// range has.
pub const MOST_PARTS: usize = 150_000;

/// The maximum nesting of lists and records in a value. It is the same as in a source file, and as deep as most
/// programs read JSON.
pub const DEEPEST_VALUE: usize = MAX_NESTING;

/// The most parts a type may have: the type itself, its fields, elements and members, and theirs.
pub const MOST_TYPE_PARTS: usize = 10_000;

/// The maximum nesting of a type, the same as in a source file.
pub const DEEPEST_TYPE: usize = MAX_NESTING;

/// The maximum nesting of pipelines and blocks, following calls. Argo runs nested graphs to a depth of 99, and a loop
/// is two graphs. In a debug build, a plan of loops this deep uses most of a 2 MiB stack.
pub const DEEPEST_CALLS: usize = 50;

/// The most bytes of values that names may expand to in a whole program, and again in a plan. [`MOST_BYTES_PER_SOURCE`]
/// is added for each byte of the sources, so a file reaches the limit by what it multiplies, not by what it spells out.
pub const MOST_BYTES: usize = 64 << 20;

/// See [`MOST_BYTES`].
pub const MOST_BYTES_PER_SOURCE: usize = 64;

/// The most tasks a plan may have in addition to those that are written, because pipelines are used in more than one
/// way.
pub const MOST_COPIED_TASKS: usize = 10_000;

/// The most parts of an expression that the run evaluates. It is copied to every place that uses it.
pub const MOST_EXPRESSION: usize = 2_000;

/// How often a plan visits a step or graph with the known values of its inputs. If pipelines call each other with
/// values made from their own inputs, the number of sets of values can double with each call. Beyond this limit, values
/// that come through inputs are not checked against the rules for constants.
pub const MOST_LOOKS: usize = 200_000;

/// How many sets of known inputs targets check steps with. A step has more than one if its calls pass different values
/// to its attributes.
pub const MOST_KNOWN: usize = 1_000;

/// How many unknown names in one file get a suggestion. Each is compared with all names in scope.
pub const MOST_SUGGESTIONS: usize = 20;

/// How many pairs of letters are compared for the suggestions in one file: 20 names of 14 letters with a thousand
/// others. Comparing two names costs the product of their lengths.
pub const MOST_COMPARED: usize = 4_000_000;

/// The length, in letters, up to which a name gets a suggestion.
pub const LONGEST_SUGGESTION: usize = 100;

/// How much of something may still be created.
#[derive(Debug, Clone)]
pub struct Budget {
    most: usize,
    left: Option<usize>,
}

/// The answer of a [`Budget`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// The budget was sufficient.
    Fine,
    /// The budget was exceeded for the first time.
    Over,
    /// The budget had been exceeded before.
    Gone,
}

impl Budget {
    /// The budget for the values of a program whose sources have this many bytes.
    pub fn of_values(source: usize) -> Self {
        Self::new(MOST_BYTES.saturating_add(source.saturating_mul(MOST_BYTES_PER_SOURCE)))
    }

    /// Creates a budget of this amount.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            left: Some(most),
        }
    }

    /// The initial amount.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether the budget was exceeded.
    pub fn is_gone(&self) -> bool {
        self.left.is_none()
    }

    /// Spends some of the budget. Once it is exceeded, nothing more can be spent.
    pub fn spend(&mut self, amount: usize) -> Spent {
        let Some(left) = self.left else {
            return Spent::Gone;
        };
        self.left = left.checked_sub(amount);
        match self.left {
            Some(_) => Spent::Fine,
            None => Spent::Over,
        }
    }
}

/// The size of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// The number of parts: the value, its elements and fields, and theirs.
    pub parts: usize,
    /// The nesting depth of lists and records.
    pub depth: usize,
    /// About how many bytes of memory it uses, without the `Value` itself.
    pub bytes: usize,
}

/// The overhead of a record entry, in addition to its key and value.
const ENTRY: usize = 48;

impl Value {
    /// Its size.
    pub fn size(&self) -> Size {
        let mut size = Size {
            parts: 1,
            depth: 0,
            bytes: 0,
        };
        let mut add = |value: &Self, extra: usize| {
            let inner = value.size();
            size.parts = size.parts.saturating_add(inner.parts);
            size.depth = size.depth.max(inner.depth + 1);
            let own = size_of::<Self>() + extra + inner.bytes;
            size.bytes = size.bytes.saturating_add(own);
        };
        match self {
            Self::List(items) => items.iter().for_each(|item| add(item, 0)),
            Self::Record(fields) => fields
                .iter()
                .for_each(|(name, value)| add(value, ENTRY + name.len())),
            Self::String(text) => size.bytes = text.len(),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Quantity(_)
            | Self::Duration(_) => {}
        }
        size
    }
}

impl Size {
    /// The reason why a value of this size is refused, if it is.
    pub fn refused(self) -> Option<String> {
        if self.depth > DEEPEST_VALUE {
            Some(format!(
                "lists and records are nested more than {DEEPEST_VALUE} deep"
            ))
        } else if self.parts > MOST_PARTS {
            Some(format!("it has more than {MOST_PARTS} parts"))
        } else {
            None
        }
    }
}

impl Type {
    /// The reason why a type as large as this one is refused, if it is.
    pub fn refused(&self) -> Option<String> {
        let mut left = MOST_TYPE_PARTS;
        match self.count(0, &mut left) {
            None => Some(format!("types are nested more than {DEEPEST_TYPE} deep")),
            Some(()) if left == 0 => Some(format!("it has more than {MOST_TYPE_PARTS} parts")),
            Some(()) => None,
        }
    }

    /// The number of parts, counted up to the limit.
    pub fn parts(&self) -> usize {
        let mut left = MOST_TYPE_PARTS;
        // If the type is too deep, this is a lower bound.
        self.count(0, &mut left);
        MOST_TYPE_PARTS - left
    }

    /// Counts down to zero. `None` if it is too deep.
    fn count(&self, depth: usize, left: &mut usize) -> Option<()> {
        if depth > DEEPEST_TYPE {
            return None;
        }
        *left = left.saturating_sub(1);
        if *left == 0 {
            return Some(());
        }
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Optional(inner) => {
                inner.count(depth + 1, left)
            }
            Self::Record(fields) => fields
                .iter()
                .try_for_each(|field| field.ty.count(depth + 1, left)),
            Self::Enum(members) => {
                *left = left.saturating_sub(members.len());
                Some(())
            }
            _ => Some(()),
        }
    }
}

/// The names of a chain, shortened to the first and the last ones.
pub(crate) fn chain<T: AsRef<str>>(names: &[T]) -> String {
    const FIRST: usize = 4;
    const LAST: usize = 3;
    let joined = |names: &[T]| {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        names.join(" → ")
    };
    match (
        names.get(..FIRST),
        names.get(names.len().saturating_sub(LAST)..),
        names.len().checked_sub(FIRST + LAST),
    ) {
        (Some(first), Some(last), Some(between)) if between > 1 => {
            format!("{} → {between} more → {}", joined(first), joined(last))
        }
        _ => joined(names),
    }
}
