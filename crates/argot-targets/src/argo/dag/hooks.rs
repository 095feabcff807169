//! What runs when a task or the run has ended.

use argot_compiler::{ExprKind, Hook, InputId, Plan, PlanTask, Target};
use argot_syntax::Diagnostics;
use indexmap::IndexMap;

use super::Lowering;
use crate::argo::diagnostics;
use crate::argo::names::Names;
use crate::argo::objects::LifecycleHook;
use crate::argo::scope::{Scope, Words};
use crate::argo::tags::TagSet;
use crate::argo::versions::Version;

/// Argo's name of the time when something has ended.
const EXIT: &str = "exit";

type Hooks = IndexMap<String, LifecycleHook>;

impl Lowering<'_> {
    /// What runs when a task has ended. Argo takes its arguments in the words of the task's graph, the task
    /// itself among them.
    pub(super) fn hooks(
        &self,
        task: &PlanTask,
        scope: &Scope<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Hooks {
        match &task.on_exit {
            None => Hooks::default(),
            Some(_) if task.each.is_some() => {
                diagnostics.push(diagnostics::looped_hook(task.span));
                Hooks::default()
            }
            Some(hook) => self.hook(hook, scope, diagnostics),
        }
    }

    fn hook(&self, hook: &Hook, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Hooks {
        let callee = self.callee(Target::Dag(hook.dag));
        let arguments = self.arguments(
            scope,
            &hook.arguments,
            callee.ports,
            false,
            None,
            diagnostics,
        );
        let hook = LifecycleHook {
            template: callee.template,
            template_ref: callee.template_ref,
            arguments,
        };
        Hooks::from([(EXIT.to_owned(), hook)])
    }
}

/// What runs when the run has ended. `onExit` would be given the run's own arguments only.
pub(crate) fn of_run(
    plan: &Plan,
    names: &Names,
    version: Version,
    tags: &TagSet,
    diagnostics: &mut Diagnostics,
) -> Hooks {
    let (Some(hook), Some(entry)) = (&plan.on_exit, plan.dags.first()) else {
        return Hooks::default();
    };
    let scope = Scope {
        inputs: &entry.inputs,
        outputs: &[],
        tasks: None,
        retried: false,
        words: Words::Run,
        version,
        guard: None,
        tags,
    };
    let lowering = Lowering {
        plan,
        dag: entry,
        names,
        task_names: &[],
        is_entry: true,
        scope,
    };
    // Argo does not know the run's artifacts by name there: they are given once more.
    let mut hook = hook.clone();
    for (_, expr) in &mut hook.arguments {
        if let (true, ExprKind::Input(id)) = (expr.ty.is_artifact(), &expr.kind) {
            match artifact(plan, *id) {
                Some(source) => expr.kind = source,
                None => diagnostics.push(diagnostics::artifact_after_run(expr.span)),
            }
        }
    }
    lowering.hook(&hook, &scope, diagnostics)
}

/// Where the run's artifact of an input comes from.
fn artifact(plan: &Plan, id: InputId) -> Option<ExprKind> {
    let port = plan.dags.first()?.inputs.get(id.index())?;
    let given = plan
        .parameters
        .iter()
        .find(|parameter| parameter.name == port.name)
        .and_then(|parameter| parameter.value.as_ref());
    match &given.or(port.default.as_ref())?.kind {
        source @ ExprKind::Artifact(_) => Some(source.clone()),
        _ => None,
    }
}
