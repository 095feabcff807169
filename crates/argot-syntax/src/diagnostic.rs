//! Diagnostics as data. They are rendered elsewhere.

use std::collections::HashSet;
use std::ops::Range;

use crate::{Applicability, Code, Edit, Fix, Levels, Severity, Sources, Span};

/// One finding: the problem, its place, and help.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Which rule was broken.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// The fact in one line: lowercase, no full stop, user text in backticks.
    pub message: String,
    /// Places, the first of which is the primary one. Empty if no source is concerned (a flag, say).
    pub labels: Vec<Label>,
    /// Further facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// A change that fixes it, which a tool may make.
    pub fix: Option<Fix>,
    /// What is wrong in the text at the primary place.
    pub part: Option<Part>,
}

/// A place that a diagnostic refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The text of the label; may be empty.
    pub message: String,
}

/// A part of the text that is written at a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    /// The whole text, without quotes and escapes.
    pub text: String,
    /// These bytes of the text.
    pub at: Range<usize>,
}

impl Code {
    /// A finding of this code at a place.
    pub fn at(self, span: Span, message: impl Into<String>) -> Diagnostic {
        let mut diagnostic = self.global(message);
        diagnostic.labels.push(Label {
            span,
            message: String::new(),
        });
        diagnostic
    }

    /// A finding of this code that concerns no source text, such as a flag.
    pub fn global(self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self,
            severity: self.severity(),
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
            part: None,
        }
    }

    /// A finding of this code at a place, if there is one.
    pub fn maybe_at(self, span: Option<Span>, message: impl Into<String>) -> Diagnostic {
        match span {
            Some(span) => self.at(span, message),
            None => self.global(message),
        }
    }
}

impl Diagnostic {
    /// Says which bytes of a text at the primary place are wrong. The range is empty if something is missing at the
    /// end.
    #[must_use]
    pub fn part(mut self, text: impl Into<String>, at: Range<usize>) -> Self {
        self.part = (!at.is_empty()).then(|| Part {
            text: text.into(),
            at,
        });
        self
    }

    /// Says what is to be seen at the primary place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        if let Some(primary) = self.labels.first_mut() {
            primary.message = message.into();
        }
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a safe fix: the text at this place can only mean `text`.
    #[must_use]
    pub fn fix(self, span: Span, text: impl Into<String>) -> Self {
        self.fixed_by(Fix::new(Applicability::Safe, span, text))
    }

    /// Adds an unsafe fix: the author may have meant `text`.
    #[must_use]
    pub fn suggest(self, span: Span, text: impl Into<String>) -> Self {
        self.fixed_by(Fix::new(Applicability::Unsafe, span, text))
    }

    /// Adds a fix, if there is one.
    #[must_use]
    pub fn fixed_by(mut self, fix: impl Into<Option<Fix>>) -> Self {
        if let Some(fix) = fix.into() {
            self.fix = Some(fix);
        }
        self
    }

    /// Asks whether a name is meant, if there is one that is near, and suggests it for the text at the primary place.
    #[must_use]
    pub fn did_you_mean(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.meant(name.to_owned()),
            None => self,
        }
    }

    /// Asks whether a string is meant, if there is one that is near.
    #[must_use]
    pub fn did_you_mean_string(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.meant(format!("\"{text}\"")),
            None => self,
        }
    }

    fn meant(self, text: String) -> Self {
        let span = self.span();
        let diagnostic = self.help(format!("did you mean `{text}`?"));
        match span {
            Some(span) => diagnostic.suggest(span, text),
            None => diagnostic,
        }
    }

    /// The primary place.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// A diagnostic: its code, and what is said where.
///
/// ```
/// use argot_syntax::{FileId, Span, message};
///
/// let (name, span) = ("rate", Span::new(FileId(0), 4, 8));
/// let diagnostic = message!(NotATask
///     .at(span, "`{name}` is not a task")
///     .if(name.is_empty()).note("it is empty")
///     .help("`after` waits for calls; name the call with `let`"));
/// assert_eq!(diagnostic.message, "`rate` is not a task");
/// assert!(diagnostic.notes.is_empty());
/// ```
///
/// The parts are methods of [`Code`] and [`Diagnostic`]. A text that is a literal is for `format!`, together with what
/// follows it. A part after `.if(condition)`, which may be a `let`, is left out if the condition does not hold. A call
/// of a function that returns a diagnostic can be in place of the code.
#[macro_export]
macro_rules! message {
    (@parts $diagnostic:expr, .if($($condition:tt)*) .$part:ident($($argument:tt)*) $($parts:tt)*) => {{
        let diagnostic = $diagnostic;
        let diagnostic = if $($condition)* {
            $crate::message!(@parts diagnostic, .$part($($argument)*))
        } else {
            diagnostic
        };
        $crate::message!(@parts diagnostic, $($parts)*)
    }};
    (@parts $diagnostic:expr, .$part:ident($text:literal $($value:tt)*) $($parts:tt)*) => {
        $crate::message!(@parts $diagnostic.$part(format!($text $($value)*)), $($parts)*)
    };
    (@parts $diagnostic:expr, .$part:ident($place:expr, $text:literal $($value:tt)*) $($parts:tt)*) => {
        $crate::message!(@parts $diagnostic.$part($place, format!($text $($value)*)), $($parts)*)
    };
    (@parts $diagnostic:expr, .$part:ident($($argument:tt)*) $($parts:tt)*) => {
        $crate::message!(@parts $diagnostic.$part($($argument)*), $($parts)*)
    };
    (@parts $diagnostic:expr,) => { $diagnostic };
    ($function:ident($($argument:tt)*) $($parts:tt)*) => { $crate::message!(@parts $function($($argument)*), $($parts)*) };
    ($code:ident $($parts:tt)*) => { $crate::message!(@parts $crate::Code::$code, $($parts)*) };
}

/// Names for a message: "`a`, `b` and `c`".
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    joined(names, "and")
}

/// Names for a message, of which there may be very many: the first of them, and how many others there are.
pub fn first_listed<T: AsRef<str>>(names: &[T]) -> String {
    const SHOWN: usize = 12;
    match names.split_at_checked(SHOWN) {
        Some((first, others @ [_, ..])) => format!("{} and {} more", quoted(first), others.len()),
        _ => listed(names),
    }
}

/// Names to choose from for a message: "`a`, `b` or `c`".
pub fn one_of<T: AsRef<str>>(names: &[T]) -> String {
    joined(names, "or")
}

fn joined<T: AsRef<str>>(names: &[T], word: &str) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => format!("`{}`", only.as_ref()),
        [others @ .., last] => format!("{} {word} `{}`", quoted(others), last.as_ref()),
    }
}

fn quoted<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    quoted.join(", ")
}

/// The findings of all phases so far.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// How many findings there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds an edit to the fix of a finding, which is after its other edits.
    pub(crate) fn add_edit(&mut self, index: usize, edit: Edit) {
        let finding = self.all.get_mut(index);
        if let Some(fix) = finding.and_then(|finding| finding.fix.as_mut()) {
            fix.edits.push(edit);
        }
    }

    /// Whether any finding is an error; then nothing may be emitted.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings have that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.all
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    /// Returns each warning the severity of its level, and drops those that are allowed.
    pub fn level(&mut self, levels: &Levels) {
        self.all.retain_mut(|diagnostic| {
            let Some(level) = levels.of(diagnostic.code) else {
                return true;
            };
            if let Some(severity) = level.severity() {
                diagnostic.severity = severity;
            }
            level.severity().is_some()
        });
    }

    /// Turns every warning into an error.
    pub fn deny_warnings(&mut self) {
        for diagnostic in &mut self.all {
            diagnostic.severity = Severity::Error;
        }
    }

    /// Points at the parts of texts that are wrong, if the texts are written at their places as they are meant.
    pub fn narrow(&mut self, sources: &Sources) {
        for diagnostic in &mut self.all {
            let Some(part) = diagnostic.part.take() else {
                continue;
            };
            if let Some(label) = diagnostic.labels.first_mut()
                && let Some(source) = sources.get(label.span.file)
                && let Some(start) = text_start(source.slice(label.span), &part.text)
            {
                let start = label.span.start as usize + start;
                label.span = Span::new(label.span.file, start + part.at.start, start + part.at.end);
            }
        }
    }

    /// Orders by file, as the files were read, and place, and drops exact repetitions.
    pub fn sort(&mut self, sources: &Sources) {
        let place = |diagnostic: &Diagnostic| diagnostic.span().map(Span::key);
        self.all.sort_by_key(|diagnostic| {
            let file = diagnostic.span().and_then(|span| sources.index(span.file));
            (file, place(diagnostic), diagnostic.code)
        });
        let mut seen = HashSet::new();
        let is_new: Vec<bool> = (self.all.iter())
            .map(|diagnostic| seen.insert((place(diagnostic), diagnostic)))
            .collect();
        let mut is_new = is_new.into_iter();
        self.all.retain(|_| is_new.next() == Some(true));
    }

    /// The findings in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.all.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, iter: T) {
        self.all.extend(iter);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

/// Where a text starts in its literal, if that says it without escapes.
fn text_start(literal: &str, text: &str) -> Option<usize> {
    const QUOTES: &[(&str, &str)] = &[
        ("", ""),
        ("\"", "\""),
        ("r\"", "\""),
        ("\"\"\"", "\"\"\""),
        ("r\"\"\"", "\"\"\""),
    ];
    QUOTES.iter().find_map(|(open, close)| {
        let inner = literal.strip_prefix(open)?.strip_suffix(close)?;
        (inner == text).then_some(open.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names() {
        let names: Vec<String> = (1..=14).map(|number| format!("n{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let first = |count: usize| names.get(..count).unwrap_or_default();
        assert_eq!(listed(first(0)), "none");
        assert_eq!(listed(first(1)), "`n1`");
        assert_eq!(listed(first(3)), "`n1`, `n2` and `n3`");
        assert_eq!(one_of(first(3)), "`n1`, `n2` or `n3`");
        assert_eq!(first_listed(first(12)), listed(first(12)));
        assert!(first_listed(&names).ends_with("`n11`, `n12` and 2 more"));
    }

    #[test]
    fn parts_of_texts() {
        for (literal, text, expected) in [
            ("\"a b\"", "a b", " "),
            ("r\"a b\"", "a b", " "),
            ("\"\"\"a b\"\"\"", "a b", " "),
            ("a b", "a b", " "),
            // The place of a byte is not known.
            ("\"a\\tb\"", "a\tb", "\"a\\tb\""),
            ("TEXT", "a b", "TEXT"),
        ] {
            let mut sources = Sources::default();
            let file = sources.add("main.argot", format!("x = {literal}")).id();
            let span = Span::new(file, 4, 4 + literal.len());
            let mut found = Diagnostics::default();
            found.push(Code::InvalidLabel.at(span, "").part(text, 1..2));
            found.narrow(&sources);
            let span = found.iter().next().and_then(Diagnostic::span);
            let shown = span.and_then(|span| Some(sources.get(file)?.slice(span)));
            assert_eq!(shown, Some(expected));
        }
    }
}
