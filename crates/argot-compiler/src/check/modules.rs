//! Files and their imports: read once each, parsed, and put in order.

use argot_syntax::{Diagnostics, FileId, Sources, Span, ast, parse};
use indexmap::IndexMap;

use crate::{ModuleId, ReadError, World, diagnostics as messages};

/// The files of a program, an imported one before those that import it, the entry last.
#[derive(Default)]
pub(super) struct Modules {
    pub(super) sources: Sources,
    pub(super) files: Vec<ast::File>,
    pub(super) paths: Vec<String>,
    /// The name by which spans refer to each file.
    pub(super) ids: Vec<FileId>,
    /// For each file, where each of its imports leads; `None` where that has been reported as wrong.
    pub(super) imports: Vec<Vec<Option<ModuleId>>>,
}

/// Reads the entry file and all that it imports.
pub(super) fn load(world: &dyn World, entry: &str, diagnostics: &mut Diagnostics) -> Modules {
    let mut loader = Loader {
        world,
        diagnostics,
        modules: Modules::default(),
        states: IndexMap::new(),
    };
    match world.read(entry) {
        Ok(bytes) => {
            loader.module(entry, bytes);
        }
        Err(error) => {
            let shown = world.display(entry);
            loader
                .diagnostics
                .push(messages::unreadable_file(&shown, &error, None));
        }
    }
    loader.modules
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Its imports are being read.
    Reading,
    /// It cannot be read, which has been reported.
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

impl Loader<'_> {
    fn module(&mut self, path: &str, bytes: Vec<u8>) -> Option<ModuleId> {
        let shown = self.world.display(path);
        let text = match text(bytes) {
            Ok(text) => text,
            Err(at) => {
                self.diagnostics.push(messages::not_text(&shown, at));
                self.states.insert(path.to_owned(), State::Broken);
                return None;
            }
        };
        let file_id = self.modules.sources.add(shown, text);
        let file = match self.modules.sources.get(file_id) {
            Some(source) => parse(source, self.diagnostics),
            None => ast::File::default(),
        };
        self.states.insert(path.to_owned(), State::Reading);
        let mut targets = Vec::new();
        for item in &file.items {
            if let ast::Item::Import(import) = item {
                targets.push(self.import(path, import));
            }
        }
        let id = ModuleId::new(self.modules.files.len());
        self.modules.files.push(file);
        self.modules.paths.push(path.to_owned());
        self.modules.ids.push(file_id);
        self.modules.imports.push(targets);
        self.states.insert(path.to_owned(), State::Read(id));
        Some(id)
    }

    fn import(&mut self, from: &str, import: &ast::Import) -> Option<ModuleId> {
        let span = import.path.span;
        let Some(written) = import.path.plain() else {
            self.diagnostics.push(messages::import_is_not_plain(span));
            return None;
        };
        if written.starts_with("std/") {
            self.diagnostics
                .push(messages::not_yet_supported("the standard library", span));
            return None;
        }
        let yaml = [".yaml", ".yml", ".json"]
            .iter()
            .any(|ending| written.ends_with(ending));
        if yaml {
            self.diagnostics.push(messages::not_yet_supported(
                "the import of a component definition",
                span,
            ));
            return None;
        }
        let path = match resolve(from, written) {
            Ok(path) => path,
            Err(problem) => {
                self.diagnostics
                    .push(messages::bad_path(written, problem, span));
                return None;
            }
        };
        match self.states.get(&path) {
            Some(State::Read(id)) => return Some(*id),
            Some(State::Broken) => return None,
            Some(State::Reading) => {
                self.report_circle(&path, span);
                return None;
            }
            None => {}
        }
        match self.world.read(&path) {
            Ok(bytes) => self.module(&path, bytes),
            Err(error) => {
                self.diagnostics.push(match error {
                    ReadError::OutsideProject => {
                        messages::bad_path(written, PathProblem::OutsideProject, span)
                    }
                    error => messages::unreadable_file(written, &error, Some(span)),
                });
                None
            }
        }
    }

    fn report_circle(&mut self, path: &str, span: Span) {
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
        self.diagnostics.push(messages::import_cycle(&circle, span));
    }
}

/// Reads UTF-8, or says at which byte it is none.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, usize> {
    String::from_utf8(bytes).map_err(|error| error.utf8_error().valid_up_to())
}

/// Why a written path names no file of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathProblem {
    /// It is absolute.
    Absolute,
    /// It does not start with `./` or `../`.
    NotRelative,
    /// It leads out of the project.
    OutsideProject,
    /// It is empty, ends with `/` or has a backslash.
    Malformed,
}

/// The path, from the project's root, that is written in the file `from`.
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
