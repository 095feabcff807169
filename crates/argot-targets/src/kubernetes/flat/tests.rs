//! From sources to nodes.

use argot_compiler::{Plan, ReadError, World};
use argot_syntax::Diagnostics;
use indexmap::IndexMap;

use super::{Flat, flatten};
use crate::kubernetes::graph;

struct Text<'a>(&'a str);

impl World for Text<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match path {
            "a.argot" => Ok(self.0.as_bytes().to_vec()),
            _ => Err(ReadError::NotFound),
        }
    }
}

/// The plan of the last pipeline of a source.
pub(crate) fn planned(source: &str) -> Plan {
    let checked = argot_compiler::check(&Text(source), "a.argot");
    assert!(
        !checked.diagnostics.has_errors(),
        "{:?}",
        checked.diagnostics
    );
    let entry = *checked.program.entries.last().unwrap();
    let mut found = Diagnostics::default();
    let plan = argot_compiler::plan(&checked.program, entry, &IndexMap::new(), &mut found);
    assert!(!found.has_errors(), "{found:?}");
    plan.unwrap()
}

const STEPS: &str = r#"
component prep(n: int) -> (table: Dataset, rows: int) { image = "a:1", command = ["prep", "--n", n, "--out", table.path, "--rows", rows.path] }
component train(data: Dataset, lr: float) -> (model: Model, auc: float) { image = "b:1", command = ["train"], args = ["--data", data.path, "--lr", lr, "--m", model.path, "--a", auc.path] }
component pick(aucs: list[float]) -> (best: int) { image = "b:1", command = ["pick"], args = ["${aucs}", best.path] }
component say(text: string) { image = "b:1", command = ["echo"], args = [text] }
"#;

fn flat(source: &str) -> (Option<Flat>, Vec<String>) {
    let plan = planned(&format!("{STEPS}{source}"));
    let mut found = Diagnostics::default();
    let flat = flatten(&plan, false, &mut found);
    let messages = found.iter().map(|one| one.message.clone()).collect();
    (flat, messages)
}

/// The graph, then what each job is called by the simulator and what its command line is.
fn shown(source: &str) -> String {
    let (flat, messages) = flat(source);
    let Some(flat) = flat.filter(|_| messages.is_empty()) else {
        return messages.join("\n");
    };
    let mut out = graph::text(&flat, str::to_owned);
    for job in &flat.jobs {
        let turns = job.turns.as_ref().map(|turns| {
            let items: Vec<Vec<String>> = turns
                .items
                .iter()
                .map(|list| list.iter().map(word).collect())
                .collect();
            format!(" x{} {:?} {items:?}", turns.count, turns.parallel)
        });
        let main = &job.step.attributes.main;
        let words: Vec<String> = main
            .command()
            .into_iter()
            .chain(main.args())
            .flatten()
            .map(word)
            .collect();
        out.push_str(&format!(
            "{} = {}{}{}: {}\n",
            job.name,
            job.path.0,
            job.path.1,
            turns.unwrap_or_default(),
            words.join(" ")
        ));
    }
    out
}

fn word(expr: &argot_compiler::Expr) -> String {
    use argot_compiler::ExprKind as E;
    match &expr.kind {
        E::Constant(value) => value.text(),
        E::Concat(parts) => parts.iter().map(word).collect(),
        E::List(parts) => format!("[{}]", parts.iter().map(word).collect::<Vec<_>>().join(",")),
        E::TaskOutput { task, output } => format!("<{}.{}>", task.index(), output.index()),
        E::Index { base, index } => format!("{}[{}]", word(base), word(index)),
        E::Item(list) => format!("<item {}>", list.index()),
        E::InputPath(id) => format!("<path {}>", id.index()),
        E::OutputPath(id) => format!("<out {}>", id.index()),
        E::Context(context) => format!("<{context:?}>"),
        other => format!("<{other:?}>"),
    }
}

#[test]
fn a_bit_of_everything() {
    insta::assert_snapshot!(shown(
        r#"
pipeline sub(data: Dataset) -> (model: Model) {
    let t = train(data, lr = 0.5)
    on exit { say(text = "sub: ${run.status}") }
    on failure { say(text = "sub has failed") }
    return { model = t.model }
}
pipeline p(n: int = 3, fast: bool = true) {
    let a = prep(n)
    let s = sub(data = a.table)
    let runs = for lr in [0.1, 0.2] parallel 2 {
        let t = train(data = a.table, lr)
        yield { auc = t.auc }
    }
    if fast { say(text = "fast ${n}") } else { say(text = "slow") }
    let b = pick(aucs = runs.auc) with { allow_failure = true }
    if failed(b) { say(text = "pick failed") }
    if succeeded(b) { say(text = "best is ${b}") }
    say(text = "${a.rows} rows") after s
    on failure { say(text = "${run.name} has failed") }
    on exit { say(text = "${run.name}: ${run.status}") }
}"#
    ));
}
