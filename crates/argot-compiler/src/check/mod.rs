//! Checks files and produces a [`Program`]: resolves names, checks types and evaluates constants.

mod amounts;
mod attributes;
mod block;
mod body;
mod calls;
mod calls_graph;
pub(crate) mod clocks;
mod coerce;
mod component;
mod container;
pub(crate) mod cron;
mod definitions;
mod expr;
mod flow;
mod found;
mod functions;
mod habits;
mod imports;
mod lookup;
mod members;
mod mention;
mod modules;
mod pipeline;
mod places;
mod raw;
pub mod rules;
mod run;
mod scope;
mod script_text;
mod signature;
mod spliced;
mod statements;
mod status;
pub(crate) mod values;
mod volumes;
mod yields;
pub(crate) mod zones;

use std::collections::HashMap;

use argot_syntax::{Diagnostics, FileId, Sources, Span, ast};
use indexmap::IndexMap;

pub(crate) use expr::{concat, gather};
pub(crate) use spliced::step as step_commands;

use definitions::Key;
use found::Found;

use crate::{
    ArtifactId, ArtifactType, ComponentId, Expr, ModuleId, PipelineId, Program, Type, World,
    diagnostics, limits::Budget, lint, names::Suggestions,
};

/// The result of checking.
#[derive(Debug)]
pub struct Checked {
    /// The files that were read.
    pub sources: Sources,
    /// The syntax tree of each file. The entry file is the last one.
    pub files: Vec<(FileId, ast::File)>,
    /// The checked program, as far as it could be understood.
    pub program: Program,
    /// The errors and warnings found.
    pub diagnostics: Diagnostics,
}

/// Checks a file and everything it imports. `entry` is its path relative to the project's root.
pub fn check(world: &dyn World, entry: &str) -> Checked {
    check_after(Sources::default(), world, entry)
}

/// Like [`check`], with files that were read before and are not part of the program.
pub fn check_after(sources: Sources, world: &dyn World, entry: &str) -> Checked {
    let mut diagnostics = Diagnostics::default();
    let modules = modules::load(sources, world, entry, &mut diagnostics);
    let mut checker = Checker {
        world,
        modules: &modules,
        program: Program::default(),
        scopes: Vec::new(),
        constants: HashMap::new(),
        aliases: HashMap::new(),
        is_refused: false,
        defining: None,
        budget: Budget::of_values(modules.size()),
        found: Found::default(),
        suggestions: Suggestions::default(),
        diagnostics,
    };
    checker.run();
    let Checker {
        program,
        mut diagnostics,
        ..
    } = checker;
    lint::program(lint::ALL, &program, &mut diagnostics);
    diagnostics.narrow(&modules.sources);
    diagnostics.sort(&modules.sources);
    Checked {
        sources: modules.sources,
        files: modules.ids.into_iter().zip(modules.files).collect(),
        program,
        diagnostics,
    }
}

/// What a name at the top level of a file refers to. The index is that of the item in its file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Definition {
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
    fn kind(self) -> &'static str {
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
    import: bool,
    used: bool,
}

struct Checker<'a> {
    world: &'a dyn World,
    modules: &'a modules::Modules,
    program: Program,
    /// The names at the top level of each file.
    scopes: Vec<IndexMap<String, Binding>>,
    /// The values of constants evaluated so far.
    constants: HashMap<Key, Expr>,
    /// The types of type names resolved so far, `None` for a type that is too large.
    aliases: HashMap<Key, Option<Type>>,
    /// Whether the current type, or a part of it, is too large.
    is_refused: bool,
    /// The definition that is being evaluated.
    defining: Option<Key>,
    /// How much more the copies of values may take.
    budget: Budget,
    /// The locations of the errors found so far.
    found: Found,
    suggestions: Suggestions,
    diagnostics: Diagnostics,
}

impl<'a> Checker<'a> {
    fn run(&mut self) {
        let files: &'a [ast::File] = &self.modules.files;
        let mut components = Vec::new();
        let mut pipelines = Vec::new();
        // Signatures come first: an imported file precedes the files that import it.
        for (index, file) in files.iter().enumerate() {
            let module = ModuleId::new(index);
            self.bind(module, file);
            self.definitions(module, file);
            for item in &file.items {
                match item {
                    ast::Item::Component(item) => {
                        if let Some(id) = self.component_signature(module, item) {
                            components.push((id, item));
                        }
                    }
                    ast::Item::Pipeline(item) => {
                        if let Some(id) = self.pipeline_signature(module, item) {
                            pipelines.push((id, item));
                        }
                    }
                    ast::Item::Const(_)
                    | ast::Item::Type(_)
                    | ast::Item::Import(_)
                    | ast::Item::Artifact(_)
                    | ast::Item::Error(_) => {}
                }
            }
        }
        for (id, item) in components {
            self.component_body(id, item);
        }
        let entry = files.len().checked_sub(1).map(ModuleId::new);
        for (id, item) in pipelines {
            self.pipeline_body(id, item);
            if self.program.pipeline(id).map(|pipeline| pipeline.module) == entry {
                self.program.entries.push(id);
            }
        }
        self.calls_of_pipelines();
        for index in 0..files.len() {
            self.report_unused_imports(index);
        }
        if let (Some(entry), Some(file)) = (entry, files.last())
            && file.items.is_empty()
            && !self.diagnostics.has_errors()
        {
            let shown = self
                .modules
                .paths
                .get(entry.index())
                .map(|path| self.world.display(path));
            self.diagnostics
                .push(diagnostics::empty_file(&shown.unwrap_or_default()));
        }
    }

    /// Binds the top-level names of a file.
    fn bind(&mut self, module: ModuleId, file: &'a ast::File) {
        self.scopes.push(IndexMap::new());
        let mut targets = self
            .modules
            .imports
            .get(module.index())
            .into_iter()
            .flatten()
            .copied();
        for (at, item) in file.items.iter().enumerate() {
            match item {
                ast::Item::Import(import) => {
                    let target = targets.next().flatten();
                    self.bind_import(module, import, target);
                }
                ast::Item::Const(item) => {
                    self.define(module, &item.name, Definition::Const(module, at));
                }
                ast::Item::Type(item) => {
                    self.define_type(module, &item.name, Definition::Alias(module, at));
                }
                ast::Item::Artifact(item) => {
                    let id = self.program.artifacts.add(ArtifactType {
                        name: item.name.name.clone(),
                        parent: None,
                    });
                    self.define_type(module, &item.name, Definition::Artifact(id));
                }
                ast::Item::Component(item) => {
                    let id = ComponentId::new(self.program.components.len());
                    if self.define(module, &item.name, Definition::Component(id)) {
                        self.program
                            .components
                            .push(signature::empty_component(module, item));
                    }
                }
                ast::Item::Pipeline(item) => {
                    let id = PipelineId::new(self.program.pipelines.len());
                    if self.define(module, &item.name, Definition::Pipeline(id)) {
                        self.program
                            .pipelines
                            .push(signature::empty_pipeline(module, item));
                    }
                }
                ast::Item::Error(_) => {}
            }
        }
        // Uses of an item that could not be read are not reported.
        let broken = file.items.iter().filter_map(|item| match item {
            ast::Item::Error(broken) => broken.name.as_ref(),
            _ => None,
        });
        for name in broken {
            let scope = self.scopes.get(module.index());
            if scope.is_some_and(|scope| !scope.contains_key(&name.name)) {
                self.define(module, name, Definition::Error);
            }
        }
    }

    fn bind_import(&mut self, module: ModuleId, import: &ast::Import, target: Option<ModuleId>) {
        match &import.names {
            ast::ImportNames::Module(name) => {
                let definition = target.map_or(Definition::Error, Definition::Module);
                self.insert(module, name, definition, true);
            }
            ast::ImportNames::Names(names) => {
                for imported in names {
                    let definition = match target {
                        Some(target) => self.imported(target, &imported.name),
                        None => Definition::Error,
                    };
                    let name = imported.alias.as_ref().unwrap_or(&imported.name);
                    self.insert(module, name, definition, true);
                }
            }
        }
    }

    /// What a name from another file refers to.
    fn imported(&mut self, target: ModuleId, name: &ast::Ident) -> Definition {
        if name.name.starts_with('_') {
            self.diagnostics
                .push(diagnostics::private_import(&name.name, name.span));
            return Definition::Error;
        }
        let Some(scope) = self.scopes.get(target.index()) else {
            return Definition::Error;
        };
        match scope.get(&name.name) {
            Some(binding) if !binding.import => binding.definition,
            _ => {
                let names = scope
                    .iter()
                    .filter(|(name, binding)| !binding.import && !name.starts_with('_'))
                    .map(|(name, _)| name.as_str());
                let path = self
                    .modules
                    .paths
                    .get(target.index())
                    .map_or("", String::as_str);
                let suggestion = self.suggestions.find(&name.name, name.span, names);
                let message = diagnostics::unknown_import(&name.name, path, name.span, suggestion);
                // A file with syntax errors may well define the name.
                if self.file_is_whole(target) {
                    self.diagnostics.push(message);
                }
                Definition::Error
            }
        }
    }

    fn define_type(&mut self, module: ModuleId, name: &ast::Ident, definition: Definition) {
        if signature::is_builtin_type(&name.name) {
            self.diagnostics
                .push(diagnostics::builtin_type_redefined(&name.name, name.span));
        }
        self.define(module, name, definition);
    }

    fn define(&mut self, module: ModuleId, name: &ast::Ident, definition: Definition) -> bool {
        self.insert(module, name, definition, false)
    }

    fn insert(
        &mut self,
        module: ModuleId,
        name: &ast::Ident,
        definition: Definition,
        import: bool,
    ) -> bool {
        let Some(scope) = self.scopes.get_mut(module.index()) else {
            return false;
        };
        if let Some(first) = scope.get(&name.name) {
            self.diagnostics.push(diagnostics::duplicate_name(
                &name.name, name.span, first.span,
            ));
            return false;
        }
        let binding = Binding {
            definition,
            span: name.span,
            import,
            used: false,
        };
        scope.insert(name.name.clone(), binding);
        true
    }

    /// Looks a top-level name up and marks it as used.
    fn lookup(&mut self, module: ModuleId, name: &str) -> Option<Definition> {
        let binding = self.scopes.get_mut(module.index())?.get_mut(name)?;
        binding.used = true;
        Some(binding.definition)
    }

    /// The top-level names of a file.
    fn top_level_names(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        self.scopes
            .get(module.index())
            .into_iter()
            .flat_map(|scope| scope.keys().map(String::as_str))
    }
}
