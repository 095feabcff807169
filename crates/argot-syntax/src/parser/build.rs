//! From pairs to items and types.

use super::{
    explain,
    grammar::{Children, Pair, Rule},
};
use crate::ast::{
    Artifact, Component, Const, Doc, ExprKind, Ident, Import, ImportNames, ImportedName, Item,
    Outputs, Parameter, Pipeline, TypeAlias, TypeExpr, TypeKind,
};
use crate::{Diagnostic, Diagnostics, MAX_NESTING, Source, Span, messages};

/// Turns pairs into the tree.
///
/// The methods return `None` where pairs are missing that the grammar promises; their callers report it.
pub(super) struct Builder<'a> {
    pub(super) source: &'a Source,
    /// The text that the grammar has seen.
    pub(super) text: &'a str,
    /// Where that text begins in the file.
    pub(super) base: usize,
    /// How many brackets, blocks and operators stand around what is being built.
    depth: usize,
    /// Where a missing brace has been reported.
    pub(super) missing_brace: Option<usize>,
    /// The names of items that could not be read.
    pub(super) broken: Vec<Ident>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        source: &'a Source,
        text: &'a str,
        base: usize,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            source,
            text,
            base,
            depth: 0,
            missing_brace: None,
            broken: Vec::new(),
            diagnostics,
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        self.span_at(span.start(), span.end())
    }

    /// A span from offsets in the text that the grammar has seen.
    pub(super) fn span_at(&self, start: usize, end: usize) -> Span {
        Span::new(self.source.id(), self.base + start, self.base + end)
    }

    /// Builds something that stands `levels` deeper, unless that is too deep, which is reported at the place
    /// that `at` gives.
    pub(super) fn nested<T>(
        &mut self,
        levels: usize,
        at: impl FnOnce(&Self) -> Span,
        build: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if self.depth + levels > MAX_NESTING {
            let span = at(self);
            self.report(messages::nesting_too_deep(span));
            return None;
        }
        self.depth += levels;
        let built = build(self);
        self.depth -= levels;
        built
    }

    /// How many levels may still be added.
    pub(super) fn levels_left(&self) -> usize {
        MAX_NESTING.saturating_sub(self.depth)
    }

    // ------------------------------------------------------------------------------------------ items

    /// The name in the head of an item, which is all that is wanted of it: `component train(`.
    fn name_of_broken(&self, pair: &Pair<'_>) -> Option<Ident> {
        let whole = pair.as_str();
        let mut text = whole;
        while text.starts_with('#') {
            text = text.split_once('\n')?.1.trim_start();
        }
        let (_, rest) = text.split_at_checked(explain::item_head(text)?.len())?;
        let name = explain::first_word(rest.trim_start());
        let start = pair.as_span().start() + whole.len() - rest.trim_start().len();
        (!name.is_empty()).then(|| Ident {
            name: name.to_owned(),
            span: self.span_at(start, start + name.len()),
        })
    }

    pub(super) fn file(&mut self, pairs: pest::iterators::Pairs<'_, Rule>) -> Vec<Item> {
        let mut items = Vec::new();
        for pair in pairs.flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::item => {
                    self.forget_missing_brace(&pair);
                    let item = self.item(pair.clone());
                    items.extend(self.promised(item, &pair));
                }
                Rule::broken_item => {
                    let name = self.name_of_broken(&pair);
                    self.broken.extend(name);
                    self.explain_item(&pair);
                }
                _ => {}
            }
        }
        items
    }

    /// Reports what the grammar has promised and not delivered, unless something has been reported there.
    pub(super) fn promised<T>(&mut self, built: Option<T>, pair: &Pair<'_>) -> Option<T> {
        if built.is_none() && !self.diagnostics.has_errors() {
            let span = self.span(pair);
            self.report(messages::unreadable(span));
        }
        built
    }

    fn item(&mut self, pair: Pair<'_>) -> Option<Item> {
        let mut children = Children::of(pair);
        let doc = self.doc(&mut children);
        let pair = children.next()?;
        let rule = pair.as_rule();
        let mut parts = Children::of(pair);
        let keyword = parts.next()?;
        let start = self.span(&keyword);
        Some(match rule {
            Rule::import => Item::Import(self.import(doc, start, parts)?),
            Rule::from_import => Item::Import(self.import_names(doc, start, parts)?),
            Rule::constant => {
                let name = self.ident(&parts.next_of(Rule::name)?);
                let value = self.expr(parts.skip_to(Rule::expr)?);
                let span = start.to(value.span);
                Item::Const(Const {
                    doc,
                    name,
                    value,
                    span,
                })
            }
            Rule::type_alias => {
                let name = self.ident(&parts.next_of(Rule::name)?);
                let ty = self.type_expr(parts.skip_to(Rule::type_expr)?)?;
                let span = start.to(ty.span);
                Item::Type(TypeAlias {
                    doc,
                    name,
                    ty,
                    span,
                })
            }
            Rule::artifact => {
                let name = self.ident(&parts.next_of(Rule::name)?);
                let parent = self.type_expr(parts.skip_to(Rule::type_expr)?)?;
                let span = start.to(parent.span);
                Item::Artifact(Artifact {
                    doc,
                    name,
                    parent,
                    span,
                })
            }
            Rule::component => {
                let name = self.ident(&parts.next_of(Rule::name)?);
                let inputs = self.parameters(parts.next_of(Rule::parameters)?)?;
                let outputs = self.outputs(parts.next_of(Rule::outputs))?;
                let (attributes, end) = self.attributes(parts.next_of(Rule::attributes)?)?;
                let span = start.to(end);
                Item::Component(Component {
                    doc,
                    name,
                    inputs,
                    outputs,
                    attributes,
                    span,
                })
            }
            Rule::pipeline => {
                let name = self.ident(&parts.next_of(Rule::name)?);
                let parameters = self.parameters(parts.next_of(Rule::parameters)?)?;
                let outputs = self.outputs(parts.next_of(Rule::outputs))?;
                let (body, end) = self.body(parts.next_of(Rule::body)?)?;
                let span = start.to(end);
                Item::Pipeline(Pipeline {
                    doc,
                    name,
                    parameters,
                    outputs,
                    body,
                    span,
                })
            }
            _ => return None,
        })
    }

    fn import(&mut self, doc: Doc, start: Span, mut parts: Children<'_>) -> Option<Import> {
        let path = self.plain_string(parts.next()?, "an import path");
        let name = self.ident(&parts.skip_to(Rule::name)?);
        let span = start.to(name.span);
        Some(Import {
            doc,
            path,
            names: ImportNames::Module(name),
            span,
        })
    }

    fn import_names(&mut self, doc: Doc, start: Span, mut parts: Children<'_>) -> Option<Import> {
        let path = self.plain_string(parts.next()?, "an import path");
        let mut span = start;
        let mut names = Vec::new();
        while let Some(pair) = parts.skip_to(Rule::imported_name) {
            let mut words = Children::of(pair);
            let name = self.ident(&words.next_of(Rule::name)?);
            let alias = words.skip_to(Rule::name).map(|pair| self.ident(&pair));
            span = span.to(alias.as_ref().unwrap_or(&name).span);
            names.push(ImportedName { name, alias });
        }
        Some(Import {
            doc,
            path,
            names: ImportNames::Names(names),
            span,
        })
    }

    pub(super) fn ident(&self, pair: &Pair<'_>) -> Ident {
        Ident {
            name: pair.as_str().to_owned(),
            span: self.span(pair),
        }
    }

    /// The documentation that stands next, if any.
    pub(super) fn doc(&mut self, children: &mut Children<'_>) -> Doc {
        let lines = children.next_of(Rule::doc)?.into_inner().map(|line| {
            let text = line.as_str();
            let text = text.strip_suffix('\r').unwrap_or(text);
            let text = text.strip_prefix("##").unwrap_or(text);
            text.strip_prefix(' ').unwrap_or(text)
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    fn parameters(&mut self, pair: Pair<'_>) -> Option<Vec<Parameter>> {
        let at = pair.clone();
        self.nested(
            1,
            |builder| builder.span(&at),
            |builder| {
                Children::of(pair)
                    .filter(|pair| pair.as_rule() == Rule::parameter)
                    .map(|pair| builder.parameter(pair))
                    .collect()
            },
        )
    }

    fn parameter(&mut self, pair: Pair<'_>) -> Option<Parameter> {
        let mut parts = Children::of(pair);
        let doc = self.doc(&mut parts);
        let name = self.ident(&parts.next_of(Rule::name)?);
        let ty = self.type_expr(parts.skip_to(Rule::type_expr)?)?;
        let default = parts.skip_to(Rule::expr).map(|pair| self.expr(pair));
        let end = default.as_ref().map_or(ty.span, |value| value.span);
        let span = name.span.to(end);
        Some(Parameter {
            doc,
            name,
            ty,
            default,
            span,
        })
    }

    fn outputs(&mut self, pair: Option<Pair<'_>>) -> Option<Outputs> {
        let Some(pair) = pair else {
            return Some(Outputs::None);
        };
        let mut parts = Children::of(pair);
        parts.next_of(Rule::arrow);
        let pair = parts.next()?;
        if pair.as_rule() == Rule::type_expr {
            return Some(Outputs::Single(self.type_expr(pair)?));
        }
        let mut named = self.parameters(pair)?;
        for output in &mut named {
            if let Some(default) = output.default.take() {
                self.report(messages::output_with_default(&output.name, default.span));
            }
        }
        Some(Outputs::Named(named))
    }

    // ------------------------------------------------------------------------------------------ types

    fn type_expr(&mut self, pair: Pair<'_>) -> Option<TypeExpr> {
        let at = pair.clone();
        self.nested(
            1,
            |builder| builder.span(&at),
            |builder| {
                let mut parts = Children::of(pair);
                let ty = builder.type_primary(parts.next()?)?;
                let Some(question) = parts.next_of(Rule::question) else {
                    return Some(ty);
                };
                let span = ty.span.to(builder.span(&question));
                let kind = TypeKind::Optional(Box::new(ty));
                Some(TypeExpr { kind, span })
            },
        )
    }

    fn type_primary(&mut self, pair: Pair<'_>) -> Option<TypeExpr> {
        let mut span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = Children::of(pair);
        let kind = match rule {
            Rule::enum_type => {
                let members: Vec<_> = parts
                    .filter(|pair| pair.as_rule() != Rule::bar)
                    .map(|pair| self.plain_string(pair, "a member of an enumeration"))
                    .collect();
                span = members
                    .last()
                    .map_or(span, |last| span_from(span, last.span));
                TypeKind::Enum(members)
            }
            Rule::record_type => TypeKind::Record(self.record_type(parts)?),
            Rule::named_type => {
                let first = self.ident(&parts.next_of(Rule::name)?);
                span = first.span;
                match parts.next() {
                    Some(pair) if pair.as_rule() == Rule::dot => {
                        let name = self.ident(&parts.next_of(Rule::name)?);
                        span = span.to(name.span);
                        TypeKind::Name {
                            module: Some(first),
                            name,
                        }
                    }
                    Some(_) => {
                        let element = Box::new(self.type_expr(parts.next_of(Rule::type_expr)?)?);
                        span = span.to(self.span(&parts.next_of(Rule::close_bracket)?));
                        TypeKind::Generic {
                            name: first,
                            element,
                        }
                    }
                    None => TypeKind::Name {
                        module: None,
                        name: first,
                    },
                }
            }
            _ => return None,
        };
        Some(TypeExpr { kind, span })
    }

    fn record_type(&mut self, parts: Children<'_>) -> Option<Vec<Parameter>> {
        let mut fields = Vec::new();
        let mut separator = Separator::default();
        for pair in parts {
            match pair.as_rule() {
                Rule::comma => separator.comma(),
                Rule::parameter => {
                    let field = self.parameter(pair)?;
                    separator.next(self, field.span);
                    fields.push(field);
                }
                _ => {}
            }
        }
        Some(fields)
    }

    /// The expression for what could not be read.
    pub(super) fn unread(&mut self, built: Option<ExprKind>, pair: &Pair<'_>) -> ExprKind {
        self.promised(built, pair).unwrap_or(ExprKind::Error)
    }
}

fn span_from(start: Span, end: Span) -> Span {
    Span {
        end: end.end,
        ..start
    }
}

/// Checks that what stands on one line in a record has commas in between.
#[derive(Default)]
pub(super) struct Separator {
    last: Option<Span>,
    comma: bool,
}

impl Separator {
    pub(super) fn comma(&mut self) {
        self.comma = true;
    }

    pub(super) fn next(&mut self, builder: &mut Builder<'_>, span: Span) {
        if let Some(last) = self.last.filter(|_| !self.comma) {
            let between = Span::new(span.file, last.end as usize, span.start as usize);
            if !builder.source.slice(between).contains('\n') {
                builder.report(messages::missing_comma(span, between));
            }
        }
        self.last = Some(span);
        self.comma = false;
    }
}
