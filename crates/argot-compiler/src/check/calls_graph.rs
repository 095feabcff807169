//! The graph of calls between pipelines. It must not have cycles or chains that are too deep.

use std::collections::{HashMap, HashSet, VecDeque};

use argot_syntax::Diagnostics;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::{
    BlockId, Callee, Pipeline, PipelineId, Program, Task, diagnostics, limits::DEEPEST_CALLS,
};

/// Reports pipelines that call themselves, directly or indirectly, and pipelines that are nested too deeply.
pub(super) fn check(program: &Program, diagnostics: &mut Diagnostics) {
    Calls {
        program,
        diagnostics,
    }
    .check();
}

struct Calls<'a> {
    program: &'a Program,
    diagnostics: &'a mut Diagnostics,
}

impl Calls<'_> {
    fn check(&mut self) {
        let mut graph = DiGraph::<PipelineId, ()>::new();
        let nodes: Vec<_> = (0..self.program.pipelines.len())
            .map(|index| graph.add_node(PipelineId::new(index)))
            .collect();
        for (caller, pipeline) in self.program.pipelines.iter().enumerate() {
            for task in &pipeline.tasks {
                if let Some(callee) = called(task)
                    && let (Some(from), Some(to)) = (nodes.get(caller), nodes.get(callee.index()))
                {
                    graph.add_edge(*from, *to, ());
                }
            }
        }
        let mut depths = vec![Depth::default(); nodes.len()];
        // Callees come before their callers.
        for group in petgraph::algo::kosaraju_scc(&graph) {
            let Some(first) = group.iter().min().copied() else {
                continue;
            };
            if group.len() > 1 || graph.contains_edge(first, first) {
                self.report_circle(&graph, first, &group);
                for node in &group {
                    if let Some(depth) = depths.get_mut(node.index()) {
                        depth.is_wrong = true;
                    }
                }
            } else {
                self.depth(PipelineId::new(first.index()), &mut depths);
            }
        }
    }

    fn report_circle(
        &mut self,
        graph: &DiGraph<PipelineId, ()>,
        first: NodeIndex,
        group: &[NodeIndex],
    ) {
        let circle = circle(graph, first, group);
        let pipelines: Vec<_> = circle
            .iter()
            .filter_map(|node| self.program.pipeline(*graph.node_weight(*node)?))
            .collect();
        let Some(pipeline) = pipelines.first() else {
            return;
        };
        let names: Vec<&str> = pipelines
            .iter()
            .chain([pipeline])
            .map(|pipeline| pipeline.name.as_str())
            .collect();
        let next = circle
            .get(1)
            .or(circle.first())
            .and_then(|node| graph.node_weight(*node));
        let span = pipeline
            .tasks
            .iter()
            .find(|task| called(task) == next.copied())
            .map_or(pipeline.span, |task| task.span);
        self.diagnostics
            .push(diagnostics::recursive_pipeline(&names, span));
    }

    /// Computes the depth of a pipeline whose callees are done, and reports it if it is too deep.
    fn depth(&mut self, id: PipelineId, depths: &mut [Depth]) {
        let Some(pipeline) = self.program.pipeline(id) else {
            return;
        };
        let found = depth_of(pipeline, depths);
        let is_too_deep = !found.is_wrong && found.levels > DEEPEST_CALLS;
        if is_too_deep {
            let mut names = vec![pipeline.name.as_str()];
            let mut next = found.deepest;
            while let Some(callee) = next {
                names.extend(
                    self.program
                        .pipeline(callee)
                        .map(|found| found.name.as_str()),
                );
                next = depths.get(callee.index()).and_then(|depth| depth.deepest);
            }
            let call = pipeline
                .tasks
                .iter()
                .find(|task| found.deepest.is_some() && called(task) == found.deepest);
            let span = call.map_or(pipeline.span, |task| task.span);
            let message = diagnostics::calls_too_deep(&names, span);
            self.diagnostics.push(message);
        }
        if let Some(slot) = depths.get_mut(id.index()) {
            *slot = Depth {
                is_wrong: found.is_wrong || is_too_deep,
                ..found
            };
        }
    }
}

/// The depth of a pipeline.
#[derive(Debug, Clone, Copy, Default)]
struct Depth {
    /// The number of nested graphs: the pipeline, its blocks, and everything it calls.
    levels: usize,
    /// The callee on the way to the deepest graph.
    deepest: Option<PipelineId>,
    /// Whether it is part of something that has been reported.
    is_wrong: bool,
}

fn depth_of(pipeline: &Pipeline, depths: &[Depth]) -> Depth {
    // A handler is nested in the graph of all handlers.
    let handlers = pipeline.handlers.iter().map(|handler| (handler.block, 3));
    let mut open: Vec<(BlockId, usize)> = handlers.chain([(BlockId::BODY, 1)]).collect();
    let mut found = Depth::default();
    while let Some((block, level)) = open.pop() {
        found.levels = found.levels.max(level);
        let tasks = pipeline.block(block).map_or(&[][..], |block| &block.tasks);
        for task in tasks.iter().filter_map(|id| pipeline.task(*id)) {
            let inside = task.kind.blocks();
            open.extend(inside.into_iter().map(|block| (block, level + 1)));
            let Some((id, callee)) =
                called(task).and_then(|id| Some((id, depths.get(id.index())?)))
            else {
                continue;
            };
            found.is_wrong |= callee.is_wrong;
            // A call that may fail has a graph of its own.
            let attempt = usize::from(task.call().is_some_and(|call| call.allow_failure));
            let levels = level + attempt + callee.levels;
            if levels > found.levels {
                found.levels = levels;
                found.deepest = Some(id);
            }
        }
    }
    found
}

fn called(task: &Task) -> Option<PipelineId> {
    match task.call()?.callee {
        Callee::Pipeline(id) => Some(id),
        Callee::Component(_) => None,
    }
}

/// A shortest cycle through `start` within a strongly connected group.
pub(super) fn circle<N, E>(
    graph: &DiGraph<N, E>,
    start: NodeIndex,
    group: &[NodeIndex],
) -> Vec<NodeIndex> {
    let group: HashSet<NodeIndex> = group.iter().copied().collect();
    let mut came_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<NodeIndex> = graph
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
