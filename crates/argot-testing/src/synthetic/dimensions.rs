//! What a program may have much of. Each could make a compiler compare everything with everything else.

use super::{Dimension, File, fan, flow, steps};

const COMPILE: &[&str] = &["compile", "main.argot"];
const KUBERNETES: &[&str] = &[
    "compile",
    "--target",
    "kubernetes",
    "--layout",
    "jobs",
    "main.argot",
];
const POD: &[&str] = &[
    "compile",
    "--target",
    "kubernetes",
    "--layout",
    "pod",
    "main.argot",
];
const PROFILE: &[&str] = &["compile", "--profile", "p0", "main.argot"];
const DIFF: &[&str] = &["check", "--unsafe-fixes", "--diff", "main.argot"];
const CHECK: &[&str] = &["check", "."];

/// A component that takes and makes a text.
const WORK: &str = r#"component work(value: string) -> string {
    image   = "registry.example.com/team/work:1.0.0"
    command = ["work", value, output.path]
}
"#;

/// A component that takes a text.
const SHOW: &str = r#"component show(text: string) {
    image   = "registry.example.com/team/show:1.0.0"
    command = ["show", text]
}
"#;

/// All dimensions.
#[rustfmt::skip]
pub const DIMENSIONS: &[Dimension] = &[
    row("steps", "components, each called once", 250, COMPILE, steps),
    row("files", "files in a folder, each with ten steps", 25, CHECK, files),
    row("flow", "blocks", 250, COMPILE, |n| main(flow(n))),
    row("fan-in", "values in a list", 500, COMPILE, |n| main(fan(n))),
    row("chain", "steps, each after another", 500, COMPILE, chain),
    row("chain-kubernetes", "Jobs, each after another", 250, KUBERNETES, chain),
    row("pod-kubernetes", "containers of one pod", 250, POD, chain),
    row("fan-in-kubernetes", "Jobs whose values one takes", 250, KUBERNETES, |n| main(fan(n))),
    row("loop-kubernetes", "turns of two steps on plain Kubernetes", 125, KUBERNETES, known_loop),
    row("same-name", "calls of one component without a name", 500, COMPILE, same_name),
    row("variants", "calls of one component, each `with` other attributes", 250, COMPILE, variants),
    row("claims", "claims, each used by one step", 250, COMPILE, claims),
    row("shared-claim", "steps that use the same claim", 250, COMPILE, shared_claim),
    row("locks", "steps, each with a mutex", 500, COMPILE, locks),
    row("graphs", "pipelines, each called once", 250, COMPILE, graphs),
    row("nested-calls", "pipelines, each of which calls the next", 12, COMPILE, nested_calls),
    row("nested-blocks", "groups of four blocks, each in another", 2, COMPILE, nested_blocks),
    row("nested-brackets", "brackets, each in another", 30, COMPILE, nested_brackets),
    row("captures", "values that a block takes from outside", 100, COMPILE, captures),
    row("parameters", "parameters of a pipeline", 125, COMPILE, parameters),
    row("else-if", "arms of a condition", 25, COMPILE, else_if),
    row("handlers", "handlers of a pipeline", 40, COMPILE, handlers),
    row("environment", "variables of a container", 2_000, COMPILE, environment),
    row("outputs", "outputs of a component, each used once", 100, COMPILE, outputs),
    row("interpolations", "values in a text", 100, COMPILE, interpolations),
    row("members", "members of an enumeration, each used once", 1_000, COMPILE, members),
    row("fields", "fields of a record, each used once", 1_000, COMPILE, fields),
    row("unique", "texts in a list without repetitions", 5_000, COMPILE, unique),
    row("constants", "constants, each made from the next", 2_000, COMPILE, constants),
    row("long-constants", "kilobytes of a text that ten steps take", 10, COMPILE, long_constants),
    row("imports", "files, each of which imports the next", 100, COMPILE, imports),
    row("wide-imports", "files that one imports", 100, COMPILE, wide_imports),
    row("profiles", "profiles, each of which extends the next", 60, PROFILE, profiles),
    row("unknown-names", "names that are not known", 1_000, COMPILE, unknown_names).failing(),
    row("wrong-types", "values of the wrong type", 1_000, COMPILE, wrong_types).failing(),
    row("warnings", "inputs that are not used", 125, COMPILE, warnings),
    row("fixes", "fixes in one file", 125, DIFF, fixes).failing(),
];

const fn row(
    name: &'static str,
    counts: &'static str,
    size: usize,
    args: &'static [&'static str],
    files: fn(usize) -> Vec<File>,
) -> Dimension {
    Dimension {
        name,
        counts,
        size,
        args,
        fails: false,
        files,
    }
}

/// A program of one file.
fn main(text: impl Into<String>) -> Vec<File> {
    vec![File::new("main.argot", text)]
}

/// A pipeline with these statements, after `items`.
fn pipeline(items: &str, statements: &str) -> Vec<File> {
    main(format!("{items}pipeline main() {{\n{statements}}}\n"))
}

/// One text for each number below `n`.
fn each(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect()
}

fn files(n: usize) -> Vec<File> {
    let text = super::source(10);
    let file = |i| File::new(format!("f{i}.argot"), text.as_str());
    (0..n).map(file).collect()
}

fn chain(n: usize) -> Vec<File> {
    let next = |i| format!("    let t{} = work(value = t{i})\n", i + 1);
    let first = "    let t0 = work(value = \"start\")\n";
    pipeline(WORK, &format!("{first}{}", each(n, next)))
}

fn known_loop(n: usize) -> Vec<File> {
    let items: Vec<String> = (0..n).map(|i| format!("\"{i}\"")).collect();
    let turn = "        let t = work(value = x)\n        show(text = t)\n";
    let block = format!("    for x in [{}] {{\n{turn}    }}\n", items.join(", "));
    pipeline(&format!("{WORK}{SHOW}"), &block)
}

fn same_name(n: usize) -> Vec<File> {
    pipeline(SHOW, &each(n, |_| "    show(text = \"a\")\n".to_owned()))
}

fn variants(n: usize) -> Vec<File> {
    let call = |i| format!("    show(text = \"a\") with {{ env = {{ NUMBER = \"{i}\" }} }}\n");
    pipeline(SHOW, &each(n, call))
}

/// A component that mounts a volume.
const MOUNT: &str = r#"component mount(data: volume) {
    image   = "registry.example.com/team/mount:1.0.0"
    command = ["mount"]
    mounts  = { "/data" = data }
}
"#;

fn claims(n: usize) -> Vec<File> {
    let one = |i| format!("    volume v{i} = claim(size = 1Gi)\n    mount(data = v{i})\n");
    pipeline(MOUNT, &each(n, one))
}

fn shared_claim(n: usize) -> Vec<File> {
    let volume = "    volume v = claim(size = 1Gi)\n";
    let one = |_| "    mount(data = v)\n".to_owned();
    pipeline(MOUNT, &format!("{volume}{}", each(n, one)))
}

fn locks(n: usize) -> Vec<File> {
    let one = |i| format!("    show(text = \"a\") with {{ mutex = \"lock-{i}\" }}\n");
    pipeline(SHOW, &each(n, one))
}

fn graphs(n: usize) -> Vec<File> {
    let one = |i| format!("pipeline p{i}() {{ show(text = \"{i}\") }}\n");
    let call = |i| format!("    p{i}()\n");
    pipeline(&format!("{SHOW}{}", each(n, one)), &each(n, call))
}

fn nested_calls(n: usize) -> Vec<File> {
    let one = |i: usize| match i + 1 == n {
        true => format!("pipeline p{i}(text: string) {{ show(text) }}\n"),
        false => format!(
            "pipeline p{i}(text: string) {{\n    show(text)\n    p{}(text)\n}}\n",
            i + 1
        ),
    };
    let items = format!("{SHOW}{}", each(n, one));
    pipeline(&items, "    p0(text = run.name)\n")
}

/// The blocks are spread over pipelines, because names of templates have a limit.
fn nested_blocks(n: usize) -> Vec<File> {
    let one = |i: usize| {
        let inner = match i + 1 == n {
            true => "show(text = x)".to_owned(),
            false => format!("p{}(xs)", i + 1),
        };
        format!(
            "pipeline p{i}(xs: list[string]) {{\n    for x in xs {{ if x != \"\" {{ for y in xs {{ if x != y {{\n        \
             show(text = y)\n        {inner}\n    }} }} }} }}\n}}\n"
        )
    };
    let items = format!("{SHOW}{}", each(n, one));
    main(format!(
        "{items}pipeline main(xs: list[string] = [\"a\", \"b\"]) {{ p0(xs) }}\n"
    ))
}

fn nested_brackets(n: usize) -> Vec<File> {
    let value = format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let items = format!("{SHOW}const DEEP = {value}\n");
    pipeline(&items, "    show(text = json(DEEP))\n")
}

fn captures(n: usize) -> Vec<File> {
    let outside = each(n, |i| format!("    let t{i} = work(value = \"{i}\")\n"));
    let inside = each(n, |i| format!("        show(text = t{i})\n"));
    pipeline(
        &format!("{WORK}{SHOW}"),
        &format!("{outside}    for i in 0..2 {{\n{inside}    }}\n"),
    )
}

fn parameters(n: usize) -> Vec<File> {
    let parameters = each(n, |i| format!("    p{i}: string = \"{i}\",\n"));
    let calls = each(n, |i| format!("    show(text = p{i})\n"));
    main(format!(
        "{SHOW}pipeline main(\n{parameters}) {{\n{calls}}}\n"
    ))
}

fn else_if(n: usize) -> Vec<File> {
    let arm = |i| format!("if which == {i} {{ show(text = \"{i}\") }} else ");
    main(format!(
        "{SHOW}pipeline main(which: int = 0) {{\n    {}{{ show(text = \"none\") }}\n}}\n",
        each(n, arm)
    ))
}

fn handlers(n: usize) -> Vec<File> {
    let one = |i| format!("    on exit {{ show(text = \"{i}\") }}\n");
    pipeline(SHOW, &format!("    show(text = \"a\")\n{}", each(n, one)))
}

fn environment(n: usize) -> Vec<File> {
    let variables = each(n, |i| format!("        NAME_{i} = \"{i}\",\n"));
    let component = format!(
        "component work() {{\n    image   = \"registry.example.com/team/work:1.0.0\"\n    \
         command = [\"work\"]\n    env     = {{\n{variables}    }}\n}}\n"
    );
    pipeline(&component, "    work()\n")
}

fn outputs(n: usize) -> Vec<File> {
    let outputs = each(n, |i| format!("    o{i}: string,\n"));
    let paths = each(n, |i| format!("        o{i}.path,\n"));
    let component = format!(
        "{SHOW}component work() -> (\n{outputs}) {{\n    image   = \"registry.example.com/team/work:1.0.0\"\n    \
         command = [\n        \"work\",\n{paths}    ]\n}}\n"
    );
    let uses = each(n, |i| format!("    show(text = t.o{i})\n"));
    pipeline(&component, &format!("    let t = work()\n{uses}"))
}

fn interpolations(n: usize) -> Vec<File> {
    let parameters = each(n, |i| format!("    p{i}: string = \"{i}\",\n"));
    let parts = each(n, |i| format!("${{p{i}}} "));
    main(format!(
        "{SHOW}pipeline main(\n{parameters}) {{\n    show(text = \"{parts}\")\n}}\n"
    ))
}

fn members(n: usize) -> Vec<File> {
    let members: Vec<String> = (0..n).map(|i| format!("\"member-{i}\"")).collect();
    let items = format!(
        "type Kind = {}\ncomponent show(kinds: list[Kind]) {{\n    image   = \
         \"registry.example.com/team/show:1.0.0\"\n    command = [\"show\", kinds]\n}}\n",
        members.join(" | ")
    );
    pipeline(
        &items,
        &format!("    show(kinds = [{}])\n", members.join(", ")),
    )
}

fn fields(n: usize) -> Vec<File> {
    let types = each(n, |i| format!("    field_{i}: int,\n"));
    let values = each(n, |i| format!("    field_{i} = {i},\n"));
    let uses = each(n, |i| format!("    show(text = \"${{r.field_{i}}}\")\n"));
    main(format!(
        "{SHOW}type Fields = {{\n{types}}}\nconst VALUES = {{\n{values}}}\n\
         pipeline main(r: Fields = VALUES) {{\n{uses}}}\n"
    ))
}

fn unique(n: usize) -> Vec<File> {
    let items = each(n, |i| format!("    \"text-{i}\",\n"));
    let items = format!("{SHOW}const ALL = [\n{items}]\nconst UNIQUE = unique(ALL)\n");
    pipeline(&items, "    show(text = \"${len(UNIQUE)}\")\n")
}

fn constants(n: usize) -> Vec<File> {
    let chain = each(n, |i| format!("const A{i} = A{} + 1\n", i + 1));
    let items = format!("{SHOW}{chain}const A{n} = 1\n");
    pipeline(&items, "    show(text = \"${A0}\")\n")
}

fn long_constants(n: usize) -> Vec<File> {
    let line = "A line of forty characters, and no more.\\n";
    let items = format!("{SHOW}const TEXT = \"{}\"\n", line.repeat(n * 25));
    let calls = each(10, |_| "    show(text = TEXT)\n".to_owned());
    pipeline(&items, &calls)
}

fn imports(n: usize) -> Vec<File> {
    let file = |i: usize| {
        let (path, next) = (format!("f{i}.argot"), i + 1);
        match next == n {
            true => File::new(path, format!("const A{i} = \"a\"\n")),
            false => File::new(
                path,
                format!("from \"./f{next}.argot\" import A{next}\nconst A{i} = A{next}\n"),
            ),
        }
    };
    let items = format!("from \"./f0.argot\" import A0\n{SHOW}");
    let mut all = pipeline(&items, "    show(text = A0)\n");
    all.extend((0..n).map(file));
    all
}

fn wide_imports(n: usize) -> Vec<File> {
    let import = |i| format!("from \"./f{i}.argot\" import A{i}\n");
    let items = format!("{}{SHOW}", each(n, import));
    let mut all = pipeline(&items, &each(n, |i| format!("    show(text = A{i})\n")));
    all.extend((0..n).map(|i| File::new(format!("f{i}.argot"), format!("const A{i} = \"{i}\"\n"))));
    all
}

fn profiles(n: usize) -> Vec<File> {
    let profile = |i: usize| match i + 1 == n {
        true => format!("[profile.p{i}]\nlabels = {{ l{i} = \"a\" }}\n"),
        false => format!("[profile.p{i}]\nextends = \"p{}\"\n", i + 1),
    };
    let mut all = pipeline(SHOW, "    show(text = \"a\")\n");
    all.push(File::new("argot.toml", each(n, profile)));
    all
}

fn unknown_names(n: usize) -> Vec<File> {
    main(each(n, |i| format!("const known_{i} = knwon_{i} + 1\n")))
}

fn wrong_types(n: usize) -> Vec<File> {
    pipeline(SHOW, &each(n, |i| format!("    show(text = {i})\n")))
}

fn warnings(n: usize) -> Vec<File> {
    let inputs = each(n, |i| format!("    input_{i}: string = \"{i}\",\n"));
    main(format!(
        "component work(\n{inputs}) {{\n    image   = \"registry.example.com/team/work:1.0.0\"\n    \
         command = [\"work\"]\n}}\npipeline main() {{ work() }}\n"
    ))
}

fn fixes(n: usize) -> Vec<File> {
    let calls = each(n, |i| format!("    show(txet = \"{i}\")\n"));
    pipeline(SHOW, &calls)
}
