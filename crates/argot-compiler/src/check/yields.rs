//! The values that blocks yield, and the outputs made from them.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Span, ast};

use super::{
    body::{FrameKind, Yield},
    statements::Statements,
};
use crate::{BlockId, Expr, Output, Type, diagnostics};

/// The name of an output whose `yield` does not name it.
const UNNAMED: &str = "output";

impl Statements<'_, '_> {
    pub(super) fn yield_statement(&mut self, leave: &ast::Leave) {
        let fields = match &leave.value.kind {
            ast::ExprKind::Record(entries) => {
                let mut fields: Vec<(String, Span, Expr)> = Vec::new();
                let mut spans: HashMap<&str, Span> = HashMap::new();
                for entry in entries {
                    let value = self.infer(&entry.value, None);
                    let (name, span) = (&entry.key.name, entry.key.span);
                    match spans.get(name.as_str()) {
                        Some(first) => self.report(diagnostics::duplicate_name(name, span, *first)),
                        None => {
                            fields.push((name.clone(), span, value));
                            spans.insert(name, span);
                        }
                    }
                }
                fields
            }
            _ => {
                let value = self.infer(&leave.value, None);
                vec![(UNNAMED.to_owned(), leave.value.span, value)]
            }
        };
        for (_, _, value) in &fields {
            if value.ty == Type::Volume {
                self.report(diagnostics::yield_of_volume(value.span));
                self.body.broken = true;
            }
        }
        let Some(frame) = self.body.frame() else {
            return;
        };
        if frame.kind != FrameKind::Flow {
            let is_handler = frame.kind == FrameKind::Handler;
            self.body.broken = true;
            self.report(diagnostics::misplaced_yield(is_handler, leave.span));
            return;
        }
        match &frame.yielded {
            Some(first) => {
                let first = first.span;
                self.report(diagnostics::second_yield(leave.span, first));
            }
            None => {
                frame.yielded = Some(Yield {
                    fields,
                    span: leave.span,
                });
            }
        }
    }

    /// The outputs of a block with several ends, from the values that each end yields.
    pub(super) fn merge(
        &mut self,
        yields: Vec<(BlockId, Option<Yield>, Span)>,
        is_named: bool,
        is_whole: bool,
        span: Span,
    ) -> Vec<Output> {
        let Some(first) = yields.iter().find_map(|(_, yielded, _)| yielded.as_ref()) else {
            if is_named && !self.body.broken {
                self.report(diagnostics::missing_yield(span));
            }
            return Vec::new();
        };
        if !is_named {
            self.report(diagnostics::yield_to_nobody(first.span));
            return Vec::new();
        }
        let mut outputs = self.yielded(first, &yields);
        for output in &outputs {
            if output.ty == Type::Null {
                self.report(diagnostics::yield_of_nothing(&output.name, output.span));
            }
        }
        self.set_yields(yields, &outputs, span);
        if !is_whole {
            for output in &mut outputs {
                output.ty = output.ty.clone().optional();
            }
        }
        outputs
    }

    /// The outputs of a block: those of its first `yield`, with types that cover the values of every `yield`.
    fn yielded(&mut self, first: &Yield, yields: &[(BlockId, Option<Yield>, Span)]) -> Vec<Output> {
        let mut outputs: Vec<Output> = first
            .fields
            .iter()
            .map(|(name, span, value)| Output {
                name: name.clone(),
                doc: None,
                ty: value.ty.clone(),
                span: *span,
            })
            .collect();
        let first_span = first.span;
        let places: HashMap<String, usize> = outputs
            .iter()
            .enumerate()
            .map(|(at, output)| (output.name.clone(), at))
            .collect();
        for (_, yielded, at) in yields {
            let Some(yielded) = yielded else {
                self.report(diagnostics::arm_without_yield(*at, first_span));
                continue;
            };
            for (name, at, value) in &yielded.fields {
                let place = places.get(name);
                let Some(output) = place.and_then(|at| outputs.get_mut(*at)) else {
                    self.report(diagnostics::yield_differs(name, *at, first_span));
                    continue;
                };
                match join(&output.ty, &value.ty, &self.checker.program.artifacts) {
                    Some(ty) => output.ty = ty,
                    None => {
                        let artifacts = &self.checker.program.artifacts;
                        let (a, b) = (output.ty.text(artifacts), value.ty.text(artifacts));
                        self.report(diagnostics::yields_differ(name, &a, &b, *at, output.span));
                        output.ty = Type::Error;
                    }
                }
            }
            let given: HashSet<&String> = yielded.fields.iter().map(|(name, ..)| name).collect();
            for output in &outputs {
                if !given.contains(&output.name) {
                    self.report(diagnostics::yield_lacks(
                        &output.name,
                        yielded.span,
                        output.span,
                    ));
                }
            }
        }
        outputs
    }

    /// Assigns the yielded values to each block, in the order of the outputs.
    fn set_yields(
        &mut self,
        yields: Vec<(BlockId, Option<Yield>, Span)>,
        outputs: &[Output],
        span: Span,
    ) {
        for (block, yielded, _) in yields {
            let fields = yielded.map(|yielded| yielded.fields).unwrap_or_default();
            let mut fields: HashMap<String, Expr> = fields
                .into_iter()
                .map(|(name, _, value)| (name, value))
                .collect();
            let values = outputs
                .iter()
                .map(|output| match fields.remove(&output.name) {
                    Some(value) => self.checker.coerce(value, &output.ty),
                    None => Expr::error(span),
                })
                .collect();
            if let Some(block) = self.body.blocks.get_mut(block.index()) {
                block.yields = values;
            }
        }
    }
}

/// A type that includes the values of both types.
fn join(a: &Type, b: &Type, artifacts: &crate::ArtifactTypes) -> Option<Type> {
    match (a, b) {
        (Type::Null, Type::Null) => Some(Type::Null),
        (Type::Null, other) | (other, Type::Null) => Some(other.clone().optional()),
        (Type::Optional(_), _) | (_, Type::Optional(_)) => {
            join(a.required(), b.required(), artifacts).map(Type::optional)
        }
        _ if a.fits(b, artifacts) => Some(b.clone()),
        _ if b.fits(a, artifacts) => Some(a.clone()),
        _ => None,
    }
}
