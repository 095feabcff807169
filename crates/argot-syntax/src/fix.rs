//! Changes of source text that fix a finding.

use crate::Span;

/// A change of one file that fixes a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What it does, as an order: ``Replace it with `=` ``.
    pub title: String,
    /// Whether a tool may make it without asking.
    pub applicability: Applicability,
    /// What changes: all in one file, in the order of the text, and apart from each other.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be made without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// The text can mean nothing else, and the fixed text means the same; comments stay.
    Safe,
    /// A guess, or a change that drops something: the author has to look at it.
    Unsafe,
}

impl Applicability {
    /// Safe under a condition.
    pub fn safe_if(condition: bool) -> Self {
        if condition { Self::Safe } else { Self::Unsafe }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A text in place of another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced; empty if the text is inserted.
    pub span: Span,
    /// The replacement.
    pub text: String,
}

impl Fix {
    /// A fix of a single edit, with the title that the edit suggests.
    pub fn new(applicability: Applicability, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        let is_short = !text.contains(['\n', '`']);
        let title = match (span.start == span.end, text.is_empty()) {
            (_, true) => "Remove it".to_owned(),
            (true, false) if is_short => format!("Insert `{}`", text.trim()),
            (false, false) if is_short => format!("Replace it with `{}`", text.trim()),
            (true, false) => "Insert what is missing".to_owned(),
            (false, false) => "Replace it".to_owned(),
        };
        Self {
            title,
            applicability,
            edits: vec![Edit { span, text }],
        }
    }

    /// Says in other words what it does.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The place from the first edit to the last; nothing for a fix without edits.
    pub fn span(&self) -> Option<Span> {
        let first = self.edits.first()?.span;
        Some(self.edits.iter().fold(first, |all, edit| all.to(edit.span)))
    }
}

/// A text with edits made. They are in the order of the text and apart from each other, and their spans are of this
/// text, or the answer is `None`.
pub fn apply_edits<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        text.get(start..end)?;
        out.push_str(text.get(done..start)?);
        out.push_str(&edit.text);
        done = end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit {
            span: Span::new(FileId(0), start, end),
            text: text.to_owned(),
        }
    }

    #[test]
    fn edits_are_made_in_order() {
        let edits = [edit(0, 1, "A"), edit(2, 2, ","), edit(3, 4, "")];
        assert_eq!(apply_edits("a b c", &edits).as_deref(), Some("A ,bc"));
        assert_eq!(apply_edits("a", []).as_deref(), Some("a"));
    }

    #[test]
    fn edits_that_do_not_fit_are_refused() {
        for edits in [
            vec![edit(0, 9, "")],
            vec![edit(1, 2, "")],
            vec![edit(3, 2, "")],
            vec![edit(0, 3, ""), edit(2, 4, "")],
            vec![edit(3, 4, ""), edit(0, 2, "")],
        ] {
            assert_eq!(apply_edits("éabc", &edits), None, "{edits:?}");
        }
    }

    #[test]
    fn titles_say_what_an_edit_does() {
        let title = |start, end, text| {
            let span = Span::new(FileId(0), start, end);
            Fix::new(Applicability::Safe, span, text).title
        };
        assert_eq!(title(1, 1, ","), "Insert `,`");
        assert_eq!(title(1, 2, " ="), "Replace it with `=`");
        assert_eq!(title(1, 2, ""), "Remove it");
        assert_eq!(title(1, 2, "a\nb"), "Replace it");
    }
}
