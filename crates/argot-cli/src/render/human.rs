//! For people: the source text with marks below it.

use std::ops::Range;

use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_WARNING_STYLE};
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet,
};
use argot_syntax::{Diagnostic, Diagnostics, Fix, Label, Severity, Source, Sources, Span};

use super::{code, one_line};
use crate::report::Report;

/// Longer source lines, in bytes, are not shown.
const MAX_LINE: usize = 4096;

/// Places of one file that are further apart, in bytes, are shown separately.
const MAX_WINDOW: usize = 64 * 1024;

/// The findings, each followed by an empty line.
pub(super) fn render(report: &Report, styled: bool) -> String {
    let renderer = if styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for excerpt in report.excerpts() {
        for diagnostic in &excerpt.shown {
            out.push_str(&renderer.render(&groups(diagnostic, &report.sources)));
            out.push_str("\n\n");
        }
        if let Some(rest) = excerpt.rest() {
            let title = Level::NOTE.secondary_title(one_line(&rest));
            out.push_str(&renderer.render(&[Group::with_title(title)]));
            out.push_str("\n\n");
        }
    }
    out
}

/// Where to read more about the first error, or else the first warning.
pub(super) fn hint(diagnostics: &Diagnostics) -> String {
    let first = diagnostics
        .iter()
        .min_by_key(|diagnostic| diagnostic.severity);
    first.map_or_else(String::new, |diagnostic| {
        format!(
            "For more, try `argot explain {}`.\n",
            diagnostic.code.number()
        )
    })
}

/// `error: message`, on a line.
pub(super) fn line(severity: Severity, message: &str, styled: bool) -> String {
    let name = severity.name();
    if !styled {
        return format!("{name}: {message}\n");
    }
    let style = match severity {
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
    };
    format!("{style}{name}{style:#}: {message}\n")
}

fn groups<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(one_line(&diagnostic.message))
        .id(code(diagnostic));
    let mut group = Group::with_title(title);
    for part in parts(diagnostic, sources) {
        group = match part {
            Part::Text(snippet) => group.element(snippet),
            Part::Place(origin) => group.element(origin),
        };
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(printable(note)));
    }
    let patch = diagnostic.fix.as_ref().and_then(|fix| patch(fix, sources));
    let mut help = diagnostic.help.as_slice();
    // Help that is best shown as a change becomes the title of that change.
    let title = match (&patch, help.split_last()) {
        (Some(_), Some((last, rest))) => {
            help = rest;
            printable(last)
        }
        _ => fix_title(diagnostic),
    };
    for help in help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    let mut groups = vec![group];
    if let Some(patch) = patch {
        groups.push(Group::with_title(Level::HELP.secondary_title(title)).element(patch));
    }
    groups
}

/// What the fix does, in the style of a message.
fn fix_title(diagnostic: &Diagnostic) -> String {
    let title = diagnostic.fix.as_ref().map(|fix| printable(&fix.title));
    let title = title.unwrap_or_default();
    let mut letters = title.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// A place, with the source text or without it.
enum Part<'a> {
    Text(Snippet<'a, Annotation<'a>>),
    Place(Origin<'a>),
}

/// Labels whose text is shown together.
struct Window<'a> {
    source: &'a Source,
    /// The bytes of whole lines that are shown.
    lines: Range<usize>,
    /// The primary label is that of index 0.
    labels: Vec<(usize, &'a Label, Range<usize>)>,
}

fn parts<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Part<'a>> {
    let mut windows: Vec<Window<'a>> = Vec::new();
    for (index, label) in diagnostic.labels.iter().enumerate() {
        let Some(source) = sources.get(label.span.file) else {
            continue;
        };
        let span = fit(source.text(), label.span);
        let lines = lines(source.text(), &span);
        let near = windows.iter_mut().find(|window| {
            window.source.id() == source.id() && union(&window.lines, &lines).len() <= MAX_WINDOW
        });
        match near {
            Some(window) => {
                window.lines = union(&window.lines, &lines);
                window.labels.push((index, label, span));
            }
            None => windows.push(Window {
                source,
                lines,
                labels: vec![(index, label, span)],
            }),
        }
    }
    windows.into_iter().map(part).collect()
}

fn part(window: Window<'_>) -> Part<'_> {
    let Window {
        source,
        lines,
        labels,
    } = window;
    let path = one_line(source.path());
    let text = source.text().get(lines.clone()).unwrap_or_default();
    let first = labels
        .first()
        .map_or(lines.start, |(_, _, span)| span.start);
    if text.lines().any(|line| line.len() > MAX_LINE) || text.len() > MAX_WINDOW {
        let position = source.position(offset(first));
        return Part::Place(
            Origin::path(path)
                .line(position.line)
                .char_column(position.column),
        );
    }
    let annotations = labels.into_iter().map(|(index, label, span)| {
        let kind = if index == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let message = (!label.message.is_empty()).then(|| one_line(&label.message));
        kind.span(within(&span, &lines)).label(message)
    });
    Part::Text(
        Snippet::source(text)
            .path(path)
            .line_start(source.position(offset(lines.start)).line)
            .annotations(annotations),
    )
}

fn patch<'a>(fix: &'a Fix, sources: &'a Sources) -> Option<Snippet<'a, Patch<'a>>> {
    let all = fix.span()?;
    let source = sources.get(all.file)?;
    let span = fit(source.text(), all);
    let lines = lines(source.text(), &span);
    let text = source.text().get(lines.clone())?;
    if text.len() > MAX_LINE {
        return None;
    }
    Some(
        Snippet::source(text)
            .path(one_line(source.path()))
            .line_start(source.position(offset(lines.start)).line)
            .patches(fix.edits.iter().map(|edit| {
                let span = fit(source.text(), edit.span);
                Patch::new(within(&span, &lines), printable(&edit.text))
            })),
    )
}

/// The span, moved to character boundaries inside the text.
fn fit(text: &str, span: Span) -> Range<usize> {
    let boundary = |offset: u32| {
        let offset = (offset as usize).min(text.len());
        (0..=offset)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    };
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

/// The whole lines that a span touches, without the last line break.
fn lines(text: &str, span: &Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    // A span that ends with a line break does not touch the next line.
    let last = text.get(span.clone()).map_or(span.end, |inside| {
        span.start + inside.trim_end_matches(['\r', '\n']).len()
    });
    let after = text.get(last..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| last + at);
    start..end
}

fn union(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}

/// A span of the file as one of the lines that are shown.
fn within(span: &Range<usize>, lines: &Range<usize>) -> Range<usize> {
    let place = |at: usize| at.clamp(lines.start, lines.end) - lines.start;
    place(span.start)..place(span.end)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A text of several lines, without control characters.
fn printable(text: &str) -> String {
    text.lines().map(one_line).collect::<Vec<_>>().join("\n")
}
