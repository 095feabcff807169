//! Regular expressions, in the part of [RE2](https://github.com/google/re2/wiki/Syntax) that this compiler and Go read
//! alike. `\d`, `\s`, `\w` and `\b` match only ASCII.

use regex_syntax::ast::{
    AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicode,
    ClassUnicodeKind, Flag, Flags, FlagsItemKind, GroupKind, HexLiteralKind, Literal, LiteralKind,
    RepetitionKind, RepetitionRange, Span, parse::Parser,
};

/// The classes that `\p{...}` may name. Go has more.
const CLASSES: &str = "L Ll Lu Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So \
    Z Zs Zl Zp C Cc Cf Co Arabic Armenian Bengali Common Cyrillic Devanagari Georgian Greek Han Hangul \
    Hebrew Hiragana Katakana Latin Tamil Thai";

/// The maximum number of repetitions that Go accepts, also for nested repetitions.
const MOST: u32 = 1000;

/// Compiles a regular expression.
///
/// # Errors
/// Returns a sentence: "`[` is not a regular expression: unclosed character class".
pub(crate) fn pattern(text: &str) -> Result<regex::Regex, String> {
    let wrong = |reason: &str| format!("`{text}` is not a regular expression: {reason}");
    let ast = Parser::new()
        .parse(text)
        .map_err(|error| wrong(&error.kind().to_string()))?;
    let mut reader = Reader {
        text,
        out: String::new(),
        done: 0,
    };
    reader.ast(&ast, 1).map_err(|part| {
        let part = text.get(part.start.offset..part.end.offset);
        wrong(&format!(
            "Go, which reads it in a run, has no `{}`, or another meaning for it",
            part.unwrap_or_default()
        ))
    })?;
    let rest = text.get(reader.done..).unwrap_or_default();
    regex::Regex::new(&(reader.out + rest)).map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or_default();
        wrong(last.trim_start_matches("error: "))
    })
}

/// Rewrites a pattern, so that its short classes have Go's meaning.
struct Reader<'a> {
    text: &'a str,
    out: String,
    /// The first byte that has not been written.
    done: usize,
}

/// The error is the part of the pattern that Go would read differently.
type Outcome = Result<(), Span>;

impl Reader<'_> {
    /// `repeated` is how often the enclosing repetitions repeat the part.
    fn ast(&mut self, ast: &Ast, repeated: u32) -> Outcome {
        match ast {
            Ast::Empty(_) | Ast::Dot(_) => Ok(()),
            Ast::Flags(set) => flags(&set.flags),
            Ast::Literal(literal) => character(literal),
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::WordBoundary => {
                    self.replace(&assertion.span, r"(?-u:\b)");
                    Ok(())
                }
                AssertionKind::NotWordBoundary => {
                    self.replace(&assertion.span, r"(?-u:\B)");
                    Ok(())
                }
                AssertionKind::StartLine
                | AssertionKind::EndLine
                | AssertionKind::StartText
                | AssertionKind::EndText => Ok(()),
                _ => Err(assertion.span),
            },
            Ast::ClassUnicode(class) => unicode(class),
            Ast::ClassPerl(class) => {
                self.perl(class);
                Ok(())
            }
            Ast::ClassBracketed(class) => match &class.kind {
                ClassSet::Item(item) => self.item(item),
                ClassSet::BinaryOp(operation) => Err(operation.span),
            },
            Ast::Repetition(repetition) => {
                if matches!(*repetition.ast, Ast::Repetition(_)) {
                    return Err(repetition.op.span);
                }
                let most = match &repetition.op.kind {
                    RepetitionKind::Range(RepetitionRange::Bounded(_, most)) => *most,
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(most) | RepetitionRange::AtLeast(most),
                    ) => *most,
                    _ => 1,
                };
                let repeated = repeated.saturating_mul(most.max(1));
                let at = repetition.op.span.start.offset;
                let has_no_least = self.text.get(at..).is_some_and(|op| op.starts_with("{,"));
                if has_no_least || repeated > MOST {
                    return Err(repetition.op.span);
                }
                self.ast(&repetition.ast, repeated)
            }
            Ast::Group(group) => {
                match &group.kind {
                    GroupKind::CaptureIndex(_) => {}
                    GroupKind::CaptureName { name, .. } => {
                        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                        if !name.name.chars().all(is_word) {
                            return Err(name.span);
                        }
                    }
                    GroupKind::NonCapturing(set) => flags(set)?,
                }
                self.ast(&group.ast, repeated)
            }
            Ast::Alternation(list) => list.asts.iter().try_for_each(|ast| self.ast(ast, repeated)),
            Ast::Concat(list) => list.asts.iter().try_for_each(|ast| self.ast(ast, repeated)),
        }
    }

    fn item(&mut self, item: &ClassSetItem) -> Outcome {
        match item {
            ClassSetItem::Empty(_) | ClassSetItem::Ascii(_) => Ok(()),
            ClassSetItem::Literal(literal) => character(literal),
            ClassSetItem::Range(range) => {
                character(&range.start)?;
                character(&range.end)
            }
            ClassSetItem::Unicode(class) => unicode(class),
            ClassSetItem::Perl(class) => {
                self.perl(class);
                Ok(())
            }
            ClassSetItem::Bracketed(class) => Err(class.span),
            ClassSetItem::Union(union) => union.items.iter().try_for_each(|item| self.item(item)),
        }
    }

    fn perl(&mut self, class: &ClassPerl) {
        let members = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Space => r"\t\n\f\r ",
            ClassPerlKind::Word => "0-9A-Za-z_",
        };
        let not = if class.negated { "^" } else { "" };
        self.replace(&class.span, &format!("[{not}{members}]"));
    }

    fn replace(&mut self, span: &Span, by: &str) {
        let before = self.text.get(self.done..span.start.offset);
        self.out.push_str(before.unwrap_or_default());
        self.out.push_str(by);
        self.done = span.end.offset;
    }
}

fn character(literal: &Literal) -> Outcome {
    match &literal.kind {
        LiteralKind::HexFixed(kind) | LiteralKind::HexBrace(kind) if *kind != HexLiteralKind::X => {
            Err(literal.span)
        }
        _ => Ok(()),
    }
}

fn unicode(class: &ClassUnicode) -> Outcome {
    let known = match &class.kind {
        ClassUnicodeKind::OneLetter(letter) => "LMNPSZC".contains(*letter),
        ClassUnicodeKind::Named(name) => CLASSES.split_whitespace().any(|class| class == name),
        ClassUnicodeKind::NamedValue { .. } => false,
    };
    if known { Ok(()) } else { Err(class.span) }
}

fn flags(flags: &Flags) -> Outcome {
    let odd = flags.items.iter().any(|item| {
        matches!(
            item.kind,
            FlagsItemKind::Flag(Flag::Unicode | Flag::CRLF | Flag::IgnoreWhitespace)
        )
    });
    if odd { Err(flags.span) } else { Ok(()) }
}
