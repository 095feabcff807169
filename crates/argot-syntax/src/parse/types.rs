//! Parameters, outputs and types.

use super::core::{Parser, Read};
use super::list::Separator;
use crate::ast::{Ident, Outputs, Parameter, StringLit, TypeExpr, TypeKind};
use crate::diagnostics;
use crate::expected::Expected;
use crate::token::TokenKind;

impl Parser<'_> {
    /// `(name: type = default, ...)`.
    pub(super) fn parameters(&mut self) -> Read<Vec<Parameter>> {
        if matches!(self.kind(), TokenKind::OpenBrace | TokenKind::Arrow) {
            let gap = self.span(self.end, self.end);
            self.report(diagnostics::missing_parameters(
                self.here(),
                self.word(),
                gap,
            ));
            return Ok(Vec::new());
        }
        let outer = self.enter()?;
        let parameters = self.list(
            TokenKind::OpenParen,
            TokenKind::CloseParen,
            Separator::CommaBeforeArrow,
            |parser| parser.parameter(TokenKind::CloseParen),
        )?;
        self.leave(outer, 1)?;
        Ok(parameters)
    }

    /// A parameter in a list that `close` ends. If its type cannot be read, its name is still known.
    fn parameter(&mut self, close: TokenKind) -> Read<Parameter> {
        let doc = self.doc();
        let start = self.start();
        if doc.is_some() && !self.kind().is_word() {
            return Err(self.report(diagnostics::misplaced_documentation(
                self.here(),
                &self.found(),
            )));
        }
        let name = self.new_name()?;
        let depth = self.depth;
        let ty = match self.colon().and_then(|()| self.type_expr()) {
            Ok(ty) => ty,
            Err(reported) => {
                self.depth = depth;
                let start = self.start();
                if !self.skip_element(close) {
                    return Err(reported);
                }
                TypeExpr {
                    kind: TypeKind::Error,
                    span: self.span_from(start),
                }
            }
        };
        let default = match self.take(TokenKind::Assign) {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(Parameter {
            doc,
            name,
            ty,
            default,
            span: self.span_from(start),
        })
    }

    /// The colon before a type. An equals sign in its place is reported and taken for it.
    pub(super) fn colon(&mut self) -> Read<()> {
        if self.take(TokenKind::Colon) {
            return Ok(());
        }
        let reported = self.unexpected();
        if self.at(TokenKind::Assign) && self.begins_type(1) {
            self.bump();
            return Ok(());
        }
        Err(reported)
    }

    fn begins_type(&self, ahead: usize) -> bool {
        let kind = self.peek(ahead);
        matches!(kind, TokenKind::Name | TokenKind::OpenBrace) || kind.begins_string()
    }

    /// `-> T` or `-> (a: T)`, if there is an arrow.
    pub(super) fn outputs(&mut self) -> Read<Outputs> {
        let is_arrow = match self.kind() {
            TokenKind::Arrow => true,
            TokenKind::Colon => false,
            TokenKind::Foreign if self.word() == "=>" => false,
            _ => return Ok(Outputs::None),
        };
        if !is_arrow {
            self.report(diagnostics::other_arrow(self.here(), self.word()));
        }
        self.bump();
        if !self.at(TokenKind::OpenParen) {
            let ty = self.type_expr()?;
            if matches!(self.kind(), TokenKind::Colon | TokenKind::Comma) {
                self.report(diagnostics::bare_outputs(self.here(), self.word()));
                self.skip_to_body();
            }
            return Ok(Outputs::Single(ty));
        }
        let mut named = self.parameters()?;
        for output in &mut named {
            if let Some(default) = output.default.take() {
                self.report(diagnostics::output_with_default(&output.name, default.span));
            }
        }
        Ok(Outputs::Named(named))
    }

    // ------------------------------------------------------------------------------------------ types

    /// A type, with its `?`.
    pub(super) fn type_expr(&mut self) -> Read<TypeExpr> {
        let outer = self.enter()?;
        let start = self.start();
        let kind = match self.kind() {
            TokenKind::OpenBrace => TypeKind::Record(self.list(
                TokenKind::OpenBrace,
                TokenKind::CloseBrace,
                Separator::CommaOrLine,
                |parser| parser.parameter(TokenKind::CloseBrace),
            )?),
            TokenKind::Name => self.named_type()?,
            kind if kind.begins_string() => TypeKind::Enum(self.members()?),
            _ => {
                self.could_be(Expected::Type);
                return Err(self.unexpected());
            }
        };
        let mut ty = TypeExpr {
            kind,
            span: self.span_from(start),
        };
        if self.take(TokenKind::Question) {
            ty = TypeExpr {
                kind: TypeKind::Optional(Box::new(ty)),
                span: self.span_from(start),
            };
        }
        self.leave(outer, 1)?;
        match self.kind() {
            TokenKind::Bar
            | TokenKind::OpenBracket
            | TokenKind::Dot
            | TokenKind::Question
            | TokenKind::Coalesce => Err(self.unexpected_alone()),
            _ => Ok(ty),
        }
    }

    /// `"adam" | "sgd"`.
    fn members(&mut self) -> Read<Vec<StringLit>> {
        let mut members = vec![self.plain_string("a member of an enumeration")?];
        while self.take(TokenKind::Bar) {
            members.push(self.plain_string("a member of an enumeration")?);
        }
        Ok(members)
    }

    fn named_type(&mut self) -> Read<TypeKind> {
        let start = self.start();
        let name = self.name()?;
        match self.kind() {
            TokenKind::Dot => {
                self.bump();
                Ok(TypeKind::Name {
                    module: Some(name),
                    name: self.name()?,
                })
            }
            TokenKind::OpenBracket => {
                let around = self.open(self.here());
                self.bump();
                let is_array = !matches!(name.name.as_str(), "list" | "map");
                if is_array && self.at(TokenKind::CloseBracket) {
                    self.bump();
                    let span = self.span_from(start);
                    self.report(diagnostics::array_type(span, &name.name));
                    return Ok(TypeKind::Generic {
                        element: Box::new(TypeExpr {
                            kind: TypeKind::Name {
                                module: None,
                                name: name.clone(),
                            },
                            span: name.span,
                        }),
                        name: Ident {
                            name: "list".to_owned(),
                            span: name.span,
                        },
                    });
                }
                let element = Box::new(self.type_expr()?);
                if !self.take(TokenKind::CloseBracket) {
                    let reported = self.unexpected_in();
                    if !self.skip_past(TokenKind::CloseBracket) {
                        return Err(reported);
                    }
                    return Ok(TypeKind::Error);
                }
                self.open(around);
                Ok(TypeKind::Generic { name, element })
            }
            _ => Ok(TypeKind::Name { module: None, name }),
        }
    }
}
