//! The quick reader: files without mistakes, in one pass over their bytes.
//!
//! It reads files without mistakes and gives up on everything else. The grammar stays the authority: where the
//! quick reader gives a tree, the way through the grammar gives exactly the same tree and reports nothing;
//! where it gives up, that way is taken and says what is wrong. It may give up on a file that is right, which
//! costs time and nothing else, but it must never read one that the grammar refuses or reads otherwise.
//! Tests hold it to the grammar.
//!
//! Every method returns `None` to give up, for the whole file. A method takes the tokens of its rule and ends
//! where the next token begins; choices are made by one or two tokens of look ahead, in the order of the
//! grammar's alternatives.
//!
//! | part | where |
//! |---|---|
//! | bytes, words, comments, nesting | `quick_lex` |
//! | items, attributes, statements | here |
//! | parameters and types | `quick_type` |
//! | expressions and numbers | `quick_expr` |
//! | strings | `quick_string` |

use super::BYTE_ORDER_MARK;
use super::quick_lex::has_lone_return;
use crate::ast::{
    Arm, Artifact, Attribute, AttributeValue, Block, BlockKind, Comment, Component, Const, Doc,
    Expr, File, Ident, Import, ImportNames, ImportedName, Item, Leave, Let, LetValue, On, Pipeline,
    Run, Statement, StringLit, TypeAlias, Volume, With,
};
use crate::{FileId, MAX_NESTING, Source};

/// Reads a file, or gives up.
pub(super) fn read(source: &Source) -> Option<File> {
    let text = source.text();
    u32::try_from(text.len()).ok()?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if has_lone_return(text) {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        file: source.id(),
        base: source.text().len() - text.len(),
        at: 0,
        end: 0,
        lines: 0,
        brackets: 0,
        depth: 0,
        height: 0,
        comments: Vec::new(),
    };
    let items = reader.items()?;
    Some(File {
        items,
        comments: reader.comments,
        broken: Vec::new(),
    })
}

/// Where the reader is in the text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) file: FileId,
    /// Where the text begins in the file.
    pub(super) base: usize,
    /// Where the next token begins.
    pub(super) at: usize,
    /// Where the last token ends.
    pub(super) end: usize,
    /// How many strings are open that end with their line.
    pub(super) lines: usize,
    /// How many brackets and interpolations are open.
    pub(super) brackets: usize,
    /// How many levels are known to stand around the next token.
    pub(super) depth: usize,
    /// How many levels what has been read holds, since the last level was entered.
    pub(super) height: usize,
    pub(super) comments: Vec<Comment>,
}

const ITEMS: [&str; 7] = [
    "import",
    "from",
    "const",
    "type",
    "artifact",
    "component",
    "pipeline",
];

impl Reader<'_> {
    // ------------------------------------------------------------------------------------------ items

    fn items(&mut self) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        self.skip()?;
        while self.next().is_some() {
            self.height = 0;
            items.push(self.item()?);
            if self.height > MAX_NESTING {
                return None;
            }
        }
        Some(items)
    }

    fn item(&mut self) -> Option<Item> {
        let doc = self.doc()?;
        let start = self.at;
        let keyword = self.word();
        let is_keyword = ITEMS.contains(&keyword);
        is_keyword.then_some(())?;
        self.advance(keyword.len())?;
        Some(match keyword {
            "import" => Item::Import(self.import(doc, start)?),
            "from" => Item::Import(self.import_names(doc, start)?),
            "const" => {
                let name = self.name()?;
                self.assign()?;
                let value = self.expr()?;
                let span = self.span_from(start);
                Item::Const(Const {
                    doc,
                    name,
                    value,
                    span,
                })
            }
            "type" => {
                let name = self.name()?;
                self.assign()?;
                let ty = self.type_expr()?;
                let span = self.span_from(start);
                Item::Type(TypeAlias {
                    doc,
                    name,
                    ty,
                    span,
                })
            }
            "artifact" => {
                let name = self.name()?;
                self.expect(b':')?;
                let parent = self.type_expr()?;
                let span = self.span_from(start);
                Item::Artifact(Artifact {
                    doc,
                    name,
                    parent,
                    span,
                })
            }
            "component" => {
                let name = self.name()?;
                let inputs = self.parameters()?;
                let outputs = self.outputs()?;
                let attributes = self.attributes()?;
                let span = self.span_from(start);
                Item::Component(Component {
                    doc,
                    name,
                    inputs,
                    outputs,
                    attributes,
                    span,
                })
            }
            _ => {
                let name = self.name()?;
                let parameters = self.parameters()?;
                let outputs = self.outputs()?;
                let body = self.body()?;
                let span = self.span_from(start);
                Item::Pipeline(Pipeline {
                    doc,
                    name,
                    parameters,
                    outputs,
                    body,
                    span,
                })
            }
        })
    }

    fn import(&mut self, doc: Doc, start: usize) -> Option<Import> {
        let path = self.path()?;
        self.expect_word("as")?;
        let name = self.name()?;
        Some(Import {
            doc,
            path,
            names: ImportNames::Module(name),
            span: self.span_from(start),
        })
    }

    /// A string that stands there for itself.
    pub(super) fn path(&mut self) -> Option<StringLit> {
        self.at_string().then_some(())?;
        self.plain_string()
    }

    fn import_names(&mut self, doc: Doc, start: usize) -> Option<Import> {
        let path = self.path()?;
        self.expect_word("import")?;
        let mut names = vec![self.imported_name()?];
        let mut span = self.span_from(start);
        while self.take(b',')? {
            if !self.at_name() || self.at_item()? {
                break;
            }
            names.push(self.imported_name()?);
            span = self.span_from(start);
        }
        Some(Import {
            doc,
            path,
            names: ImportNames::Names(names),
            span,
        })
    }

    fn imported_name(&mut self) -> Option<ImportedName> {
        let name = self.name()?;
        let alias = if self.take_word("as")? {
            Some(self.name()?)
        } else {
            None
        };
        Some(ImportedName { name, alias })
    }

    /// Whether an item begins here, by the rule `item_start`.
    fn at_item(&mut self) -> Option<bool> {
        let word = self.word();
        if !ITEMS.contains(&word) {
            return Some(false);
        }
        let mark = self.mark();
        self.advance(word.len())?;
        let is_item = match word {
            "import" | "from" => self.at_string(),
            _ => self.at_name() && self.word() != "as",
        };
        self.back_to(&mark);
        Some(is_item)
    }

    // ------------------------------------------------------------------------------------- attributes

    fn attributes(&mut self) -> Option<Vec<Attribute>> {
        let outer = self.enter()?;
        let mut attributes = Vec::new();
        self.open(b'{')?;
        while self.next() != Some(b'}') {
            let start = self.at;
            let name = self.name()?;
            attributes.push(self.attribute(start, name)?);
        }
        self.close(b'}')?;
        self.leave(outer, 1)?;
        Some(attributes)
    }

    /// What follows the name of an attribute, with its comma.
    fn attribute(&mut self, start: usize, name: Ident) -> Option<Attribute> {
        let mut label = None;
        let value = if self.at_assign() {
            self.assign()?;
            AttributeValue::Value(self.expr()?)
        } else {
            if self.at_string() {
                label = Some(self.plain_string()?);
            }
            AttributeValue::Block(self.attributes()?)
        };
        let span = self.span_from(start);
        self.take(b',')?;
        Some(Attribute {
            name,
            label,
            value,
            span,
        })
    }

    // ------------------------------------------------------------------------------------- statements

    fn body(&mut self) -> Option<Vec<Statement>> {
        let outer = self.enter()?;
        let mut statements = Vec::new();
        self.open(b'{')?;
        while self.next() != Some(b'}') {
            statements.push(self.statement()?);
        }
        self.close(b'}')?;
        self.leave(outer, 1)?;
        Some(statements)
    }

    fn statement(&mut self) -> Option<Statement> {
        let doc = self.doc()?;
        let start = self.at;
        let word = self.word();
        match word {
            "let" => return self.let_binding(doc).map(Statement::Let),
            "volume" if self.followed_by(word, |reader| reader.at_name())? => {
                return self.volume(doc).map(Statement::Volume);
            }
            _ if doc.is_some() => return None,
            "if" | "for" => return self.block(word).map(Statement::Block),
            "repeat" if self.at_repeat()? => return self.block(word).map(Statement::Block),
            "on" if self.followed_by(word, |reader| is_event(reader.word()))? => {
                return self.on_block().map(Statement::On);
            }
            "yield" if !self.followed_by(word, Self::at_assign)? => {
                return self.leave_with(word).map(Statement::Yield);
            }
            "return" if !self.followed_by(word, Self::at_assign)? => {
                return self.leave_with(word).map(Statement::Return);
            }
            _ => {}
        }
        let name = self.name_of(word)?;
        if matches!(self.next(), Some(b'(' | b'.')) {
            let value = self.callee(name)?;
            return self.run(value).map(Statement::Call);
        }
        self.attribute(start, name).map(Statement::Attribute)
    }

    /// Whether something stands behind a word.
    fn followed_by(&mut self, word: &str, holds: impl FnOnce(&Self) -> bool) -> Option<bool> {
        let mark = self.mark();
        self.advance(word.len())?;
        let holds = holds(self);
        self.back_to(&mark);
        Some(holds)
    }

    fn at_repeat(&mut self) -> Option<bool> {
        self.followed_by("repeat", |reader| reader.word() == "max")
    }

    fn let_binding(&mut self, doc: Doc) -> Option<Let> {
        let start = self.at;
        self.expect_word("let")?;
        let name = self.name()?;
        self.assign()?;
        let word = self.word();
        let is_block = matches!(word, "if" | "for") || (word == "repeat" && self.at_repeat()?);
        let value = if is_block {
            LetValue::Block(self.block(word)?)
        } else {
            let value = self.expr()?;
            LetValue::Run(self.run(value)?)
        };
        Some(Let {
            doc,
            name,
            value,
            span: self.span_from(start),
        })
    }

    /// Adds the suffixes that follow to a value.
    fn run(&mut self, value: Expr) -> Option<Run> {
        let start = value.span;
        let mut after = Vec::new();
        let mut with = None;
        loop {
            let at = self.at;
            match self.word() {
                "after" if self.at_after()? => {
                    after.is_empty().then_some(())?;
                    self.expect_word("after")?;
                    after.push(self.name()?);
                    while self.take(b',')? {
                        after.push(self.name()?);
                        if self.at_assign() {
                            return None;
                        }
                    }
                }
                "with" if self.followed_by("with", |reader| reader.next() == Some(b'{'))? => {
                    self.expect_word("with")?;
                    let attributes = self.attributes()?;
                    let span = self.span_from(at);
                    with.replace(With { attributes, span })
                        .is_none()
                        .then_some(())?;
                }
                _ => break,
            }
        }
        Some(Run {
            span: start.to(self.span_from(self.end)),
            value,
            after,
            with,
        })
    }

    /// Whether `after` stands here as a suffix: a name follows that no equals sign follows.
    fn at_after(&mut self) -> Option<bool> {
        let mark = self.mark();
        self.expect_word("after")?;
        let is_suffix = self.at_name() && {
            self.advance(self.word().len())?;
            !self.at_assign()
        };
        self.back_to(&mark);
        Some(is_suffix)
    }

    fn volume(&mut self, doc: Doc) -> Option<Volume> {
        let start = self.at;
        self.expect_word("volume")?;
        let name = self.name()?;
        self.assign()?;
        let value = self.expr()?;
        Some(Volume {
            doc,
            name,
            value,
            span: self.span_from(start),
        })
    }

    /// The block that a word introduces.
    fn block(&mut self, word: &str) -> Option<Block> {
        let start = self.at;
        let keyword = self.span(start, start + word.len());
        self.advance(word.len())?;
        let kind = match word {
            "if" => self.if_block()?,
            "for" => self.for_block()?,
            _ => self.repeat_block()?,
        };
        Some(Block {
            kind,
            span: self.span_from(start),
            keyword,
        })
    }

    fn if_block(&mut self) -> Option<BlockKind> {
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.expr()?;
            let body = self.body()?;
            arms.push(Arm { condition, body });
            if !self.take_word("else")? {
                break;
            }
            if !self.take_word("if")? {
                otherwise = Some(self.body()?);
                break;
            }
        }
        Some(BlockKind::If { arms, otherwise })
    }

    fn for_block(&mut self) -> Option<BlockKind> {
        let variable = self.name()?;
        self.expect_word("in")?;
        let items = self.expr()?;
        let parallel = if self.take_word("parallel")? {
            Some(self.expr()?)
        } else {
            None
        };
        let body = self.body()?;
        Some(BlockKind::For {
            variable,
            items,
            parallel,
            body,
        })
    }

    fn repeat_block(&mut self) -> Option<BlockKind> {
        self.expect_word("max")?;
        let max = self.expr()?;
        let body = self.body()?;
        self.expect_word("until")?;
        let until = self.expr()?;
        Some(BlockKind::Repeat { max, body, until })
    }

    fn on_block(&mut self) -> Option<On> {
        let start = self.at;
        self.expect_word("on")?;
        let event = self.name()?;
        let body = self.body()?;
        Some(On {
            event,
            body,
            span: self.span_from(start),
        })
    }

    fn leave_with(&mut self, word: &str) -> Option<Leave> {
        let start = self.at;
        self.advance(word.len())?;
        let value = self.expr()?;
        Some(Leave {
            value,
            span: self.span_from(start),
        })
    }
}

fn is_event(word: &str) -> bool {
    matches!(word, "exit" | "success" | "failure")
}
