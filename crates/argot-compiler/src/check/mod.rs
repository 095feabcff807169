//! From files to a [`Program`]: names are resolved, types checked, constants evaluated.

mod attributes;
mod block;
mod calls;
mod coerce;
mod component;
mod container;
mod expr;
mod flow;
mod functions;
mod lookup;
mod mention;
mod modules;
mod pipeline;
mod raw;
pub mod rules;
mod run;
mod scope;
mod signature;
mod status;
mod volumes;

use std::collections::HashMap;

use argot_syntax::{Diagnostics, Sources, Span, ast};
use indexmap::IndexMap;

pub(crate) use coerce::{Misfit, constant_of};
pub(crate) use expr::{concat, gather};
pub(crate) use functions::location;
pub(crate) use modules::PathProblem;

use crate::{
    ArtifactId, ArtifactType, ComponentId, Expr, ModuleId, PipelineId, Program, Type, World,
    diagnostics as messages,
};

/// What checking gives.
#[derive(Debug)]
pub struct Checked {
    /// The files that were read.
    pub sources: Sources,
    /// Their trees; the entry file's is the last.
    pub files: Vec<ast::File>,
    /// What they mean, as far as it could be found out.
    pub program: Program,
    /// What is wrong with them.
    pub diagnostics: Diagnostics,
}

/// Checks a file and all that it imports. `entry` is its path from the project's root.
pub fn check(world: &dyn World, entry: &str) -> Checked {
    let mut diagnostics = Diagnostics::default();
    let modules = modules::load(world, entry, &mut diagnostics);
    let mut checker = Checker {
        world,
        modules: &modules,
        program: Program::default(),
        scopes: Vec::new(),
        constants: HashMap::new(),
        aliases: HashMap::new(),
        diagnostics,
    };
    checker.run();
    let Checker {
        program,
        mut diagnostics,
        ..
    } = checker;
    diagnostics.sort();
    Checked {
        sources: modules.sources,
        files: modules.files,
        program,
        diagnostics,
    }
}

/// What a name at the top level of a file stands for. The index counts the file's items.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Definition {
    Module(ModuleId),
    Const(ModuleId, usize),
    Alias(ModuleId, usize),
    Artifact(ArtifactId),
    Component(ComponentId),
    Pipeline(PipelineId),
    /// Something that has been reported as wrong.
    Error,
}

impl Definition {
    /// What it is, for people.
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

/// A definition that is worked out when it is first needed.
enum Lazy<T> {
    InProgress,
    Done(T),
}

struct Checker<'a> {
    world: &'a dyn World,
    modules: &'a modules::Modules,
    program: Program,
    /// The names at the top level of each file.
    scopes: Vec<IndexMap<String, Binding>>,
    constants: HashMap<(ModuleId, usize), Lazy<Expr>>,
    aliases: HashMap<(ModuleId, usize), Lazy<Type>>,
    diagnostics: Diagnostics,
}

impl<'a> Checker<'a> {
    fn run(&mut self) {
        let files: &'a [ast::File] = &self.modules.files;
        let mut components = Vec::new();
        let mut pipelines = Vec::new();
        // Signatures first: an imported file stands before those that import it.
        for (index, file) in files.iter().enumerate() {
            let module = ModuleId::new(index);
            self.bind(module, file);
            self.artifact_parents(module, file);
            for (at, item) in file.items.iter().enumerate() {
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
                    ast::Item::Const(_) => {
                        self.constant(module, at);
                    }
                    ast::Item::Type(_) => {
                        self.alias(module, at);
                    }
                    ast::Item::Import(_) | ast::Item::Artifact(_) => {}
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
        self.recursion();
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
                .push(messages::empty_file(&shown.unwrap_or_default()));
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

    /// What a name of another file stands for.
    fn imported(&mut self, target: ModuleId, name: &ast::Ident) -> Definition {
        if name.name.starts_with('_') {
            self.diagnostics
                .push(messages::private_import(&name.name, name.span));
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
                let message = messages::unknown_import(
                    &name.name,
                    path,
                    name.span,
                    crate::suggest(&name.name, names),
                );
                // A file that does not parse may well define the name.
                if !self.diagnostics.has_errors() || self.file_is_whole(target) {
                    self.diagnostics.push(message);
                }
                Definition::Error
            }
        }
    }

    /// Whether a file has no syntax error.
    fn file_is_whole(&self, module: ModuleId) -> bool {
        let id = self.modules.ids.get(module.index()).copied();
        !self.diagnostics.iter().any(|diagnostic| {
            diagnostic.code.is_syntax() && diagnostic.span().map(|span| span.file) == id
        })
    }

    /// Whether a part of an item has an error of some kind.
    fn has_error(&self, item: Span, of_kind: impl Fn(argot_syntax::Code) -> bool) -> bool {
        self.diagnostics.iter().any(|diagnostic| {
            diagnostic.severity == argot_syntax::Severity::Error
                && of_kind(diagnostic.code)
                && diagnostic.span().is_some_and(|span| {
                    span.file == item.file && (item.start..=item.end).contains(&span.start)
                })
        })
    }

    fn define_type(&mut self, module: ModuleId, name: &ast::Ident, definition: Definition) {
        if signature::is_builtin_type(&name.name) {
            self.diagnostics
                .push(messages::builtin_type_redefined(&name.name, name.span));
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
            self.diagnostics
                .push(messages::duplicate_name(&name.name, name.span, first.span));
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

    fn report_unused_imports(&mut self, index: usize) {
        // What could not be read may have used it.
        if !self.file_is_whole(ModuleId::new(index)) {
            return;
        }
        let unused = self
            .scopes
            .get(index)
            .into_iter()
            .flatten()
            .filter(|(_, binding)| {
                binding.import && !binding.used && binding.definition != Definition::Error
            })
            .map(|(name, binding)| messages::unused_import(name, binding.span));
        self.diagnostics.extend(unused);
    }

    /// Reports pipelines that call themselves, directly or not.
    fn recursion(&mut self) {
        let mut graph = petgraph::graph::DiGraph::<PipelineId, ()>::new();
        let nodes: Vec<_> = (0..self.program.pipelines.len())
            .map(|index| graph.add_node(PipelineId::new(index)))
            .collect();
        for (caller, pipeline) in self.program.pipelines.iter().enumerate() {
            for task in &pipeline.tasks {
                if let Some(crate::Callee::Pipeline(callee)) = task.call().map(|call| call.callee)
                    && let (Some(from), Some(to)) = (nodes.get(caller), nodes.get(callee.index()))
                {
                    graph.add_edge(*from, *to, ());
                }
            }
        }
        for mut group in petgraph::algo::tarjan_scc(&graph) {
            group.sort();
            let Some(first) = group.first().copied() else {
                continue;
            };
            if group.len() == 1 && !graph.contains_edge(first, first) {
                continue;
            }
            let circle = circle(&graph, first, &group);
            let pipelines: Vec<_> = circle
                .iter()
                .filter_map(|node| self.program.pipeline(*graph.node_weight(*node)?))
                .collect();
            if let Some(pipeline) = pipelines.first() {
                let mut names: Vec<&str> = pipelines
                    .iter()
                    .map(|pipeline| pipeline.name.as_str())
                    .collect();
                names.push(&pipeline.name);
                let span = pipelines
                    .first()
                    .and_then(|pipeline| {
                        let next = circle
                            .get(1)
                            .or(circle.first())
                            .and_then(|node| graph.node_weight(*node))?;
                        pipeline
                            .tasks
                            .iter()
                            .find(|task| {
                                task.call().map(|call| call.callee)
                                    == Some(crate::Callee::Pipeline(*next))
                            })
                            .map(|task| task.span)
                    })
                    .unwrap_or(pipeline.span);
                self.diagnostics
                    .push(messages::recursive_pipeline(&names, span));
            }
        }
    }
}

type Graph = petgraph::graph::DiGraph<PipelineId, ()>;
type Node = petgraph::graph::NodeIndex;

/// A shortest circle through `start` within a strongly connected group.
fn circle(graph: &Graph, start: Node, group: &[Node]) -> Vec<Node> {
    let mut came_from: HashMap<Node, Node> = HashMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<Node> = graph
            .neighbors(node)
            .filter(|next| group.contains(next))
            .collect();
        next.sort();
        for next in next {
            if next == start {
                let mut path = vec![node];
                let mut at = node;
                while let Some(before) = came_from.get(&at) {
                    path.push(*before);
                    at = *before;
                }
                path.reverse();
                return path;
            }
            if next != node && !came_from.contains_key(&next) {
                came_from.insert(next, node);
                queue.push_back(next);
            }
        }
    }
    vec![start]
}
