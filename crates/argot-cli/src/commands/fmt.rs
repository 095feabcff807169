//! `argot fmt`: files in the one style of the language.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use argot_syntax::{Diagnostics, Sources, Unformatted, format};

use crate::Outcome;
use crate::args::{FmtArgs, Format};
use crate::fix::Changed;
use crate::input::{Input, is_stdin};
use crate::read::Texts;
use crate::report::{Report, plural};
use crate::world::Access;
use crate::{fix, output, parallel, read, render, walk};

/// Formats and writes files, and prints how many have changed.
pub(crate) fn run(args: &FmtArgs, styled: bool) -> Result<Outcome> {
    let reads_stdin = args.paths.iter().any(|path| is_stdin(path));
    if reads_stdin && args.paths.len() > 1 {
        bail!("`-` is standard input, and cannot be given with other paths");
    }
    let mut tally = Tally::default();
    let paths = walk::find(&args.paths)?;
    let sources = Sources::default();
    parallel::each(
        paths,
        args.jobs.jobs,
        |(path, access)| one(&path, access, sources.clone()),
        |file| tally.add(file, args),
    )?;
    let has_errors = tally.broken > 0;
    tally.report.finish(false);
    let problems = render::problems(&tally.report, Format::Human, styled);
    if !has_errors {
        output::stdout(&tally.product)?;
    }
    if !args.only_looks() {
        output::files::write(None, std::mem::take(&mut tally.texts), &[])?;
    }
    output::stderr(&problems);
    if !reads_stdin {
        output::stderr(&format!("{}\n", tally.summary(args.only_looks())));
    }
    Ok(if has_errors || args.only_looks() && tally.changed > 0 {
        Outcome::Errors
    } else {
        Outcome::Clean
    })
}

/// A file that was read.
struct File {
    /// Its path; `None` for standard input.
    path: Option<PathBuf>,
    /// Its path as it is shown.
    shown: String,
    state: State,
}

/// The state of a file.
enum State {
    /// It is formatted already: its text.
    Same(String),
    /// Its text, before and after.
    Changed(String, String),
    /// It has errors, or is not a text.
    Broken(Sources, Diagnostics),
}

/// Reads and formats one file.
fn one(path: &Path, access: Access, sources: Sources) -> Result<File> {
    if read::is_stream(path) {
        bail!(
            "`{}` is not a file; `-` reads standard input",
            path.display()
        );
    }
    let input = Input::open(path, access, &Texts::default())?;
    let shown = input.shown();
    if input.project().is_outside() {
        bail!(
            "`{shown}` is a link that leads out of the project; name the file itself instead of the link"
        );
    }
    let text = input.project().content().as_ref().ok();
    let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let state = match text {
        Some(text) => formatted(&shown, text, sources)?,
        None => {
            let checked = input.check(sources);
            State::Broken(checked.sources, checked.diagnostics)
        }
    };
    Ok(File {
        path: input.path,
        shown,
        state,
    })
}

fn formatted(shown: &str, text: &str, mut sources: Sources) -> Result<State> {
    let source = sources.add(shown, text);
    match format(&source) {
        Ok(same) if same == text => Ok(State::Same(same)),
        Ok(new) => Ok(State::Changed(text.to_owned(), new)),
        Err(Unformatted::Syntax(diagnostics)) => Ok(State::Broken(sources, diagnostics)),
        Err(Unformatted::Changed) => bail!(
            "formatting `{shown}` would change what it means, so no file was written; please report this as a bug of argot"
        ),
    }
}

/// The result for all files.
#[derive(Default)]
struct Tally {
    report: Report,
    changed: usize,
    same: usize,
    broken: usize,
    /// What goes to standard output.
    product: String,
    /// What goes into files.
    texts: Vec<(PathBuf, String)>,
}

impl Tally {
    fn add(&mut self, file: File, args: &FmtArgs) {
        let is_changed = matches!(file.state, State::Changed(..));
        match (file.state, file.path) {
            (State::Broken(sources, diagnostics), _) => {
                self.broken += 1;
                self.report.add(Report::new(sources, diagnostics));
            }
            (State::Same(text), path) => {
                self.same += 1;
                if path.is_none() && !args.only_looks() {
                    self.product.push_str(&text);
                }
            }
            (State::Changed(before, after), _) if args.diff => {
                self.product.push_str(&fix::diff::unified(&Changed {
                    shown: file.shown,
                    before,
                    after,
                }));
            }
            (State::Changed(..), _) if args.check => {
                self.product.push_str(&file.shown);
                self.product.push('\n');
            }
            (State::Changed(_, after), Some(path)) => self.texts.push((path, after)),
            (State::Changed(_, after), None) => self.product.push_str(&after),
        }
        self.changed += usize::from(is_changed);
    }

    /// `2 files reformatted, 1 file left unchanged`.
    fn summary(&self, only_looks: bool) -> String {
        let (changed, same) = match only_looks {
            true => ("would be reformatted", "already formatted"),
            false => ("reformatted", "left unchanged"),
        };
        let parts = [
            (self.changed, changed),
            (self.same, same),
            (self.broken, "with errors"),
        ];
        let parts = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", plural(count, "file")));
        parts.collect::<Vec<_>>().join(", ")
    }
}
