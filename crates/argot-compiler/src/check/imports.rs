//! Unused imports, with fixes that remove them.

use argot_syntax::{Applicability, Fix, Source, Span, ast};

use super::{Checker, modules::Modules};
use crate::{ModuleId, diagnostics::Unused};

impl Checker<'_> {
    /// Notes the imports of a file that nothing uses.
    pub(super) fn unused_imports(&mut self, module: ModuleId) {
        // A part that could not be read may use the import.
        if !self.file_is_whole(module) {
            return;
        }
        let unused = self.bindings.unused_imports(module);
        self.searched.unused.extend(unused.map(|(name, span)| {
            let fix = removal(self.modules, module, span);
            Unused::Import(name.to_owned(), fix, span)
        }));
    }
}

/// A fix that removes the import of the name at this span.
fn removal(modules: &Modules, module: ModuleId, name: Span) -> Option<Fix> {
    let items = &modules.files.get(module.index())?.items;
    let source = modules.sources.get(name.file)?;
    let import = items.iter().find_map(|item| match item {
        ast::Item::Import(import) if holds(import.span, name) => Some(import),
        _ => None,
    })?;
    let place = match &import.names {
        ast::ImportNames::Names(names) if names.len() > 1 => one_of(names, name)?,
        // Documentation above the first import describes the file.
        _ if import.doc.is_some() => return None,
        _ => whole_line(source, import.span),
    };
    let applicability = Applicability::safe_if(!source.slice(place).contains('#'));
    Some(Fix::new(applicability, place, "").titled("Remove the import"))
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The span of one of several names, with the comma that would be left over.
fn one_of(names: &[ast::ImportedName], name: Span) -> Option<Span> {
    let bound = |imported: &ast::ImportedName| match &imported.alias {
        Some(alias) => alias.span,
        None => imported.name.span,
    };
    let at = names
        .iter()
        .position(|imported| bound(imported).key() == name.key())?;
    let own = names.get(at)?.name.span;
    Some(match names.get(at + 1) {
        Some(next) => Span {
            end: next.name.span.start,
            ..own
        },
        None => Span {
            start: bound(names.get(at.checked_sub(1)?)?).end,
            ..name
        },
    })
}

/// The span of an item, including its line if nothing else is on it.
fn whole_line(source: &Source, item: Span) -> Span {
    let text = source.text();
    let before = text.get(..item.start as usize).unwrap_or_default();
    let after = text.get(item.end as usize..).unwrap_or_default();
    let line = after.split_inclusive('\n').next().unwrap_or_default();
    let is_alone = (before.is_empty() || before.ends_with('\n')) && line.trim().is_empty();
    let more = if is_alone { line.len() } else { 0 };
    Span::new(item.file, item.start as usize, item.end as usize + more)
}
