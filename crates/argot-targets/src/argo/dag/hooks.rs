//! Handlers that run when a task or the run has ended.

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

/// Argo's name for the hook that runs at the end.
const EXIT: &str = "exit";

type Hooks = IndexMap<String, LifecycleHook>;

impl Lowering<'_> {
    /// Returns the handlers of a task. Argo evaluates their arguments in the scope of the task's graph, which includes
    /// the task itself.
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

/// Returns the handlers of the run. `onExit` would only receive the run's own arguments.
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
    // In a hook, Argo does not know the run's artifacts by name, so they are passed again.
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

/// Returns the source of a run's artifact that an input receives.
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
