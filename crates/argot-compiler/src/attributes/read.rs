//! What reads values for the table of attributes: the checker offers it, the rows ask for it.

use indexmap::IndexMap;

use super::kind::{AmountOf, Keyed, RawForm, Row, Scalar, Texts};
use super::{Amount, Container, EnvFrom, EnvValue, Mount, OutputSettings, Raw};
use crate::{Expr, Location};

/// Reads the attribute that is being looked at, in one of the forms that values have. Each returns nothing if the value
/// is wrong and was reported.
pub trait Reader {
    /// A single value.
    fn scalar(&mut self, name: &'static str, kind: Scalar) -> Option<Expr>;
    /// A constant `bool`.
    fn constant_bool(&mut self, name: &'static str) -> Option<bool>;
    /// A list of values.
    fn texts(&mut self, name: &'static str, kind: Texts) -> Option<Vec<Expr>>;
    /// Values under keys of the author's own.
    fn keyed(&mut self, name: &'static str, kind: Keyed) -> Option<IndexMap<String, Expr>>;
    /// A quantity, or a request and a limit.
    fn amount(&mut self, of: AmountOf) -> Option<Amount>;
    /// Environment variables.
    fn env(&mut self) -> Option<IndexMap<String, EnvValue>>;
    /// Objects whose every key becomes an environment variable.
    fn env_from(&mut self) -> Option<Vec<EnvFrom>>;
    /// Volumes by path.
    fn mounts(&mut self) -> Option<IndexMap<String, Mount>>;
    /// Containers beside the step's own, each under its label.
    fn containers(&mut self, name: &'static str) -> Option<IndexMap<String, Container>>;
    /// The settings of outputs, by output.
    fn outputs(&mut self) -> Option<IndexMap<String, OutputSettings>>;
    /// The address of an artifact.
    fn location(&mut self) -> Option<Location>;
    /// Fields of the target's own.
    fn raw(&mut self, name: &'static str, form: RawForm) -> Option<Raw>;
    /// The places of the attributes between braces that exist in the group, each read in turn.
    fn block(&mut self, group: Group<'_>) -> argot_syntax::Span;
    /// A list of records, each read in turn: `begin` starts a record.
    fn records(
        &mut self,
        name: &'static str,
        begin: &mut dyn FnMut(argot_syntax::Span),
        group: Group<'_>,
    ) -> Option<()>;
}

/// A group of attributes that are read one by one.
pub struct Group<'g> {
    /// The attribute that holds them.
    pub name: &'static str,
    /// Their rows.
    pub rows: &'static [Row],
    /// The block that holds them.
    pub block: super::kind::Block,
    /// Attributes that must be there.
    pub required: &'static [&'static str],
    /// Reads an attribute: its row, and where its name is.
    pub read: &'g mut dyn FnMut(usize, argot_syntax::Span, &mut dyn Reader),
}
