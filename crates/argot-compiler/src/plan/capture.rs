//! A graph under construction. Values that its tasks use from their surroundings become its inputs.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Diagnostics, Span};
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Edge, Port, Task, add_port};
use crate::{
    BinaryOperator, Context, DagId, Expr, ExprKind, InputId, OutputId, Pipeline, PlanTaskId,
    Program, TaskId, TaskKind, TaskValue, Type, UnaryOperator, Value, diagnostics,
    limits::MOST_EXPRESSION,
};

/// The location of a program's task in a graph.
#[derive(Debug, Clone)]
pub(super) enum Planned {
    /// It is a task of the graph.
    Task(PlanTaskId),
    /// It is a task of the graph that never fails: its status is one of its outputs.
    Attempt(PlanTaskId, OutputId),
    /// It is a block whose tasks are directly in the graph. These are its values.
    Values(Vec<Expr>),
}

/// The meaning of a handler's run-time value in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The value of the run itself, or this is not a handler.
    OfRun,
    /// The end of a call, which comes through an input. This is the span of one of the calls.
    OfCall(Span),
}

/// A graph under construction.
pub(super) struct CaptureScope<'a> {
    pub(super) id: DagId,
    /// The name of the graph, without the suffix that makes it unique.
    pub(super) label: String,
    program: &'a Program,
    pub(super) pipeline: &'a Pipeline,
    /// Whether it is the pipeline's own graph, whose inputs are the pipeline's.
    pub(super) is_whole: bool,
    pub(super) inputs: Vec<Port>,
    /// Values from the surroundings, as expressions of the program, each with the input that provides it.
    pub(super) captured: Vec<(Expr, InputId)>,
    pub(super) graph: DiGraph<Task, Edge>,
    /// The outputs of tasks that a loop gathers.
    pub(super) gathered: HashSet<(TaskId, OutputId)>,
    pub(super) tasks: HashMap<TaskId, Planned>,
    /// The loop whose looped task is being made.
    pub(super) looped: Option<TaskId>,
    pub(super) ending: Ending,
    /// The failures in the run, as the handlers read them.
    pub(super) failures: Option<Expr>,
    /// Tasks in surrounding graphs that one of its tasks must wait for.
    pub(super) waits: Vec<TaskId>,
    names: HashSet<String>,
    /// The names as targets see them.
    folded: HashSet<String>,
    /// The highest numeric suffix of a generated name, by the name without it.
    counts: HashMap<String, usize>,
}

impl<'a> CaptureScope<'a> {
    pub(super) fn new(
        id: DagId,
        label: String,
        program: &'a Program,
        pipeline: &'a Pipeline,
    ) -> Self {
        Self {
            id,
            label,
            program,
            pipeline,
            is_whole: false,
            inputs: Vec::new(),
            captured: Vec::new(),
            graph: DiGraph::new(),
            gathered: HashSet::new(),
            tasks: HashMap::new(),
            looped: None,
            ending: Ending::OfRun,
            failures: None,
            waits: Vec::new(),
            names: HashSet::new(),
            folded: HashSet::new(),
            counts: HashMap::new(),
        }
    }

    /// Whether it is the graph of the block of that name.
    pub(super) fn is_of(&self, block: &str) -> bool {
        !self.is_whole && self.label.ends_with(&format!("-{block}"))
    }

    /// The id of the task that is added next.
    pub(super) fn next_task(&self) -> PlanTaskId {
        PlanTaskId::new(self.graph.node_count())
    }

    /// Adds a task, with an edge from each task it refers to.
    pub(super) fn add(
        &mut self,
        mut task: Task,
        after: &[TaskId],
        is_block: bool,
        diagnostics: &mut Diagnostics,
    ) -> PlanTaskId {
        task.name = self.free_name(&task.name);
        let mut edges: Vec<(PlanTaskId, Edge)> = Vec::new();
        let mut note =
            |task: PlanTaskId, edge: Edge| match edges.iter_mut().find(|(other, _)| *other == task)
            {
                Some((_, known)) => *known = edge.max(*known),
                None => edges.push((task, edge)),
            };
        for expr in task.exprs() {
            expr.walk(&mut |expr| match expr.kind {
                ExprKind::TaskOutput { task, .. }
                | ExprKind::Gather { task, .. }
                | ExprKind::TaskIp(task) => note(task, Edge::Value),
                ExprKind::TaskStatus(task) => note(task, Edge::Status),
                _ => {}
            });
        }
        for before in after {
            match self.tasks.get(before) {
                Some(Planned::Task(before) | Planned::Attempt(before, _)) => {
                    note(*before, Edge::Order);
                }
                Some(Planned::Values(_)) => {}
                // The task is outside this graph, so the whole graph waits.
                None if self.waits.contains(before) => {}
                None => self.waits.push(*before),
            }
        }
        if is_block {
            self.refuse_status_and_value(&task, &edges, diagnostics);
        }
        if let Some(condition) = &task.condition {
            self.refuse_impossible(&task, condition, diagnostics);
        }
        let node = self.graph.add_node(task);
        for (before, edge) in edges {
            self.graph
                .add_edge(NodeIndex::new(before.index()), node, edge);
        }
        PlanTaskId::new(node.index())
    }

    /// Makes a task wait for others.
    pub(super) fn follow(&mut self, task: PlanTaskId, before: &[PlanTaskId]) {
        let node = NodeIndex::new(task.index());
        for before in before {
            let before = NodeIndex::new(before.index());
            if !self.graph.contains_edge(before, node) {
                self.graph.add_edge(before, node, Edge::Value);
            }
        }
    }

    /// A block starts as a whole, so it cannot both observe a failure and use a value that exists only without one.
    fn refuse_status_and_value(
        &self,
        task: &Task,
        edges: &[(PlanTaskId, Edge)],
        diagnostics: &mut Diagnostics,
    ) {
        for (_, argument) in &task.arguments {
            let ExprKind::TaskStatus(asked) = argument.kind else {
                continue;
            };
            if edges.contains(&(asked, Edge::Value))
                && let Some(asked) = self.graph.node_weight(NodeIndex::new(asked.index()))
            {
                diagnostics.push(diagnostics::status_and_value(&asked.name, argument.span));
            }
        }
    }

    /// A task that runs only if another has not succeeded cannot use that task's outputs.
    fn refuse_impossible(&self, task: &Task, condition: &Expr, diagnostics: &mut Diagnostics) {
        if let ExprKind::Binary {
            operator: BinaryOperator::And,
            left,
            right,
        } = &condition.kind
        {
            self.refuse_impossible(task, left, diagnostics);
            self.refuse_impossible(task, right, diagnostics);
            return;
        }
        let (test, holds) = match &condition.kind {
            ExprKind::Unary {
                operator: UnaryOperator::Not,
                operand,
            } => (operand.as_ref(), false),
            _ => (condition, true),
        };
        let ExprKind::Binary { left, right, .. } = &test.kind else {
            return;
        };
        let (ExprKind::TaskStatus(asked), Some(statuses)) = (&left.kind, right.value()) else {
            return;
        };
        let succeeded = Value::String("Succeeded".to_owned());
        let asks_for_success = match statuses {
            Value::List(several) => several.contains(&succeeded),
            one => *one == succeeded,
        };
        let Some(name) = self
            .graph
            .node_weight(NodeIndex::new(asked.index()))
            .map(|task| &task.name)
        else {
            return;
        };
        if asks_for_success == holds {
            return;
        }
        let uses = task.arguments.iter().find_map(|(_, argument)| {
            argument.find(&mut |expr| {
                matches!(expr.kind, ExprKind::TaskOutput { task, .. } if task == *asked)
                    .then_some(expr.span)
            })
        });
        if let Some(span) = uses {
            diagnostics.push(diagnostics::value_of_failed(name, span, condition.span));
        }
    }

    /// A name that no task of the graph has, as targets see names.
    fn free_name(&mut self, base: &str) -> String {
        let fold = |name: &str| name.to_lowercase().replace('_', "-");
        // The name of a bare call already has a numeric suffix. No name written by the author contains a `-`.
        let stem = match base.rsplit_once('-') {
            Some((stem, number)) if number.bytes().all(|c| c.is_ascii_digit()) => stem,
            _ => base,
        };
        let mut name = base.to_owned();
        // Two names written by the author that a target cannot tell apart are kept, so the target reports them.
        let mut is_taken = match base.contains('-') {
            true => self.folded.contains(&fold(base)),
            false => self.names.contains(base),
        };
        while is_taken {
            let count = self.counts.entry(fold(stem)).or_insert(1);
            *count += 1;
            name = format!("{stem}-{count}");
            is_taken = self.folded.contains(&fold(&name));
        }
        self.folded.insert(fold(&name));
        self.names.insert(name.clone());
        name
    }

    /// Translates an expression of the program into one of this graph.
    ///
    /// Values yielded by blocks without a graph of their own are expanded in it, as long as it does not grow too large.
    pub(super) fn rewrite(&mut self, expr: &mut Expr, diagnostics: &mut Diagnostics) {
        let mut inlined = Inlined::default();
        self.rewrite_in(expr, &mut inlined, diagnostics);
        if let Some(task) = inlined.last
            && (inlined.parts > MOST_EXPRESSION || expr.is_huge())
        {
            let name = self.pipeline.task(task).map_or("", |task| &task.name);
            diagnostics.push(diagnostics::huge_value(name, expr.span));
            *expr = Expr::error(expr.span);
        } else if inlined.is_wrong {
            *expr = Expr::error(expr.span);
        }
    }

    fn rewrite_in(
        &mut self,
        expr: &mut Expr,
        inlined: &mut Inlined,
        diagnostics: &mut Diagnostics,
    ) {
        match &expr.kind {
            ExprKind::Input(_) if self.is_whole => {}
            ExprKind::Input(_) => self.capture(expr),
            ExprKind::Task(value) => self.rewrite_task_value(*value, expr, inlined),
            ExprKind::Context(context) => self.rewrite_context(*context, expr, diagnostics),
            _ => {
                if let Some(artifact) = tested_artifact(&expr.kind) {
                    diagnostics.push(diagnostics::artifact_test(artifact));
                }
                for child in expr.children_mut() {
                    self.rewrite_in(child, inlined, diagnostics);
                }
            }
        }
    }

    fn rewrite_task_value(&mut self, value: TaskValue, expr: &mut Expr, inlined: &mut Inlined) {
        let span = expr.span;
        let (TaskValue::Output(task, _)
        | TaskValue::Status(task)
        | TaskValue::Ip(task)
        | TaskValue::Item(task)) = value;
        match (value, self.tasks.get(&task)) {
            (TaskValue::Item(of), _) if self.looped == Some(of) => {
                expr.kind = ExprKind::Item(self.next_task());
            }
            (TaskValue::Item(_), _) => self.capture(expr),
            (_, None) | (TaskValue::Ip(_), Some(Planned::Values(_))) => self.capture(expr),
            (
                TaskValue::Output(_, output),
                Some(Planned::Task(task) | Planned::Attempt(task, _)),
            ) => {
                expr.kind = ExprKind::TaskOutput {
                    task: *task,
                    output,
                };
            }
            (TaskValue::Output(_, output), Some(Planned::Values(values))) => {
                if let Some(value) = values.get(output.index()) {
                    inlined.last = Some(task);
                    inlined.is_wrong |= value.is_error();
                    inlined.parts += value.parts(MOST_EXPRESSION + 1);
                    if inlined.parts > MOST_EXPRESSION {
                        return;
                    }
                    *expr = Expr {
                        span,
                        ..value.clone()
                    };
                }
            }
            (TaskValue::Status(_), Some(Planned::Task(task))) => {
                expr.kind = ExprKind::TaskStatus(*task);
            }
            (TaskValue::Status(_), Some(Planned::Attempt(task, output))) => {
                expr.kind = ExprKind::TaskOutput {
                    task: *task,
                    output: *output,
                };
            }
            // A block that has become part of its surroundings has no end of its own.
            (TaskValue::Status(_), Some(Planned::Values(_))) => {
                *expr = Expr::text(crate::TASK_STATUSES.first().copied().unwrap_or(""), span);
            }
            (TaskValue::Ip(_), Some(Planned::Task(task) | Planned::Attempt(task, _))) => {
                expr.kind = ExprKind::TaskIp(*task);
            }
        }
    }

    /// In the handlers of a call, the end of the run means that of the call.
    fn rewrite_context(
        &mut self,
        context: Context,
        expr: &mut Expr,
        diagnostics: &mut Diagnostics,
    ) {
        let field = match (context, self.ending) {
            (Context::RunFailures, Ending::OfRun) => {
                match &self.failures {
                    Some(failures) => expr.kind = failures.kind.clone(),
                    None => self.capture(expr),
                }
                return;
            }
            (Context::RunStatus, Ending::OfCall(_)) => return self.capture(expr),
            (Context::RunFailures, _) => "failures",
            (Context::RunDuration, _) => "duration",
            _ => return,
        };
        if let Ending::OfCall(call) = self.ending {
            let name = &self.pipeline.name;
            diagnostics.push(diagnostics::run_value_of_call(field, name, expr.span, call));
        }
    }

    /// Turns a value from the surroundings into an input.
    fn capture(&mut self, expr: &mut Expr) {
        let known = self
            .captured
            .iter()
            .find(|(other, _)| other.kind == expr.kind && other.ty == expr.ty);
        let id = match known {
            Some((_, id)) => *id,
            None => {
                let id = self.input(&self.captured_name(expr), expr.ty.clone(), expr.span);
                self.captured.push((expr.clone(), id));
                id
            }
        };
        expr.kind = ExprKind::Input(id);
    }

    /// Adds an input.
    pub(super) fn input(&mut self, name: &str, ty: Type, span: Span) -> InputId {
        add_port(&mut self.inputs, name, ty, span)
    }

    fn captured_name(&self, expr: &Expr) -> String {
        let task = |id: TaskId| self.pipeline.task(id);
        let name = |id: TaskId| task(id).map_or("", |task| task.name.as_str());
        match &expr.kind {
            ExprKind::Input(id) => self
                .pipeline
                .inputs
                .get(id.index())
                .map_or_else(String::new, |input| input.name.clone()),
            ExprKind::Context(Context::RunStatus) => "run_status".to_owned(),
            ExprKind::Context(_) => "run_failures".to_owned(),
            ExprKind::Task(TaskValue::Status(id)) => format!("{}_status", name(*id)),
            ExprKind::Task(TaskValue::Ip(id)) => format!("{}_ip", name(*id)),
            ExprKind::Task(TaskValue::Item(id)) => match task(*id).map(|task| &task.kind) {
                Some(TaskKind::For(block)) => block.variable.clone(),
                _ => "item".to_owned(),
            },
            ExprKind::Task(TaskValue::Output(id, output)) => {
                let outputs = match task(*id).map(|task| &task.kind) {
                    Some(TaskKind::Call(call)) => self.program.outputs(call.callee),
                    Some(block) => block.outputs(),
                    None => &[],
                };
                match outputs {
                    [_] => name(*id).to_owned(),
                    several => {
                        let output = several.get(output.index());
                        let output = output.map_or("output", |output| output.name.as_str());
                        format!("{}_{output}", name(*id))
                    }
                }
            }
            _ => "value".to_owned(),
        }
    }
}

/// The values that have been expanded in an expression.
#[derive(Default)]
struct Inlined {
    /// The number of its parts.
    parts: usize,
    /// The last of the blocks.
    last: Option<TaskId>,
    /// Whether one of them is wrong, which has been reported.
    is_wrong: bool,
}

/// The artifact whose presence an expression tests, although only the run knows it.
fn tested_artifact(kind: &ExprKind) -> Option<Span> {
    let ExprKind::Binary {
        operator: BinaryOperator::Equal | BinaryOperator::NotEqual,
        left,
        right,
    } = kind
    else {
        return None;
    };
    let is_null = |expr: &Expr| expr.value() == Some(&Value::Null);
    let tested = match (is_null(left), is_null(right)) {
        (true, false) => right,
        (false, true) => left,
        _ => return None,
    };
    tested.ty.is_artifact().then_some(tested.span)
}
