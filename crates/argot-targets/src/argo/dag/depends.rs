//! Dependencies of tasks.

use std::collections::BTreeMap;

use argot_compiler::Edge;
use petgraph::Direction;
use petgraph::visit::EdgeRef;

use super::{Lowering, Node};
use crate::argo::objects::{DagTask, DagTemplate, Merged, Template};

/// Returns the condition that a task has ended in any way.
///
/// A bare name means `Succeeded`, `Skipped` or `Daemoned`, which is exactly the condition for a task that runs after
/// another one. It is also right for a task that uses another one's value, since a task whose value is used has no
/// condition.
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

/// Returns the conjunction of conditions.
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
    /// Returns the tasks that a task waits for, in source order.
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

    /// Returns the task after one that may fail. It runs nothing and always succeeds.
    ///
    /// Because of it, the graph succeeds. `continueOn` would achieve that too, but anything skipped after the graph
    /// takes over the result of the graph's last task, and would count as a failure of the surrounding graph.
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

/// Returns the template that runs nothing and succeeds: a graph whose only task is always skipped.
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
