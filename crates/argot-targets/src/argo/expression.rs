//! Typed expressions in Argo's own two languages: tags such as `{{inputs.parameters.x}}`, which Argo replaces with
//! text, and expressions `{{=...}}` in [expr-lang](https://expr-lang.org/docs/language-definition).
//!
//! Argo passes everything on as text. [`Scope::text`] returns the text of an expression. Inside expr-lang,
//! [`Scope::code`] returns its value, with the cast from text that its type needs.

use std::borrow::Cow;

use argot_compiler::{
    BinaryOperator, Context, DagKind, Expr, ExprKind, Function, PlanTaskId, Type,
};
use argot_syntax::Span;

use super::carried::{is_carried_as_json, is_quoted_in_json, is_scalar, is_text};
use super::diagnostics;
use super::expr_lang::{Code, choice, in_code, member, quoted, to_json};
use super::literal::check_literal;
use super::scope::{INPUTS, Piece, Scope};
use super::tags::Unclosed;
use super::text::{Outcome, Place, constant, may_hold_dollar};
use crate::pod::text::{escaped, wire};
use crate::pod::{OUTPUTS, names_path};

impl Scope<'_> {
    /// Returns the text of an expression if a value of type `ty` is expected.
    pub(crate) fn text(&self, expr: &Expr, ty: &Type, place: Place) -> Outcome<String> {
        let mut pieces = Vec::new();
        self.pieces(expr, ty, place, &mut pieces)?;
        self.join(pieces, place, expr.span)
    }

    /// Returns the canonical text of an expression.
    pub(crate) fn plain(&self, expr: &Expr, place: Place) -> Outcome<String> {
        let ty = match expr.value() {
            Some(_) => expr.ty.required(),
            None => &expr.ty,
        };
        self.text(expr, ty, place)
    }

    /// Like [`Self::text_code`], but returns text.
    pub(crate) fn text_in_code(&self, expr: &Expr, ty: &Type) -> Outcome<String> {
        Ok(self.text_code(expr, ty)?.text)
    }

    /// Returns the text of a value of type `T?` for a container; a missing value is an empty text.
    pub(crate) fn text_or_nothing(&self, expr: &Expr) -> Outcome<String> {
        let Some(reference) = self.reference(expr)? else {
            return self.plain(expr, Place::Container);
        };
        let mut there = self.string_code(expr)?;
        if may_hold_dollar(&expr.ty) {
            there = Code::atom(format!("replace({}, '$', '$$')", there.text));
        }
        let absent = Code::compound(format!("{} == 'null'", reference.code()));
        let code = choice(absent, Code::atom("''"), there).text;
        Ok(self.expression(&code))
    }

    /// Returns the text of an expression, as expr-lang that evaluates to a string, if a value of type `ty` is
    /// expected.
    pub(crate) fn text_code(&self, expr: &Expr, ty: &Type) -> Outcome<Code> {
        let wants_json = is_carried_as_json(ty);
        if let Some(value) = expr.value() {
            let text = if wants_json {
                value.json()
            } else {
                wire(value, expr.ty.required())
            };
            check_literal(&text, expr.span)?;
            return Ok(Code::atom(quoted(&text)));
        }
        match &expr.kind {
            // As texts, so no number loses a digit.
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => {
                let [then, otherwise] = [then, otherwise].map(|side| self.text_code(side, ty));
                return Ok(choice(self.code(condition)?, then?, otherwise?));
            }
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                right,
            } => {
                if let Some(reference) = self.reference(left)?
                    && reference.may_be_null
                {
                    let absent = Code::compound(format!("{} == 'null'", reference.code()));
                    let value = if wants_json || !is_text(&left.ty) {
                        reference.code()
                    } else {
                        format!("fromJSON({})", reference.code())
                    };
                    return Ok(choice(
                        absent,
                        self.text_code(right, ty)?,
                        Code::atom(value),
                    ));
                }
            }
            ExprKind::Gather { task, output } => {
                return self.gather(*task, output.index(), expr.span);
            }
            _ => {}
        }
        let reference = self.reference(expr)?;
        let is_json = match &reference {
            Some(reference) => reference.may_be_null || matches!(expr.ty.required(), Type::Json),
            None => !expr.ty.is_optional() && matches!(expr.ty, Type::Json),
        };
        if wants_json && !is_json && (is_text(&expr.ty) || expr.ty.is_optional()) {
            return Ok(Code::atom(to_json(&self.code(expr)?.text, &expr.ty)));
        }
        self.string_code(expr)
    }

    /// Returns the list of results of a looped task's turns, as its text.
    ///
    /// Argo preserves the digits of numbers only in strings, so every turn returns a list with one string, the JSON of
    /// its element. An empty loop is skipped; its outputs differ between versions of Argo and are not used.
    fn gather(&self, task: PlanTaskId, output: usize, span: Span) -> Outcome<Code> {
        let is_turn = self
            .tasks
            .and_then(|tasks| tasks.target(task))
            .is_some_and(|dag| dag.kind == DagKind::Turn);
        if !is_turn {
            return Err(diagnostics::no_expression(
                "gather values of a component",
                span,
            ));
        }
        let (task, output) = self.task_output(task, output, span)?;
        let (task, output) = (member(task), member(output));
        Ok(Code::compound(format!(
            "tasks{task}.status == 'Skipped' ? '[]' : '[' + join(map(fromJSON(tasks{task}.outputs.parameters{output}), #[0]), ',') + ']'"
        )))
    }

    pub(super) fn pieces(
        &self,
        expr: &Expr,
        ty: &Type,
        place: Place,
        out: &mut Vec<Piece>,
    ) -> Outcome<()> {
        let wants_json = is_carried_as_json(ty);
        let as_json = wants_json && !matches!(expr.ty.required(), Type::Json);
        let container = place.is_expanded();
        match &expr.kind {
            ExprKind::Constant(value) => out.push(Piece::Text(wire(value, ty))),
            ExprKind::InputPath(id) => {
                out.push(Piece::Text(format!(
                    "{INPUTS}/{}",
                    self.input(id.index(), expr.span)?.name
                )));
            }
            ExprKind::OutputPath(id) => {
                out.push(Piece::Text(format!(
                    "{OUTPUTS}/{}",
                    self.output(id.index(), expr.span)?
                )));
            }
            ExprKind::OutputNames(id) => {
                let name = self.output(id.index(), expr.span)?;
                out.push(Piece::Text(names_path(name)));
            }
            // The name of an element of a list of artifacts, as part of its key.
            ExprKind::Item(_) if place == Place::Artifact => out.push(self.item(&expr.ty)),
            ExprKind::Context(Context::TaskName) if self.current().is_some() => {
                out.push(Piece::Text(self.current().unwrap_or_default().to_owned()));
            }
            ExprKind::Context(Context::TaskAttempt) if self.tasks.is_none() && !self.retried => {
                out.push(Piece::Text("0".to_owned()));
            }
            ExprKind::Concat(parts) if !as_json => {
                for part in parts {
                    self.pieces(part, &part.ty, place, out)?;
                }
            }
            ExprKind::Function {
                function,
                arguments,
            } if self.is_same_text(*function, arguments) => {
                for argument in arguments {
                    self.pieces(argument, &argument.ty, place, out)?;
                }
            }
            _ => match self.reference(expr)? {
                Some(reference)
                    if !reference.is_written
                        && (!is_quoted_in_json(&expr.ty)
                            || wants_json == reference.may_be_null
                            || matches!(expr.ty.required(), Type::Json)) =>
                {
                    // Names, ids and times of the run never contain `$`.
                    let is_context = matches!(expr.kind, ExprKind::Context(_));
                    out.push(if container && !is_context && may_hold_dollar(&expr.ty) {
                        let code = format!("replace({}, '$', '$$')", reference.code());
                        Piece::Code {
                            code,
                            is_text: true,
                        }
                    } else {
                        Piece::Tag(reference.tag)
                    });
                }
                _ => out.push(self.text_piece(expr, ty, as_json, container)?),
            },
        }
        Ok(())
    }

    /// Whether a function only returns the text that a run-time value already has.
    fn is_same_text(&self, function: Function, arguments: &[Expr]) -> bool {
        let [argument] = arguments else { return false };
        match function {
            Function::AsString => !matches!(argument.ty.required(), Type::Json),
            Function::Json => {
                !is_quoted_in_json(&argument.ty) && matches!(self.reference(argument), Ok(Some(_)))
            }
            _ => false,
        }
    }

    /// Joins pieces into one text.
    fn join(&self, pieces: Vec<Piece>, place: Place, span: Span) -> Outcome<String> {
        let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match (merged.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (_, piece) => merged.push(piece),
            }
        }
        let count = merged.len();
        let (mut brace_before_tag, mut holds_tag) = (false, false);
        for (index, piece) in merged.iter_mut().enumerate() {
            let followed = index + 1 < count;
            if let Piece::Text(text) = piece {
                brace_before_tag |= followed && text.ends_with('{');
                holds_tag |= text.contains("{{");
                // Checks the text, and escapes it for the kubelet.
                if place == Place::Authored {
                    self.authored(text, span)?;
                } else {
                    constant(text, place, span)?;
                }
                if place.is_expanded()
                    && let Cow::Owned(escaped) = escaped(text, followed)
                {
                    *text = escaped;
                }
            }
        }
        if brace_before_tag && holds_tag {
            return Err(diagnostics::substituted("", span));
        }
        if brace_before_tag {
            // `{{{x}}` is not a tag, so the whole text becomes one expression.
            let parts: Vec<_> = merged
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => quoted(&text),
                    Piece::Tag(tag) => in_code(&tag),
                    Piece::Code {
                        code,
                        is_text: true,
                    } => format!("({code})"),
                    Piece::Code { code, .. } => format!("toJson({code})"),
                })
                .collect();
            return Ok(self.expression(&parts.join(" + ")));
        }
        let mut texts = merged.into_iter().map(|piece| self.written(piece));
        let mut out = texts.next().unwrap_or_default();
        texts.for_each(|text| out.push_str(&text));
        Ok(out)
    }

    /// Returns the text of a piece.
    pub(super) fn written(&self, piece: Piece) -> String {
        match piece {
            Piece::Text(text) => text,
            Piece::Tag(name) => self.tags.variable(&name),
            Piece::Code { code, .. } => self.expression(&code),
        }
    }

    /// Accepts a text in Argo's own language, or reports why Argo cannot read it.
    fn authored(&self, text: &str, span: Span) -> Outcome<()> {
        let outcome = self.tags.authored(text);
        outcome.map_err(|Unclosed| diagnostics::unclosed_tag(span))
    }

    /// Returns an expression that evaluates to the text of `expr`, or to a scalar whose text Argo writes.
    fn text_piece(&self, expr: &Expr, ty: &Type, as_json: bool, container: bool) -> Outcome<Piece> {
        let is_text_wise = match &expr.kind {
            ExprKind::Choose { .. } | ExprKind::Gather { .. } => true,
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                ..
            } => self
                .reference(left)?
                .is_some_and(|reference| reference.may_be_null),
            _ => false,
        };
        let is_scalar = !as_json && is_scalar(&expr.ty) && !is_text_wise;
        let code = if is_scalar {
            self.code(expr)?.text
        } else {
            self.text_in_code(expr, ty)?
        };
        Ok(if container && may_hold_dollar(&expr.ty) {
            Piece::Code {
                code: format!("replace({code}, '$', '$$')"),
                is_text: true,
            }
        } else {
            Piece::Code {
                code,
                is_text: !is_scalar,
            }
        })
    }

    /// Returns the canonical text of an expression, as expr-lang that evaluates to a string.
    pub(super) fn string_code(&self, expr: &Expr) -> Outcome<Code> {
        if let Some(value) = expr.value() {
            let text = wire(value, expr.ty.required());
            check_literal(&text, expr.span)?;
            return Ok(Code::atom(quoted(&text)));
        }
        if let Some(reference) = self.reference(expr)?
            && !reference.is_written
        {
            // A value of optional type that is known to be present.
            let is_quoted = reference.may_be_null && !expr.ty.is_optional() && is_text(&expr.ty);
            return Ok(Code::atom(match is_quoted {
                true => format!("fromJSON({})", reference.code()),
                false => reference.code(),
            }));
        }
        if let ExprKind::Choose { .. } | ExprKind::Gather { .. } = &expr.kind {
            return self.text_code(expr, &expr.ty);
        }
        let code = self.code(expr)?;
        Ok(if is_text(&expr.ty) {
            code
        } else {
            Code::atom(to_json(&code.text, &expr.ty))
        })
    }
}
