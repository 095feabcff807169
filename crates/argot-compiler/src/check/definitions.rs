//! The constants, types and artifact types of a file. Each is evaluated after the ones it refers to, so a long chain of
//! definitions does not become a deep recursion in the compiler.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Diagnostic, Span, ast};
use petgraph::{graph::DiGraph, visit::DfsPostOrder};

use super::{
    Checker,
    bindings::Definition,
    calls_graph,
    mention::{Mention, names, names_of_type},
    scope::Scope,
};
use crate::{ArtifactId, Expr, ExprKind, ModuleId, Type, diagnostics};

/// A definition, by its file and its index among the items.
pub(super) type Key = (ModuleId, usize);

impl<'a> Checker<'a> {
    /// Evaluates the constants, types and artifact types of a file.
    pub(super) fn definitions(&mut self, module: ModuleId, file: &'a ast::File) {
        let graph = self.mentions(module, file);
        let mut in_circle = HashSet::new();
        for group in petgraph::algo::kosaraju_scc(&graph) {
            let Some(first) = group.first().copied() else {
                continue;
            };
            if group.len() > 1 || graph.contains_edge(first, first) {
                self.circle_of_definitions(module, file, &graph, &group);
                in_circle.extend(group);
            }
        }
        // Source order, except that a definition comes after those it refers to.
        let mut walk = DfsPostOrder::empty(&graph);
        for start in graph.node_indices() {
            walk.move_to(start);
            while let Some(node) = walk.next(&graph) {
                let at = graph
                    .node_weight(node)
                    .filter(|_| !in_circle.contains(&node));
                if let Some(at) = at {
                    self.definition(module, *at, file.items.get(*at));
                }
            }
        }
    }

    /// The definitions of a file that refer to each other, with the spans of the references.
    fn mentions(&self, module: ModuleId, file: &'a ast::File) -> DiGraph<usize, Span> {
        let mut graph = DiGraph::new();
        let mut nodes = HashMap::new();
        let mut artifacts: HashMap<ArtifactId, usize> = HashMap::new();
        for (at, item) in file.items.iter().enumerate() {
            match item {
                ast::Item::Const(_) | ast::Item::Type(_) => {}
                ast::Item::Artifact(item) => {
                    if let Some(Definition::Artifact(id)) =
                        self.bindings.defined_at(module, &item.name)
                    {
                        artifacts.insert(id, at);
                    }
                }
                ast::Item::Import(_)
                | ast::Item::Component(_)
                | ast::Item::Pipeline(_)
                | ast::Item::Error(_) => continue,
            }
            nodes.insert(at, graph.add_node(at));
        }
        for (at, item) in file.items.iter().enumerate() {
            let Some(from) = nodes.get(&at) else { continue };
            mentioned(item, &mut |mention| {
                let at = match self.bindings.get(module, mention.name) {
                    // A name that is called is not a value.
                    Some(Definition::Const(..) | Definition::Alias(..)) if mention.is_called => {
                        None
                    }
                    Some(Definition::Const(of, at) | Definition::Alias(of, at)) => {
                        (of == module).then_some(at)
                    }
                    Some(Definition::Artifact(id)) => artifacts.get(&id).copied(),
                    _ => None,
                };
                if let Some(to) = at.and_then(|at| nodes.get(&at)) {
                    graph.add_edge(*from, *to, mention.span);
                }
            });
        }
        graph
    }

    /// Evaluates a definition after the ones it refers to.
    fn definition(&mut self, module: ModuleId, at: usize, item: Option<&'a ast::Item>) {
        self.defining = Some((module, at));
        match item {
            Some(ast::Item::Const(item)) => {
                let value = self.const_value(module, item);
                self.constants.insert((module, at), value);
            }
            Some(ast::Item::Type(item)) => {
                let ty = self.ty(module, &item.ty);
                self.aliases.insert((module, at), ty);
            }
            Some(ast::Item::Artifact(item)) => self.artifact_parent(module, item),
            _ => {}
        }
        self.defining = None;
    }

    fn const_value(&mut self, module: ModuleId, item: &ast::Const) -> Expr {
        let mut scope = Scope::top(module);
        let value = self.infer(&item.value, None, &mut scope);
        let is_constant = value.children().iter().all(|child| child.value().is_some());
        let is_artifact = matches!(value.kind, ExprKind::Artifact(_));
        if value.value().is_some() || value.is_error() || is_constant && is_artifact {
            return value;
        }
        self.diagnostics
            .push(diagnostics::not_constant("a `const`", value.span));
        Expr::error(value.span)
    }

    /// Sets the parent of an artifact type.
    fn artifact_parent(&mut self, module: ModuleId, item: &ast::Artifact) {
        let Some(Definition::Artifact(id)) = self.bindings.defined_at(module, &item.name) else {
            return;
        };
        let root = ArtifactId::new(0);
        let parent = match self.ty(module, &item.parent).unwrap_or(Type::Error) {
            Type::Artifact(parent) => parent,
            Type::Error => root,
            other => {
                let found = other.text(&self.program.artifacts);
                self.diagnostics
                    .push(diagnostics::not_an_artifact_type(&found, item.parent.span));
                root
            }
        };
        self.program.artifacts.set_parent(id, parent);
    }

    /// Reports definitions that refer to themselves. They are treated as unknown.
    fn circle_of_definitions(
        &mut self,
        module: ModuleId,
        file: &'a ast::File,
        graph: &DiGraph<usize, Span>,
        group: &[petgraph::graph::NodeIndex],
    ) {
        for at in group.iter().filter_map(|node| graph.node_weight(*node)) {
            match file.items.get(*at) {
                Some(ast::Item::Const(item)) => {
                    let value = Expr::error(item.value.span);
                    self.constants.insert((module, *at), value);
                }
                Some(ast::Item::Type(_)) => {
                    self.aliases.insert((module, *at), Some(Type::Error));
                }
                Some(ast::Item::Artifact(item)) => {
                    if let Some(Definition::Artifact(id)) =
                        self.bindings.defined_at(module, &item.name)
                    {
                        self.program.artifacts.set_parent(id, ArtifactId::new(0));
                    }
                }
                _ => {}
            }
        }
        let Some(first) = group.iter().min().copied() else {
            return;
        };
        let circle = calls_graph::circle(graph, first, group);
        let items: Vec<&ast::Item> = circle
            .iter()
            .chain([&first])
            .filter_map(|node| file.items.get(*graph.node_weight(*node)?))
            .collect();
        let names: Vec<&str> = items.iter().filter_map(|item| name_of(item)).collect();
        let closing = circle
            .last()
            .and_then(|last| graph.find_edge(*last, first))
            .and_then(|edge| graph.edge_weight(edge).copied());
        let (Some(item), Some(span)) = (items.first(), closing) else {
            return;
        };
        let what = match item {
            ast::Item::Const(_) => "constant",
            ast::Item::Type(_) => "type",
            _ => "artifact type",
        };
        self.diagnostics
            .push(diagnostics::recursive_definition(what, &names, span));
    }

    /// Adds the chain of definitions that make the current value or type too large.
    pub(super) fn with_chain(&self, diagnostic: Diagnostic) -> Diagnostic {
        let mut names: Vec<&str> = Vec::new();
        let mut at = self.defining;
        while let Some((module, item)) = at {
            let Some(item) = self
                .modules
                .files
                .get(module.index())
                .and_then(|file| file.items.get(item))
            else {
                break;
            };
            names.extend(name_of(item));
            at = self.largest_part(module, item);
        }
        diagnostics::made_of(diagnostic, &names)
    }

    /// The largest of the definitions that an item refers to, if it has parts itself.
    fn largest_part(&self, module: ModuleId, item: &ast::Item) -> Option<Key> {
        let mut largest: Option<(usize, Key)> = None;
        mentioned(item, &mut |mention| {
            let (key, parts) = match self.bindings.get(module, mention.name) {
                Some(Definition::Const(module, at)) => {
                    let value = self.constants.get(&(module, at)).and_then(Expr::value);
                    let size = value.map(crate::Value::size).unwrap_or_default();
                    ((module, at), size.parts.max(size.bytes))
                }
                Some(Definition::Alias(module, at)) => {
                    let ty = self.aliases.get(&(module, at)).and_then(Option::as_ref);
                    let parts = ty.map(Type::parts);
                    ((module, at), parts.unwrap_or_default())
                }
                _ => return,
            };
            if parts > 1 && largest.is_none_or(|(most, _)| parts > most) {
                largest = Some((parts, key));
            }
        });
        largest.map(|(_, key)| key)
    }
}

/// Calls `visit` with the names in a constant, type or artifact type.
fn mentioned<'a>(item: &'a ast::Item, visit: &mut dyn FnMut(Mention<'a>)) {
    match item {
        ast::Item::Const(item) => names(&item.value, visit),
        ast::Item::Type(item) => names_of_type(&item.ty, visit),
        ast::Item::Artifact(item) => names_of_type(&item.parent, visit),
        ast::Item::Import(_)
        | ast::Item::Component(_)
        | ast::Item::Pipeline(_)
        | ast::Item::Error(_) => {}
    }
}

fn name_of(item: &ast::Item) -> Option<&str> {
    match item {
        ast::Item::Const(item) => Some(&item.name.name),
        ast::Item::Type(item) => Some(&item.name.name),
        ast::Item::Artifact(item) => Some(&item.name.name),
        ast::Item::Import(_)
        | ast::Item::Component(_)
        | ast::Item::Pipeline(_)
        | ast::Item::Error(_) => None,
    }
}
