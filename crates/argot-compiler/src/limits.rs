//! How large the compiler lets things grow.
//!
//! A source file is at most [`MAX_SOURCE_BYTES`](argot_syntax::MAX_SOURCE_BYTES) long and nests at most
//! [`MAX_NESTING`] deep. Names undo both: with thirty lines such as `const A1 = [A0, A0]` a file of 800
//! bytes stands for a list of a billion elements. So whatever names are put together to is bounded here.
//! Each limit is far above anything that a target takes.

use argot_syntax::MAX_NESTING;

use crate::{Type, Value};

/// The longest text, in bytes. A cluster stores an object of about 1 MiB.
pub const MOST_TEXT: usize = 4 << 20;

/// The most numbers that a constant range is written out to. Argo's schema takes 200 tasks in a graph, and
/// a run on plain Kubernetes has 5,000 Jobs.
pub const MOST_RANGE: i64 = 100_000;

/// The most parts of a value: it, its elements and fields, and theirs. More than those of the longest range.
pub const MOST_PARTS: usize = 150_000;

/// The deepest that lists and records lie in each other in a value: as deep as in a source file, and as deep
/// as most programs read JSON.
pub const DEEPEST_VALUE: usize = MAX_NESTING;

/// The most parts of a type: it, its fields, elements and members, and theirs.
pub const MOST_TYPE_PARTS: usize = 10_000;

/// The deepest that types lie in each other in a type: as deep as in a source file.
pub const DEEPEST_TYPE: usize = MAX_NESTING;

/// The deepest that pipelines and blocks lie in each other, calls followed. Argo runs graphs in graphs to a
/// depth of 99, and a loop is two of them. A plan of loops this deep takes most of a stack of 2 MiB in a debug
/// build.
pub const DEEPEST_CALLS: usize = 50;

/// The most bytes of values that names are written out to in a whole program, and again in a plan. To this
/// comes [`MOST_BYTES_PER_SOURCE`] for each byte of the sources, so that a limit is met by what a file
/// multiplies, not by what it says.
pub const MOST_BYTES: usize = 64 << 20;

/// See [`MOST_BYTES`].
pub const MOST_BYTES_PER_SOURCE: usize = 64;

/// The most tasks that a plan may have because pipelines are used in more than one way, on top of the tasks
/// that are written.
pub const MOST_COPIED_TASKS: usize = 10_000;

/// The most parts of an expression that is worked out by the run. It is copied to wherever it is used.
pub const MOST_EXPRESSION: usize = 2_000;

/// How often a plan looks at a step or graph with the values that are known of its inputs. Pipelines that call each
/// other with values made of their own inputs can have twice as many sets of values with each call; beyond this, what
/// comes through inputs is not held to the rules for constants.
pub const MOST_LOOKS: usize = 200_000;

/// How many sets of known inputs targets judge steps with. There is more than one for a step whose calls give
/// different values to its attributes.
pub const MOST_KNOWN: usize = 1_000;

/// How many unknown names of one file get a suggestion. Each is compared with all names in scope.
pub const MOST_SUGGESTIONS: usize = 20;

/// How many pairs of letters are compared for the suggestions of one file: 20 names of 14 letters with a thousand others. The
/// comparison of two names takes the product of their lengths.
pub const MOST_COMPARED: usize = 4_000_000;

/// How many letters a name may have to get a suggestion.
pub const LONGEST_SUGGESTION: usize = 100;

/// How much of something may still be made.
#[derive(Debug, Clone)]
pub struct Budget {
    most: usize,
    left: Option<usize>,
}

/// What a [`Budget`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// There was enough.
    Fine,
    /// There was not enough, for the first time.
    Over,
    /// There was not enough before.
    Gone,
}

impl Budget {
    /// The budget for values of a program with so many bytes of sources.
    pub fn of_values(source: usize) -> Self {
        Self::new(MOST_BYTES.saturating_add(source.saturating_mul(MOST_BYTES_PER_SOURCE)))
    }

    /// A budget of so much.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            left: Some(most),
        }
    }

    /// All that could be made.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether there was not enough.
    pub fn is_gone(&self) -> bool {
        self.left.is_none()
    }

    /// Makes something. Once there is not enough, nothing can be made.
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
    /// It, its elements and fields, and theirs.
    pub parts: usize,
    /// How deep lists and records lie in each other.
    pub depth: usize,
    /// About how much memory it takes beside its own place.
    pub bytes: usize,
}

/// What an entry of a record takes beside its key and value.
const ENTRY: usize = 48;

impl Value {
    /// How large it is.
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
    /// Why a value of this size is not made.
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
    /// Why a type as large as this one is not made.
    pub fn refused(&self) -> Option<String> {
        let mut left = MOST_TYPE_PARTS;
        match self.count(0, &mut left) {
            None => Some(format!("types are nested more than {DEEPEST_TYPE} deep")),
            Some(()) if left == 0 => Some(format!("it has more than {MOST_TYPE_PARTS} parts")),
            Some(()) => None,
        }
    }

    /// How many parts it has, counted up to the limit.
    pub fn parts(&self) -> usize {
        let mut left = MOST_TYPE_PARTS;
        // What is too deep has many parts as well, as far as anybody asks.
        self.count(0, &mut left);
        MOST_TYPE_PARTS - left
    }

    /// Counts down to zero; `None` where it is too deep.
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

/// The names of a chain, so many that one sees what it is: the first and the last ones.
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
