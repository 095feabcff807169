//! The items of a file.

use super::align::{Kind, Row, Rows};
use super::builder::Builder;
use super::doc::{Op, STEP, WIDTH};
use super::list::Style;
use crate::ast::{Import, ImportNames, Item, Outputs, Parameter};

impl Builder<'_> {
    /// A whole file. Components and pipelines of several lines have blank lines around them.
    pub(super) fn file(&mut self, items: &[Item]) {
        let mut rows = Rows::default();
        let mut above_is_long = false;
        for (index, item) in items.iter().enumerate() {
            let start = self.doc.mark();
            let before = self.comments(index > 0);
            self.hard(before.blank);
            self.docs();
            let first = self.doc.mark();
            let row = self.item(item);
            let is_long = matches!(item, Item::Component(_) | Item::Pipeline(_))
                && (self.doc.breaks_since(first) || self.doc.width_since(first) > WIDTH);
            if before.any_blank {
                rows.end_run(&mut self.doc, 0);
            } else if index > 0 && (above_is_long || is_long) {
                self.doc.blank_after(start);
            }
            rows.add(&mut self.doc, 0, row, 0);
            above_is_long = is_long;
        }
        rows.end_run(&mut self.doc, 0);
        self.comments(true);
    }

    fn item(&mut self, item: &Item) -> Option<Row> {
        match item {
            Item::Import(import) => self.import(import),
            Item::Const(item) => {
                return self.definition(Kind::Const, |builder| builder.expr(&item.value));
            }
            Item::Type(item) => {
                return self.definition(Kind::Type, |builder| builder.type_expr(&item.ty));
            }
            Item::Artifact(item) => {
                let start = self.doc.mark();
                self.token();
                self.spaced_token();
                self.token();
                let row = self.head(Kind::Artifact, start, false);
                self.space();
                self.type_expr(&item.parent);
                return self.tail(row, start);
            }
            Item::Component(item) => {
                self.signature(&item.inputs, &item.outputs);
                self.list(&item.attributes, Style::ATTRIBUTES);
            }
            Item::Pipeline(item) => {
                self.signature(&item.parameters, &item.outputs);
                self.list(&item.body, Style::STATEMENTS);
            }
            Item::Error(_) => {}
        }
        None
    }

    fn import(&mut self, import: &Import) {
        self.token();
        self.space();
        self.string(import.path.span);
        self.spaced_token();
        let ImportNames::Names(names) = &import.names else {
            return self.spaced_token();
        };
        let group = self.group();
        self.indent();
        for (index, name) in names.iter().enumerate() {
            if index > 0 {
                self.text(",");
            }
            match self.comments(false).comments {
                true => self.hard(false),
                false => self.line(true),
            }
            self.token();
            if name.alias.is_some() {
                self.spaced_token();
                self.spaced_token();
            }
        }
        self.doc.push(Op::IfBroken(","));
        self.dedent();
        self.doc.close(group);
    }

    /// Everything up to the brace of a component or pipeline, with what is between them.
    ///
    /// One that is too long begins a line at its arrow, if that is enough, else at each parameter. The brace is then on a
    /// line of its own, unless the line above it would be a parenthesis alone.
    fn signature(&mut self, inputs: &[Parameter], outputs: &Outputs) {
        let start = self.doc.mark();
        self.token();
        self.spaced_token();
        let parameters = self.list(inputs, Style::LIST);
        let head = self.doc.width_since(start);
        let arrow = self.doc.mark();
        let inputs_break = self.doc.breaks_since(start);
        if matches!(outputs, Outputs::None) {
            if head + " {".len() > WIDTH {
                self.doc.break_group(parameters);
            }
            return self.space();
        }
        self.space();
        let second = self.doc.mark();
        self.token();
        self.space();
        match outputs {
            Outputs::None => {}
            Outputs::Single(ty) => self.type_expr(ty),
            Outputs::Named(named) => {
                self.list(named, Style::LIST);
            }
        }
        let outputs_break = self.doc.breaks_since(second);
        let width = self.doc.width_since(second);
        if !inputs_break && !outputs_break {
            if head + 1 + width + " {".len() <= WIDTH {
                return self.space();
            }
            let (blank, deeper) = (false, true);
            match head <= WIDTH && width + STEP <= WIDTH {
                true => self.doc.set(arrow, Op::Hard { blank, deeper }),
                false if inputs.is_empty() => {}
                false => self.doc.break_group(parameters),
            }
        }
        let is_list = matches!(outputs, Outputs::Named(_));
        let outputs_break = outputs_break || ") ".len() + width > WIDTH;
        match is_list && outputs_break {
            true => self.space(),
            false => self.hard(false),
        }
    }
}
