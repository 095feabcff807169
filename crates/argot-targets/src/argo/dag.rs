//! From a graph of tasks to a dag template.

use std::collections::HashSet;

use argot_compiler::{
    Body, Dag, Expr, ExprKind, Plan, PlanTask, Port, Target, TemplateRef as Reference, Value,
};
use argot_syntax::{Diagnostic, Diagnostics};
use petgraph::Direction;

use super::expression::{Scope, Tasks};
use super::names::Names;
use super::objects::{
    Artifact, DagTask, DagTemplate, Merged, Parameter, Ports, Template, TemplateRef, ValueFrom,
};
use super::text::Place;
use super::{Kind, artifacts, messages, policy, step};

/// The dag template of a graph.
pub(crate) fn lower(
    plan: &Plan,
    index: usize,
    dag: &Dag,
    names: &Names,
    kind: Kind,
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
        is_output: false,
    };
    let lowering = Lowering {
        plan,
        dag,
        names,
        task_names,
        scope,
    };
    let mut inputs = step::inputs(&dag.inputs, None, &scope, diagnostics);
    if index == 0 && !kind.is_template() {
        // The arguments of the run have every value.
        inputs = without_values(inputs);
    }
    let mut template = Template {
        name: names.dags.get(index).cloned().unwrap_or_default(),
        inputs,
        outputs: lowering.outputs(diagnostics),
        ..Template::default()
    };
    let tasks = dag
        .graph
        .node_indices()
        .filter_map(|node| Some(lowering.task(node, dag.graph.node_weight(node)?, diagnostics)))
        .collect();
    template.dag = Some(DagTemplate {
        fail_fast: dag
            .attributes
            .continue_on_error
            .filter(|go_on| *go_on)
            .map(|_| false),
        tasks,
    });
    // Those of the entry concern the run, and stand there.
    if index > 0 {
        template.parallelism = dag
            .attributes
            .parallel
            .as_ref()
            .and_then(|expr| parallelism(expr, diagnostics));
        let attributes = &dag.attributes;
        match policy::synchronization(attributes.mutex.as_ref(), &attributes.semaphore, &scope) {
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

/// How many may run at the same time.
pub(crate) fn parallelism(expr: &Expr, diagnostics: &mut Diagnostics) -> Option<i64> {
    match expr.value() {
        Some(Value::Int(number)) => Some(*number),
        _ => {
            diagnostics.push(messages::run_time(
                "how many may run at the same time",
                expr.span,
            ));
            None
        }
    }
}

struct Lowering<'a> {
    plan: &'a Plan,
    dag: &'a Dag,
    names: &'a Names,
    task_names: &'a [String],
    scope: Scope<'a>,
}

type Node = petgraph::graph::NodeIndex;

impl Lowering<'_> {
    fn task(&self, node: Node, task: &PlanTask, diagnostics: &mut Diagnostics) -> DagTask {
        let name = self
            .task_names
            .get(node.index())
            .cloned()
            .unwrap_or_default();
        let (template, template_ref, ports) = match task.target {
            Target::Dag(id) => (
                self.names.dags.get(id.index()).cloned(),
                None,
                self.plan
                    .dags
                    .get(id.index())
                    .map(|dag| dag.inputs.as_slice()),
            ),
            Target::Step(id) => {
                let step = self.plan.steps.get(id.index());
                let ports = step.map(|step| step.inputs.as_slice());
                match step.map(|step| &step.body) {
                    Some(Body::TemplateRef(reference)) => {
                        (None, Some(template_ref(reference)), ports)
                    }
                    _ => (self.names.steps.get(id.index()).cloned(), None, ports),
                }
            }
        };
        let is_elsewhere = template_ref.is_some();
        let arguments = self.arguments(
            task,
            &name,
            ports.unwrap_or_default(),
            is_elsewhere,
            diagnostics,
        );
        DagTask {
            depends: self.depends(node),
            name,
            template,
            template_ref,
            arguments,
        }
    }

    /// The tasks before it, in the order of the source.
    fn depends(&self, node: Node) -> Option<String> {
        let graph = &self.dag.graph;
        let mut before: Vec<Node> = graph
            .neighbors_directed(node, Direction::Incoming)
            .collect();
        before.sort_unstable();
        before.dedup();
        let names: Vec<_> = before
            .iter()
            .filter_map(|node| self.task_names.get(node.index()))
            .collect();
        (!names.is_empty()).then(|| {
            names
                .into_iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" && ")
        })
    }

    fn arguments(
        &self,
        task: &PlanTask,
        name: &str,
        ports: &[Port],
        is_elsewhere: bool,
        diagnostics: &mut Diagnostics,
    ) -> Ports {
        let mut out = Ports::default();
        let scope = Scope {
            tasks: self.scope.tasks.map(|tasks| Tasks {
                current: Some(name),
                ..tasks
            }),
            ..self.scope
        };
        for (id, expr) in &task.arguments {
            let Some(port) = ports.get(id.index()) else {
                continue;
            };
            if port.ty.is_artifact() {
                let mut artifact = Artifact {
                    name: port.name.clone(),
                    ..Artifact::default()
                };
                match self.artifact(&mut artifact, expr) {
                    Ok(()) => out.artifacts.push(artifact),
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
            } else {
                match scope.text(expr, &port.ty, Place::Parameter) {
                    Ok(value) => out.parameters.push(parameter(port, value)),
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
            }
        }
        // A template in another object does not know this program's defaults.
        if is_elsewhere {
            let given: HashSet<usize> = task.arguments.iter().map(|(id, _)| id.index()).collect();
            let defaults: Vec<Port> = ports
                .iter()
                .enumerate()
                .filter(|(index, port)| port.default.is_some() && !given.contains(index))
                .map(|(_, port)| port.clone())
                .collect();
            let more = step::inputs(&defaults, None, &scope, diagnostics);
            out.parameters.extend(more.parameters);
            out.artifacts.extend(more.artifacts);
        }
        out
    }

    /// Fills in where an artifact comes from.
    fn artifact(&self, artifact: &mut Artifact, expr: &Expr) -> Result<(), Diagnostic> {
        match &expr.kind {
            ExprKind::Artifact(source) => artifacts::source(artifact, source, &self.scope),
            _ => {
                artifact.from = Some(self.reference(expr)?);
                Ok(())
            }
        }
    }

    fn reference(&self, expr: &Expr) -> Result<String, Diagnostic> {
        match &expr.kind {
            ExprKind::TaskOutput { task, output } => {
                let (task, output) = self.scope.task_output(*task, output.index(), expr.span)?;
                Ok(format!("{{{{tasks.{task}.outputs.artifacts.{output}}}}}"))
            }
            ExprKind::Input(id) => {
                match self.dag.inputs.get(id.index()).filter(|port| port.present) {
                    Some(port) => Ok(format!("{{{{inputs.artifacts.{}}}}}", port.name)),
                    None => Err(messages::no_expression(
                        "use an input that is not there",
                        expr.span,
                    )),
                }
            }
            _ => Err(messages::no_expression("choose an artifact", expr.span)),
        }
    }

    fn outputs(&self, diagnostics: &mut Diagnostics) -> Ports {
        let mut out = Ports::default();
        for (output, expr) in &self.dag.outputs {
            let name = output.name.clone();
            if output.ty.is_artifact() {
                let from = match &expr.kind {
                    ExprKind::Artifact(_) => Err(messages::no_expression(
                        "return an artifact that no task has made",
                        expr.span,
                    )),
                    _ => self.reference(expr),
                };
                match from {
                    Ok(from) => out.artifacts.push(Artifact {
                        name,
                        from: Some(from),
                        ..Artifact::default()
                    }),
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
                continue;
            }
            match self.output(expr, &output.ty) {
                Ok(value_from) => {
                    out.parameters.push(Parameter {
                        name,
                        value_from: Some(value_from),
                        ..Parameter::default()
                    });
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        out
    }

    fn output(&self, expr: &Expr, ty: &argot_compiler::Type) -> Result<ValueFrom, Diagnostic> {
        let scope = Scope {
            is_output: true,
            ..self.scope
        };
        let code = scope.text_in_code(expr, ty)?;
        match &expr.kind {
            ExprKind::TaskOutput { task, output } if code.starts_with("tasks") => {
                let (task, output) = self.scope.task_output(*task, output.index(), expr.span)?;
                let parameter = Some(format!("{{{{tasks.{task}.outputs.parameters.{output}}}}}"));
                Ok(ValueFrom {
                    parameter,
                    ..ValueFrom::default()
                })
            }
            _ => Ok(ValueFrom {
                expression: Some(code),
                ..ValueFrom::default()
            }),
        }
    }
}

fn template_ref(reference: &Reference) -> TemplateRef {
    TemplateRef {
        name: reference.name.clone(),
        template: reference.template.clone(),
        cluster_scope: reference.cluster.then_some(true),
    }
}

fn parameter(port: &Port, value: String) -> Parameter {
    Parameter {
        name: port.name.clone(),
        value: Some(value),
        ..Parameter::default()
    }
}
