//! Reads the attributes of steps: types every value and, if it is known, checks it against Kubernetes' rules. The table
//! says how to read each attribute; [`Reading`] does so.

use std::collections::HashSet;

use argot_syntax::{Span, ast};
use indexmap::IndexMap;

use super::{
    Checker,
    block::Known,
    rules,
    scope::Scope,
    values::{self, Rule},
};
use crate::attributes::{
    AmountOf, Attribute, Block, Group, Keyed, RawForm, Reader, Row, Scalar, Set, Texts,
};
use crate::{
    Amount, Attributes, Container, EnvFrom, EnvValue, Expr, Location, Mount, OutputSettings, Raw,
    Type, Value, diagnostics,
};

/// An attribute that is being read.
pub(super) struct Reading<'r, 'c, 'a> {
    pub(super) checker: &'r mut Checker<'c>,
    pub(super) item: &'r Known<'a>,
    pub(super) scope: &'r mut Scope,
}

impl Checker<'_> {
    /// The attributes of one step, from a component, `with` or `defaults`. Attributes that say what a component runs
    /// are skipped; the component reads them itself.
    pub(super) fn attributes(&mut self, known: &[Known<'_>], scope: &mut Scope) -> Attributes {
        let mut out = Attributes::default();
        for item in known {
            let read = self.set_one(&mut out.main, item, scope)
                || self.set_one(&mut out.pod, item, scope)
                || self.set_one(&mut out.step, item, scope);
            // The skipped attributes say what a component runs.
            debug_assert!(
                read || item.place == Block::Component,
                "`{}` is read",
                item.name()
            );
        }
        self.same_names(&out);
        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
        values::check_all(&out, &values::Known::written, report);
        out
    }

    /// Reads an attribute into a group. Returns whether the attribute belongs to that group.
    pub(super) fn set_one<A: Attribute>(
        &mut self,
        set: &mut Set<A>,
        item: &Known<'_>,
        scope: &mut Scope,
    ) -> bool {
        let Some(row) = place_in(A::ROWS, item.row) else {
            return false;
        };
        let mut reading = Reading {
            checker: self,
            item,
            scope,
        };
        set.read(row, item.span(), &mut reading);
        true
    }

    /// Checks that the values in a group follow their rules, as far as they are known.
    pub(super) fn check_rules<A: Attribute>(&mut self, set: &Set<A>) {
        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
        set.visit(&mut |name, rule, expr| {
            values::one(name, rule, expr, &values::Known::written, report);
        });
    }

    /// Reports an init container and a sidecar with the same name.
    fn same_names(&mut self, attributes: &Attributes) {
        for (name, sidecar) in attributes.step.sidecar() {
            if let Some(init) = attributes.step.init().get(name) {
                let (one, other) = (init.span, sidecar.span);
                let (first, second) = if one.key() < other.key() {
                    (one, other)
                } else {
                    (other, one)
                };
                self.diagnostics
                    .push(diagnostics::duplicate_name(name, second, first));
            }
        }
    }

    /// Checks that a value follows a rule, if the value is known.
    pub(super) fn checked(&mut self, name: &str, rule: Rule, expr: Expr) -> Expr {
        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
        values::one(name, rule, &expr, &values::Known::written, report);
        expr
    }

    /// A text.
    pub(super) fn text(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        self.check_expr(value, &Type::String, scope)
    }

    pub(super) fn duration(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        self.check_expr(value, &Type::Duration, scope)
    }

    /// One of a few texts, known at compile time.
    pub(super) fn one_of(
        &mut self,
        what: &str,
        members: &[&str],
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Expr {
        let found = self.check_expr(value, &Type::String, scope);
        match found.as_str() {
            Some(text) if members.contains(&text) => {}
            Some(text) => {
                self.diagnostics
                    .push(diagnostics::not_one_of(what, text, members, found.span));
                return Expr::error(found.span);
            }
            None if found.is_error() => {}
            None => self
                .diagnostics
                .push(diagnostics::not_constant(&format!("`{what}`"), found.span)),
        }
        found
    }

    pub(super) fn constant_bool(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<bool> {
        let found = self.check_expr(value, &Type::Bool, scope);
        match found.value() {
            Some(Value::Bool(value)) => Some(*value),
            _ => {
                if !found.is_error() {
                    self.diagnostics
                        .push(diagnostics::not_constant(&format!("`{what}`"), found.span));
                }
                None
            }
        }
    }

    fn text_elements(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        let elements = self.elements(what, value, scope)?;
        Some(
            elements
                .into_iter()
                .map(|element| self.coerce(element, &Type::String))
                .collect(),
        )
    }

    /// Texts under label keys.
    pub(super) fn labels(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> IndexMap<String, Expr> {
        let mut out = IndexMap::new();
        for ((name, span), text) in self.texts(what, value, scope).unwrap_or_default() {
            if !rules::label_key(&name) {
                self.diagnostics
                    .push(diagnostics::invalid_label_key(&name, span));
            }
            out.insert(name, text);
        }
        out
    }
}

impl Checker<'_> {
    /// The settings of outputs. The names in `outputs { ... }` are outputs, not attributes.
    fn output_settings(
        &mut self,
        item: &Known<'_>,
        scope: &mut Scope,
    ) -> IndexMap<String, OutputSettings> {
        let mut out = IndexMap::new();
        let written: HashSet<&str> = item
            .block()
            .iter()
            .map(|one| one.name.name.as_str())
            .collect();
        for output in item.block() {
            let name = &output.name;
            let found = scope.outputs.iter().find(|other| other.name == name.name);
            let Some(ty) = found.map(|output| output.ty.clone()) else {
                let names: Vec<&str> = scope
                    .outputs
                    .iter()
                    .map(|output| output.name.as_str())
                    .collect();
                let free = names.iter().copied().filter(|name| !written.contains(name));
                let suggestion = self.suggestions.find(&name.name, name.span, free);
                self.diagnostics.push(diagnostics::unknown_component_output(
                    &name.name, name.span, suggestion, &names,
                ));
                continue;
            };
            let ast::AttributeValue::Block(attributes) = &output.value else {
                self.diagnostics.push(diagnostics::attribute_shape(
                    &name.name,
                    diagnostics::Written::Block,
                    false,
                    name.span,
                ));
                continue;
            };
            let mut settings = OutputSettings::at(name.span);
            for inner in self.known(Block::Output, attributes) {
                if !ty.is_artifact() && !ty.is_error() {
                    self.diagnostics.push(diagnostics::parameter_is_not_kept(
                        inner.name(),
                        &name.name,
                        inner.span(),
                    ));
                    continue;
                }
                self.set_one(&mut settings, &inner, scope);
            }
            if out.insert(name.name.clone(), settings).is_some() {
                self.diagnostics.push(diagnostics::duplicate_attribute(
                    &name.name,
                    name.span,
                    item.span(),
                ));
            }
        }
        out
    }
}

impl Reading<'_, '_, '_> {
    fn one(&mut self, name: &'static str, kind: Scalar) -> Option<Expr> {
        let value = self.item.value()?;
        let (checker, scope) = (&mut *self.checker, &mut *self.scope);
        Some(match kind {
            Scalar::Text(_) => checker.text(value, scope),
            Scalar::Bool(_) => checker.check_expr(value, &Type::Bool, scope),
            Scalar::Int(_) => checker.check_expr(value, &Type::Int, scope),
            Scalar::Duration(_) => checker.duration(value, scope),
            Scalar::Quantity(_) => checker.check_expr(value, &Type::Quantity, scope),
            Scalar::Word(words) => checker.one_of(name, words, value, scope),
            Scalar::AnyText(_) => {
                let found = checker.infer(value, None, scope);
                checker.with_text(found)
            }
            Scalar::OverAttempt => {
                scope.in_retry = true;
                let found = checker.check_expr(value, &Type::Bool, scope);
                scope.in_retry = false;
                found
            }
            Scalar::Devices => checker.devices(name, value, scope),
            Scalar::Constant(inner) => {
                let found = self.one(name, *inner)?;
                self.checker
                    .known_at_compile_time(&format!("`{name}`"), found)
            }
            Scalar::ConstantAs(what, inner) => {
                let found = self.one(name, *inner)?;
                self.checker.known_at_compile_time(what, found)
            }
            Scalar::Script => checker.script_text(value, scope)?,
            Scalar::Cron => checker.cron(value, scope),
        })
    }

    /// Reads the attributes of a group and reports missing ones.
    fn group(
        &mut self,
        known: &[Known<'_>],
        group: &mut Group<'_>,
        rows: impl Fn(&Row) -> Option<usize>,
        at: Span,
    ) {
        for item in known {
            let Some(row) = rows(item.row) else { continue };
            let mut reading = Reading {
                checker: self.checker,
                item,
                scope: self.scope,
            };
            (group.read)(row, item.span(), &mut reading);
        }
        for name in group.required {
            if !known.iter().any(|item| item.name() == *name) {
                self.checker
                    .diagnostics
                    .push(diagnostics::missing_attribute(group.name, name, at));
            }
        }
    }

    /// The label of a container, if it is a valid container name.
    fn container_name(&mut self) -> Option<(String, Span)> {
        let label = self.item.label?;
        let Some(name) = label.plain() else {
            self.checker
                .diagnostics
                .push(diagnostics::not_constant("a container's name", label.span));
            return None;
        };
        if !rules::dns_label(name) {
            self.checker
                .diagnostics
                .push(diagnostics::invalid_container_name(name, label.span));
        } else if matches!(name, "main" | "wait" | "init" | "supervisor") {
            self.checker
                .diagnostics
                .push(diagnostics::reserved_container_name(name, label.span));
        }
        Some((name.to_owned(), label.span))
    }
}

impl Reader for Reading<'_, '_, '_> {
    fn scalar(&mut self, name: &'static str, kind: Scalar) -> Option<Expr> {
        self.one(name, kind)
    }

    fn constant_bool(&mut self, name: &'static str) -> Option<bool> {
        let value = self.item.value()?;
        self.checker.constant_bool(name, value, self.scope)
    }

    fn texts(&mut self, name: &'static str, kind: Texts) -> Option<Vec<Expr>> {
        let value = self.item.value()?;
        let found = match kind {
            Texts::Each(_) => self.checker.text_elements(name, value, self.scope),
            Texts::Arguments => self.checker.arguments(name, value, self.scope),
        };
        // A wrong list has been reported, and is not missing.
        Some(found.unwrap_or_else(|| vec![Expr::error(value.span)]))
    }

    fn keyed(&mut self, name: &'static str, kind: Keyed) -> Option<IndexMap<String, Expr>> {
        let value = self.item.value()?;
        match kind {
            Keyed::Labels(_) => Some(self.checker.labels(name, value, self.scope)),
            Keyed::ConstantLabels(_) => {
                let labels = self.checker.labels(name, value, self.scope);
                let labels = labels.into_iter().map(|(name, text)| {
                    let what = "a label of a pipeline";
                    (name, self.checker.known_at_compile_time(what, text))
                });
                Some(labels.collect())
            }
            Keyed::Devices => Some(self.checker.extended(value, self.scope)),
            Keyed::Plain => {
                let texts = self.checker.texts(name, value, self.scope)?;
                Some(
                    texts
                        .into_iter()
                        .map(|((name, _), text)| (name, text))
                        .collect(),
                )
            }
        }
    }

    fn amount(&mut self, _: AmountOf) -> Option<Amount> {
        let value = self.item.value()?;
        Some(self.checker.amount(value, self.scope))
    }

    fn env(&mut self) -> Option<IndexMap<String, EnvValue>> {
        let value = self.item.value()?;
        Some(self.checker.env(value, self.scope))
    }

    fn env_from(&mut self) -> Option<Vec<EnvFrom>> {
        let value = self.item.value()?;
        self.checker.env_from(value, self.scope)
    }

    fn mounts(&mut self) -> Option<IndexMap<String, Mount>> {
        let value = self.item.value()?;
        Some(self.checker.mounts(value, self.scope))
    }

    fn containers(&mut self, name: &'static str) -> Option<IndexMap<String, Container>> {
        let (label, span) = self.container_name()?;
        let block = if name == "init" {
            Block::Init
        } else {
            Block::Sidecar
        };
        let mut container = Container::at(span);
        for inner in self.checker.known(block, self.item.block()) {
            self.checker.set_one(&mut container, &inner, self.scope);
        }
        Some(IndexMap::from([(label, container)]))
    }

    fn outputs(&mut self) -> Option<IndexMap<String, OutputSettings>> {
        Some(self.checker.output_settings(self.item, self.scope))
    }

    fn location(&mut self) -> Option<Location> {
        let value = self.item.value()?;
        let url = self.checker.check_expr(value, &Type::String, self.scope);
        if url.is_error() {
            return None;
        }
        let problem = match crate::texts::location(&url) {
            Ok(Location::Git { .. }) => {
                diagnostics::invalid_location("a Git repository can only be read from", url.span)
            }
            Ok(location) => return Some(location),
            Err(mismatch) => {
                let written = url.as_str().unwrap_or_default();
                diagnostics::unread_location(written, &mismatch, url.span)
            }
        };
        self.checker.diagnostics.push(problem);
        None
    }

    fn raw(&mut self, name: &'static str, form: RawForm) -> Option<Raw> {
        let value = self.item.value()?;
        Some(match form {
            RawForm::Record => self.checker.raw_record(name, value, self.scope),
            RawForm::Any => self.checker.raw(value, self.scope),
        })
    }

    fn defaults(&mut self) -> Attributes {
        self.checker.defaults(self.item.block(), self.scope)
    }

    fn block(&mut self, mut group: Group<'_>) -> Span {
        let at = self.item.span();
        let known = self.checker.known(group.block, self.item.block());
        let rows = group.rows;
        self.group(&known, &mut group, |row| place_in(rows, row), at);
        at
    }

    fn records(
        &mut self,
        name: &'static str,
        begin: &mut dyn FnMut(Span),
        mut group: Group<'_>,
    ) -> Option<()> {
        let value = self.item.value()?;
        let rows = group.rows;
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        for item in self.checker.written_list(name, value, self.scope)? {
            let ast::ExprKind::Record(entries) = &item.kind else {
                self.checker
                    .diagnostics
                    .push(diagnostics::not_records(name, &names, item.span));
                continue;
            };
            begin(item.span);
            let mut known: Vec<Known<'_>> = Vec::new();
            for entry in entries {
                let (field, at) = (entry.key.name.as_str(), entry.key.span);
                let Some(row) = rows.iter().find(|row| row.name == field) else {
                    let suggestion = crate::suggest(field, names.iter().copied());
                    self.checker
                        .diagnostics
                        .push(diagnostics::unknown_field(field, at, suggestion, &names));
                    continue;
                };
                match known.iter().find(|other| other.name() == field) {
                    Some(first) => {
                        let first = first.span();
                        self.checker
                            .diagnostics
                            .push(diagnostics::duplicate_name(field, at, first));
                    }
                    None => known.push(Known::field(row, group.block, entry)),
                }
            }
            self.group(&known, &mut group, |row| place_in(rows, row), item.span);
        }
        Some(())
    }
}

/// The index of a row in its group.
fn place_in(rows: &'static [Row], row: &Row) -> Option<usize> {
    rows.iter().position(|other| other.name == row.name)
}
