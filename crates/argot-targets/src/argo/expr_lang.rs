//! Pieces of [expr-lang](https://expr-lang.org/docs/language-definition), as text.

use argot_compiler::{FAILURE_FIELDS, Type};

use super::carried::may_be_escaped;

/// A piece of expr-lang.
pub(crate) struct Code {
    pub(crate) text: String,
    /// Whether it can be used as an operand without parentheses.
    atom: bool,
}

impl Code {
    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            atom: true,
        }
    }

    pub(crate) fn compound(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            atom: false,
        }
    }

    /// Returns the piece as an operand, in parentheses if needed.
    pub(crate) fn operand(self) -> String {
        if self.atom {
            self.text
        } else {
            format!("({})", self.text)
        }
    }
}

/// `condition ? then : otherwise`, which evaluates only one of the two. It has the lowest precedence.
pub(crate) fn choice(condition: Code, then: Code, otherwise: Code) -> Code {
    let inner = |code: Code| match code.text.contains(" ? ") {
        true => code.operand(),
        false => code.text,
    };
    Code::compound(format!(
        "{} ? {} : {}",
        inner(condition),
        inner(then),
        otherwise.text
    ))
}

/// Returns a string literal of expr-lang in which Argo finds no end of a tag.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    let mut before = '\0';
    for character in text.chars() {
        match character {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '}' if before == '}' => out.push_str("\\u007d"),
            '{' if before == '{' => out.push_str("\\u007b"),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)))
            }
            other => out.push(other),
        }
        before = character;
    }
    out.push('\'');
    out
}

/// Returns `.name`, or `['name']` if the name is not a single word of expr-lang.
pub(crate) fn member(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(
            name,
            "not"
                | "in"
                | "and"
                | "or"
                | "true"
                | "false"
                | "nil"
                | "let"
                | "if"
                | "else"
                | "matches"
                | "contains"
                | "startsWith"
                | "endsWith"
        );
    if is_word {
        format!(".{name}")
    } else {
        format!("[{}]", quoted(name))
    }
}

/// Returns the expression for a variable that a tag names.
pub(crate) fn in_code(tag: &str) -> String {
    let mut parts = tag.split('.');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(&member(part));
    }
    out
}

/// Returns the JSON of a value. Argo's own `toJson` writes `<`, `>` and `&` as `\u003c` and so on.
pub(crate) fn to_json(code: &str, ty: &Type) -> String {
    let function = if may_be_escaped(ty) {
        "sprig.toRawJson"
    } else {
        "toJson"
    };
    format!("{function}({code})")
}

/// Returns the value of something that may come from JSON, where every number is a float.
pub(crate) fn from_json(code: Code, ty: &Type) -> Code {
    match ty {
        Type::Int => Code::atom(format!("int({})", code.text)),
        _ => code,
    }
}

/// Returns the value of a bool as a program has written it. It fails on any other text: the map has no entry for it,
/// and `not` does not accept `nil`.
pub(crate) fn written_bool(code: &str) -> Code {
    Code::compound(format!(
        "not {{'true': false, '1': false, 'false': true, '0': true}}[lower(trim({code}))]"
    ))
}

/// Returns the JSON of a bool as a program has written it. This never fails: any other text stays as it is, and fails
/// when its JSON is read.
pub(crate) fn json_of_written_bool(code: &str) -> Code {
    Code::compound(format!(
        "{{'true': 'true', '1': 'true', 'false': 'false', '0': 'false'}}[lower(trim({code}))] ?? {code}"
    ))
}

/// `run.failures`. Argo writes the list as JSON, and writes that JSON again as a Go literal, whose escapes for some
/// characters are not valid in JSON. Those characters are replaced; no parameter could carry them either.
///
/// Argo's list also contains the graphs and loops with a failed step, which carry no information, and each attempt of
/// a step, `name(0)`. The item of a looped task, `name(0:item)`, is removed from its name.
pub(crate) fn failures() -> Code {
    let escapes = quoted(r"\\(x7f|U[0-9a-f]{8}|\\u00[01][0-9a-f])");
    let replacement = quoted(r"\\ufffd");
    let attempt = quoted(r"\([0-9]+\)$");
    let text = format!("sprig.regexReplaceAll({escapes}, workflow.failures, {replacement})");
    let steps = format!("#.message != '' and not (#.displayName matches {attempt})");
    let fields: Vec<_> = FAILURE_FIELDS
        .iter()
        .zip([
            "split(#.displayName, '(')[0]",
            "#.templateName",
            "#.phase",
            "#.message",
            "#.podName",
            "#.finishedAt",
        ])
        .map(|(name, value)| format!("{}: {value}", quoted(name)))
        .collect();
    // A bracket after the comma would start a block.
    Code::atom(format!(
        "map(filter(fromJSON(fromJSON({text})) ?? [], {steps}), ({{{}}}))",
        fields.join(", ")
    ))
}
