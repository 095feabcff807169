//! The names at the top level of files.

use argot_syntax::{Span, ast};
use indexmap::IndexMap;

use crate::{ArtifactId, ComponentId, ModuleId, PipelineId};

/// What a name at the top level of a file refers to. The index is that of the item in its file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Definition {
    Module(ModuleId),
    Const(ModuleId, usize),
    Alias(ModuleId, usize),
    Artifact(ArtifactId),
    Component(ComponentId),
    Pipeline(PipelineId),
    /// Something that has already been reported.
    Error,
}

impl Definition {
    /// What kind of thing it is, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Module(_) => "an imported file",
            Self::Const(..) => "a constant",
            Self::Alias(..) => "a type",
            Self::Artifact(_) => "an artifact type",
            Self::Component(_) => "a component",
            Self::Pipeline(_) => "a pipeline",
            Self::Error => "unknown",
        }
    }
}

/// A name at the top level of a file.
#[derive(Debug, Clone, Copy)]
struct Binding {
    definition: Definition,
    span: Span,
    is_import: bool,
    is_used: bool,
}

/// The names at the top level of each file.
#[derive(Default)]
pub(super) struct Bindings {
    files: Vec<IndexMap<String, Binding>>,
}

impl Bindings {
    /// Starts with the names of the next file.
    pub(super) fn add_file(&mut self) {
        self.files.push(IndexMap::new());
    }

    /// Binds a name. Returns the span of the first definition if the name is taken.
    pub(super) fn insert(
        &mut self,
        module: ModuleId,
        name: &ast::Ident,
        definition: Definition,
        is_import: bool,
    ) -> Option<Span> {
        let names = self.files.get_mut(module.index())?;
        if let Some(first) = names.get(&name.name) {
            return Some(first.span);
        }
        let binding = Binding {
            definition,
            span: name.span,
            is_import,
            is_used: false,
        };
        names.insert(name.name.clone(), binding);
        None
    }

    /// Looks a name up and marks it as used.
    pub(super) fn find(&mut self, module: ModuleId, name: &str) -> Option<Definition> {
        let binding = self.files.get_mut(module.index())?.get_mut(name)?;
        binding.is_used = true;
        Some(binding.definition)
    }

    /// Looks a name up without marking it as used.
    pub(super) fn get(&self, module: ModuleId, name: &str) -> Option<Definition> {
        let binding = self.files.get(module.index())?.get(name)?;
        Some(binding.definition)
    }

    /// The definition of a name, if it comes from the item with this name's span.
    pub(super) fn defined_at(&self, module: ModuleId, name: &ast::Ident) -> Option<Definition> {
        let binding = self.files.get(module.index())?.get(&name.name)?;
        (binding.span.key() == name.span.key()).then_some(binding.definition)
    }

    /// Looks up a name that another file imports.
    pub(super) fn exported(&self, module: ModuleId, name: &str) -> Option<Definition> {
        let binding = self.files.get(module.index())?.get(name)?;
        (!binding.is_import).then_some(binding.definition)
    }

    /// The names of a file that other files can import.
    pub(super) fn exports(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        self.of(module)
            .filter(|(name, binding)| !binding.is_import && !name.starts_with('_'))
            .map(|(name, _)| name)
    }

    /// The names of a file.
    pub(super) fn names(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        self.of(module).map(|(name, _)| name)
    }

    /// The names of a file that are types.
    pub(super) fn types(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        let is_type =
            |of: Definition| matches!(of, Definition::Alias(..) | Definition::Artifact(_));
        self.of(module)
            .filter(move |(_, binding)| is_type(binding.definition))
            .map(|(name, _)| name)
    }

    /// The imported names that the file does not use.
    pub(super) fn unused_imports(&self, module: ModuleId) -> impl Iterator<Item = (&str, Span)> {
        self.of(module)
            .filter(|(_, binding)| {
                binding.is_import && !binding.is_used && binding.definition != Definition::Error
            })
            .map(|(name, binding)| (name, binding.span))
    }

    fn of(&self, module: ModuleId) -> impl Iterator<Item = (&str, &Binding)> {
        let names = self.files.get(module.index()).into_iter().flatten();
        names.map(|(name, binding)| (name.as_str(), binding))
    }
}
