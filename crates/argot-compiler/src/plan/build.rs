//! From a program to a plan: each use of a pipeline or component becomes a graph or step of its own
//! where it differs from the others.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Diagnostics, Span};
use indexmap::IndexMap;

use super::{
    Claim, Dag, DagKind, Given, Hook, Plan, Port, RunParameter, Target,
    given::bind,
    known,
    naming::{Names, Use},
    region::Region,
    retries::idle_retries,
    sharing::shared_claims,
    simplify::{Presence, There, simplify},
    steps::{CallSite, StepBuilder, VolumeValue},
};
use crate::{
    BlockId, Callee, DagId, Expr, ExprKind, Input, InputId, Output, OutputId, Pipeline,
    PipelineAttributes, PipelineId, Program, TaskId, Type, Value, VolumeExpr, VolumeSource,
    diagnostics,
    limits::{Budget, MOST_COPIED_TASKS, Spent},
};

/// Attributes of a pipeline that only a whole run can have.
const RUN_ATTRIBUTES: &[&str] = &[
    "timeout",
    "service_account",
    "labels",
    "annotations",
    "priority",
    "ttl",
    "workspace",
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
            diagnostics.push(diagnostics::unbound_volume(&input.name, input.span));
            bindings.push(Binding::Absent);
            continue;
        }
        if value.is_none() && input.is_optional() {
            bindings.push(Binding::Absent);
            continue;
        }
        if input.ty.is_artifact_list() {
            diagnostics.push(diagnostics::list_parameter(&input.name, input.span));
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
        extra: HashMap::new(),
        keeping: HashMap::new(),
        claiming: HashMap::new(),
        in_turn: None,
        refused_claims: HashSet::new(),
        dag_uses: Vec::new(),
        handlers: HashMap::new(),
        steps: StepBuilder::default(),
        reported: HashSet::new(),
        copies: Budget::new(MOST_COPIED_TASKS),
        values: Values(Budget::of_values(0)),
    };
    let needs = Needs {
        bindings,
        collected: Vec::new(),
    };
    let whole = builder.dag(pipeline, needs, None);
    let on_exit = whole.and_then(|dag| {
        let handlers = builder.handlers.get(&dag)?;
        Some(Hook {
            dag: handlers.dag,
            arguments: handlers
                .inputs
                .iter()
                .map(|(value, id)| (*id, value.clone()))
                .collect(),
        })
    });
    let Builder {
        claims,
        dags,
        dag_uses,
        mut steps,
        copies,
        refused_claims,
        ..
    } = builder;
    let mut names = Names::default();
    let (dags, on_exit) = names.keep_used(dags, &dag_uses, on_exit);
    for dag in &dags {
        let is_idle = dag.graph.node_count() == 0 && dag.kind != DagKind::Taken;
        if is_idle && !copies.is_gone() {
            diagnostics.push(diagnostics::nothing_runs(
                &dag.name,
                !entry.inputs.is_empty(),
                dag.span,
            ));
        }
    }
    steps.name(&mut names, &claims);
    let mut plan = Plan {
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
        on_exit,
        known: Vec::new(),
    };
    let refused = refused_claims.into_iter().map(|(claim, _)| claim).collect();
    shared_claims(&plan, &refused, diagnostics);
    idle_retries(&plan, diagnostics);
    plan.known = known::hold(&plan, diagnostics);
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
    /// Only the run knows whether it has a value.
    RunTime,
    /// It is a volume.
    Volume(VolumeValue),
}

impl Binding {
    /// Whether the input is there.
    pub(super) fn there(&self) -> There {
        match self {
            Self::Present => There::Yes,
            Self::RunTime => There::RunTime,
            Self::Absent | Self::Volume(_) => There::No,
        }
    }
}

/// Builds graphs and steps.
pub(super) struct Builder<'a> {
    pub(super) program: &'a Program,
    pub(super) diagnostics: &'a mut Diagnostics,
    claims: Vec<Claim>,
    /// `None` while a graph is being built.
    dags: Vec<Option<Dag>>,
    found_dags: HashMap<PipelineId, Vec<(Needs, DagId)>>,
    /// Inputs of a pipeline's graph beside its parameters.
    extra: HashMap<DagId, Extra>,
    /// Whether a pipeline keeps something in the run's storage under a key of its own.
    pub(super) keeping: HashMap<PipelineId, bool>,
    /// Whether a pipeline, or one that it calls, declares a claim.
    claiming: HashMap<PipelineId, bool>,
    /// The innermost block with turns that is being planned.
    in_turn: Option<InTurn>,
    /// Claims that were refused, each with the call.
    refused_claims: HashSet<(SpanKey, SpanKey)>,
    dag_uses: Vec<Use>,
    /// What runs when a graph of a pipeline has ended.
    handlers: HashMap<DagId, Captured>,
    steps: StepBuilder,
    reported: HashSet<PipelineId>,
    /// The tasks that may still be planned again.
    copies: Budget,
    /// The values that may still be written out.
    pub(super) values: Values,
}

/// What tells one place in a source from another.
pub(super) type SpanKey = (argot_syntax::FileId, u32, u32);

/// A block with turns, such as a `for`.
#[derive(Debug, Clone, Copy)]
struct InTurn {
    /// As it is written.
    block: &'static str,
    /// The call in it through which the pipeline that is being planned was reached.
    call: Option<Span>,
}

/// The values that a plan may still write out.
pub(super) struct Values(Budget);

impl Values {
    /// Writes out values of so many bytes. Reports the first that are too many.
    pub(super) fn spend(
        &mut self,
        bytes: usize,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let spent = self.0.spend(bytes);
        if spent == Spent::Over {
            let most = self.0.most() >> 20;
            diagnostics.push(diagnostics::too_many_copies(bytes, most, span));
        }
        spent == Spent::Fine
    }
}

/// How a pipeline is used by some of its calls.
#[derive(Debug, Clone, PartialEq)]
struct Needs {
    bindings: Vec<Binding>,
    /// The outputs that are collected: artifacts whose place the caller says.
    collected: Vec<OutputId>,
}

/// Inputs of a pipeline's graph beside its parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct Extra {
    /// Brings the folder of the run's storage that belongs to the graph.
    pub(super) folder: Option<InputId>,
    /// Bring the places of outputs.
    pub(super) keys: Vec<(OutputId, InputId)>,
}

/// A graph, with what comes to its inputs in the words of the program.
#[derive(Debug, Clone)]
pub(super) struct Captured {
    pub(super) dag: DagId,
    pub(super) inputs: Vec<(Expr, InputId)>,
    /// Tasks of the program around it that must have ended before.
    pub(super) waits: Vec<TaskId>,
}

impl<'a> Builder<'a> {
    /// Makes room for a graph.
    pub(super) fn reserve(&mut self, found: Use) -> DagId {
        let dag = DagId::new(self.dags.len());
        self.dags.push(None);
        self.dag_uses.push(found);
        dag
    }

    /// Ends a graph.
    pub(super) fn finish(
        &mut self,
        region: Region<'_>,
        kind: DagKind,
        outputs: Vec<(Output, Expr)>,
        attributes: PipelineAttributes,
        span: Span,
    ) -> Captured {
        let found = Captured {
            dag: region.id,
            inputs: region.captured,
            waits: region.waits,
        };
        if let Some(slot) = self.dags.get_mut(region.id.index()) {
            *slot = Some(Dag {
                name: region.label,
                kind,
                inputs: region.inputs,
                outputs,
                graph: region.graph,
                attributes,
                span,
            });
        }
        found
    }

    /// Plans a block with turns.
    pub(super) fn in_turns(&mut self, block: &'static str, plan: impl FnOnce(&mut Self)) {
        let around = self.in_turn.replace(InTurn { block, call: None });
        plan(self);
        self.in_turn = around;
    }

    /// The graph of a pipeline whose inputs are bound in a certain way.
    fn dag(&mut self, id: PipelineId, needs: Needs, call: Option<(&str, Span)>) -> Option<DagId> {
        let around = self.in_turn;
        if let (Some(turn), Some((_, call))) = (&mut self.in_turn, call) {
            turn.call.get_or_insert(call);
        }
        let dag = self.dag_of_call(id, needs, call);
        self.in_turn = around;
        dag
    }

    fn dag_of_call(
        &mut self,
        id: PipelineId,
        needs: Needs,
        call: Option<(&str, Span)>,
    ) -> Option<DagId> {
        let program = self.program;
        let pipeline = program.pipeline(id)?;
        if let Some((_, call)) = call {
            self.refuse_run_attributes(id, pipeline, call);
        }
        // Each call has claims of its own, so it needs a graph of its own.
        if !self.claims_storage(id)
            && let Some((_, found)) = self
                .found_dags
                .get(&id)
                .and_then(|found| found.iter().find(|(other, _)| *other == needs))
        {
            return Some(*found);
        }
        if self.found_dags.contains_key(&id) {
            let spent = self.copies.spend(pipeline.tasks.len());
            if let (Spent::Over, Some((_, span))) = (spent, call) {
                let message = diagnostics::used_in_too_many_ways(&pipeline.name, span);
                self.diagnostics.push(message);
            }
            if spent != Spent::Fine {
                return None;
            }
        }
        let dag = self.reserve(Use {
            base: pipeline.name.clone(),
            task: call.map(|(task, _)| task.to_owned()),
            group: Some(id.index()),
            plain: true,
            made_up: false,
        });
        self.found_dags
            .entry(id)
            .or_default()
            .push((needs.clone(), dag));
        let Needs {
            bindings,
            collected,
        } = needs;

        let volumes = self.volumes(pipeline);
        let there: Vec<There> = bindings.iter().map(Binding::there).collect();
        let scope = DagScope {
            pipeline,
            bindings: &bindings,
            presence: Presence {
                inputs: &there,
                matters: pipeline.inputs.iter().any(|input| input.ty.is_optional()),
            },
            volumes: &volumes,
        };
        let mut region = Region::new(dag, pipeline.name.clone(), program, pipeline);
        region.is_whole = true;
        region.inputs = ports(&pipeline.inputs, &there);
        if call.is_none() {
            let run = ExprKind::Context(crate::Context::RunId);
            region.folder = Some(Expr::new(run, Type::String, pipeline.span));
        }
        let mut extra = Extra::default();
        for id in collected {
            let Some(output) = pipeline.outputs.get(id.index()) else {
                continue;
            };
            let key = region.input(&format!("{}_key", output.name), Type::String, output.span);
            extra.keys.push((id, key));
            if let Some(value) = pipeline.returns.get(id.index()) {
                let key = Expr::new(ExprKind::Input(key), Type::String, output.span);
                let body = pipeline.block(BlockId::BODY);
                self.collect(&mut region, body, value, &output.name, key);
            }
        }
        if let Some(body) = pipeline.block(BlockId::BODY) {
            self.tasks(&mut region, &scope, body);
        }
        let outputs = pipeline
            .outputs
            .iter()
            .zip(&pipeline.returns)
            .map(|(output, value)| {
                let value = self.value(&mut region, &scope, value);
                (output.clone(), value)
            })
            .collect();
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
        extra.folder = region.captured.first().map(|(_, id)| *id);
        self.extra.insert(dag, extra);
        self.finish(
            region,
            DagKind::Pipeline,
            outputs,
            attributes,
            pipeline.span,
        );
        if !pipeline.handlers.is_empty() {
            let handlers = self.handlers(pipeline, &scope, call.map(|(_, call)| call));
            self.handlers.insert(dag, handlers);
        }
        Some(dag)
    }

    /// Makes the task of a block that gives an artifact put it under a key.
    pub(super) fn collect(
        &mut self,
        region: &mut Region<'_>,
        block: Option<&crate::Block>,
        value: &Expr,
        name: &str,
        key: Expr,
    ) {
        match value.kind {
            ExprKind::TaskOutput { task, output }
                if block.is_some_and(|block| block.tasks.contains(&task)) =>
            {
                if !region.collected.insert((task, output))
                    && region.keys.contains_key(&(task, output))
                {
                    self.diagnostics
                        .push(diagnostics::collected_twice(name, value.span));
                }
                region.keys.insert((task, output), key);
            }
            _ => self
                .diagnostics
                .push(diagnostics::not_made_here(name, value.span)),
        }
    }

    /// An expression of the program in the words of a graph.
    pub(super) fn value(
        &mut self,
        region: &mut Region<'_>,
        scope: &DagScope<'_>,
        expr: &Expr,
    ) -> Expr {
        let mut expr = expr.clone();
        simplify(&mut expr, &scope.presence, self.diagnostics);
        region.rewrite(&mut expr, self.diagnostics);
        expr
    }

    fn refuse_run_attributes(&mut self, id: PipelineId, pipeline: &Pipeline, call: Span) {
        if !self.reported.insert(id) {
            return;
        }
        for (name, span) in &pipeline.attributes.spans {
            if RUN_ATTRIBUTES.contains(&name.as_str()) {
                self.diagnostics.push(diagnostics::run_attribute(
                    &pipeline.name,
                    name,
                    *span,
                    call,
                ));
            }
        }
    }

    /// Whether a pipeline, or one that it calls, declares a claim.
    fn claims_storage(&mut self, id: PipelineId) -> bool {
        if let Some(known) = self.claiming.get(&id) {
            return *known;
        }
        let program = self.program;
        let found = program.pipeline(id).is_some_and(|pipeline| {
            let is_claim =
                |volume: &crate::Volume| matches!(volume.source, VolumeSource::Claim { .. });
            pipeline.volumes.iter().any(is_claim)
                || pipeline.tasks.iter().any(|task| {
                    matches!(
                        task.call().map(|call| call.callee),
                        Some(Callee::Pipeline(callee)) if self.claims_storage(callee)
                    )
                })
        });
        self.claiming.insert(id, found);
        found
    }

    /// The volumes that a pipeline declares; a claim becomes one of the run, for each call of the pipeline.
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
                        VolumeSource::Claim { .. } => diagnostics::run_time_claim(runtime.span),
                        _ => diagnostics::run_time_volume(runtime.span),
                    });
                }
                if let Some(InTurn {
                    block,
                    call: Some(call),
                }) = self.in_turn
                    && matches!(volume.source, VolumeSource::Claim { .. })
                    && self.refused_claims.insert((volume.span.key(), call.key()))
                {
                    self.diagnostics.push(diagnostics::claim_in_loop(
                        &pipeline.name,
                        &volume.name,
                        block,
                        call,
                        volume.span,
                    ));
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

    /// What a call runs, and with which arguments, in the words of the program.
    pub(super) fn callee(
        &mut self,
        (id, task, call): (TaskId, &crate::Task, &crate::Call),
        collected: &HashSet<(TaskId, OutputId)>,
        scope: &DagScope<'_>,
    ) -> Option<(Target, Vec<(InputId, Expr)>)> {
        let outputs = self.program.outputs(call.callee).len();
        let collected: Vec<OutputId> = (0..outputs)
            .map(OutputId::new)
            .filter(|output| collected.contains(&(id, *output)))
            .collect();
        let inputs = self.program.inputs(call.callee);
        let mut bindings = Vec::with_capacity(inputs.len());
        let mut arguments = Vec::with_capacity(call.arguments.len());
        let mut given = call.arguments.iter().peekable();
        for (index, input) in inputs.iter().enumerate() {
            let id = InputId::new(index);
            let argument = given
                .next_if(|(other, _)| *other == id)
                .map(|(_, value)| value);
            let Some(value) = argument else {
                bindings.push(match &input.default {
                    Some(default) if !is_absent(default, input) => Binding::Present,
                    _ => Binding::Absent,
                });
                continue;
            };
            if let Some(volume) = scope.volume(value) {
                bindings.push(Binding::Volume(volume));
                continue;
            }
            let mut value = value.clone();
            simplify(&mut value, &scope.presence, self.diagnostics);
            if is_absent(&value, input) {
                bindings.push(Binding::Absent);
                continue;
            }
            bindings.push(match value.ty.is_optional() && value.value().is_none() {
                true => self.run_time_binding(call.callee, &value),
                false => Binding::Present,
            });
            arguments.push((id, value));
        }
        match call.callee {
            Callee::Component(id) => {
                let component = self.program.component(id)?;
                let (step, lifted) = self.steps.step(
                    id,
                    component,
                    CallSite {
                        task: &task.name,
                        call,
                        span: task.span,
                        bindings: &bindings,
                        collected: &collected,
                    },
                    scope,
                    &mut self.values,
                    self.diagnostics,
                );
                arguments.extend(lifted);
                Some((Target::Step(step), arguments))
            }
            Callee::Pipeline(id) => {
                let needs = Needs {
                    bindings,
                    collected,
                };
                let dag = self.dag(id, needs, Some((&task.name, task.span)))?;
                Some((Target::Dag(dag), arguments))
            }
        }
    }

    /// How an input is bound to a value of which only the run knows whether it is there.
    fn run_time_binding(&mut self, callee: Callee, value: &Expr) -> Binding {
        let of_target = match callee {
            Callee::Component(id) => self.program.component(id).is_some_and(|component| {
                matches!(
                    component.body,
                    crate::Body::TemplateRef(_) | crate::Body::RawTemplate(_)
                )
            }),
            Callee::Pipeline(_) => false,
        };
        if of_target || value.ty.is_artifact() {
            let found = value.ty.text(&self.program.artifacts);
            self.diagnostics
                .push(diagnostics::may_be_absent_at_run_time(&found, value.span));
        }
        Binding::RunTime
    }

    /// The inputs of what runs that bring places in the run's storage: that of its own folder, and those of
    /// outputs.
    pub(super) fn extra_of(&self, target: Target) -> Extra {
        match target {
            Target::Dag(dag) => self.extra.get(&dag).cloned().unwrap_or_default(),
            Target::Step(id) => Extra {
                folder: None,
                keys: self
                    .steps
                    .steps
                    .get(id.index())
                    .map_or_else(Vec::new, |step| step.stored.clone()),
            },
        }
    }

    /// The inputs of what runs.
    pub(super) fn inputs_of(&self, target: Target) -> &[Port] {
        match target {
            Target::Step(id) => self
                .steps
                .steps
                .get(id.index())
                .map_or(&[], |step| &step.inputs),
            Target::Dag(id) => self
                .dags
                .get(id.index())
                .and_then(Option::as_ref)
                .map_or(&[], |dag| &dag.inputs),
        }
    }

    /// The outputs of what runs.
    pub(super) fn outputs_of(&self, target: Target) -> Vec<Output> {
        match target {
            Target::Step(id) => self
                .steps
                .steps
                .get(id.index())
                .map_or_else(Vec::new, |step| step.outputs.clone()),
            Target::Dag(id) => self
                .dags
                .get(id.index())
                .and_then(Option::as_ref)
                .map_or_else(Vec::new, |dag| {
                    dag.outputs
                        .iter()
                        .map(|(output, _)| output.clone())
                        .collect()
                }),
        }
    }

    /// What runs when a task that has these arguments has ended.
    pub(super) fn hook(
        &self,
        target: Target,
        arguments: &[(InputId, Expr)],
        task: TaskId,
    ) -> Option<Hook> {
        let Target::Dag(dag) = target else {
            return None;
        };
        let handlers = self.handlers.get(&dag)?;
        let inputs = self.inputs_of(target);
        let given = handlers.inputs.iter().filter_map(|(value, id)| {
            let value = match &value.kind {
                ExprKind::Input(input) => {
                    let given = arguments.iter().find(|(other, _)| other == input);
                    match given {
                        Some((_, given)) => given.clone(),
                        None => inputs.get(input.index())?.default.clone()?,
                    }
                }
                // How the task has ended.
                _ => Expr::new(ExprKind::TaskStatus(task), value.ty.clone(), value.span),
            };
            Some((*id, value))
        });
        Some(Hook {
            dag: handlers.dag,
            arguments: given.collect(),
        })
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
pub(super) fn ports(inputs: &[Input], there: &[There]) -> Vec<Port> {
    inputs
        .iter()
        .zip(there)
        .map(|(input, there)| Port {
            name: input.name.clone(),
            ty: match there {
                There::RunTime => input.ty.clone(),
                _ => input.ty.required().clone(),
            },
            doc: input.doc.clone(),
            present: *there != There::No,
            default: input
                .default
                .clone()
                .filter(|default| *there != There::RunTime && !is_absent(default, input)),
            span: input.span,
        })
        .collect()
}
