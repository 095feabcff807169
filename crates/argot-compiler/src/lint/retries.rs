//! Retries that never happen.

use std::collections::{BTreeSet, HashSet};

use argot_syntax::{Code, Diagnostic, Diagnostics, Span};

use super::{Lint, Searched};
use crate::{
    ATTEMPT_STATUSES, Context, Expr, ExprKind, Parts, Plan, Program, Retry, Value, diagnostics,
    fold,
};

/// The possible exit codes of an attempt; -1 means that the code is unknown.
const EXIT_CODES: std::ops::RangeInclusive<i64> = -1..=255;
/// The largest number of exit codes tried for one condition.
const MOST_TRIED: usize = 64;

/// A retry with settings that never take effect.
pub(super) struct RetryNeverHappens;

impl Lint for RetryNeverHappens {
    const CODE: Code = Code::RetryNeverHappens;

    fn program(program: &Program, _: &Searched, found: &mut Diagnostics) {
        for block in program.attributes() {
            turned_off(block.attributes.step.retry(), found);
        }
    }

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        let mut seen = HashSet::new();
        for step in plan.steps.iter() {
            let retry = step.attributes.step.retry();
            // A step that is used in several ways is reported only once.
            if let Some(idle) = idle(retry)
                && seen.insert(idle.span().map(Span::key))
            {
                found.push(idle);
            }
        }
    }
}

/// Warns about settings next to `limit = 0` in one block. In separate blocks, `limit = 0` is the way to turn a retry
/// off.
fn turned_off(retry: &Retry, found: &mut Diagnostics) {
    let Some(limit) = retry.limit() else { return };
    let others = [
        ("backoff", retry.backoff()),
        ("factor", retry.factor()),
        ("max", retry.max()),
        ("on", retry.on()),
        ("when", retry.when()),
    ];
    let other = others
        .into_iter()
        .find_map(|(name, expr)| Some((name, expr?.span)));
    if let (Some(Value::Int(0)), Some((name, span))) = (limit.value(), other) {
        found.push(diagnostics::retry_without_limit(name, span, limit.span));
    }
}

/// Why a retry never happens.
fn idle(retry: &Retry) -> Option<Diagnostic> {
    if retry.limit().and_then(Expr::value) == Some(&Value::Int(0)) {
        // One block may turn off the retry of another. Within a single block this has been reported already.
        return None;
    }
    if let (Some(backoff), Some(max)) = (retry.backoff(), retry.max())
        && let (Some(Value::Duration(wait)), Some(Value::Duration(most))) =
            (backoff.value(), max.value())
        && wait.seconds() >= most.seconds()
    {
        return Some(diagnostics::retry_waits_too_long(max.span, backoff.span));
    }
    let when = retry.when()?;
    let covered: &[&str] = match retry.on().and_then(Expr::as_str) {
        Some("failure") => &["Failed"],
        Some("error") => &["Error"],
        _ => ATTEMPT_STATUSES,
    };
    if can_hold(when, covered) {
        return None;
    }
    Some(match retry.on() {
        Some(on) if covered != ATTEMPT_STATUSES && can_hold(when, ATTEMPT_STATUSES) => {
            let name = on.as_str().unwrap_or_default();
            diagnostics::retry_on_other_ends(name, on.span, when.span)
        }
        _ => diagnostics::retry_after_no_end(when.span),
    })
}

/// Whether a condition may hold after an attempt that ended with one of these statuses.
///
/// It is evaluated for each status and every exit code at which the result could change: the codes in the condition and
/// their neighbors.
fn can_hold(when: &Expr, statuses: &[&str]) -> bool {
    let mut codes: BTreeSet<i64> = [-1, 0, 1, 255].into();
    when.walk(&mut |expr| match expr.value() {
        Some(Value::Int(number)) => codes.extend(around(*number)),
        Some(Value::List(items)) => {
            for item in items {
                if let Value::Int(number) = item {
                    codes.extend(around(*number));
                }
            }
        }
        _ => {}
    });
    if codes.len() > MOST_TRIED {
        return true;
    }
    statuses.iter().any(|status| {
        codes.iter().any(|code| {
            let mut known = when.clone();
            put(&mut known, status, *code, &mut Diagnostics::default());
            known.value() != Some(&Value::Bool(false))
        })
    })
}

fn around(number: i64) -> impl Iterator<Item = i64> {
    [number.saturating_sub(1), number, number.saturating_add(1)]
        .into_iter()
        .filter(|code| EXIT_CODES.contains(code))
}

/// Replaces expressions that ask for the status or exit code with these values.
fn put(expr: &mut Expr, status: &str, code: i64, diagnostics: &mut Diagnostics) {
    let mut put = |expr: &mut Expr| {
        let value = match &expr.kind {
            ExprKind::Context(Context::LastStatus) => Value::String(status.to_owned()),
            ExprKind::Context(Context::LastExitCode) => Value::Int(code),
            ExprKind::Constant(_) => return Parts::Skip,
            _ => return Parts::Visit,
        };
        *expr = Expr::constant(value, expr.ty.clone(), expr.span);
        Parts::Skip
    };
    expr.rewrite(&mut put, &mut |expr| fold(expr, diagnostics));
}
