//! Attributes and statements.

use super::align::{Kind, Row};
use super::builder::Builder;
use super::list::{Element, Style};
use crate::ast::{
    Arm, Attribute, AttributeValue, Block, BlockKind, Body, Expr, ExprKind, LetValue, Run,
    Statement,
};

impl Element for Attribute {
    fn place(&self) -> (u32, u32) {
        (self.span.start, self.span.end)
    }

    fn print(&self, builder: &mut Builder<'_>) -> Option<Row> {
        let start = builder.doc.mark();
        builder.token();
        if let Some(label) = &self.label {
            builder.space();
            builder.string(label.span);
        }
        let is_block = matches!(self.value, AttributeValue::Block(_));
        let row = builder.head(Kind::Attribute, start, is_block);
        builder.space();
        match &self.value {
            AttributeValue::Value(value) => {
                builder.token();
                builder.space();
                builder.expr(value);
            }
            AttributeValue::Block(attributes) => builder.attributes(attributes),
        }
        builder.tail(row, start)
    }
}

impl Element for Statement {
    fn place(&self) -> (u32, u32) {
        let doc = match self {
            Self::Let(item) => item.doc.as_ref(),
            Self::Volume(volume) => volume.doc.as_ref(),
            _ => None,
        };
        let span = match self {
            Self::Attribute(attribute) => attribute.span,
            Self::Let(item) => item.span,
            Self::Call(run) => run.span,
            Self::Block(block) => block.span,
            Self::Volume(volume) => volume.span,
            Self::On(on) => on.span,
            Self::Yield(leave) | Self::Return(leave) => leave.span,
            Self::Error(broken) => broken.span,
        };
        let start = doc.map_or(span.start, |doc| doc.span.start);
        (start, span.end)
    }

    fn print(&self, builder: &mut Builder<'_>) -> Option<Row> {
        builder.docs();
        match self {
            Self::Attribute(attribute) => return attribute.print(builder),
            Self::Let(item) => {
                return builder.definition(Kind::Let, |builder| match &item.value {
                    LetValue::Run(run) => builder.run(run),
                    LetValue::Block(block) => builder.block(block),
                });
            }
            Self::Volume(volume) => {
                return builder.definition(Kind::Volume, |builder| builder.expr(&volume.value));
            }
            Self::Call(run) => builder.run(run),
            Self::Block(block) => builder.block(block),
            Self::On(on) => {
                builder.token();
                builder.spaced_token();
                builder.space();
                builder.list(&on.body, Style::STATEMENTS);
            }
            Self::Yield(leave) | Self::Return(leave) => {
                builder.token();
                builder.space();
                builder.expr(&leave.value);
            }
            Self::Error(_) => {}
        }
        None
    }
}

impl Builder<'_> {
    /// `word name = value`.
    pub(super) fn definition(&mut self, kind: Kind, value: impl FnOnce(&mut Self)) -> Option<Row> {
        let start = self.doc.mark();
        self.token();
        self.spaced_token();
        let row = self.head(kind, start, false);
        self.spaced_token();
        self.space();
        value(self);
        self.tail(row, start)
    }

    pub(super) fn attributes(&mut self, attributes: &Body<Attribute>) {
        self.list(attributes, Style::ATTRIBUTES);
    }

    /// A call or an expression, with its suffixes in the order in which they are written.
    fn run(&mut self, run: &Run) {
        self.expr(&run.value);
        let after = run.after.first().map(|name| name.span.start);
        let with = run.with.as_ref().map(|with| with.span.start);
        let with_is_first = after.is_some_and(|after| with.is_some_and(|with| with < after));
        if with_is_first {
            self.with(run);
        }
        self.after(run);
        if !with_is_first {
            self.with(run);
        }
    }

    fn after(&mut self, run: &Run) {
        if run.after.is_empty() {
            return;
        }
        let group = self.group();
        self.indent();
        self.spaced_token();
        for index in 0..run.after.len() {
            if index == 0 {
                self.spaced_token();
                continue;
            }
            self.text(",");
            let before = self.comments(false);
            match before.comments {
                true => self.hard(false),
                false => self.line(true),
            }
            self.token();
        }
        self.dedent();
        self.doc.close(group);
    }

    fn with(&mut self, run: &Run) {
        if let Some(with) = &run.with {
            self.spaced_token();
            self.space();
            self.attributes(&with.attributes);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::If { arms, otherwise } => {
                let group = self.group();
                for (index, arm) in arms.iter().enumerate() {
                    self.arm(index, arm);
                }
                if let Some(body) = otherwise {
                    self.before_else();
                    self.token();
                    self.space();
                    self.open_list(body, Style::STATEMENTS);
                }
                self.doc.close(group);
            }
            BlockKind::For {
                items,
                parallel,
                body,
                ..
            } => {
                self.token();
                self.spaced_token();
                self.spaced_token();
                self.space();
                if let Some(parallel) = parallel {
                    self.expr(items);
                    self.spaced_token();
                    self.header(parallel);
                } else {
                    self.header_value(items);
                }
                self.list(body, Style::STATEMENTS);
            }
            BlockKind::Repeat { max, body, until } => {
                self.token();
                self.spaced_token();
                self.header(max);
                self.list(body, Style::STATEMENTS);
                self.spaced_token();
                self.space();
                self.expr(until);
            }
        }
    }

    fn arm(&mut self, index: usize, arm: &Arm) {
        if index > 0 {
            self.before_else();
            self.token();
            self.space();
        }
        self.token();
        self.header(&arm.condition);
        self.open_list(&arm.body, Style::STATEMENTS);
    }

    /// What is between a closing brace and `else`.
    fn before_else(&mut self) {
        match self.comments(false).comments {
            true => self.hard(false),
            false => self.space(),
        }
    }

    /// The expression before the brace of a block.
    fn header(&mut self, value: &Expr) {
        self.space();
        self.header_value(value);
    }

    /// If operators take several lines, the brace gets its own line.
    fn header_value(&mut self, value: &Expr) {
        let group = self.group();
        self.expr(value);
        let has_operators = value.parentheses == 0 && matches!(value.kind, ExprKind::Binary { .. });
        match has_operators {
            true => self.line(true),
            false => self.space(),
        }
        self.doc.close_loose(group);
    }
}
