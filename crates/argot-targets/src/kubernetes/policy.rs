//! Retries and timeouts of a Job.

use argot_compiler::{Attributes, Context, Expr, ExprKind, Retry, Type, Value, fold};
use argot_syntax::Diagnostics;
use k8s_openapi::api::batch::v1 as batch;

use super::diagnostics;

/// The greatest exit code that a process can have.
const LAST_EXIT_CODE: i64 = 255;

/// How often a Job tries again, and after what.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Retries {
    /// How many further attempts there are.
    pub(crate) limit: i32,
    /// The ends after which there are no further attempts.
    pub(crate) policy: Option<batch::PodFailurePolicy>,
}

/// What `retry` says. `container` is the name of the step's container.
pub(crate) fn retries(
    retry: &Retry,
    container: &str,
    turns: bool,
    diagnostics: &mut Diagnostics,
) -> Retries {
    for (name, given) in [
        ("backoff", retry.backoff()),
        ("factor", retry.factor()),
        ("max", retry.max()),
    ] {
        if let Some(expr) = given {
            diagnostics.push(diagnostics::backoff(name, expr.span));
        }
    }
    let Some(limit) = retry.limit() else {
        if retry.on().or(retry.when()).is_some() {
            diagnostics.push(diagnostics::retry_limit(retry.span));
        }
        return Retries::default();
    };
    let limit = match limit.value() {
        Some(Value::Int(number)) => i32::try_from(*number).unwrap_or(i32::MAX),
        _ => {
            diagnostics.push(diagnostics::run_time_field("how often to try again", limit));
            return Retries::default();
        }
    };
    let mut rules = Vec::new();
    let fail = if turns { "FailIndex" } else { "FailJob" };
    // A pod that is taken away ends with an exit code, too: the first rule that fits decides.
    match retry.on().map(|on| (on.as_str(), on.span)) {
        None | Some((Some("always"), _)) if retry.when().is_none() => {}
        // A condition decides about what the program does; the loss of a node is worth another attempt anyway.
        None | Some((Some("always"), _)) => rules.push(on_disruption("Count")),
        // Only what the program does counts.
        Some((Some("failure"), _)) => rules.push(on_disruption(fail)),
        // The program's own failure ends it; the loss of its node does not.
        Some((Some("error" | "transient"), _)) => {
            rules.push(on_disruption("Count"));
            rules.push(on_codes(fail, container, "NotIn", vec![0]));
        }
        Some((_, span)) => {
            let on = Expr::new(ExprKind::Error, Type::String, span);
            diagnostics.push(diagnostics::run_time_field("when to try again", &on));
        }
    }
    if let Some(when) = retry.when() {
        rules.extend(codes(when, fail, container, diagnostics));
    }
    Retries {
        limit,
        policy: (!rules.is_empty()).then_some(batch::PodFailurePolicy { rules }),
    }
}

/// Ends a Job with the exit codes for which a condition does not hold.
fn codes(
    when: &Expr,
    fail: &str,
    container: &str,
    diagnostics: &mut Diagnostics,
) -> Option<batch::PodFailurePolicyRule> {
    let mut ends = Vec::new();
    for code in 1..=LAST_EXIT_CODE {
        let mut expr = when.clone();
        let mut found = Diagnostics::default();
        put_code(&mut expr, code, &mut found);
        match expr.value() {
            Some(Value::Bool(true)) => {}
            Some(Value::Bool(false)) => ends.push(i32::try_from(code).unwrap_or_default()),
            _ => {
                diagnostics.push(diagnostics::retry_when(when.span));
                return None;
            }
        }
    }
    let all = usize::try_from(LAST_EXIT_CODE).unwrap_or_default();
    if ends.is_empty() {
        return None;
    }
    // The shorter list is the one to read.
    if ends.len() > all / 2 {
        let others = (1..=LAST_EXIT_CODE)
            .filter_map(|code| i32::try_from(code).ok())
            .filter(|code| !ends.contains(code));
        // The Job ignores containers that succeeded.
        let mut others: Vec<i32> = others.collect();
        if others.is_empty() {
            others.push(0);
        }
        return Some(on_codes(fail, container, "NotIn", others));
    }
    Some(on_codes(fail, container, "In", ends))
}

fn put_code(expr: &mut Expr, code: i64, diagnostics: &mut Diagnostics) {
    expr.rewrite_inside_out(&mut |expr| match expr.kind {
        ExprKind::Context(Context::LastExitCode) => {
            *expr = Expr::constant(Value::Int(code), Type::Int, expr.span);
        }
        _ => fold(expr, diagnostics),
    });
}

fn on_codes(
    action: &str,
    container: &str,
    operator: &str,
    values: Vec<i32>,
) -> batch::PodFailurePolicyRule {
    batch::PodFailurePolicyRule {
        action: action.to_owned(),
        on_exit_codes: Some(batch::PodFailurePolicyOnExitCodesRequirement {
            container_name: Some(container.to_owned()),
            operator: operator.to_owned(),
            values,
        }),
        on_pod_conditions: None,
    }
}

/// The pod was taken away: its node was lost or drained, or something more important came.
fn on_disruption(action: &str) -> batch::PodFailurePolicyRule {
    batch::PodFailurePolicyRule {
        action: action.to_owned(),
        on_exit_codes: None,
        on_pod_conditions: Some(vec![batch::PodFailurePolicyOnPodConditionsPattern {
            status: "True".to_owned(),
            type_: "DisruptionTarget".to_owned(),
        }]),
    }
}

/// The longest that one attempt may take, in seconds.
pub(crate) fn timeout(attributes: &Attributes, diagnostics: &mut Diagnostics) -> Option<i64> {
    let expr = attributes.step.timeout()?;
    match expr.value() {
        Some(Value::Duration(duration)) => Some(duration.seconds().max(1)),
        _ => {
            diagnostics.push(diagnostics::run_time_field("a timeout", expr));
            None
        }
    }
}
