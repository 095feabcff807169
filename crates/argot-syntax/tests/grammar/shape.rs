//! The shape of a tree: the places of everything that has one. Two trees with the same places are the same, but for what
//! the nodes are called.

use std::collections::BTreeSet;

use argot_syntax::ast::File;
use pest::iterators::Pair;
use serde_json::Value;

use crate::judge::Rule;

/// Places of nodes.
pub(crate) type Shape = BTreeSet<Place>;

type Place = (usize, usize);

/// The places of the parser's tree.
pub(crate) fn of_tree(file: &File) -> Shape {
    let mut found = Shape::new();
    places(&serde_json::to_value(file).expect("a tree"), &mut found);
    found
}

fn places(json: &Value, found: &mut Shape) {
    match json {
        Value::Array(values) => values.iter().for_each(|value| places(value, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if ["span", "braces", "keyword", "operator_span"].contains(&name.as_str()) {
                    let end = |index: usize| value[index].as_u64().expect("an offset") as usize;
                    found.insert((end(0), end(1)));
                } else {
                    places(value, found);
                }
            }
        }
        _ => {}
    }
}

/// The places that a tree has by the grammar.
pub(crate) fn of_pairs(pairs: Vec<Pair<'_, Rule>>) -> Shape {
    let mut found = Shape::new();
    for pair in pairs {
        nodes(pair, &mut found);
    }
    found
}

/// The places that are only in the first of two shapes, for a message.
pub(crate) fn minus(text: &str, one: &Shape, other: &Shape) -> Vec<String> {
    one.difference(other)
        .map(|place| format!("{place:?} {}", &text[place.0..place.1]))
        .collect()
}

fn place(pair: &Pair<'_, Rule>) -> Place {
    (pair.as_span().start(), pair.as_span().end())
}

fn is_comment(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::COMMENT
}

/// From the first to the last token of a pair: blanks at its end are part of a pair, but not of a node.
fn extent(pair: &Pair<'_, Rule>, skips: &[Rule]) -> Option<Place> {
    let is_string = matches!(
        pair.as_rule(),
        Rule::quoted | Rule::plain | Rule::block | Rule::plain_block | Rule::raw | Rule::raw_block
    );
    let inside: Vec<_> = pair.clone().into_inner().collect();
    if inside.is_empty() || is_string {
        return Some(place(pair));
    }
    let inside = inside
        .iter()
        .filter(|pair| !is_comment(pair) && !skips.contains(&pair.as_rule()));
    let mut extents = inside.filter_map(|pair| extent(pair, &[]));
    let first = extents.next()?;
    Some((first.0, extents.next_back().unwrap_or(first).1))
}

/// Adds the places of the nodes in a pair that is not part of an expression.
fn nodes(pair: Pair<'_, Rule>, found: &mut Shape) {
    let rule = pair.as_rule();
    match rule {
        Rule::expr => {
            let whole = expression(pair, found);
            found.insert(whole);
            return;
        }
        Rule::import
        | Rule::constant
        | Rule::type_alias
        | Rule::artifact
        | Rule::component
        | Rule::pipeline
        | Rule::type_expr
        | Rule::attribute
        | Rule::attributes
        | Rule::body
        | Rule::run
        | Rule::call
        | Rule::with
        | Rule::on_block
        | Rule::yield_value
        | Rule::return_value
        | Rule::doc
        | Rule::name
        | Rule::event
        | Rule::raw
        | Rule::raw_block
        | Rule::plain
        | Rule::plain_block => found.extend(extent(&pair, &[])),
        Rule::from_import => {
            // A comma at its end is not part of it.
            let last = pair
                .clone()
                .into_inner()
                .filter(|pair| !is_comment(pair))
                .last();
            let skips: &[Rule] = match last.map(|last| last.as_rule()) {
                Some(Rule::comma) => &[Rule::comma],
                _ => &[],
            };
            found.extend(extent(&pair, skips));
        }
        Rule::parameter | Rule::output | Rule::let_binding | Rule::volume => {
            found.extend(extent(&pair, &[Rule::doc]));
        }
        Rule::if_block | Rule::for_block | Rule::repeat_block => {
            found.extend(extent(&pair, &[]));
            found.extend(pair.clone().into_inner().next().map(|word| place(&word)));
        }
        _ => {}
    }
    match rule {
        Rule::type_expr => {
            // What is optional is a node too.
            found.extend(extent(&pair, &[Rule::question]));
        }
        Rule::call => {
            let mut inside = pair.into_inner();
            let callee = inside.next().expect("a callee");
            let mut whole = None;
            for name in callee
                .into_inner()
                .filter(|part| part.as_rule() == Rule::name)
            {
                found.insert(place(&name));
                let start = whole.map_or(place(&name).0, |whole: Place| whole.0);
                let field = (start, place(&name).1);
                whole = Some(field);
                found.insert(field);
            }
            for part in inside {
                if let (Rule::arguments, Some(whole)) = (part.as_rule(), whole) {
                    found.insert((whole.0, place(&part).1));
                }
                nodes(part, found);
            }
            return;
        }
        _ => {}
    }
    for inside in pair.into_inner() {
        nodes(inside, found);
    }
}

/// Adds the places of the nodes in an expression, and returns that of the whole one.
fn expression(pair: Pair<'_, Rule>, found: &mut Shape) -> Place {
    let rule = pair.as_rule();
    let (start, end) = place(&pair);
    let mut parts = pair
        .into_inner()
        .filter(|pair| !is_comment(pair))
        .peekable();
    match rule {
        Rule::expr
        | Rule::either
        | Rule::both
        | Rule::comparison
        | Rule::range
        | Rule::sum
        | Rule::product => {
            let mut whole = expression(parts.next().expect("an operand"), found);
            while let Some(operator) = parts.next() {
                let right = expression(parts.next().expect("an operand"), found);
                found.extend([whole, right]);
                // A range has no place of its operator.
                if operator.as_rule() != Rule::dot_dot {
                    found.insert(place(&operator));
                }
                whole = (whole.0, right.1);
            }
            whole
        }
        Rule::negation | Rule::negative => {
            let mut starts = Vec::new();
            let mut whole = (start, start);
            for part in parts {
                match part.as_rule() {
                    Rule::kw_not | Rule::minus => starts.push(place(&part).0),
                    _ => whole = expression(part, found),
                }
            }
            for start in starts.into_iter().rev() {
                found.insert(whole);
                whole = (start, whole.1);
            }
            whole
        }
        Rule::operand => {
            let mut whole = expression(parts.next().expect("something primary"), found);
            for part in parts {
                found.insert(whole);
                whole = (whole.0, extent(&part, &[]).unwrap_or(whole).1);
                nodes(part, found);
            }
            whole
        }
        // The place of what is in parentheses is that of the parentheses.
        Rule::group => {
            let inside = parts.find(|part| part.as_rule() == Rule::expr);
            expression(inside.expect("an expression"), found);
            (start, end)
        }
        Rule::quoted | Rule::block | Rule::raw | Rule::raw_block => {
            found.insert((start, end));
            parts.for_each(|part| nodes(part, found));
            (start, end)
        }
        Rule::list | Rule::record => {
            parts.for_each(|part| nodes(part, found));
            (start, end)
        }
        _ => (start, end),
    }
}
