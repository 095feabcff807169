//! From a graph of tasks to a dag template.

mod artifacts;
mod computed;
mod depends;
mod hooks;
mod loops;
mod outputs;
mod task;

use argot_compiler::{Dag, Edge, Expr, Plan, Value};
use argot_syntax::Diagnostics;

pub(crate) use hooks::of_run;

use super::names::Names;
use super::objects::{Artifact, DagTask, DagTemplate, Merged, Parameter, Ports, Template};
use super::scope::{Scope, Tasks, Words};
use super::tags::TagSet;
use super::versions::Version;
use super::{Kind, diagnostics, policy, step};

/// Returns the dag template of a graph.
#[expect(clippy::too_many_arguments, reason = "each is a thing of its own")]
pub(crate) fn lower(
    plan: &Plan,
    index: usize,
    dag: &Dag,
    names: &Names,
    kind: Kind,
    version: Version,
    tags: &TagSet,
    diagnostics: &mut Diagnostics,
) -> Merged<Template> {
    let empty = Vec::new();
    let task_names = names.tasks.get(index).unwrap_or(&empty);
    let scope = Scope {
        inputs: &dag.inputs,
        outputs: &[],
        tasks: Some(Tasks {
            plan,
            dag,
            names: task_names,
            current: None,
        }),
        retried: false,
        words: Words::Template,
        version,
        guard: None,
        tags,
    };
    let lowering = Lowering {
        plan,
        dag,
        names,
        task_names,
        is_entry: index == 0,
        scope,
    };
    let mut inputs = step::inputs(&dag.inputs, None, &scope, diagnostics);
    if index == 0 && !kind.is_template() {
        // The run's arguments hold every value.
        inputs = without_values(inputs);
    }
    let (outputs, computing) = lowering.outputs(diagnostics);
    let mut template = Template {
        name: names.dags.get(index).cloned().unwrap_or_default(),
        inputs,
        outputs,
        ..Template::default()
    };
    template.dag = Some(lowering.tasks(computing, diagnostics));
    // The attributes of the entry apply to the run, and are in its spec.
    if index > 0 {
        let attributes = &dag.attributes;
        let parallel = attributes.parallel();
        template.parallelism = parallel.and_then(|expr| parallelism(expr, diagnostics));
        match policy::synchronization(attributes.mutex(), attributes.semaphore(), &scope) {
            Ok(locks) => template.synchronization = locks,
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    Merged::from(template)
}

fn without_values(ports: Ports) -> Ports {
    Ports {
        parameters: ports
            .parameters
            .into_iter()
            .map(|parameter| Parameter {
                value: None,
                ..parameter
            })
            .collect(),
        artifacts: ports
            .artifacts
            .into_iter()
            .map(|artifact| Artifact {
                name: artifact.name,
                ..Artifact::default()
            })
            .collect(),
    }
}

/// Returns the most tasks that may run at the same time.
pub(crate) fn parallelism(expr: &Expr, diagnostics: &mut Diagnostics) -> Option<i64> {
    match expr.value() {
        Some(Value::Int(number)) => Some(*number),
        _ => {
            diagnostics.push(diagnostics::run_time(
                "how many may run at the same time",
                expr.span,
            ));
            None
        }
    }
}

/// A graph that is being lowered to a template.
struct Lowering<'a> {
    plan: &'a Plan,
    dag: &'a Dag,
    names: &'a Names,
    task_names: &'a [String],
    /// Whether the run starts with it.
    is_entry: bool,
    scope: Scope<'a>,
}

type Node = petgraph::graph::NodeIndex;

impl Lowering<'_> {
    fn tasks(&self, computing: Vec<DagTask>, diagnostics: &mut Diagnostics) -> DagTemplate {
        let graph = &self.dag.graph;
        let mut tasks: Vec<_> = graph
            .node_indices()
            .filter_map(|node| Some(self.task(node, graph.node_weight(node)?, diagnostics)))
            .collect();
        let asks = graph.edge_weights().any(|edge| *edge == Edge::Status);
        let goes_on = self.dag.attributes.continues_on_error() == Some(true);
        if graph.node_weights().any(|task| task.may_fail) {
            tasks.push(self.ended());
        }
        tasks.extend(computing);
        if tasks.is_empty() {
            // A graph needs at least one task. This one runs nothing.
            tasks.push(self.ended());
        }
        // Argo considers only the results of tasks that no other task waits for. A task that asks how another one has
        // ended would hide its failure, so all tasks are considered, after all of them have ended.
        let target = asks.then(|| {
            let names: Vec<_> = tasks.iter().map(|task| task.name.as_str()).collect();
            names.join(" ")
        });
        DagTemplate {
            target,
            fail_fast: (asks || goes_on).then_some(false),
            tasks,
        }
    }
}

/// Returns the templates that run nothing, if any task uses them.
pub(crate) fn helpers(templates: &[Merged<Template>], names: &Names) -> Vec<Merged<Template>> {
    let is_used = |name: &str| {
        templates
            .iter()
            .filter_map(|template| template.typed.dag.as_ref())
            .flat_map(|dag| &dag.tasks)
            .any(|task| task.template.as_deref() == Some(name))
    };
    let computes = is_used(&names.computed);
    let mut out = Vec::new();
    if computes {
        out.push(computed::template(&names.computed, &names.ended));
    }
    if computes || is_used(&names.ended) {
        out.push(depends::nothing(&names.ended));
    }
    out
}
