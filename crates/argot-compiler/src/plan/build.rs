//! Builds a plan from a program. Each use of a pipeline or component that differs from the others becomes a graph or
//! step of its own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argot_syntax::{Diagnostics, Span};
use indexmap::IndexMap;

use super::{
    Argument, Claim, Dag, DagKind, Hook, Plan, RunParameter,
    arguments::bind,
    capture::CaptureScope,
    known,
    naming::{Names, Use},
    scope::{Binding, DagScope, SpanKey, Values, is_absent, ports},
    simplify::{Presence, There, simplify},
    steps::StepBuilder,
};
use crate::{
    Attribute, BlockId, DagId, Expr, ExprKind, InputId, Output, OutputId, Pipeline,
    PipelineAttribute, PipelineAttributes, PipelineId, Program, TaskId, TaskValue, Type,
    diagnostics,
    limits::{Budget, MOST_COPIED_TASKS, Spent},
    lint::{self, Searched},
};

/// Plans a run of a pipeline with the parameters passed to it.
///
/// The program must not have errors. Returns `None` if the parameters do not fit, which is reported.
pub fn plan(
    program: &Program,
    pipeline: PipelineId,
    arguments: &IndexMap<String, Argument>,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let entry = program.pipeline(pipeline)?;
    let before = diagnostics.count(argot_syntax::Severity::Error);
    let (parameters, bindings) = parameters(program, entry, arguments, diagnostics);
    let mut builder = Builder {
        program,
        diagnostics,
        claims: Vec::new(),
        dags: Vec::new(),
        found_dags: HashMap::new(),
        makes_lists: HashSet::new(),
        claiming: HashMap::new(),
        in_turn: None,
        refused_claims: HashSet::new(),
        dag_uses: Vec::new(),
        handlers: HashMap::new(),
        steps: StepBuilder::default(),
        reported: HashSet::new(),
        copies: Budget::new(MOST_COPIED_TASKS),
        values: Values::new(),
    };
    let needs = Needs {
        bindings,
        gathered: Vec::new(),
    };
    let whole = builder.dag(pipeline, needs, None);
    let on_exit = whole.and_then(|dag| builder.at_the_end(dag));
    let Builder {
        claims,
        dags,
        dag_uses,
        mut steps,
        copies,
        ..
    } = builder;
    let mut names = Names::default();
    let (dags, on_exit) = names.keep_used(dags, &dag_uses, on_exit);
    if !copies.is_gone() {
        report_idle(&dags, entry, diagnostics);
    }
    steps.name(&mut names, &claims);
    let mut plan = Plan {
        name: entry.name.clone(),
        span: entry.span,
        description: (entry.attributes.description())
            .and_then(Expr::as_str)
            .map(ToOwned::to_owned)
            .or_else(|| entry.doc.clone()),
        attributes: run_attributes(entry),
        parameters,
        dags,
        steps: Arc::new(steps.steps),
        claims,
        on_exit,
        known: Vec::new(),
    };
    let (known, doubts) = known::hold(&plan, diagnostics);
    plan.known = known;
    let searched = Searched {
        doubts,
        ..Searched::default()
    };
    lint::plan(lint::ALL, &plan, &searched, diagnostics);
    (diagnostics.count(argot_syntax::Severity::Error) == before).then_some(plan)
}

/// The parameters of a run, and how each input of its pipeline is bound.
fn parameters(
    program: &Program,
    entry: &Pipeline,
    arguments: &IndexMap<String, Argument>,
    diagnostics: &mut Diagnostics,
) -> (Vec<RunParameter>, Vec<Binding>) {
    let bound = bind(entry, arguments, &program.artifacts, diagnostics);
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
    (parameters, bindings)
}

/// Reports graphs in which nothing runs.
fn report_idle(dags: &[Dag], entry: &Pipeline, diagnostics: &mut Diagnostics) {
    let idle = dags
        .iter()
        .filter(|dag| dag.graph.node_count() == 0 && dag.kind != DagKind::Taken);
    for dag in idle {
        diagnostics.push(diagnostics::nothing_runs(
            &dag.name,
            !entry.inputs.is_empty(),
            dag.span,
        ));
    }
}

/// Builds graphs and steps.
pub(super) struct Builder<'a> {
    pub(super) program: &'a Program,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) claims: Vec<Claim>,
    /// `None` while a graph is being built.
    pub(super) dags: Vec<Option<Dag>>,
    found_dags: HashMap<PipelineId, Vec<(Needs, DagId)>>,
    /// The graphs in which lists of artifacts are made.
    pub(super) makes_lists: HashSet<DagId>,
    /// Whether a pipeline, or one it calls, declares a claim.
    pub(super) claiming: HashMap<PipelineId, bool>,
    /// The innermost block with turns, such as a loop, that is being planned.
    pub(super) in_turn: Option<InTurn>,
    /// Claims that were refused, each with its call.
    pub(super) refused_claims: HashSet<(SpanKey, SpanKey)>,
    dag_uses: Vec<Use>,
    /// The handlers that run when a graph of a pipeline has ended.
    pub(super) handlers: HashMap<DagId, Captured>,
    pub(super) steps: StepBuilder,
    reported: HashSet<PipelineId>,
    /// How many tasks may still be planned again.
    copies: Budget,
    /// How many bytes of values may still be expanded.
    pub(super) values: Values,
}

/// A block with turns, such as a `for`.
#[derive(Debug, Clone, Copy)]
pub(super) struct InTurn {
    /// Its keyword, as written.
    pub(super) block: &'static str,
    /// The call in it through which the pipeline that is being planned was reached.
    pub(super) call: Option<Span>,
}

/// How a pipeline is used by some of its calls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Needs {
    pub(super) bindings: Vec<Binding>,
    /// The outputs that a loop around the call gathers: artifacts.
    pub(super) gathered: Vec<OutputId>,
}

/// A graph, with the expressions of the program that its inputs receive.
#[derive(Debug, Clone)]
pub(super) struct Captured {
    pub(super) dag: DagId,
    pub(super) inputs: Vec<(Expr, InputId)>,
    /// Surrounding tasks of the program that must end first.
    pub(super) waits: Vec<TaskId>,
}

impl<'a> Builder<'a> {
    /// Reserves a place for a graph.
    pub(super) fn reserve(&mut self, found: Use) -> DagId {
        let dag = DagId::new(self.dags.len());
        self.dags.push(None);
        self.dag_uses.push(found);
        dag
    }

    /// Completes a graph.
    pub(super) fn finish(
        &mut self,
        capture: CaptureScope<'_>,
        kind: DagKind,
        outputs: Vec<(Output, Expr)>,
        attributes: PipelineAttributes,
        span: Span,
    ) -> Captured {
        let found = Captured {
            dag: capture.id,
            inputs: capture.captured,
            waits: capture.waits,
        };
        let gathers = |expr: &Expr| {
            expr.ty.is_artifact_list() && matches!(expr.kind, ExprKind::Gather { .. })
        };
        let mut tasks = capture.graph.node_weights();
        if tasks.any(|task| {
            let hook = task.on_exit.as_ref();
            self.makes_lists(task.target)
                || hook.is_some_and(|hook| self.makes_lists.contains(&hook.dag))
        }) || outputs.iter().any(|(_, value)| gathers(value))
        {
            self.makes_lists.insert(capture.id);
        }
        if let Some(slot) = self.dags.get_mut(capture.id.index()) {
            *slot = Some(Dag {
                name: capture.label,
                kind,
                inputs: capture.inputs,
                outputs,
                graph: capture.graph,
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

    /// The handlers that run when the graph of the run has ended.
    fn at_the_end(&self, dag: DagId) -> Option<Hook> {
        let handlers = self.handlers.get(&dag)?;
        let arguments = handlers.inputs.iter();
        Some(Hook {
            dag: handlers.dag,
            arguments: arguments.map(|(value, id)| (*id, value.clone())).collect(),
        })
    }

    /// The graph of a pipeline for one binding of its inputs.
    pub(super) fn dag(
        &mut self,
        id: PipelineId,
        needs: Needs,
        call: Option<(&str, Span)>,
    ) -> Option<DagId> {
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
        self.build(dag, pipeline, needs, call.map(|(_, call)| call));
        Some(dag)
    }

    /// Builds the graph of a pipeline. `call` is `None` for that of the run.
    fn build(&mut self, dag: DagId, pipeline: &'a Pipeline, needs: Needs, call: Option<Span>) {
        let Needs { bindings, gathered } = needs;
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
        let mut capture = CaptureScope::new(dag, pipeline.name.clone(), self.program, pipeline);
        capture.is_whole = true;
        capture.inputs = ports(&pipeline.inputs, &there);
        for id in gathered {
            let output = pipeline.outputs.get(id.index());
            if let (Some(output), Some(value)) = (output, pipeline.returns.get(id.index())) {
                let body = pipeline.block(BlockId::BODY);
                self.gather(&mut capture, body, value, &output.name);
            }
        }
        if let Some(body) = pipeline.block(BlockId::BODY) {
            self.tasks(&mut capture, &scope, body);
        }
        let outputs = pipeline
            .outputs
            .iter()
            .zip(&pipeline.returns)
            .map(|(output, value)| {
                let value = self.value(&mut capture, &scope, value);
                (output.clone(), value)
            })
            .collect();
        let attributes = graph_attributes(pipeline);
        self.finish(
            capture,
            DagKind::Pipeline,
            outputs,
            attributes,
            pipeline.span,
        );
        if !pipeline.handlers.is_empty() {
            let handlers = self.handlers(pipeline, &scope, call);
            self.handlers.insert(dag, handlers);
        }
    }

    /// Notes that a loop gathers an artifact, which a task of the block must make.
    pub(super) fn gather(
        &mut self,
        capture: &mut CaptureScope<'_>,
        block: Option<&crate::Block>,
        value: &Expr,
        name: &str,
    ) {
        match value.kind {
            ExprKind::Task(TaskValue::Output(task, output))
                if block.is_some_and(|block| block.tasks.contains(&task)) =>
            {
                if !capture.gathered.insert((task, output)) {
                    self.diagnostics
                        .push(diagnostics::collected_twice(name, value.span));
                }
            }
            _ => self
                .diagnostics
                .push(diagnostics::not_made_here(name, value.span)),
        }
    }

    /// An expression of the program, translated for a graph.
    pub(super) fn value(
        &mut self,
        capture: &mut CaptureScope<'_>,
        scope: &DagScope<'_>,
        expr: &Expr,
    ) -> Expr {
        let mut expr = expr.clone();
        simplify(&mut expr, &scope.presence, self.diagnostics);
        capture.rewrite(&mut expr, self.diagnostics);
        expr
    }

    fn refuse_run_attributes(&mut self, id: PipelineId, pipeline: &Pipeline, call: Span) {
        if !self.reported.insert(id) {
            return;
        }
        for (span, attribute) in pipeline.attributes.placed() {
            if applies_to(attribute) == AppliesTo::WholeRun {
                self.diagnostics.push(diagnostics::run_attribute(
                    &pipeline.name,
                    attribute.attribute_name(),
                    span,
                    call,
                ));
            }
        }
    }
}

/// What an attribute of a pipeline applies to.
#[derive(PartialEq, Eq)]
enum AppliesTo {
    /// The graph of the pipeline, wherever it runs.
    Graph,
    /// The run, so it is a mistake on a pipeline that another one calls.
    WholeRun,
    /// The run, and without effect on a pipeline that another one calls.
    OwnRun,
    /// The steps, which have it already.
    Steps,
}

fn applies_to(attribute: &PipelineAttribute) -> AppliesTo {
    match attribute {
        PipelineAttribute::Parallel(_)
        | PipelineAttribute::OnError(_)
        | PipelineAttribute::Mutex(_)
        | PipelineAttribute::Semaphore(_)
        | PipelineAttribute::Description(_) => AppliesTo::Graph,
        PipelineAttribute::Timeout(_)
        | PipelineAttribute::ServiceAccount(_)
        | PipelineAttribute::Labels(_)
        | PipelineAttribute::Annotations(_)
        | PipelineAttribute::Priority(_)
        | PipelineAttribute::Ttl(_)
        | PipelineAttribute::Workspace(_)
        | PipelineAttribute::PodGc(_)
        | PipelineAttribute::ArchiveLogs(_)
        | PipelineAttribute::ArtifactGc(_)
        | PipelineAttribute::Argo(_) => AppliesTo::WholeRun,
        PipelineAttribute::Schedule(_) => AppliesTo::OwnRun,
        PipelineAttribute::Defaults(_) => AppliesTo::Steps,
    }
}

/// The attributes of the pipeline that a run starts with.
fn run_attributes(pipeline: &Pipeline) -> PipelineAttributes {
    let mut attributes = pipeline.attributes.clone();
    attributes.retain(|attribute| applies_to(attribute) != AppliesTo::Steps);
    attributes
}

/// The attributes of a pipeline that apply to its graph wherever it runs.
fn graph_attributes(pipeline: &Pipeline) -> PipelineAttributes {
    let mut attributes = pipeline.attributes.clone();
    attributes.retain(|attribute| applies_to(attribute) == AppliesTo::Graph);
    attributes
}
