//! Images under other prefixes.

use argot_compiler::{Expr, ExprKind, Function, Type};
use indexmap::IndexMap;

/// The characters that may follow a prefix.
const ENDS: &[char] = &['/', ':', '@'];

/// Whether a prefix fits an image of which the beginning is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// It depends on what follows.
    Unknown,
}

/// Replaces the longest prefix that fits. If only the run knows which one fits, the expression decides.
pub(super) fn rename(registry: &IndexMap<String, String>, image: &mut Expr) {
    if image.is_error() {
        return;
    }
    let (head, whole) = head(image);
    let mut rules: Vec<(&str, &str, Fit)> = registry
        .iter()
        .map(|(from, to)| (from.as_str(), to.as_str(), fit(from, &head, whole)))
        .filter(|(.., fit)| *fit != Fit::No)
        .collect();
    rules.sort_by_key(|(from, ..)| std::cmp::Reverse(from.len()));
    match rules.as_slice() {
        [] => {}
        [(from, to, Fit::Yes), ..] => replace_head(image, from, to),
        _ => in_the_run(image, &rules),
    }
}

/// The text that an image begins with, and whether that is all of it.
fn head(image: &Expr) -> (String, bool) {
    match &image.kind {
        ExprKind::Constant(value) => (value.text(), true),
        ExprKind::Concat(parts) => {
            let head = parts
                .first()
                .and_then(Expr::value)
                .map_or_else(String::new, |value| value.text());
            (head, false)
        }
        _ => (String::new(), false),
    }
}

fn fit(prefix: &str, head: &str, whole: bool) -> Fit {
    match head.strip_prefix(prefix) {
        Some("") if whole => Fit::Yes,
        Some("") => Fit::Unknown,
        Some(rest) if rest.starts_with(ENDS) => Fit::Yes,
        Some(_) => Fit::No,
        None if !whole && prefix.starts_with(head) => Fit::Unknown,
        None => Fit::No,
    }
}

fn replace_head(image: &mut Expr, from: &str, to: &str) {
    let part = match &mut image.kind {
        ExprKind::Concat(parts) => parts.first_mut(),
        _ => Some(image),
    };
    if let Some(part) = part
        && let Some(value) = part.value()
        && let Some(rest) = value.text().strip_prefix(from)
    {
        *part = Expr::text(format!("{to}{rest}"), part.span);
    }
}

/// Replaces prefixes in a text that only the run knows. A `^` and a `$`, which no image has, mark its ends; the
/// first prefix that fits takes the `^` away, so that no other one does.
fn in_the_run(image: &mut Expr, rules: &[(&str, &str, Fit)]) {
    let span = image.span;
    let replace = |text: Expr, from: &str, to: &str| {
        let kind = ExprKind::Function {
            function: Function::Replace,
            arguments: vec![text, Expr::text(from, span), Expr::text(to, span)],
        };
        Expr::new(kind, Type::String, span)
    };
    let marked = vec![Expr::text("^", span), image.clone(), Expr::text("$", span)];
    let mut text = Expr::new(ExprKind::Concat(marked), Type::String, span);
    for (from, to, fit) in rules {
        for end in ENDS.iter().chain(&['$']) {
            text = replace(text, &format!("^{from}{end}"), &format!("{to}{end}"));
        }
        // Whatever is shorter does not count any more.
        if *fit == Fit::Yes {
            break;
        }
    }
    text = replace(text, "^", "");
    *image = replace(text, "$", "");
}
