//! The interface for reading attribute values. The checker implements it; the rows of the table call it.

use indexmap::IndexMap;

use super::kind::{AmountOf, Block, Keyed, RawForm, Row, Scalar, Texts};
use super::raw::Raw;
use super::value::{Amount, EnvFrom, EnvValue, Mount};
use super::{Attributes, Container, OutputSettings};
use crate::{Expr, Location};

/// Reads the current attribute in one of the forms that values have. Each method returns `None` if the value is wrong,
/// after reporting it.
pub trait Reader {
    /// A single value.
    fn scalar(&mut self, name: &'static str, kind: Scalar) -> Option<Expr>;
    /// A constant `bool`.
    fn constant_bool(&mut self, name: &'static str) -> Option<bool>;
    /// A list of values.
    fn texts(&mut self, name: &'static str, kind: Texts) -> Option<Vec<Expr>>;
    /// Values under keys that the author chooses.
    fn keyed(&mut self, name: &'static str, kind: Keyed) -> Option<IndexMap<String, Expr>>;
    /// A quantity, or a request and a limit.
    fn amount(&mut self, of: AmountOf) -> Option<Amount>;
    /// Environment variables.
    fn env(&mut self) -> Option<IndexMap<String, EnvValue>>;
    /// Objects of which every key becomes an environment variable.
    fn env_from(&mut self) -> Option<Vec<EnvFrom>>;
    /// Volumes by path.
    fn mounts(&mut self) -> Option<IndexMap<String, Mount>>;
    /// Containers in addition to the step's own, by label.
    fn containers(&mut self, name: &'static str) -> Option<IndexMap<String, Container>>;
    /// The settings of outputs, by output name.
    fn outputs(&mut self) -> Option<IndexMap<String, OutputSettings>>;
    /// The location of an artifact.
    fn location(&mut self) -> Option<Location>;
    /// Fields in the target's own format.
    fn raw(&mut self, name: &'static str, form: RawForm) -> Option<Raw>;
    /// The attributes of steps between braces.
    fn defaults(&mut self) -> Attributes;
    /// Reads the attributes between braces that belong to the group, each in turn. Returns the span of the block.
    fn block(&mut self, group: Group<'_>) -> argot_syntax::Span;
    /// A list of records, each read in turn. `begin` starts a record.
    fn records(
        &mut self,
        name: &'static str,
        begin: &mut dyn FnMut(argot_syntax::Span),
        group: Group<'_>,
    ) -> Option<()>;
}

/// A group of attributes that are read one after another.
pub struct Group<'g> {
    /// The name of the attribute that contains them.
    pub name: &'static str,
    /// Their rows.
    pub rows: &'static [Row],
    /// The block that contains them.
    pub block: Block,
    /// Attributes that must be present.
    pub required: &'static [&'static str],
    /// Reads one attribute, given its row and the span of its name.
    pub read: &'g mut dyn FnMut(usize, argot_syntax::Span, &mut dyn Reader),
}
