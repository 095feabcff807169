//! The types of attribute values: how to read, override and visit each of them.

use std::sync::LazyLock;

use argot_syntax::Span;
use indexmap::IndexMap;
use serde::Serialize;

use super::Container;
use super::kind::{AmountOf, Keyed, RawForm, Rule, Scalar, Shape, Texts};
use super::read::{Group, Reader};
use super::set::{Nested, Set, Setting, Visit};
use crate::{Expr, Location, VolumeExpr};

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvValue {
    /// A value, converted to its canonical text.
    Value(Expr),
    /// `secret(name, key)`.
    Secret {
        /// The Secret's name.
        name: Expr,
        /// The key in the Secret.
        key: Expr,
    },
    /// `config(name, key)`.
    Config {
        /// The ConfigMap's name.
        name: Expr,
        /// The key in the ConfigMap.
        key: Expr,
    },
    /// `field(path)`: a field of the pod.
    Field {
        /// The path of the field, such as `metadata.name`.
        path: String,
    },
}

/// An object of which every key becomes an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvFrom {
    /// `secret(name)`.
    Secret(Expr),
    /// `config(name)`.
    Config(Expr),
}

/// A request and a limit. `cpu = 4` sets both to the same value, `cpu = 4..8` sets one each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amount {
    /// The amount that the scheduler reserves.
    pub request: Expr,
    /// The amount that the container may not exceed.
    pub limit: Expr,
}

/// A volume that is mounted at a path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mount {
    /// The volume to mount.
    pub volume: VolumeExpr,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

/// A value in the target's own field names, with the spans of its keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Raw {
    /// The value itself.
    pub kind: RawKind,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// The forms of a raw value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RawKind {
    /// Named fields.
    Record(Vec<RawField>),
    /// A list.
    List(Vec<Raw>),
    /// A scalar, constant or not.
    Leaf(Expr),
}

/// A field of a raw record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RawField {
    /// The name of the field, as the target spells it.
    pub name: String,
    /// Where the name is written.
    #[serde(skip)]
    pub name_span: Span,
    /// The value.
    pub value: Raw,
}

impl Raw {
    /// Overrides this record with `over`, field by field; any other value is replaced.
    pub fn merge(&mut self, over: &Self) {
        match (&mut self.kind, &over.kind) {
            (RawKind::Record(mine), RawKind::Record(theirs)) => {
                for field in theirs {
                    match mine.iter_mut().find(|other| other.name == field.name) {
                        Some(other) => other.value.merge(&field.value),
                        None => mine.push(field.clone()),
                    }
                }
            }
            (mine, theirs) => {
                *mine = theirs.clone();
                self.span = over.span;
            }
        }
    }

    /// Calls `visit` with every expression in the value, mutable.
    pub fn for_each_expr(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        let mut found = Vec::new();
        self.leaves_mut(&mut found, "");
        for (_, expr) in found {
            visit(expr);
        }
    }

    /// Calls `visit` with every expression in the value.
    fn leaves<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            RawKind::Leaf(expr) => visit(expr),
            RawKind::List(items) => items.iter().for_each(|item| item.leaves(visit)),
            RawKind::Record(fields) => fields.iter().for_each(|field| field.value.leaves(visit)),
        }
    }

    fn leaves_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>, path: &str) {
        match &mut self.kind {
            RawKind::Leaf(expr) => out.push((path.to_owned(), expr)),
            RawKind::List(items) => {
                for item in items {
                    item.leaves_mut(out, path);
                }
            }
            RawKind::Record(fields) => {
                for field in fields {
                    field.value.leaves_mut(out, &field.name);
                }
            }
        }
    }
}

/// The getter of most values: it returns a reference if the attribute is set.
macro_rules! got_reference {
    () => {
        type Got<'a>
            = Option<&'a Self>
        where
            Self: 'a;

        fn got(found: Option<&Self>) -> Option<&Self> {
            found
        }
    };
}

/// The getter of a record: it returns an empty record if the attribute is not set.
macro_rules! got_entries {
    ($entry:ty) => {
        type Got<'a> = &'a Self;

        fn got(found: Option<&Self>) -> &Self {
            static EMPTY: LazyLock<IndexMap<String, $entry>> = LazyLock::new(IndexMap::new);
            found.unwrap_or(&EMPTY)
        }
    };
}

impl Setting for Expr {
    type Kind = Scalar;
    got_reference!();

    fn read(reader: &mut dyn Reader, name: &'static str, kind: Scalar) -> Option<Self> {
        reader.scalar(name, kind)
    }

    fn visit<'a>(&'a self, name: &'static str, kind: Scalar, visit: &mut Visit<'_, 'a>) {
        visit(name, kind.rule(), self);
    }

    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        out.push((name.to_owned(), self));
    }
}

impl Setting for bool {
    type Kind = ();
    type Got<'a> = Option<bool>;

    fn read(reader: &mut dyn Reader, name: &'static str, (): ()) -> Option<Self> {
        reader.constant_bool(name)
    }

    fn got(found: Option<&Self>) -> Option<bool> {
        found.copied()
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), _: &mut Visit<'_, 'a>) {}

    fn exprs_mut<'a>(&'a mut self, _: &'static str, _: &mut Vec<(String, &'a mut Expr)>) {}
}

impl Setting for Vec<Expr> {
    type Kind = Texts;
    type Got<'a> = Option<&'a [Expr]>;

    fn read(reader: &mut dyn Reader, name: &'static str, kind: Texts) -> Option<Self> {
        reader.texts(name, kind)
    }

    fn got(found: Option<&Self>) -> Option<&[Expr]> {
        found.map(Vec::as_slice)
    }

    fn visit<'a>(&'a self, name: &'static str, kind: Texts, visit: &mut Visit<'_, 'a>) {
        let rule = match kind {
            Texts::Each(rule) => rule,
            Texts::Arguments => Rule::Any,
        };
        self.iter().for_each(|expr| visit(name, rule, expr));
    }

    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        out.extend(self.iter_mut().map(|expr| (name.to_owned(), expr)));
    }
}

/// Adds the entries of one map to another, replacing entries that are in both.
fn lay_entries<T: Clone>(mine: &mut IndexMap<String, T>, over: &IndexMap<String, T>) {
    for (name, value) in over {
        mine.insert(name.clone(), value.clone());
    }
}

impl Setting for IndexMap<String, Expr> {
    type Kind = Keyed;
    got_entries!(Expr);

    fn read(reader: &mut dyn Reader, name: &'static str, kind: Keyed) -> Option<Self> {
        reader.keyed(name, kind)
    }

    fn lay(&mut self, over: &Self) {
        lay_entries(self, over);
    }

    fn visit<'a>(&'a self, _: &'static str, kind: Keyed, visit: &mut Visit<'_, 'a>) {
        let rule = match kind {
            Keyed::Labels(rule) => rule,
            Keyed::Devices => Rule::Devices,
            Keyed::Plain => Rule::Any,
        };
        self.iter().for_each(|(name, expr)| visit(name, rule, expr));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        out.extend(self.iter_mut().map(|(name, expr)| (name.clone(), expr)));
    }
}

impl Setting for Amount {
    type Kind = AmountOf;
    got_reference!();

    fn read(reader: &mut dyn Reader, _: &'static str, of: AmountOf) -> Option<Self> {
        reader.amount(of)
    }

    fn visit<'a>(&'a self, name: &'static str, of: AmountOf, visit: &mut Visit<'_, 'a>) {
        visit(name, Rule::Amount(of), &self.request);
        if !self.is_one() {
            visit(name, Rule::Amount(of), &self.limit);
        }
    }

    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        out.push((name.to_owned(), &mut self.request));
        out.push((name.to_owned(), &mut self.limit));
    }
}

impl Amount {
    /// Whether the request and the limit are the same value.
    pub(crate) fn is_one(&self) -> bool {
        self.request.span.key() == self.limit.span.key()
    }
}

impl Setting for IndexMap<String, EnvValue> {
    type Kind = ();
    got_entries!(EnvValue);

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.env()
    }

    fn lay(&mut self, over: &Self) {
        lay_entries(self, over);
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        for (variable, value) in self {
            match value {
                EnvValue::Value(expr) => visit(variable, Rule::Any, expr),
                EnvValue::Secret { name, key } | EnvValue::Config { name, key } => {
                    visit("name", Rule::ObjectName, name);
                    visit("key", Rule::DataKey, key);
                }
                EnvValue::Field { .. } => {}
            }
        }
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        for (variable, value) in self {
            match value {
                EnvValue::Value(expr) => out.push((variable.clone(), expr)),
                EnvValue::Secret { name, key } | EnvValue::Config { name, key } => {
                    out.push((variable.clone(), name));
                    out.push((variable.clone(), key));
                }
                EnvValue::Field { .. } => {}
            }
        }
    }
}

impl Setting for Vec<EnvFrom> {
    type Kind = ();
    got_reference!();

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.env_from()
    }

    fn visit<'a>(&'a self, name: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        for source in self {
            match source {
                EnvFrom::Secret(expr) | EnvFrom::Config(expr) => {
                    visit(name, Rule::ObjectName, expr)
                }
            }
        }
    }

    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        for source in self {
            match source {
                EnvFrom::Secret(expr) | EnvFrom::Config(expr) => out.push((name.to_owned(), expr)),
            }
        }
    }
}

/// Rules for the sources of volumes are checked where the volumes are.
impl Setting for IndexMap<String, Mount> {
    type Kind = ();
    got_entries!(Mount);

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.mounts()
    }

    fn lay(&mut self, over: &Self) {
        lay_entries(self, over);
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), _: &mut Visit<'_, 'a>) {}

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        for mount in self.values_mut() {
            if let VolumeExpr::Source(source) = &mut mount.volume {
                out.extend(
                    source
                        .exprs_mut()
                        .into_iter()
                        .map(|expr| ("volume".to_owned(), expr)),
                );
            }
        }
    }
}

impl Setting for IndexMap<String, Container> {
    type Kind = ();
    got_entries!(Container);
    const SHAPE: Shape = Shape::Labelled;

    fn read(reader: &mut dyn Reader, name: &'static str, (): ()) -> Option<Self> {
        reader.containers(name)
    }

    fn lay(&mut self, over: &Self) {
        for (name, container) in over {
            self.entry(name.clone()).or_default().lay(container);
        }
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        self.values().for_each(|container| container.visit(visit));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        self.values_mut()
            .for_each(|container| container.exprs_mut(out));
    }
}

impl Setting for IndexMap<String, super::OutputSettings> {
    type Kind = ();
    got_entries!(super::OutputSettings);
    const SHAPE: Shape = Shape::Block;

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.outputs()
    }

    fn lay(&mut self, over: &Self) {
        for (name, settings) in over {
            self.entry(name.clone()).or_default().lay(settings);
        }
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        self.values().for_each(|settings| settings.visit(visit));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        self.values_mut()
            .for_each(|settings| settings.exprs_mut(out));
    }
}

impl Setting for Box<Location> {
    type Kind = ();
    got_reference!();

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.location().map(Box::new)
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        self.places(visit);
    }

    fn exprs_mut<'a>(&'a mut self, name: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        let exprs = Location::exprs_mut(self).into_iter();
        out.extend(exprs.map(|expr| (name.to_owned(), expr)));
    }
}

impl Setting for Raw {
    type Kind = RawForm;
    got_reference!();

    fn read(reader: &mut dyn Reader, name: &'static str, form: RawForm) -> Option<Self> {
        reader.raw(name, form)
    }

    fn lay(&mut self, over: &Self) {
        self.merge(over);
    }

    fn visit<'a>(&'a self, name: &'static str, _: RawForm, visit: &mut Visit<'_, 'a>) {
        self.leaves(&mut |expr| visit(name, Rule::Any, expr));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        self.leaves_mut(out, "raw");
    }
}

impl<A: Nested> Setting for Set<A> {
    type Kind = ();
    type Got<'a> = &'a Self;
    const SHAPE: Shape = Shape::Block;

    fn read(reader: &mut dyn Reader, name: &'static str, (): ()) -> Option<Self> {
        let mut set = Self::default();
        let span = reader.block(Group {
            name,
            rows: A::ROWS,
            block: A::BLOCK,
            required: A::REQUIRED,
            read: &mut |row, span, reader| set.read(row, span, reader),
        });
        set.span = span;
        Some(set)
    }

    fn got(found: Option<&Self>) -> &Self {
        found.unwrap_or(Self::EMPTY)
    }

    fn lay(&mut self, over: &Self) {
        Self::lay(self, over);
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        Self::visit(self, visit);
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        Self::exprs_mut(self, out);
    }
}

impl<A: Nested> Setting for Vec<Set<A>> {
    type Kind = ();
    type Got<'a> = Option<&'a [Set<A>]>;

    fn read(reader: &mut dyn Reader, name: &'static str, (): ()) -> Option<Self> {
        let sets = std::cell::RefCell::new(Self::new());
        reader.records(
            name,
            &mut |span| sets.borrow_mut().push(Set::at(span)),
            Group {
                name,
                rows: A::ROWS,
                block: A::BLOCK,
                required: A::REQUIRED,
                read: &mut |row, span, reader| {
                    if let Some(set) = sets.borrow_mut().last_mut() {
                        set.read(row, span, reader);
                    }
                },
            },
        )?;
        Some(sets.into_inner())
    }

    fn got(found: Option<&Self>) -> Option<&[Set<A>]> {
        found.map(Vec::as_slice)
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), visit: &mut Visit<'_, 'a>) {
        self.iter().for_each(|set| set.visit(visit));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        self.iter_mut().for_each(|set| set.exprs_mut(out));
    }
}
