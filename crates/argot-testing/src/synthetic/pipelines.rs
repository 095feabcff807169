//! Pipelines of many steps: layers of ten, a fan, and blocks.

use std::fmt::Write;
use std::ops::Range;

use super::File;

/// The source of a pipeline of `n` steps, each a component of its own.
///
/// A step has two dependencies in the layer above, an image, a command, three arguments of which one is an
/// output of the layer above, resources with a GPU on every fifth, an environment, a volume and a retry of 2.
#[must_use]
pub fn source(n: usize) -> String {
    format!("{}{}", components(0..n), synthetic(n, |_| String::new()))
}

/// The most components in one file, which may have 16 MiB.
const FILE: usize = 10_000;

/// The files of the pipeline of [`source`]. If there is too much for one file, the components are in others.
#[must_use]
pub fn steps(n: usize) -> Vec<File> {
    if n <= FILE {
        return vec![File::new("main.argot", source(n))];
    }
    let parts = n.div_ceil(FILE);
    let mut main = String::new();
    for part in 0..parts {
        let _ = writeln!(main, "import \"./part_{part}.argot\" as part_{part}");
    }
    main.push_str(&synthetic(n, |step| format!("part_{}.", step / FILE)));
    let mut files = vec![File::new("main.argot", main)];
    files.extend((0..parts).map(|part| {
        let steps = part * FILE..n.min((part + 1) * FILE);
        File::new(format!("part_{part}.argot"), components(steps))
    }));
    files
}

/// The pipeline of [`source`]. A component is named after its file.
fn synthetic(n: usize, file: impl Fn(usize) -> String) -> String {
    let mut out = String::from(
        "pipeline synthetic(seed: int = 1) {\n    volume data = claim(size = 10Gi, access = \"ReadWriteMany\")\n\n",
    );
    let above = |step: usize| {
        let layer = step - step % 10 - 10;
        (layer + step % 10, layer + (step + 1) % 10)
    };
    let mut used = vec![false; n];
    for step in 10..n {
        let (first, second) = above(step);
        used[first] = true;
        used[second] = true;
    }
    for (step, used) in used.into_iter().enumerate() {
        let name = if used {
            format!("let t{step} = ")
        } else {
            String::new()
        };
        let file = file(step);
        let _ = if step < 10 {
            writeln!(
                out,
                "    {name}{file}step_{step}(value = \"start\", seed, data)"
            )
        } else {
            let (first, second) = above(step);
            writeln!(
                out,
                "    {name}{file}step_{step}(value = t{first}, seed, data) after t{second}"
            )
        };
    }
    out.push_str("}\n");
    out
}

/// The source of a pipeline in which `n` calls of one component are between a first and a last one.
#[must_use]
pub fn fan(n: usize) -> String {
    let mut out = String::from(
        r#"component work(value: string) -> string {
    image   = "registry.example.com/team/work:1.0.0"
    command = ["work", "--value=${value}", output.path]
}

component collect(values: list[string]) {
    image   = "registry.example.com/team/work:1.0.0"
    command = ["collect", values]
}

pipeline fan() {
    let first = work(value = "start")
"#,
    );
    let mut names = Vec::with_capacity(n);
    for task in 0..n {
        let _ = writeln!(out, "    let t{task} = work(value = first)");
        names.push(format!("t{task}"));
    }
    let _ = writeln!(out, "    collect(values = [{}])\n}}", names.join(", "));
    out
}

/// The components of these steps.
fn components(steps: Range<usize>) -> String {
    let mut out = String::with_capacity(steps.len() * 700);
    for step in steps {
        component(&mut out, step);
    }
    out
}

fn component(out: &mut String, step: usize) {
    let gpu = if step.is_multiple_of(5) {
        ", gpu = 1"
    } else {
        ""
    };
    let _ = write!(
        out,
        r#"## Step {step} of the synthetic pipeline.
component step_{step}(value: string, seed: int, data: volume) -> string {{
    image   = "registry.example.com/team/step-{step}:1.0.{step}"
    command = ["python", "-m", "steps.step_{step}"]
    args    = ["--value=${{value}}", "--seed=${{seed}}", output.path]
    env     = {{ STEP = "{step}", LOG_LEVEL = "info" }}
    resources {{ cpu = 1..2, memory = 2Gi{gpu} }}
    mounts  = {{ "/data" = data }}
    retry   {{ limit = 2 }}
}}

"#
    );
}

/// The source of a pipeline of `n` blocks: by turns a loop with a condition in it, an `if` that yields, a
/// repetition, and a call that may fail with what follows from it.
#[must_use]
pub fn flow(n: usize) -> String {
    let mut out = String::from(
        r#"component work(value: float, label: string = "none") -> (score: float, names: list[string]) {
    image   = "registry.example.com/team/work:1.0.0"
    command = ["work", value, label, score.path, names.path]
}

component tell(text: string) {
    image   = "registry.example.com/team/tell:1.0.0"
    command = ["tell", text]
}

pipeline flow(least: float = 0.5) {
    let b0 = work(value = 1.0)
"#,
    );
    for block in 0..n {
        let this = block + 1;
        // A loop runs over the output of the call after the last four blocks.
        let before = match block {
            0 => "b0".to_owned(),
            _ => format!("c{block}"),
        };
        let _ = match block % 4 {
            0 => writeln!(
                out,
                r#"    let b{this} = for name in {before}.names parallel 8 {{
        let one = work(value = {before}.score, label = name)
        if one.score < least {{ tell(text = "${{name}}: ${{one.score}}") }}
        yield {{ score = one.score }}
    }}
    let s{this} = work(value = max(b{this}.score))"#
            ),
            1 => writeln!(
                out,
                r#"    let b{this} = if s{block}.score > least {{
        let again = work(value = s{block}.score)
        yield {{ score = again.score }}
    }} else {{
        yield {{ score = s{block}.score }}
    }}"#
            ),
            2 => writeln!(
                out,
                r#"    let b{this} = repeat max 5 {{
        let turn = work(value = b{block}.score)
        yield {{ score = turn.score }}
    }} until score > least"#
            ),
            _ => writeln!(
                out,
                r#"    let b{this} = work(value = b{block}.score) with {{ allow_failure = true }}
    if failed(b{this}) {{ tell(text = "${{b{this}.score ?? 0.0}}") }}"#
            ),
        };
        // Every block of the first kind starts from a call.
        if block % 4 == 3 {
            let _ = writeln!(
                out,
                "    let c{this} = work(value = b{this}.score ?? least)"
            );
        }
    }
    out.push_str("    on failure { for f in run.failures { tell(text = f.message) } }\n}\n");
    out
}
