//! Unused imports, with fixes that remove them.

use argot_syntax::{Applicability, Fix, Source, Span, ast};

use super::{Checker, Definition};
use crate::{ModuleId, diagnostics::Unused};

impl Checker<'_> {
    /// Notes the imports of a file that nothing uses.
    pub(super) fn unused_imports(&mut self, index: usize) {
        // A part that could not be read may use the import.
        if !self.file_is_whole(ModuleId::new(index)) {
            return;
        }
        let unused = self.scopes.get(index).into_iter().flatten();
        let unused = unused.filter(|(_, binding)| {
            binding.import && !binding.used && binding.definition != Definition::Error
        });
        for (name, binding) in unused {
            let fix = self.removal(index, binding.span);
            let import = Unused::Import(name.clone(), fix, binding.span);
            self.searched.unused.push(import);
        }
    }

    /// A fix that removes the import of the name at this span.
    fn removal(&self, index: usize, name: Span) -> Option<Fix> {
        let items = &self.modules.files.get(index)?.items;
        let source = self.modules.sources.get(name.file)?;
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
