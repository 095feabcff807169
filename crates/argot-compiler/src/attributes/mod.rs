//! The attributes of steps and pipelines after checking, with every value typed.
//!
//! | module | contents |
//! |---|---|
//! | `table` | the table, with a row for each attribute |
//! | `kind` | the parts of a row |
//! | `value` | the types of values that are more than an expression |
//! | `raw` | values in the target's own field names |
//! | `settings` | how to read, override and visit each type of value |
//! | `set` | sets of attributes, and the macro that makes the table |
//! | `pipeline` | getters of pipelines' attributes that are more than one row |
//! | `read` | the interface through which the checker reads values |
//!
//! A component, a pipeline's `defaults` and a call's `with` share one type, so merging is one function:
//! [`Attributes::merge`].

mod kind;
mod pipeline;
mod raw;
mod read;
mod set;
mod settings;
mod table;
mod value;

use serde::Serialize;

use crate::Expr;

pub use kind::{AmountOf, Block, Keyed, RawForm, Row, Rule, Scalar, Shape, Texts};
pub use raw::{Raw, RawField, RawKind};
pub use read::{Group, Reader};
pub use set::{Attribute, Nested, Set, Setting, Visit};
pub use table::*;
pub use value::{Amount, EnvFrom, EnvValue, Mount};

/// All attributes of one step.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Attributes {
    /// The step's own container. Its span is that of the component's name.
    #[serde(flatten)]
    pub main: Container,
    /// The step's pod.
    #[serde(flatten)]
    pub pod: Pod,
    /// How the step runs.
    #[serde(flatten)]
    pub step: Execution,
}

impl Attributes {
    /// Overrides these attributes with `over`: blocks and maps field by field, other values as a whole.
    pub fn merge(&mut self, over: &Self) {
        self.main.overlay(&over.main);
        self.pod.overlay(&over.pod);
        self.step.overlay(&over.step);
    }

    /// Every expression in these attributes, each with its rule.
    pub fn visit<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        self.main.visit(visit);
        self.pod.visit(visit);
        self.step.visit(visit);
    }

    /// Every expression in these attributes, each with the name of the attribute that holds it.
    pub fn exprs_mut(&mut self) -> Vec<(String, &mut Expr)> {
        let mut out = Vec::new();
        self.main.exprs_mut(&mut out);
        self.pod.exprs_mut(&mut out);
        self.step.exprs_mut(&mut out);
        out
    }

    /// The step's own container, then its init containers and sidecars.
    pub fn containers(&self) -> impl Iterator<Item = &Container> {
        let step = &self.step;
        let beside = step.init().values().chain(step.sidecar().values());
        std::iter::once(&self.main).chain(beside)
    }

    /// The same containers, mutable.
    pub fn containers_mut(&mut self) -> impl Iterator<Item = &mut Container> {
        let beside = self
            .step
            .iter_mut()
            .filter_map(|attribute| match attribute {
                ExecutionAttribute::Init(found) | ExecutionAttribute::Sidecar(found) => Some(found),
                _ => None,
            });
        std::iter::once(&mut self.main).chain(beside.flat_map(|containers| containers.values_mut()))
    }
}
