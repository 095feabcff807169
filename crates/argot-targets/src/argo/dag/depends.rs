//! What a task waits for.

use std::collections::BTreeMap;

use argot_compiler::Edge;
use petgraph::Direction;
use petgraph::visit::EdgeRef;

use super::{Lowering, Node};
use crate::argo::objects::{DagTask, DagTemplate, Merged, Template};

/// Any end of a task.
///
/// A bare name stands for `Succeeded`, `Skipped` and `Daemoned`: just what a task asks for that is to run
/// after another one. For a task that uses another one's value it is right too, since one whose value is
/// used has no condition.
pub(super) fn ended(name: &str) -> String {
    [
        "Succeeded",
        "Failed",
        "Errored",
        "Skipped",
        "Omitted",
        "Daemoned",
    ]
    .map(|end| format!("{name}.{end}"))
    .join(" || ")
}

/// All of some conditions together.
pub(super) fn all_of(conditions: impl Iterator<Item = String>) -> Option<String> {
    let mut conditions: Vec<_> = conditions.collect();
    if conditions.len() > 1 {
        for condition in conditions.iter_mut().filter(|part| part.contains(' ')) {
            *condition = format!("({condition})");
        }
    }
    (!conditions.is_empty()).then(|| conditions.join(" && "))
}

impl Lowering<'_> {
    /// The tasks before one, in the order of the source.
    pub(super) fn depends(&self, node: Node) -> Option<String> {
        let mut before: BTreeMap<Node, Edge> = BTreeMap::new();
        for edge in self.dag.graph.edges_directed(node, Direction::Incoming) {
            let strongest = before.entry(edge.source()).or_insert(*edge.weight());
            *strongest = (*strongest).max(*edge.weight());
        }
        all_of(before.into_iter().filter_map(|(node, edge)| {
            let name = self.task_names.get(node.index())?;
            Some(match edge {
                Edge::Value | Edge::Order => name.clone(),
                Edge::Status => ended(name),
            })
        }))
    }

    /// The task behind one that may fail: it runs nothing, and always ends well.
    ///
    /// With it the graph ends well. `continueOn` would do that too, but what is skipped after the graph takes
    /// over how the last of its tasks has ended, and would be a failure of the surrounding graph.
    pub(super) fn ended(&self) -> DagTask {
        let mut name = self.names.ended.clone();
        while self.task_names.contains(&name) {
            name.push_str("-too");
        }
        DagTask {
            name,
            template: Some(self.names.ended.clone()),
            depends: all_of(self.task_names.iter().map(|name| ended(name))),
            ..DagTask::default()
        }
    }
}

/// The template that runs nothing and ends well: a graph whose one task is always skipped.
pub(crate) fn nothing(name: &str) -> Merged<Template> {
    let task = DagTask {
        name: name.to_owned(),
        template: Some(name.to_owned()),
        when: Some("false".to_owned()),
        ..DagTask::default()
    };
    Merged::from(Template {
        name: name.to_owned(),
        dag: Some(DagTemplate {
            tasks: vec![task],
            ..DagTemplate::default()
        }),
        ..Template::default()
    })
}
