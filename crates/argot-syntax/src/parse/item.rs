//! The items of a file.

use super::core::{ITEMS, Parser, Read};
use crate::ast::{
    Artifact, Component, Const, Doc, File, Ident, Import, ImportNames, ImportedName, Item,
    Pipeline, StringLit, TypeAlias,
};
use crate::diagnostics;
use crate::expected::Expected;
use crate::token::TokenKind;

impl Parser<'_> {
    /// A whole file.
    pub(super) fn file(&mut self) -> File {
        let mut items = Vec::new();
        let mut is_damaged = false;
        while !self.at(TokenKind::End) {
            self.begin_item();
            let start = self.start();
            let is_rest = !self.is_outermost() || self.at(TokenKind::CloseBrace);
            if is_damaged && is_rest && !self.is_item_head() {
                // The rest of an item whose braces do not match.
                self.skip_item(start);
                continue;
            }
            let reports = self.reports;
            match self.item() {
                Ok(item) => {
                    items.push(item);
                    // The rest of a line with an error is most likely part of it.
                    if self.reports > reports && !self.on_new_line() {
                        self.skip_item(start);
                    }
                }
                Err(_) => {
                    self.skip_item(start);
                    items.push(Item::Error(self.broken(start)));
                }
            }
            is_damaged = self.reports > reports;
        }
        File { items }
    }

    fn item(&mut self) -> Read<Item> {
        let doc = self.doc();
        let start = self.start();
        let word = self.word();
        if self.at(TokenKind::Name) && ITEMS.contains(&word) {
            self.bump();
            let item = self.item_after(word, doc, start)?;
            return Ok(item);
        }
        if self.at(TokenKind::Name) && word == "test" && self.peek(1).begins_string() {
            return Err(self.report(diagnostics::test_not_supported(self.here())));
        }
        if doc.is_some() {
            let found = self.found();
            return Err(self.report(diagnostics::misplaced_documentation(self.here(), &found)));
        }
        self.could_be(Expected::Item);
        Err(self.unexpected())
    }

    fn item_after(&mut self, word: &str, doc: Option<Doc>, start: usize) -> Read<Item> {
        Ok(match word {
            "import" => {
                let path = self.import_path()?;
                self.expect_word("as", Expected::As)?;
                let names = ImportNames::Module(self.defined_name()?);
                Item::Import(Import {
                    doc,
                    path,
                    names,
                    span: self.span_from(start),
                })
            }
            "from" => {
                let path = self.import_path()?;
                self.expect_word("import", Expected::Import)?;
                let (names, end) = self.imported_names()?;
                Item::Import(Import {
                    doc,
                    path,
                    names: ImportNames::Names(names),
                    span: self.span(start, end),
                })
            }
            "const" => {
                let name = self.defined_name()?;
                if self.at(TokenKind::Colon) {
                    self.type_of_value()?;
                }
                self.assign()?;
                let value = self.expr()?;
                Item::Const(Const {
                    doc,
                    name,
                    value,
                    span: self.span_from(start),
                })
            }
            "type" => {
                let name = self.defined_name()?;
                self.assign()?;
                let ty = self.type_expr()?;
                Item::Type(TypeAlias {
                    doc,
                    name,
                    ty,
                    span: self.span_from(start),
                })
            }
            "artifact" => {
                let name = self.defined_name()?;
                self.colon()?;
                let parent = self.type_expr()?;
                Item::Artifact(Artifact {
                    doc,
                    name,
                    parent,
                    span: self.span_from(start),
                })
            }
            "component" => {
                let name = self.defined_name()?;
                let inputs = self.parameters()?;
                let outputs = self.outputs()?;
                let attributes = self.attributes()?;
                Item::Component(Component {
                    doc,
                    name,
                    inputs,
                    outputs,
                    attributes,
                    span: self.span_from(start),
                })
            }
            _ => {
                let name = self.defined_name()?;
                let parameters = self.parameters()?;
                let outputs = self.outputs()?;
                let body = self.statements()?;
                Item::Pipeline(Pipeline {
                    doc,
                    name,
                    parameters,
                    outputs,
                    body,
                    span: self.span_from(start),
                })
            }
        })
    }

    fn import_path(&mut self) -> Read<StringLit> {
        self.plain_string("an import path")
    }

    /// The names of a `from` import and where the last one ends; a comma may follow it.
    fn imported_names(&mut self) -> Read<(Vec<ImportedName>, usize)> {
        let mut names = vec![self.imported_name()?];
        let mut end = self.end;
        while self.take(TokenKind::Comma) {
            if !self.at(TokenKind::Name) || self.begins_item() {
                break;
            }
            names.push(self.imported_name()?);
            end = self.end;
        }
        Ok((names, end))
    }

    /// Whether an item begins here rather than a name: after a comma of an import, both could.
    fn begins_item(&self) -> bool {
        let next = self.peek(1);
        match self.word() {
            "import" | "from" => next.begins_string(),
            word if ITEMS.contains(&word) => next == TokenKind::Name && self.peek_text(1) != "as",
            _ => false,
        }
    }

    fn imported_name(&mut self) -> Read<ImportedName> {
        let name = self.name()?;
        let alias: Option<Ident> = match self.at_word("as") {
            true => {
                self.bump();
                Some(self.name()?)
            }
            false => None,
        };
        Ok(ImportedName { name, alias })
    }
}
