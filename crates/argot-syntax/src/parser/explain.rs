//! Says what is wrong with a text that fits no rule.

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

use super::build::Builder;
use super::grammar::{Grammar, Mismatch, Pair, Rule};
use super::scan::{self, UNREAD};
use crate::messages::{self, Expected, Found, Place};
use crate::{Diagnostic, Span};

/// A text that fits no rule, and where in the file's text it stands.
struct Piece<'i> {
    text: &'i str,
    start: usize,
    /// The rule that it should fit.
    rule: Rule,
}

impl Builder<'_> {
    /// Explains an item that fits no rule.
    ///
    /// Behind a missing brace, what follows on other lines is the rest of the body that was cut short there.
    pub(super) fn explain_item(&mut self, pair: &Pair<'_>) {
        let text = pair.as_str();
        if ITEMS.contains(&first_word(text)) || text.starts_with("##") {
            self.forget_missing_brace(pair);
        }
        if self.missing_brace.is_none() {
            self.explain_piece(Rule::only_item, pair);
        }
    }

    /// Explains a statement that fits no rule.
    pub(super) fn explain_statement(&mut self, pair: &Pair<'_>) {
        let rule = match first_word(pair.as_str()) {
            "else" => Rule::only_else,
            _ => Rule::only_statement,
        };
        self.explain_piece(rule, pair);
    }

    /// Explains an attribute that fits no rule.
    pub(super) fn explain_attribute(&mut self, pair: &Pair<'_>) {
        self.explain_piece(Rule::only_attribute, pair);
    }

    fn explain_piece(&mut self, rule: Rule, pair: &Pair<'_>) {
        if pair.as_str().contains(UNREAD) {
            return;
        }
        let piece = Piece {
            text: pair.as_str(),
            start: pair.as_span().start(),
            rule,
        };
        let diagnostic = match Grammar::parse(rule, piece.text) {
            Err(mismatch) => self.explain(&mismatch, &piece),
            Ok(_) if rule == Rule::only_else => {
                messages::else_without_if(self.span_at(piece.start, piece.start + "else".len()))
            }
            Ok(_) => messages::unreadable(self.span(pair)),
        };
        self.report(diagnostic);
    }

    /// Explains why a whole file fits no rule.
    pub(super) fn explain_file(&mut self, mismatch: &Mismatch) {
        let piece = Piece {
            text: self.text,
            start: 0,
            rule: Rule::only_item,
        };
        let diagnostic = self.explain(mismatch, &piece);
        self.report(diagnostic);
    }

    /// Reports that a body has no closing brace, once for all the bodies that end at one place.
    pub(super) fn explain_missing_brace(&mut self, pair: &Pair<'_>, body: Span) {
        let at = pair.as_span().start();
        if self.missing_brace.replace(at) == Some(at) {
            return;
        }
        let opening = (body.start as usize).saturating_sub(self.base);
        let text = self.text.get(opening..at).unwrap_or_default();
        if text.contains(UNREAD) {
            return;
        }
        let opening = opening + outdented(self.text, opening, at).unwrap_or(0);
        let at = self.skip_documentation(at);
        let (found, length) = self.found(at);
        let span = self.span_at(at, at + length);
        let diagnostic = match found {
            Found::Text(word) if self.is_indented(at) => messages::item_in_body(span, word),
            _ => messages::unclosed(span, self.span_at(opening, opening + 1), "`}`", &found),
        };
        self.report(diagnostic);
    }

    /// An item at the start of a line ends what a missing brace has cut short.
    pub(super) fn forget_missing_brace(&mut self, item: &Pair<'_>) {
        let before = self.text.get(..item.as_span().start()).unwrap_or_default();
        if before.is_empty() || before.ends_with('\n') {
            self.missing_brace = None;
        }
    }

    fn explain(&self, mismatch: &Mismatch, piece: &Piece<'_>) -> Diagnostic {
        let offset = match mismatch.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let at = self.whole_symbol(self.skip_blank(piece.start + offset));
        let (found, length) = self.found(at);
        let span = self.span_at(at, at + length);
        let rules = match &mismatch.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
            ErrorVariant::CustomError { .. } => return messages::nesting_too_deep(span),
        };
        let read = piece.text.get(..offset).unwrap_or_default();
        if let Some(diagnostic) = self.misuse(piece, read, rules, span, &found) {
            return diagnostic;
        }
        let expected = expected(rules);
        let place = Place {
            span,
            introduced_by: read
                .split_whitespace()
                .next()
                .filter(|_| read.split_whitespace().count() == 2),
            before: last_word(read).or_else(|| self.touching_word(at)),
            spaced: read.ends_with([' ', '\t']),
            in_item: piece.rule == Rule::only_item,
        };
        let diagnostic = messages::mismatch(&place, &expected, &found);
        match self.opening(piece, read, &expected, at) {
            Some(opening) => diagnostic.also(opening, "this is open"),
            None => diagnostic,
        }
    }

    /// A mistake with a message of its own.
    fn misuse(
        &self,
        piece: &Piece<'_>,
        read: &str,
        rules: &[Rule],
        span: Span,
        found: &Found<'_>,
    ) -> Option<Diagnostic> {
        let has = |rule| rules.contains(&rule);
        let begin = self.skip_documentation(piece.start);
        let first = first_word(self.text.get(begin..).unwrap_or_default());
        let begins = is_documentation(read);
        let is_documented = begin > piece.start && begins;
        if *found == Found::Documentation
            || is_documented && (piece.rule != Rule::only_item || *found == Found::End)
        {
            return Some(messages::misplaced_documentation(span, found));
        }
        if let Some(keyword) = self
            .swallowed_keyword(piece.start)
            .filter(|_| piece.rule == Rule::only_item)
        {
            return Some(messages::item_cut_short(
                keyword,
                self.source.slice(keyword),
            ));
        }
        if piece.rule == Rule::only_item && begins && first == "test" {
            return Some(messages::test_not_supported(span));
        }
        let Found::Text(word) = *found else {
            return None;
        };
        if begins && piece.rule == Rule::only_attribute && STATEMENTS.contains(&word) {
            return Some(messages::statement_in_attributes(span, word));
        }
        if begins && piece.rule != Rule::only_item && ITEMS.contains(&word) {
            return Some(messages::item_in_body(span, word));
        }
        let is_name =
            has(Rule::name) && !has(Rule::prefix) || has(Rule::parameter) || has(Rule::entry);
        if RESERVED.contains(&word) && (is_name || has(Rule::argument) && self.is_assigned(span)) {
            return Some(messages::reserved_word(span, word));
        }
        let is_word = first == piece.text.trim_end() && !RESERVED.contains(&first);
        if piece.rule == Rule::only_statement
            && !STATEMENTS.contains(&first)
            && !SUFFIXES.contains(&first)
            && !foreign_word(first)
            && (is_word || Grammar::parse(Rule::begins_expr, piece.text).is_ok())
        {
            let end = piece.start + piece.text.trim_end().len();
            return Some(messages::expression_as_statement(
                self.span_at(piece.start, end),
            ));
        }
        None
    }

    /// The bracket that is open before an error, if the error is that something else stands in the place
    /// of the closing one.
    fn opening(
        &self,
        piece: &Piece<'_>,
        read: &str,
        expected: &[Expected],
        at: usize,
    ) -> Option<Span> {
        let closes = |word: &&Expected| matches!(**word, "`)`" | "`]`" | "`}`");
        expected.iter().find(closes)?;
        let opening = piece.start + *scan::brackets(read).unclosed.last()?;
        let between = self.text.get(opening..at).unwrap_or_default();
        between
            .contains('\n')
            .then(|| self.span_at(opening, opening + 1))
    }

    fn skip_documentation(&self, mut at: usize) -> usize {
        loop {
            at = self.skip_blank(at);
            match self.found(at) {
                (Found::Documentation, length) => at += length,
                _ => return at,
            }
        }
    }

    fn is_indented(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default();
        before.ends_with([' ', '\t'])
    }

    /// The word that ends where something begins.
    fn touching_word(&self, at: usize) -> Option<&str> {
        let before = self.text.get(..at)?;
        let line = before.rsplit('\n').next()?;
        last_word(line).filter(|_| !line.ends_with([' ', '\t']))
    }

    /// Steps back to the beginning of a `/*` or `**`, the first half of which has been read as an operator.
    fn whole_symbol(&self, at: usize) -> usize {
        let before = at.saturating_sub(1);
        let rest = self.text.get(before..).unwrap_or_default();
        if rest.starts_with("/*") || rest.starts_with("**") {
            before
        } else {
            at
        }
    }

    /// The keyword at the start of a line which the item above has taken as a name, before `at`.
    fn swallowed_keyword(&self, at: usize) -> Option<Span> {
        let line = self.text.get(..at)?.rsplit('\n').next()?;
        let start = at - line.len();
        let is_keyword = start > 0 && ITEMS.contains(&line.trim_end());
        is_keyword.then(|| self.span_at(start, start + line.trim_end().len()))
    }

    /// Whether an equals sign follows.
    fn is_assigned(&self, span: Span) -> bool {
        let end = (span.end as usize).saturating_sub(self.base);
        self.found(self.skip_blank(end)).0 == Found::Text("=")
    }

    /// Where the next word or punctuation stands.
    fn skip_blank(&self, mut at: usize) -> usize {
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            at += rest.len() - trimmed.len();
            let is_doc = trimmed.starts_with("##") && !trimmed.starts_with("###");
            if is_doc || !trimmed.starts_with('#') {
                return at;
            }
            at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// What stands at a place, and how long it is in bytes.
    fn found(&self, at: usize) -> (Found<'_>, usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            return (Found::End, 0);
        };
        if rest.starts_with("##") {
            let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
            return (Found::Documentation, length);
        }
        let length = match first {
            '"' => return (Found::String, literal_length(rest, '"')),
            '\'' => literal_length(rest, '\''),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => {
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                symbol.map_or(first.len_utf8(), |symbol| symbol.len())
            }
        };
        (Found::Text(rest.get(..length).unwrap_or_default()), length)
    }
}

/// Punctuation of more than one character, of this language and of others.
const SYMBOLS: [&str; 20] = [
    "...", "**", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "..", "//", "/*", ":=",
    "::", "+=", "-=", "++", "${",
];

const RESERVED: [&str; 11] = [
    "if", "else", "for", "in", "let", "and", "or", "not", "true", "false", "null",
];

const STATEMENTS: [&str; 7] = ["let", "if", "for", "on", "repeat", "yield", "return"];

const SUFFIXES: [&str; 4] = ["after", "with", "parallel", "until"];

const ITEMS: [&str; 7] = [
    "import",
    "from",
    "const",
    "type",
    "artifact",
    "component",
    "pipeline",
];

/// The word with which the definition of a name begins, if a text begins with one.
pub(super) fn item_head(text: &str) -> Option<&str> {
    let word = first_word(text);
    let defines = ITEMS.contains(&word) && !matches!(word, "import" | "from");
    defines.then_some(word)
}

pub(super) fn first_word(text: &str) -> &str {
    text.split(|c| !is_word(c)).next().unwrap_or_default()
}

/// Whether a text holds nothing but documentation and comments.
fn is_documentation(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// Words with which a statement begins in other languages.
fn foreign_word(word: &str) -> bool {
    messages::habit(word).is_some()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of a string in these quotes, or of the quote alone if it does not end with its line.
fn literal_length(text: &str, quote: char) -> usize {
    let inside = text.get(1..).unwrap_or_default();
    match inside.find([quote, '\n']) {
        Some(length)
            if inside
                .get(length..)
                .is_some_and(|rest| rest.starts_with(quote)) =>
        {
            length + 2
        }
        _ => 1,
    }
}

/// The word at the end of a text.
fn last_word(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([' ', '\t']);
    let start = text.trim_end_matches(is_word).len();
    text.get(start..).filter(|word| !word.is_empty())
}

/// Finds the brace, counted from `opening`, whose closing brace stands further left than the line on which
/// it opens: most likely that is the one that lacks its own.
fn outdented(text: &str, opening: usize, end: usize) -> Option<usize> {
    let inside = text.get(opening..end)?;
    let indentation = |at: usize| {
        let before = text.get(..opening + at).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(line..).unwrap_or_default();
        line.len() - line.trim_start_matches([' ', '\t']).len()
    };
    let begins_line = |at: usize| {
        let before = inside.get(..at).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).ends_with('\n')
    };
    let braces = scan::brackets(inside).braces;
    let mut suspects = braces
        .into_iter()
        .filter(|(open, close)| begins_line(*close) && indentation(*close) < indentation(*open));
    suspects.next().map(|(open, _)| open)
}

/// What a rule is called where it is expected; nothing for what may follow, but need not.
fn name(rule: Rule) -> Option<Expected> {
    Some(match rule {
        Rule::item | Rule::kw_component => "an item",
        Rule::statement => "a statement",
        Rule::attribute => "an attribute",
        Rule::parameter => "a parameter",
        Rule::argument => "an argument",
        Rule::entry => "an entry",
        Rule::type_expr | Rule::named_type => "a type",
        Rule::expr | Rule::prefix => "an expression",
        Rule::name | Rule::imported_name | Rule::callee => "a name",
        Rule::quoted | Rule::block | Rule::raw | Rule::raw_block => "a string",
        Rule::event => "`exit`, `success` or `failure`",
        Rule::kw_as => "`as`",
        Rule::kw_import => "`import`",
        Rule::kw_in => "`in`",
        Rule::kw_let => "`let`",
        Rule::kw_volume => "`volume`",
        Rule::kw_until => "`until`",
        Rule::kw_max => "`max`",
        Rule::kw_if => "`if`",
        Rule::assign => "`=`",
        Rule::colon => "`:`",
        Rule::open_brace | Rule::body | Rule::attributes => "`{`",
        Rule::open_paren | Rule::parameters | Rule::arguments => "`(`",
        Rule::comma => "`,`",
        Rule::close_paren => "`)`",
        Rule::close_bracket => "`]`",
        Rule::close_brace => "`}`",
        _ => return None,
    })
}

/// What stands in the place of a whole alternative wherever it is expected.
const SPEAKS_FOR: [(Rule, &[Rule]); 5] = [
    // A keyword of an item speaks for all of them, `init "name" {` for its label, ...
    (Rule::kw_component, &[Rule::kw_import]),
    (
        Rule::event,
        &[
            Rule::assign,
            Rule::open_brace,
            Rule::open_paren,
            Rule::quoted,
            Rule::raw,
            Rule::block,
            Rule::raw_block,
        ],
    ),
    (
        Rule::open_brace,
        &[Rule::quoted, Rule::raw, Rule::block, Rule::raw_block],
    ),
    (Rule::operator, &[Rule::open_paren]),
    (Rule::argument, &[Rule::expr, Rule::prefix]),
];

/// What an expression can begin with, and what else can stand in its place.
const BEGINS_EXPRESSION: [Rule; 12] = [
    Rule::name,
    Rule::quoted,
    Rule::block,
    Rule::raw,
    Rule::raw_block,
    Rule::open_paren,
    Rule::open_brace,
    Rule::assign,
    Rule::kw_if,
    Rule::kw_max,
    Rule::kw_let,
    Rule::kw_volume,
];

/// The order in which punctuation is named, behind everything that has a name.
const ORDER: &str = "=:{(,)]}";

/// What may stand where the rules end, in words.
fn expected(rules: &[Rule]) -> Vec<Expected> {
    let has = |rule: &Rule| rules.contains(rule);
    let is_expression = has(&Rule::expr) || has(&Rule::prefix) || has(&Rule::argument);
    let is_covered = |rule: &&Rule| {
        let mut speakers = SPEAKS_FOR.iter().filter(|(speaker, _)| has(speaker));
        (is_expression && BEGINS_EXPRESSION.contains(rule))
            || speakers.any(|(_, others)| others.contains(rule))
    };
    let mut words: Vec<Expected> = Vec::new();
    for word in rules
        .iter()
        .filter(|rule| !is_covered(rule))
        .filter_map(|rule| name(*rule))
    {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.sort_by_key(|word| word.chars().nth(1).and_then(|first| ORDER.find(first)));
    words
}
