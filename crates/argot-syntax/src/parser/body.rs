//! From pairs to attributes and statements.

use super::build::Builder;
use super::grammar::{Children, Pair, Rule};
use crate::ast::{
    Arm, Attribute, AttributeValue, Block, BlockKind, Expr, Leave, Let, LetValue, On, Run,
    Statement, Volume, With,
};
use crate::{Span, messages};

impl Builder<'_> {
    // ------------------------------------------------------------------------------------- attributes

    /// The attributes in a pair of braces, and where it ends.
    pub(super) fn attributes(&mut self, pair: Pair<'_>) -> Option<(Vec<Attribute>, Span)> {
        let span = self.span(&pair);
        self.nested(
            1,
            |_| span,
            |builder| {
                let mut attributes = Vec::new();
                for pair in pair.into_inner() {
                    match pair.as_rule() {
                        Rule::attribute => {
                            let attribute = builder.attribute(pair.clone());
                            attributes.extend(builder.promised(attribute, &pair));
                        }
                        Rule::broken_statement => builder.explain_attribute(&pair),
                        Rule::missing_brace => builder.explain_missing_brace(&pair, span),
                        _ => {}
                    }
                }
                Some((attributes, span))
            },
        )
    }

    fn attribute(&mut self, pair: Pair<'_>) -> Option<Attribute> {
        let mut parts = Children::of(pair);
        let name = self.ident(&parts.next_of(Rule::name)?);
        if parts.next_of(Rule::assign).is_some() {
            let value = self.expr(parts.next_of(Rule::expr)?);
            let span = name.span.to(value.span);
            let value = AttributeValue::Value(value);
            return Some(Attribute {
                name,
                label: None,
                value,
                span,
            });
        }
        let label = match parts.peek()? {
            Rule::attributes => None,
            _ => Some(self.plain_string(parts.next()?, "a label")),
        };
        let (attributes, end) = self.attributes(parts.next_of(Rule::attributes)?)?;
        let span = name.span.to(end);
        let value = AttributeValue::Block(attributes);
        Some(Attribute {
            name,
            label,
            value,
            span,
        })
    }

    // ------------------------------------------------------------------------------------- statements

    /// The statements in a pair of braces, and where it ends.
    pub(super) fn body(&mut self, pair: Pair<'_>) -> Option<(Vec<Statement>, Span)> {
        let span = self.span(&pair);
        self.nested(
            1,
            |_| span,
            |builder| {
                let mut statements = Vec::new();
                for pair in pair.into_inner() {
                    match pair.as_rule() {
                        Rule::statement => {
                            let statement = builder.statement(pair.clone());
                            statements.extend(builder.promised(statement, &pair));
                        }
                        Rule::broken_statement => builder.explain_statement(&pair),
                        Rule::missing_brace => builder.explain_missing_brace(&pair, span),
                        _ => {}
                    }
                }
                Some((statements, span))
            },
        )
    }

    fn statement(&mut self, pair: Pair<'_>) -> Option<Statement> {
        let pair = pair.into_inner().next()?;
        match pair.as_rule() {
            Rule::let_binding => self.let_binding(pair).map(Statement::Let),
            Rule::volume => self.volume(pair).map(Statement::Volume),
            Rule::if_block | Rule::for_block | Rule::repeat_block => {
                self.block(pair).map(Statement::Block)
            }
            Rule::on_block => self.on_block(pair).map(Statement::On),
            Rule::yield_value => self.leave(pair).map(Statement::Yield),
            Rule::return_value => self.leave(pair).map(Statement::Return),
            Rule::attribute => self.attribute(pair).map(Statement::Attribute),
            Rule::call => self.call(pair).map(Statement::Call),
            _ => None,
        }
    }

    fn call(&mut self, pair: Pair<'_>) -> Option<Run> {
        let mut parts = Children::of(pair);
        let value = self.callee(parts.next_of(Rule::callee)?);
        self.run(value, parts)
    }

    fn let_binding(&mut self, pair: Pair<'_>) -> Option<Let> {
        let mut parts = Children::of(pair);
        let doc = self.doc(&mut parts);
        let start = self.span(&parts.next_of(Rule::kw_let)?);
        let name = self.ident(&parts.next_of(Rule::name)?);
        parts.next_of(Rule::assign)?;
        let value = self.let_value(parts.next()?)?;
        let end = match &value {
            LetValue::Run(run) => run.span,
            LetValue::Block(block) => block.span,
        };
        let span = start.to(end);
        Some(Let {
            doc,
            name,
            value,
            span,
        })
    }

    fn let_value(&mut self, pair: Pair<'_>) -> Option<LetValue> {
        if pair.as_rule() != Rule::run {
            return self.block(pair).map(LetValue::Block);
        }
        let mut parts = Children::of(pair);
        let value = self.expr(parts.next_of(Rule::expr)?);
        self.run(value, parts).map(LetValue::Run)
    }

    /// Adds the suffixes that follow to a value.
    fn run(&mut self, value: Expr, suffixes: Children<'_>) -> Option<Run> {
        let mut run = Run {
            span: value.span,
            value,
            after: Vec::new(),
            with: None,
        };
        for pair in suffixes {
            let is_after = pair.as_rule() == Rule::after;
            let mut parts = Children::of(pair);
            let keyword = self.span(&parts.next()?);
            if is_after {
                if !run.after.is_empty() {
                    self.report(messages::repeated_suffix(keyword, "after"));
                }
                let names = parts.filter(|pair| pair.as_rule() == Rule::name);
                run.after.extend(names.map(|pair| self.ident(&pair)));
                run.span = run
                    .after
                    .last()
                    .map_or(run.span, |last| run.span.to(last.span));
            } else {
                if run.with.is_some() {
                    self.report(messages::repeated_suffix(keyword, "with"));
                }
                let (attributes, end) = self.attributes(parts.next_of(Rule::attributes)?)?;
                run.span = run.span.to(end);
                let span = keyword.to(end);
                run.with = Some(With { attributes, span });
            }
        }
        Some(run)
    }

    fn volume(&mut self, pair: Pair<'_>) -> Option<Volume> {
        let mut parts = Children::of(pair);
        let doc = self.doc(&mut parts);
        let start = self.span(&parts.next_of(Rule::kw_volume)?);
        let name = self.ident(&parts.next_of(Rule::name)?);
        let value = self.expr(parts.skip_to(Rule::expr)?);
        let span = start.to(value.span);
        Some(Volume {
            doc,
            name,
            value,
            span,
        })
    }

    fn block(&mut self, pair: Pair<'_>) -> Option<Block> {
        let rule = pair.as_rule();
        let mut parts = Children::of(pair);
        let keyword = self.span(&parts.next()?);
        let (kind, end) = match rule {
            Rule::if_block => self.if_block(parts),
            Rule::for_block => self.for_block(parts),
            _ => self.repeat_block(parts),
        }?;
        let span = keyword.to(end);
        Some(Block {
            kind,
            span,
            keyword,
        })
    }

    fn for_block(&mut self, mut parts: Children<'_>) -> Option<(BlockKind, Span)> {
        let variable = self.ident(&parts.next_of(Rule::name)?);
        let items = self.expr(parts.skip_to(Rule::expr)?);
        let parallel = match parts.next_of(Rule::kw_parallel) {
            Some(_) => Some(self.expr(parts.next_of(Rule::expr)?)),
            None => None,
        };
        let (body, end) = self.body(parts.next_of(Rule::body)?)?;
        Some((
            BlockKind::For {
                variable,
                items,
                parallel,
                body,
            },
            end,
        ))
    }

    fn repeat_block(&mut self, mut parts: Children<'_>) -> Option<(BlockKind, Span)> {
        let max = self.expr(parts.skip_to(Rule::expr)?);
        let (body, _) = self.body(parts.next_of(Rule::body)?)?;
        let until = self.expr(parts.skip_to(Rule::expr)?);
        let end = until.span;
        Some((BlockKind::Repeat { max, body, until }, end))
    }

    fn if_block(&mut self, mut parts: Children<'_>) -> Option<(BlockKind, Span)> {
        let mut arms = Vec::new();
        let mut otherwise = None;
        let mut end = Span::default();
        while let Some(pair) = parts.next() {
            match pair.as_rule() {
                Rule::expr => {
                    let condition = self.expr(pair);
                    let (body, closed) = self.body(parts.next_of(Rule::body)?)?;
                    end = closed;
                    arms.push(Arm { condition, body });
                }
                Rule::body => {
                    let (body, closed) = self.body(pair)?;
                    end = closed;
                    otherwise = Some(body);
                }
                _ => {}
            }
        }
        Some((BlockKind::If { arms, otherwise }, end))
    }

    fn on_block(&mut self, pair: Pair<'_>) -> Option<On> {
        let mut parts = Children::of(pair);
        let start = self.span(&parts.next_of(Rule::kw_on)?);
        let event = self.ident(&parts.next_of(Rule::event)?);
        let (body, end) = self.body(parts.next_of(Rule::body)?)?;
        let span = start.to(end);
        Some(On { event, body, span })
    }

    fn leave(&mut self, pair: Pair<'_>) -> Option<Leave> {
        let mut parts = Children::of(pair);
        let start = self.span(&parts.next()?);
        let value = self.expr(parts.next_of(Rule::expr)?);
        let span = start.to(value.span);
        Some(Leave { value, span })
    }
}
