//! Files and their imports. Each file is read and parsed once, then the files are sorted.

use argot_syntax::{Diagnostic, Diagnostics, FileId, Sources, Span, ast, parse};
use indexmap::IndexMap;

use super::coerce::is_quoted;
use crate::diagnostics::{self, PathProblem};
use crate::{ModuleId, ReadError, World};

/// The files of a program. A file comes after those it imports, so the entry is last.
#[derive(Default)]
pub(super) struct Modules {
    pub(super) sources: Sources,
    pub(super) files: Vec<ast::File>,
    pub(super) paths: Vec<String>,
    /// The file ID that spans use for each file.
    pub(super) ids: Vec<FileId>,
    /// For each file, the targets of its imports; `None` if an import is wrong and has been reported.
    pub(super) imports: Vec<Vec<Option<ModuleId>>>,
}

impl Modules {
    /// The message for a path that does not lead to a file.
    pub(super) fn bad_path(&self, path: &str, problem: PathProblem, span: Span) -> Diagnostic {
        let is_written = is_quoted(self.slice(span), path);
        diagnostics::bad_path(path, problem, is_written, span)
    }

    /// The source text of a span.
    pub(super) fn slice(&self, span: Span) -> &str {
        let source = self.sources.get(span.file);
        source.map_or("", |source| source.slice(span))
    }

    /// The total size of the sources in bytes.
    pub(super) fn size(&self) -> usize {
        let sources = self.ids.iter().filter_map(|id| self.sources.get(*id));
        sources.map(|source| source.text().len()).sum()
    }
}

/// Reads the entry file and everything it imports.
pub(super) fn load(
    sources: Sources,
    world: &dyn World,
    entry: &str,
    diagnostics: &mut Diagnostics,
) -> Modules {
    let mut loader = Loader {
        world,
        diagnostics,
        modules: Modules {
            sources,
            ..Modules::default()
        },
        states: IndexMap::new(),
    };
    match world.read(entry) {
        Ok(bytes) => loader.load(entry, bytes),
        Err(error) => {
            let shown = world.display(entry);
            loader
                .diagnostics
                .push(diagnostics::unreadable_file(&shown, &error, None));
        }
    }
    loader.modules
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Its imports are being read.
    Reading,
    /// It cannot be read; this has been reported.
    Broken,
    Read(ModuleId),
}

struct Loader<'a> {
    world: &'a dyn World,
    diagnostics: &'a mut Diagnostics,
    modules: Modules,
    /// The files seen so far.
    states: IndexMap<String, State>,
}

/// A file whose imports are being read.
struct Reading {
    path: String,
    file_id: FileId,
    file: ast::File,
    /// How many of its items have been processed.
    seen: usize,
    /// The targets of the imports among them.
    targets: Vec<Option<ModuleId>>,
}

/// The target of an import.
enum Import {
    /// A known file, or `None` for a mistake that has been reported.
    Known(Option<ModuleId>),
    /// A file that must be read first.
    Unread(String, Vec<u8>),
}

impl Loader<'_> {
    /// Reads a file after everything it imports. Files that are being read are kept in a list rather than on the call
    /// stack, so import chains of any depth work.
    fn load(&mut self, entry: &str, bytes: Vec<u8>) {
        let mut open: Vec<Reading> = self.open(entry.to_owned(), bytes).into_iter().collect();
        while let Some(mut reading) = open.pop() {
            let Some(item) = reading.file.items.get(reading.seen) else {
                let target = self.close(reading);
                if let Some(around) = open.last_mut() {
                    around.targets.push(Some(target));
                }
                continue;
            };
            reading.seen += 1;
            let mut inner = None;
            if let ast::Item::Import(import) = item {
                match self.import(&reading.path, import) {
                    Import::Known(target) => reading.targets.push(target),
                    Import::Unread(path, bytes) => {
                        inner = self.open(path, bytes);
                        if inner.is_none() {
                            reading.targets.push(None);
                        }
                    }
                }
            }
            open.push(reading);
            open.extend(inner);
        }
    }

    /// Starts reading a file. Returns `None` if it is not text.
    fn open(&mut self, path: String, bytes: Vec<u8>) -> Option<Reading> {
        let shown = self.world.display(&path);
        let text = match text(bytes) {
            Ok(text) => text,
            Err(at) => {
                self.diagnostics.push(diagnostics::not_text(&shown, at));
                self.states.insert(path, State::Broken);
                return None;
            }
        };
        let source = self.modules.sources.add(shown, text);
        let file = parse(&source, self.diagnostics).file;
        self.states.insert(path.clone(), State::Reading);
        Some(Reading {
            path,
            file_id: source.id(),
            file,
            seen: 0,
            targets: Vec::new(),
        })
    }

    /// Finishes a file whose imports have been read.
    fn close(&mut self, reading: Reading) -> ModuleId {
        let id = ModuleId::new(self.modules.files.len());
        self.states.insert(reading.path.clone(), State::Read(id));
        self.modules.files.push(reading.file);
        self.modules.paths.push(reading.path);
        self.modules.ids.push(reading.file_id);
        self.modules.imports.push(reading.targets);
        id
    }

    fn import(&mut self, from: &str, import: &ast::Import) -> Import {
        self.find(from, import).unwrap_or_else(|diagnostic| {
            self.diagnostics.push(*diagnostic);
            Import::Known(None)
        })
    }

    fn find(&mut self, from: &str, import: &ast::Import) -> Result<Import, Box<Diagnostic>> {
        let span = import.path.span;
        let Some(written) = import.path.plain() else {
            return Err(Box::new(diagnostics::import_is_not_plain(span)));
        };
        if written.starts_with("std/") {
            let what = "the standard library";
            return Err(Box::new(diagnostics::not_yet_supported(what, span)));
        }
        let yaml = [".yaml", ".yml", ".json"]
            .iter()
            .any(|ending| written.ends_with(ending));
        if yaml {
            let what = "the import of a component definition";
            return Err(Box::new(diagnostics::not_yet_supported(what, span)));
        }
        let path = resolve(from, written)
            .map_err(|problem| Box::new(self.modules.bad_path(written, problem, span)))?;
        match self.states.get(&path) {
            Some(State::Read(id)) => return Ok(Import::Known(Some(*id))),
            Some(State::Broken) => return Ok(Import::Known(None)),
            Some(State::Reading) => return Err(Box::new(self.circle(&path, span))),
            None => {}
        }
        match self.world.read(&path) {
            Ok(bytes) => Ok(Import::Unread(path, bytes)),
            Err(ReadError::OutsideProject) => Err(Box::new(self.modules.bad_path(
                written,
                PathProblem::OutsideProject,
                span,
            ))),
            Err(error) => Err(Box::new(diagnostics::unreadable_file(
                written,
                &error,
                Some(span),
            ))),
        }
    }

    fn circle(&self, path: &str, span: Span) -> Diagnostic {
        let being_read: Vec<&str> = self
            .states
            .iter()
            .filter(|(_, state)| **state == State::Reading)
            .map(|(path, _)| path.as_str())
            .collect();
        let start = being_read
            .iter()
            .position(|other| *other == path)
            .unwrap_or(0);
        let mut circle: Vec<&str> = being_read.into_iter().skip(start).collect();
        circle.push(path);
        diagnostics::import_cycle(&circle, span)
    }
}

/// Decodes UTF-8, or returns the index of the first invalid byte.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, usize> {
    String::from_utf8(bytes).map_err(|error| error.utf8_error().valid_up_to())
}

/// Resolves a path written in the file `from` to a path relative to the project's root.
pub(super) fn resolve(from: &str, written: &str) -> Result<String, PathProblem> {
    if written.starts_with('/') {
        return Err(PathProblem::Absolute);
    }
    if !written.starts_with("./") && !written.starts_with("../") {
        return Err(PathProblem::NotRelative);
    }
    if written.ends_with('/') || written.contains('\\') || written.contains('\0') {
        return Err(PathProblem::Malformed);
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(PathProblem::OutsideProject)?;
            }
            name => parts.push(name),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{PathProblem, resolve};

    #[test]
    fn paths_stay_in_the_project() {
        assert_eq!(
            resolve("a/b.argot", "./c.argot"),
            Ok("a/c.argot".to_owned())
        );
        assert_eq!(resolve("a/b.argot", "../c.argot"), Ok("c.argot".to_owned()));
        assert_eq!(
            resolve("b.argot", ".//x/./../c.argot"),
            Ok("c.argot".to_owned())
        );
        assert_eq!(
            resolve("b.argot", "../c.argot"),
            Err(PathProblem::OutsideProject)
        );
        assert_eq!(resolve("b.argot", "/c.argot"), Err(PathProblem::Absolute));
        assert_eq!(resolve("b.argot", "c.argot"), Err(PathProblem::NotRelative));
        assert_eq!(resolve("b.argot", "./c/"), Err(PathProblem::Malformed));
    }
}
