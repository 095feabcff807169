//! One JSON object, for programs. Its schema is `docs/diagnostics.schema.json`.

use argot_syntax::{Applicability, Diagnostic, Fix, Position, Severity, Source, Sources, Span};
use serde::Serialize;

use crate::report::Report;

/// The version of the format. It grows when a field changes its meaning or goes away; a new field does
/// not change it.
const VERSION: u32 = 1;

/// What a run of `argot` found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "Argot diagnostics", rename = "Output"))]
struct Output<'a> {
    /// The version of this format. New fields do not change it.
    version: u32,
    /// The findings, ordered by file and place. Of each file, so many are listed as fit; see `omitted`.
    diagnostics: Vec<Finding<'a>>,
    /// The files in which more was found than is listed. Absent where everything is listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    omitted: Vec<Rest<'a>>,
    /// How many there are.
    summary: Summary,
}

/// An error or warning.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Diagnostic"))]
struct Finding<'a> {
    /// The number of the rule, such as `E0301`. It is never used for another rule.
    code: &'a str,
    /// The name of the rule, such as `type-mismatch`.
    name: &'a str,
    /// How grave it is. With `--deny-warnings`, always `error`.
    severity: Level,
    /// What is wrong, in one line.
    message: &'a str,
    /// The places that it speaks of, the primary one first. Empty where no source text is concerned.
    labels: Vec<Place<'a>>,
    /// Further facts.
    notes: &'a [String],
    /// What to do.
    help: &'a [String],
    /// A change of one file that fixes it.
    fix: Option<Change<'a>>,
}

/// How grave a finding is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Severity"))]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
}

/// A place that a finding speaks of.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Label"))]
struct Place<'a> {
    /// The file, as it would be named in the current folder; `<stdin>` for standard input, `<-p NAME>` for a flag.
    file: &'a str,
    /// Where the place begins.
    start: Point,
    /// Where it ends; the character there is no longer part of it.
    end: Point,
    /// What is to be seen there; may be empty.
    message: &'a str,
    /// Whether this is the place where the finding belongs.
    primary: bool,
}

/// A point in a file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Position"))]
struct Point {
    /// The line, counted from 1.
    line: usize,
    /// The column in characters, counted from 1.
    column: usize,
    /// The offset in bytes from the start of the file, counted from 0.
    offset: u32,
}

/// A change of one file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Fix"))]
struct Change<'a> {
    /// What it does, as an order: ``Replace it with `=` ``.
    title: &'a str,
    /// Whether it may be made without asking.
    applicability: Asks,
    /// What changes: all in one file, in the order of the text, and apart from each other.
    edits: Vec<Replacement<'a>>,
}

/// Whether a fix may be made without asking.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Applicability"))]
#[serde(rename_all = "lowercase")]
enum Asks {
    /// `argot check --fix` makes it.
    Safe,
    /// A guess, or something is dropped. It is made with `--unsafe-fixes` only.
    Unsafe,
}

/// A replacement of source text.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Edit"))]
struct Replacement<'a> {
    /// The file.
    file: &'a str,
    /// Where the text to replace begins.
    start: Point,
    /// Where it ends. Where it begins, if text is inserted.
    end: Point,
    /// What to put there.
    text: &'a str,
}

/// What is not listed of a file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Omitted"))]
struct Rest<'a> {
    /// The file; `null` for what concerns no source text.
    file: Option<&'a str>,
    /// How many of its errors are not listed.
    errors: usize,
    /// How many of its warnings are not listed.
    warnings: usize,
}

/// How many findings there are, listed or not.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    /// The errors. With any, nothing is written and the exit status is 1.
    errors: usize,
    /// The warnings.
    warnings: usize,
}

/// The findings as one object on one line.
pub(super) fn render(report: &Report) -> String {
    let (sources, diagnostics) = (&report.sources, &report.diagnostics);
    let excerpts = report.excerpts();
    let omitted = excerpts
        .iter()
        .filter(|excerpt| excerpt.errors + excerpt.warnings > 0)
        .map(|excerpt| Rest {
            file: excerpt.file.map(Source::path),
            errors: excerpt.errors,
            warnings: excerpt.warnings,
        });
    let shown = excerpts.iter().flat_map(|excerpt| &excerpt.shown);
    let output = Output {
        version: VERSION,
        diagnostics: shown
            .map(|diagnostic| finding(diagnostic, sources))
            .collect(),
        omitted: omitted.collect(),
        summary: Summary {
            errors: diagnostics.count(Severity::Error),
            warnings: diagnostics.count(Severity::Warning),
        },
    };
    // Texts and numbers always have a form in JSON.
    let mut text = serde_json::to_string(&output).unwrap_or_default();
    text.push('\n');
    text
}

fn finding<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let labels = diagnostic.labels.iter().enumerate();
    let labels = labels.filter_map(|(index, label)| {
        let (file, start, end) = place(label.span, sources)?;
        Some(Place {
            file,
            start,
            end,
            message: &label.message,
            primary: index == 0,
        })
    });
    Finding {
        code: diagnostic.code.number(),
        name: diagnostic.code.id(),
        severity: match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
        },
        message: &diagnostic.message,
        labels: labels.collect(),
        notes: &diagnostic.notes,
        help: &diagnostic.help,
        fix: diagnostic.fix.as_ref().and_then(|fix| change(fix, sources)),
    }
}

fn change<'a>(fix: &'a Fix, sources: &'a Sources) -> Option<Change<'a>> {
    let edits = fix.edits.iter().map(|edit| {
        let (file, start, end) = place(edit.span, sources)?;
        Some(Replacement {
            file,
            start,
            end,
            text: &edit.text,
        })
    });
    Some(Change {
        title: &fix.title,
        applicability: match fix.applicability {
            Applicability::Safe => Asks::Safe,
            Applicability::Unsafe => Asks::Unsafe,
        },
        edits: edits.collect::<Option<_>>()?,
    })
}

/// The file of a span, and where it starts and ends.
fn place(span: Span, sources: &Sources) -> Option<(&str, Point, Point)> {
    let source = sources.get(span.file)?;
    let point = |offset| {
        let Position { line, column } = source.position(offset);
        Point {
            line,
            column,
            offset,
        }
    };
    Some((source.path(), point(span.start), point(span.end)))
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::{env, fs};

    use super::Output;

    const SCHEMA: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/diagnostics.schema.json"
    );

    /// `UPDATE_SCHEMA=1 cargo test -p argot-cli schema` writes the file anew.
    #[test]
    fn the_published_schema_is_that_of_the_types() -> Result<(), Box<dyn Error>> {
        let mut schema = serde_json::to_string_pretty(&schemars::schema_for!(Output<'_>))?;
        schema.push('\n');
        if env::var_os("UPDATE_SCHEMA").is_some() {
            fs::write(SCHEMA, &schema)?;
        }
        assert_eq!(
            fs::read_to_string(SCHEMA)?,
            schema,
            "docs/diagnostics.schema.json is stale"
        );
        Ok(())
    }
}
