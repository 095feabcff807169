//! From a program to a plan: each use of a pipeline or component becomes a graph or step of its own
//! where it differs from the others.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Diagnostics, Span};
use indexmap::IndexMap;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{
    Claim, Dag, Edge, Given, Plan, Port, RunParameter, Target, Task,
    given::bind,
    sharing::shared_claims,
    simplify::{Presence, simplify},
    steps::{StepBuilder, VolumeValue},
};
use crate::{
    Callee, DagId, Expr, ExprKind, Input, InputId, Pipeline, PipelineAttributes, PipelineId,
    Program, StepId, Type, Value, VolumeExpr, VolumeSource, diagnostics as messages,
};

/// Attributes of a pipeline that only a whole run can have.
const RUN_ATTRIBUTES: &[&str] = &[
    "timeout",
    "service_account",
    "labels",
    "annotations",
    "priority",
    "ttl",
    "pod_gc",
    "archive_logs",
    "artifact_gc",
    "argo",
];

/// Plans a run of a pipeline, with the parameters that are given for it.
///
/// The program must have no error. `None` where what is given does not fit, which is reported.
pub fn plan(
    program: &Program,
    pipeline: PipelineId,
    given: &IndexMap<String, Given>,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let entry = program.pipeline(pipeline)?;
    let before = diagnostics.count(argot_syntax::Severity::Error);
    let bound = bind(entry, given, &program.artifacts, diagnostics);
    let mut parameters = Vec::new();
    let mut bindings = Vec::new();
    for input in &entry.inputs {
        let value = match bound.get(&input.name) {
            Some(value) => value.clone(),
            None => input
                .default
                .clone()
                .filter(|default| !is_absent(default, input)),
        };
        if input.ty == Type::Volume {
            diagnostics.push(messages::unbound_volume(&input.name, input.span));
            bindings.push(Binding::Absent);
            continue;
        }
        if value.is_none() && input.is_optional() {
            bindings.push(Binding::Absent);
            continue;
        }
        bindings.push(Binding::Present);
        parameters.push(RunParameter {
            name: input.name.clone(),
            ty: input.ty.required().clone(),
            doc: input.doc.clone(),
            value,
            span: input.span,
        });
    }
    let mut builder = Builder {
        program,
        diagnostics,
        claims: Vec::new(),
        dags: Vec::new(),
        found_dags: HashMap::new(),
        dag_uses: Vec::new(),
        steps: StepBuilder::default(),
        reported: HashSet::new(),
    };
    builder.dag(pipeline, bindings, None);
    let Builder {
        claims,
        dags,
        dag_uses,
        mut steps,
        ..
    } = builder;
    let mut dags: Vec<Dag> = dags.into_iter().flatten().collect();
    let mut names = Names::default();
    names.assign_dags(&mut dags, &dag_uses);
    steps.name(&mut names, &claims);
    let plan = Plan {
        name: entry.name.clone(),
        span: entry.span,
        description: entry
            .attributes
            .description
            .clone()
            .or_else(|| entry.doc.clone()),
        attributes: entry.attributes.clone(),
        parameters,
        dags,
        steps: steps.steps,
        claims,
        on_exit: None,
    };
    shared_claims(&plan, diagnostics);
    (diagnostics.count(argot_syntax::Severity::Error) == before).then_some(plan)
}

/// How an input of a pipeline is used by one kind of its calls.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them at a time")]
pub(super) enum Binding {
    /// It has a value, that of a caller or its default.
    Present,
    /// It is optional and has none.
    Absent,
    /// It is a volume.
    Volume(VolumeValue),
}

/// One use of a graph or step, for its name.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The name of what is used.
    pub(super) base: String,
    /// The name of the first task that uses it so; `None` for the entry.
    pub(super) task: Option<String>,
    /// Which pipeline or component it is.
    pub(super) group: usize,
    /// Whether the task changes nothing.
    pub(super) plain: bool,
}

struct Builder<'a> {
    program: &'a Program,
    diagnostics: &'a mut Diagnostics,
    claims: Vec<Claim>,
    /// `None` while a graph is being built.
    dags: Vec<Option<Dag>>,
    found_dags: HashMap<PipelineId, Vec<(Vec<Binding>, DagId)>>,
    dag_uses: Vec<Use>,
    steps: StepBuilder,
    reported: HashSet<PipelineId>,
}

impl Builder<'_> {
    /// The graph of a pipeline whose inputs are bound in a certain way.
    fn dag(
        &mut self,
        id: PipelineId,
        bindings: Vec<Binding>,
        call: Option<(&str, Span)>,
    ) -> Option<DagId> {
        let program = self.program;
        let pipeline = program.pipeline(id)?;
        if let Some((_, call)) = call {
            self.refuse_run_attributes(id, pipeline, call);
        }
        if let Some((_, found)) = self
            .found_dags
            .get(&id)
            .and_then(|found| found.iter().find(|(other, _)| *other == bindings))
        {
            return Some(*found);
        }
        let dag = DagId::new(self.dags.len());
        self.dags.push(None);
        self.dag_uses.push(Use {
            base: pipeline.name.clone(),
            task: call.map(|(task, _)| task.to_owned()),
            group: id.index(),
            plain: true,
        });
        self.found_dags
            .entry(id)
            .or_default()
            .push((bindings.clone(), dag));

        let volumes = self.volumes(pipeline);
        let present: Vec<bool> = bindings
            .iter()
            .map(|binding| *binding == Binding::Present)
            .collect();
        let presence = Presence {
            present: &present,
            matters: pipeline.inputs.iter().any(|input| input.ty.is_optional()),
        };
        let scope = DagScope {
            pipeline,
            bindings: &bindings,
            presence,
            volumes: &volumes,
        };
        let mut graph = DiGraph::with_capacity(pipeline.tasks.len(), pipeline.tasks.len() * 2);
        for task in &pipeline.tasks {
            let node = graph.add_node(Task {
                name: task.name.clone(),
                target: Target::Step(StepId::new(0)),
                arguments: Vec::new(),
                condition: None,
                each: None,
                may_fail: false,
                on_exit: None,
                span: task.span,
            });
            if let Some((target, arguments)) = self.task(task, &scope) {
                for (_, argument) in &arguments {
                    argument.walk(&mut |expr| {
                        if let ExprKind::TaskOutput { task, .. } = expr.kind {
                            graph.update_edge(NodeIndex::new(task.index()), node, Edge::Value);
                        }
                    });
                }
                if let Some(weight) = graph.node_weight_mut(node) {
                    weight.target = target;
                    weight.arguments = arguments;
                }
            }
            for before in &task.after {
                let before = NodeIndex::new(before.index());
                if !graph.contains_edge(before, node) {
                    graph.add_edge(before, node, Edge::Order);
                }
            }
        }
        let outputs = pipeline
            .outputs
            .iter()
            .zip(&pipeline.returns)
            .map(|(output, value)| {
                let mut value = value.clone();
                simplify(&mut value, &scope.presence, self.diagnostics);
                (output.clone(), value)
            })
            .collect();
        let inputs = ports(&pipeline.inputs, &present);
        let attributes = PipelineAttributes {
            parallel: pipeline.attributes.parallel.clone(),
            continue_on_error: pipeline.attributes.continue_on_error,
            mutex: pipeline.attributes.mutex.clone(),
            semaphore: pipeline.attributes.semaphore.clone(),
            description: pipeline
                .attributes
                .description
                .clone()
                .or_else(|| pipeline.doc.clone()),
            spans: pipeline.attributes.spans.clone(),
            ..PipelineAttributes::default()
        };
        let built = Dag {
            name: pipeline.name.clone(),
            kind: super::DagKind::Pipeline,
            inputs,
            outputs,
            graph,
            attributes,
            span: pipeline.span,
        };
        if let Some(slot) = self.dags.get_mut(dag.index()) {
            *slot = Some(built);
        }
        Some(dag)
    }

    fn refuse_run_attributes(&mut self, id: PipelineId, pipeline: &Pipeline, call: Span) {
        if !self.reported.insert(id) {
            return;
        }
        for (name, span) in &pipeline.attributes.spans {
            if RUN_ATTRIBUTES.contains(&name.as_str()) {
                self.diagnostics
                    .push(messages::run_attribute(&pipeline.name, name, *span, call));
            }
        }
    }

    /// The volumes that a pipeline declares; a claim becomes one of the run.
    fn volumes(&mut self, pipeline: &Pipeline) -> Vec<VolumeValue> {
        pipeline
            .volumes
            .iter()
            .map(|volume| {
                let runtime = volume
                    .source
                    .exprs()
                    .into_iter()
                    .find(|expr| expr.value().is_none() && !expr.is_error());
                if let Some(runtime) = runtime {
                    self.diagnostics.push(match volume.source {
                        VolumeSource::Claim { .. } => messages::run_time_claim(runtime.span),
                        _ => messages::run_time_volume(runtime.span),
                    });
                }
                match self.claim(volume) {
                    Some((index, name)) => VolumeValue::Claim(index, name),
                    None => VolumeValue::Source(volume.name.clone(), volume.source.clone()),
                }
            })
            .collect()
    }

    fn claim(&mut self, volume: &crate::Volume) -> Option<(usize, String)> {
        let VolumeSource::Claim {
            size,
            class,
            access,
            snapshot,
        } = &volume.source
        else {
            return None;
        };
        // A pipeline that is planned in several ways still declares each of its claims once.
        if let Some(at) = self
            .claims
            .iter()
            .position(|claim| claim.span.key() == volume.span.key())
        {
            return self.claims.get(at).map(|claim| (at, claim.name.clone()));
        }
        let text =
            |expr: &Option<Expr>| expr.as_ref().and_then(Expr::as_str).map(ToOwned::to_owned);
        let size = match size.value() {
            Some(Value::Quantity(quantity)) => quantity.clone(),
            _ => crate::Quantity::parse("1")?,
        };
        let mut name = volume.name.clone();
        let mut count = 1;
        while self.claims.iter().any(|claim| claim.name == name) {
            count += 1;
            name = format!("{}-{count}", volume.name);
        }
        self.claims.push(Claim {
            name: name.clone(),
            size,
            class: text(class),
            access: access.clone(),
            snapshot: text(snapshot),
            span: volume.span,
        });
        Some((self.claims.len() - 1, name))
    }

    /// What a task runs, and with which arguments.
    fn task(
        &mut self,
        task: &crate::Task,
        scope: &DagScope<'_>,
    ) -> Option<(Target, Vec<(InputId, Expr)>)> {
        let call = task.call()?;
        let inputs = match call.callee {
            Callee::Component(id) => &self.program.component(id)?.inputs,
            Callee::Pipeline(id) => &self.program.pipeline(id)?.inputs,
        };
        let mut bindings = Vec::with_capacity(inputs.len());
        let mut arguments = Vec::with_capacity(call.arguments.len());
        let mut given = call.arguments.iter().peekable();
        for (index, input) in inputs.iter().enumerate() {
            let id = InputId::new(index);
            let argument = given
                .next_if(|(other, _)| *other == id)
                .map(|(_, value)| value);
            bindings.push(match argument {
                Some(value) => match scope.volume(value) {
                    Some(volume) => Binding::Volume(volume),
                    None => {
                        let mut value = value.clone();
                        simplify(&mut value, &scope.presence, self.diagnostics);
                        if is_absent(&value, input) {
                            Binding::Absent
                        } else {
                            if value.ty.is_optional() {
                                let found = value.ty.text(&self.program.artifacts);
                                self.diagnostics
                                    .push(messages::may_be_absent(&found, value.span));
                            }
                            arguments.push((id, value));
                            Binding::Present
                        }
                    }
                },
                None => match &input.default {
                    Some(default) if !is_absent(default, input) => Binding::Present,
                    _ => Binding::Absent,
                },
            });
        }
        match call.callee {
            Callee::Component(id) => {
                let component = self.program.component(id)?;
                let (step, lifted) = self.steps.step(
                    id,
                    component,
                    (&task.name, call),
                    &bindings,
                    scope,
                    self.diagnostics,
                );
                arguments.extend(lifted);
                Some((Target::Step(step), arguments))
            }
            Callee::Pipeline(id) => {
                let dag = self.dag(id, bindings, Some((&task.name, task.span)))?;
                Some((Target::Dag(dag), arguments))
            }
        }
    }
}

/// What the tasks of one graph can speak of.
pub(super) struct DagScope<'a> {
    pub(super) pipeline: &'a Pipeline,
    bindings: &'a [Binding],
    pub(super) presence: Presence<'a>,
    volumes: &'a [VolumeValue],
}

impl DagScope<'_> {
    /// The volume that an expression of the pipeline stands for.
    fn volume(&self, expr: &Expr) -> Option<VolumeValue> {
        match &expr.kind {
            ExprKind::Volume(volume) => self.resolve(volume),
            _ => None,
        }
    }

    /// The volume that is meant.
    pub(super) fn resolve(&self, volume: &VolumeExpr) -> Option<VolumeValue> {
        match volume {
            VolumeExpr::Input(id) => match self.bindings.get(id.index())? {
                Binding::Volume(volume) => Some(volume.clone()),
                _ => None,
            },
            VolumeExpr::Declared(id) => self.volumes.get(id.index()).cloned(),
            VolumeExpr::Source(source) => {
                Some(VolumeValue::Source(String::new(), source.as_ref().clone()))
            }
        }
    }
}

/// Whether a value means that an optional input is not there; a `null` of a `json` input is a value.
fn is_absent(value: &Expr, input: &Input) -> bool {
    value.value() == Some(&Value::Null) && input.ty.is_optional()
}

/// The ports of a pipeline or component.
pub(super) fn ports(inputs: &[Input], present: &[bool]) -> Vec<Port> {
    inputs
        .iter()
        .enumerate()
        .map(|(index, input)| Port {
            name: input.name.clone(),
            ty: input.ty.required().clone(),
            doc: input.doc.clone(),
            present: present.get(index).copied().unwrap_or(true) && input.ty != Type::Volume,
            default: input
                .default
                .clone()
                .filter(|default| !is_absent(default, input)),
            span: input.span,
        })
        .collect()
}

/// The names of graphs and steps, each given once.
#[derive(Default)]
pub(super) struct Names {
    exact: HashSet<String>,
    folded: HashSet<String>,
}

impl Names {
    /// Names the uses of pipelines or components, in order. One that changes nothing has the plain name,
    /// else the first one; the others have the name of their task behind it.
    pub(super) fn assign(&mut self, uses: &[Use]) -> Vec<String> {
        let mut plain: HashMap<usize, usize> = HashMap::new();
        for (index, this) in uses.iter().enumerate() {
            let at = *plain.entry(this.group).or_insert(index);
            if this.plain && !uses.get(at).is_some_and(|other| other.plain) {
                plain.insert(this.group, index);
            }
        }
        let mut names = vec![String::new(); uses.len()];
        for pass in [true, false] {
            for (index, this) in uses.iter().enumerate() {
                let is_plain = plain.get(&this.group) == Some(&index);
                if is_plain != pass {
                    continue;
                }
                let name = match (&this.task, is_plain) {
                    (Some(task), false) if *task != this.base => {
                        self.unique(&format!("{}-{task}", this.base), true)
                    }
                    (_, is_plain) => self.unique(&this.base, !is_plain),
                };
                if let Some(slot) = names.get_mut(index) {
                    *slot = name;
                }
            }
        }
        names
    }

    fn assign_dags(&mut self, dags: &mut [Dag], uses: &[Use]) {
        for (dag, name) in dags.iter_mut().zip(self.assign(uses)) {
            dag.name = name;
        }
    }

    /// A name that is not given yet. One that was made up must differ also as targets see it; one that
    /// the author wrote may not, which the target reports.
    fn unique(&mut self, base: &str, made_up: bool) -> String {
        let fold = |name: &str| name.to_lowercase().replace('_', "-");
        let mut name = base.to_owned();
        let mut count = 1;
        while self.exact.contains(&name)
            || (made_up || count > 1) && self.folded.contains(&fold(&name))
        {
            count += 1;
            name = format!("{base}-{count}");
        }
        self.exact.insert(name.clone());
        self.folded.insert(fold(&name));
        name
    }
}
