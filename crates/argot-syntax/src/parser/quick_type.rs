//! Parameters and types for the quick reader.

use super::quick::Reader;
use crate::ast::{Outputs, Parameter, TypeExpr, TypeKind};

impl Reader<'_> {
    pub(super) fn parameters(&mut self) -> Option<Vec<Parameter>> {
        let outer = self.enter()?;
        let mut parameters = Vec::new();
        self.open(b'(')?;
        while self.next() != Some(b')') {
            parameters.push(self.parameter()?);
            if !self.take(b',')? {
                break;
            }
        }
        self.close(b')')?;
        self.leave(outer, 1)?;
        Some(parameters)
    }

    fn parameter(&mut self) -> Option<Parameter> {
        let doc = self.doc()?;
        let start = self.at;
        let name = self.name()?;
        self.expect(b':')?;
        let ty = self.type_expr()?;
        let default = if self.at_assign() {
            self.assign()?;
            Some(self.expr()?)
        } else {
            None
        };
        Some(Parameter {
            doc,
            name,
            ty,
            default,
            span: self.span_from(start),
        })
    }

    pub(super) fn outputs(&mut self) -> Option<Outputs> {
        if self.next() != Some(b'-') {
            return Some(Outputs::None);
        }
        if self.byte(1) != Some(b'>') {
            return None;
        }
        self.advance(2)?;
        if self.next() != Some(b'(') {
            return self.type_expr().map(Outputs::Single);
        }
        let named = self.parameters()?;
        let has_default = named.iter().any(|output| output.default.is_some());
        (!has_default).then_some(Outputs::Named(named))
    }

    // ------------------------------------------------------------------------------------------ types

    pub(super) fn type_expr(&mut self) -> Option<TypeExpr> {
        let outer = self.enter()?;
        let start = self.at;
        let kind = match self.next()? {
            b'{' => self.record_type()?,
            _ if self.at_string() => {
                let mut members = vec![self.plain_string()?];
                while self.take(b'|')? {
                    members.push(self.path()?);
                }
                TypeKind::Enum(members)
            }
            _ => self.named_type()?,
        };
        let mut ty = TypeExpr {
            kind,
            span: self.span_from(start),
        };
        if self.take(b'?')? {
            ty = TypeExpr {
                kind: TypeKind::Optional(Box::new(ty)),
                span: self.span_from(start),
            };
        }
        self.leave(outer, 1)?;
        let ends = !matches!(self.next(), Some(b'|' | b'[' | b'.' | b'?'));
        ends.then_some(ty)
    }

    fn named_type(&mut self) -> Option<TypeKind> {
        let name = self.name()?;
        if self.at_dot() {
            self.advance(1)?;
            return Some(TypeKind::Name {
                module: Some(name),
                name: self.name()?,
            });
        }
        if self.next() != Some(b'[') {
            return Some(TypeKind::Name { module: None, name });
        }
        self.open(b'[')?;
        let element = Box::new(self.type_expr()?);
        self.close(b']')?;
        Some(TypeKind::Generic { name, element })
    }

    fn record_type(&mut self) -> Option<TypeKind> {
        let mut fields = Vec::new();
        self.open(b'{')?;
        while self.next() != Some(b'}') {
            fields.push(self.parameter()?);
            self.separator(b'}')?;
        }
        self.close(b'}')?;
        Some(TypeKind::Record(fields))
    }
}
