//! Checks files and produces a [`Program`]: resolves names, checks types and evaluates constants.

mod amounts;
mod attributes;
mod bindings;
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
mod type_expr;
pub(crate) mod values;
mod volumes;
mod yields;
pub(crate) mod zones;

use std::collections::HashMap;

use argot_syntax::{Diagnostics, FileId, Sources, ast};

pub(crate) use expr::{concat, gather};
pub(crate) use spliced::step as step_commands;

use bindings::{Bindings, Definition};
use definitions::Key;
use found::Found;

use crate::{
    ArtifactType, ComponentId, Expr, ModuleId, PipelineId, Program, Type, World, diagnostics,
    limits::Budget,
    lint::{self, Searched},
    names::Suggestions,
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
        bindings: Bindings::default(),
        constants: HashMap::new(),
        aliases: HashMap::new(),
        defining: None,
        budget: Budget::of_values(modules.size()),
        found: Found::default(),
        searched: Searched::default(),
        suggestions: Suggestions::default(),
        diagnostics,
    };
    checker.run();
    let Checker {
        program,
        mut searched,
        mut diagnostics,
        ..
    } = checker;
    spliced::check(&program, &mut searched, &mut diagnostics);
    lint::program(&program, &searched, &mut diagnostics);
    diagnostics.narrow(&modules.sources);
    diagnostics.sort(&modules.sources);
    Checked {
        sources: modules.sources,
        files: modules.ids.into_iter().zip(modules.files).collect(),
        program,
        diagnostics,
    }
}

struct Checker<'a> {
    world: &'a dyn World,
    modules: &'a modules::Modules,
    program: Program,
    bindings: Bindings,
    /// The values of constants evaluated so far.
    constants: HashMap<Key, Expr>,
    /// The types of type names resolved so far, `None` for a type that is too large.
    aliases: HashMap<Key, Option<Type>>,
    /// The definition that is being evaluated.
    defining: Option<Key>,
    /// How much more the copies of values may take.
    budget: Budget,
    /// The locations of the errors found so far.
    found: Found,
    /// The warnings that lints report.
    searched: Searched,
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
        calls_graph::check(&self.program, &mut self.diagnostics);
        for index in 0..files.len() {
            self.unused_imports(ModuleId::new(index));
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
        self.bindings.add_file();
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
            if self.bindings.get(module, &name.name).is_none() {
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
        if let Some(definition) = self.bindings.exported(target, &name.name) {
            return definition;
        }
        // A file with syntax errors may well define the name.
        if self.file_is_whole(target) {
            let names = self.bindings.exports(target);
            let path = self.modules.paths.get(target.index());
            let path = path.map_or("", String::as_str);
            let suggestion = self.suggestions.find(&name.name, name.span, names);
            self.diagnostics.push(diagnostics::unknown_import(
                &name.name, path, name.span, suggestion,
            ));
        }
        Definition::Error
    }

    fn define_type(&mut self, module: ModuleId, name: &ast::Ident, definition: Definition) {
        if type_expr::is_builtin_type(&name.name) {
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
        let first = self.bindings.insert(module, name, definition, import);
        if let Some(first) = first {
            self.diagnostics
                .push(diagnostics::duplicate_name(&name.name, name.span, first));
        }
        first.is_none()
    }
}
