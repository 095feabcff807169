//! How to read, override and visit each type of value.

use std::sync::LazyLock;

use indexmap::IndexMap;

use super::kind::{AmountOf, Keyed, RawForm, Rule, Scalar, Shape, Texts};
use super::raw::Raw;
use super::read::Reader;
use super::set::{Setting, Visit};
use super::value::{Amount, EnvFrom, EnvValue, Mount};
use super::{Attributes, Container, OutputSettings};
use crate::{Expr, Location, VolumeExpr};

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
fn overlay_entries<T: Clone>(mine: &mut IndexMap<String, T>, over: &IndexMap<String, T>) {
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

    fn overlay(&mut self, over: &Self) {
        overlay_entries(self, over);
    }

    fn visit<'a>(&'a self, _: &'static str, kind: Keyed, visit: &mut Visit<'_, 'a>) {
        let rule = match kind {
            Keyed::Labels(rule) | Keyed::ConstantLabels(rule) => rule,
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

impl Setting for IndexMap<String, EnvValue> {
    type Kind = ();
    got_entries!(EnvValue);

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.env()
    }

    fn overlay(&mut self, over: &Self) {
        overlay_entries(self, over);
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

    fn overlay(&mut self, over: &Self) {
        overlay_entries(self, over);
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

    fn overlay(&mut self, over: &Self) {
        for (name, container) in over {
            self.entry(name.clone()).or_default().overlay(container);
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

impl Setting for IndexMap<String, OutputSettings> {
    type Kind = ();
    got_entries!(OutputSettings);
    const SHAPE: Shape = Shape::Block;

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        reader.outputs()
    }

    fn overlay(&mut self, over: &Self) {
        for (name, settings) in over {
            self.entry(name.clone()).or_default().overlay(settings);
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

    fn overlay(&mut self, over: &Self) {
        self.merge(over);
    }

    fn visit<'a>(&'a self, name: &'static str, _: RawForm, visit: &mut Visit<'_, 'a>) {
        self.leaves(&mut |expr| visit(name, Rule::Any, expr));
    }

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        self.leaves_mut(out, "raw");
    }
}

/// The rules for the values are checked where the block is read.
impl Setting for Box<Attributes> {
    type Kind = ();
    type Got<'a> = &'a Attributes;
    const SHAPE: Shape = Shape::Block;

    fn read(reader: &mut dyn Reader, _: &'static str, (): ()) -> Option<Self> {
        Some(Self::new(reader.defaults()))
    }

    fn got(found: Option<&Self>) -> &Attributes {
        static EMPTY: LazyLock<Attributes> = LazyLock::new(Attributes::default);
        found.map_or(&EMPTY, |attributes| attributes)
    }

    fn overlay(&mut self, over: &Self) {
        self.merge(over);
    }

    fn visit<'a>(&'a self, _: &'static str, (): (), _: &mut Visit<'_, 'a>) {}

    fn exprs_mut<'a>(&'a mut self, _: &'static str, out: &mut Vec<(String, &'a mut Expr)>) {
        out.extend(Attributes::exprs_mut(self));
    }
}
