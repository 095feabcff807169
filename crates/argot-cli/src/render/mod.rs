//! Diagnostics as text: one file per format.

mod human;
mod json;
mod short;

use argot_syntax::{Applicability, Diagnostic, Severity};

use crate::args::Format;
use crate::report::Report;

/// The findings, and for people some last lines: how many there are, and where to read more.
pub(crate) fn report(report: &Report, format: Format, styled: bool) -> String {
    let mut text = findings(report, format, styled);
    if format.is_chatty()
        && let Some(count) = report.count()
    {
        let severity = if report.diagnostics.has_errors() {
            Severity::Error
        } else {
            Severity::Warning
        };
        text.push_str(&human::line(severity, &count, styled));
        text.push_str(&hint(report, format));
    }
    text
}

/// The findings as [`report`] shows them, and nothing at all if there are none.
pub(crate) fn problems(report: &Report, format: Format, styled: bool) -> String {
    match report.count() {
        Some(_) => self::report(report, format, styled),
        None => String::new(),
    }
}

/// For people, where to read more.
pub(crate) fn hint(report: &Report, format: Format) -> String {
    match format.is_chatty() {
        true => human::hint(&report.diagnostics),
        false => String::new(),
    }
}

/// For people, how many findings can be fixed, by which flags. What was fixed already, and is left all the same, is not
/// named again.
pub(crate) fn fixes(report: &Report, format: Format, was_fixed: bool) -> String {
    let safe = match was_fixed {
        true => 0,
        false => report.fixes(Applicability::Safe),
    };
    match (
        format.is_chatty(),
        safe,
        report.fixes(Applicability::Unsafe),
    ) {
        (false, ..) | (_, 0, 0) => String::new(),
        (_, 0, guesses) => {
            format!("`argot check --fix --unsafe-fixes` can fix {guesses} of them\n")
        }
        (_, safe, 0) => format!("`argot check --fix` can fix {safe} of them\n"),
        (_, safe, guesses) => format!(
            "`argot check --fix` can fix {safe} of them, and {guesses} more with `--unsafe-fixes`\n"
        ),
    }
}

/// The findings alone.
pub(crate) fn findings(report: &Report, format: Format, styled: bool) -> String {
    match format {
        Format::Human => human::render(report, styled),
        Format::Short => short::render(report),
        Format::Json => json::render(report),
    }
}

/// The line that reports why a command failed.
pub(crate) fn failure(message: &str, styled: bool) -> String {
    human::line(Severity::Error, message, styled)
}

/// `E0301 type-mismatch`.
fn code(diagnostic: &Diagnostic) -> String {
    format!("{} {}", diagnostic.code.number(), diagnostic.code.id())
}

/// A text on one line, without control characters.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' | '\r' => ' ',
            control if control.is_control() => '\u{FFFD}',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use argot_syntax::{Code, Diagnostics, Sources, Span};
    use clap::ValueEnum as _;
    use proptest::prelude::*;

    use crate::args::Format;
    use crate::report::Report;

    /// Texts with everything that makes columns and lines hard.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "let x = 1",
            " ",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "é",
            "漢字",
            "👩‍🔬",
            "\u{1b}[31m",
            "\u{feff}",
            "\0",
            "e\u{301}",
        ]);
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    fn spans() -> impl Strategy<Value = (usize, usize, usize)> {
        (0..3usize, 0..80usize, 0..80usize)
    }

    proptest! {
        /// No span, however wrong, keeps a diagnostic from being shown.
        #[test]
        fn everything_can_be_rendered(
            files in prop::collection::vec(texts(), 2),
            labels in prop::collection::vec((spans(), texts()), 0..4),
            fix in prop::option::of((spans(), texts())),
            message in texts(),
        ) {
            let mut sources = Sources::default();
            // The third file does not exist.
            let mut ids: Vec<_> =
                files.iter().map(|text| sources.add("x.argot", text.as_str()).id()).collect();
            ids.push(argot_syntax::FileId(7));
            let span = |(file, start, end): (usize, usize, usize)| {
                Span::new(ids.get(file).copied().unwrap_or_default(), start, end)
            };
            let mut diagnostic = Code::SyntaxError.global(&message)
                .note(&message)
                .help(&message);
            for (place, label) in &labels {
                diagnostic = diagnostic.also(span(*place), label);
            }
            if let Some((place, replacement)) = &fix {
                diagnostic = diagnostic.fix(span(*place), replacement);
            }
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(diagnostic);
            let report = Report::new(sources, diagnostics);
            for &format in Format::value_variants() {
                let text = super::report(&report, format, false);
                prop_assert!(!text.is_empty());
                prop_assert!(!text.contains('\u{1b}'), "{text:?}");
                super::report(&report, format, true);
            }
        }
    }
}
