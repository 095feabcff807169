//! Generates programs whose definitions form long chains and dense graphs, which mutations would never reach.

use crate::random::Random;

/// Which definitions one of them is made of.
#[derive(Clone, Copy)]
enum Shape {
    /// Of the next one, which is below it; the last is made of none.
    Falling,
    /// Of the one above it.
    Rising,
    /// Of the next one, and the last of the first.
    Ring,
    /// Of the one above it, twice: with each one, all doubles.
    Doubling,
    /// Of some of those above it.
    Dense,
}

const SHAPES: &[Shape] = &[
    Shape::Falling,
    Shape::Rising,
    Shape::Ring,
    Shape::Doubling,
    Shape::Dense,
];

impl Shape {
    /// The places of those that one of `count` is made of.
    fn parts(self, random: &mut Random, at: usize, count: usize) -> Vec<usize> {
        match self {
            Self::Falling => (at + 1..count.min(at + 2)).collect(),
            Self::Rising => at.checked_sub(1).into_iter().collect(),
            Self::Ring => vec![(at + 1) % count],
            Self::Doubling => at
                .checked_sub(1)
                .map_or_else(Vec::new, |before| vec![before; 2]),
            Self::Dense if at == 0 => Vec::new(),
            Self::Dense => (0..random.below(5)).map(|_| random.below(at)).collect(),
        }
    }
}

/// A kind of definitions: each is written from its number and those of the ones that it is made of.
type Kind = fn(&mut Random, usize, &[usize]) -> String;

const KINDS: &[Kind] = &[
    numbers,
    texts,
    lists,
    records,
    mixed,
    types,
    optional_types,
    fields_with_defaults,
    artifacts,
    calls,
    blocks,
    handlers,
    attempts,
    outputs,
    volumes,
    optional_inputs,
    turns,
];

/// A step that other definitions call.
const STEP: &str = r#"component step(n: int = 1, v: volume) -> (out: int) {
    image   = "a:1"
    command = ["run", n, out.path]
    mounts  = { "/v" = v }
}
component show(text: string) { image = "a:1", command = ["echo", text] }
"#;

/// A program.
pub fn program(random: &mut Random) -> Vec<u8> {
    let mut out = STEP.to_owned();
    let mut last = Vec::new();
    for _ in 0..1 + random.below(3) {
        let kind = random.below(KINDS.len());
        let shape = *random.pick(SHAPES);
        let most = *random.pick(&[3, 12, 40, 140, 600, 3_000]);
        let count = 2 + random.below(most);
        for at in 0..count {
            let parts = shape.parts(random, at, count);
            out += &KINDS[kind](random, at, &parts);
        }
        last.push((kind, count - 1));
    }
    out += &statements(random, &last);
    out.into_bytes()
}

/// A pipeline over the first and last definitions, with chains of its own.
fn statements(random: &mut Random, last: &[(usize, usize)]) -> String {
    let mut out = "pipeline main(x: int = 1, y: int? = null) {\n    volume w = claim(size = 1Gi)\n"
        .to_owned();
    for (kind, at) in last {
        let at = *random.pick(&[0, *at]);
        out += &match kind {
            0 => format!("    show(text = \"${{N{at}}}\")\n"),
            1 => format!("    show(text = T{at})\n"),
            2 => format!("    show(text = json(L{at}))\n    for q in L{at} {{ step(v = w) }}\n"),
            3 => format!("    show(text = json(R{at}))\n"),
            4 => format!("    show(text = json(M{at}))\n"),
            9 => format!("    c{at}(n = x)\n"),
            10 => format!("    b{at}(n = x)\n"),
            11 => format!("    h{at}()\n"),
            12 => format!("    a{at}()\n"),
            13 => format!("    let o = o{at}(n = x, v = w)\n    show(text = \"${{o}}\")\n"),
            14 => format!("    v{at}(v = w)\n"),
            15 => format!("    i{at}(a = y)\n    i{at}(b = 1)\n"),
            16 => format!("    t{at}(n = x)\n"),
            _ => String::new(),
        };
    }
    out += "    let k0 = step(v = w)\n";
    let count = random.below(*random.clone().pick(&[2, 30, 300]));
    let form = random.below(6);
    for at in 1..=count {
        let before = at - 1;
        out += &match form {
            0 => format!("    let k{at} = k{before} + k{before}\n"),
            1 => format!(
                "    let k{at} = if x == {at} {{ yield k{before} + 1 }} else {{ yield k{before} }}\n"
            ),
            2 => format!(
                "    let k{at} = if y == null {{ yield k{before} + k{before} }} else {{ yield 0 }}\n"
            ),
            3 => format!("    let k{at} = step(n = k{before}, v = w)\n"),
            4 => format!("    let k{at} = step(v = w) after k{before}\n"),
            _ => format!("    let k{at} = step(v = w) with {{ env = {{ K = \"{at}\" }} }}\n"),
        };
    }
    out + &format!("    show(text = \"${{k{count}}}\")\n}}\n")
}

/// Names with a letter in front, with something between them.
fn joined(letter: &str, parts: &[usize], between: &str) -> String {
    let names: Vec<String> = parts.iter().map(|part| format!("{letter}{part}")).collect();
    names.join(between)
}

/// The same, or something else if there are none.
fn or(letter: &str, parts: &[usize], between: &str, otherwise: &str) -> String {
    match parts.is_empty() {
        true => otherwise.to_owned(),
        false => joined(letter, parts, between),
    }
}

fn numbers(_: &mut Random, at: usize, parts: &[usize]) -> String {
    format!("const N{at} = {} + 1\n", or("N", parts, " + ", "1"))
}

fn texts(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner: String = parts.iter().map(|part| format!("${{T{part}}}")).collect();
    format!("const T{at} = \"x{inner}\"\n")
}

fn lists(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let value = match random.below(4) {
        0 => format!("[{}]", or("L", parts, ", ", "[1]")),
        1 => format!("sort(unique({}))", or("L", parts, " + ", "range(50000)")),
        _ => or("L", parts, " + ", "[1, 2]"),
    };
    format!("const L{at} = {value}\n")
}

fn records(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let fields = parts
        .iter()
        .enumerate()
        .map(|(index, part)| format!("f{index} = R{part}, "));
    format!("const R{at} = {{ {}n = 1 }}\n", fields.collect::<String>())
}

fn mixed(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = or("M", parts, ", ", "1");
    let value = match random.below(3) {
        0 => format!("[{{ a = [{inner}] }}]"),
        1 => format!("json([{inner}])"),
        _ => format!("\"${{json([{inner}])}}\""),
    };
    format!("const M{at} = {value}\n")
}

fn types(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let fields = parts
        .iter()
        .enumerate()
        .map(|(index, part)| format!("f{index}: D{part}, "));
    let fields: String = fields.collect();
    match (random.below(3), parts) {
        (0, [part, ..]) => format!("type D{at} = list[D{part}]\n"),
        _ => format!("type D{at} = {{ {fields}n: int }}\n"),
    }
}

fn optional_types(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = or("P", parts.get(..1).unwrap_or_default(), "", "int");
    format!(
        "type P{at} = map[{inner}?]\ncomponent p{at}(x: P{at}) {{ image = \"a:1\", command = [x] }}\n"
    )
}

fn fields_with_defaults(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = or("E", parts, " + ", "[1]");
    format!(
        "type F{at} = {{ a: list[int] = E{at} }}\nconst E{at} = {inner}\ncomponent f{at}(x: F{at} = {{}}) {{ image = \"a:1\", command = [x] }}\n"
    )
}

fn artifacts(_: &mut Random, at: usize, parts: &[usize]) -> String {
    format!(
        "artifact A{at}: {}\n",
        or("A", parts.get(..1).unwrap_or_default(), "", "Dataset")
    )
}

/// Statements that call some pipelines.
fn called(letter: &str, parts: &[usize], arguments: &str) -> String {
    let calls = parts
        .iter()
        .map(|part| format!("    {letter}{part}({arguments})\n"));
    calls.collect()
}

fn calls(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = called("c", parts, "n = n + 1");
    format!("pipeline c{at}(n: int) {{\n    show(text = \"${{n}}\")\n{inner}}}\n")
}

fn blocks(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let (head, end) = *random.pick(&[
        ("if n > 1 {", "}"),
        ("for _ in range(3) {", "}"),
        ("for _ in range(n) {", "}"),
        ("repeat max 3 {", "} until false"),
    ]);
    let deep = random.below(*random.clone().pick(&[2, 8, 60]));
    let inner = called("b", parts, "n = n");
    format!(
        "pipeline b{at}(n: int) {{\n{}\n    show(text = \"${{n}}\")\n{inner}{}\n}}\n",
        head.repeat(deep),
        end.repeat(deep),
    )
}

fn handlers(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let event = *random.pick(&["exit", "failure", "success"]);
    let inner = called("h", parts, "");
    format!(
        "pipeline h{at}() {{\n    show(text = \"a\")\n    on {event} {{\n    show(text = run.status)\n{inner}    }}\n}}\n"
    )
}

fn attempts(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = parts
        .iter()
        .map(|part| format!("    a{part}() with {{ allow_failure = true }}\n"));
    format!(
        "pipeline a{at}() {{\n    show(text = \"a\")\n{}}}\n",
        inner.collect::<String>()
    )
}

fn outputs(_: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = parts.iter().enumerate();
    let inner = inner.map(|(index, part)| format!("    let r{index} = o{part}(n = n, v = v)\n"));
    let sum = (0..parts.len()).map(|index| format!(" + r{index}"));
    format!(
        "pipeline o{at}(n: int, v: volume) -> (out: int) {{\n    let own = step(n = n, v = v)\n{}    return {{ out = own{} }}\n}}\n",
        inner.collect::<String>(),
        sum.collect::<String>(),
    )
}

fn volumes(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let given = *random.pick(&["v", "w", "scratch_volume(1Gi)"]);
    let inner = called("v", parts, &format!("v = {given}"));
    format!(
        "pipeline v{at}(v: volume) {{\n    volume w = claim(size = 1Gi)\n    step(v = v)\n    step(v = w)\n{inner}}}\n"
    )
}

fn optional_inputs(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let inner = parts.iter().map(|part| {
        let given = *random.pick(&[
            "a = a",
            "b = b",
            "a = b, b = a",
            "a = 1, c = c",
            "b = a, c = b",
            "",
        ]);
        format!("    i{part}({given})\n")
    });
    let inner: String = inner.collect();
    format!(
        "pipeline i{at}(a: int? = null, b: int? = null, c: int? = null) {{\n    show(text = \"${{a ?? b ?? c ?? 0}}\")\n    if a != null {{ show(text = \"a\") }}\n{inner}}}\n"
    )
}

fn turns(random: &mut Random, at: usize, parts: &[usize]) -> String {
    let items = *random.pick(&["range(2)", "range(1000)", "[n, n]", "0..n", "range(5000)"]);
    let inner = called("t", parts, "n = q");
    format!(
        "pipeline t{at}(n: int) {{\n    for q in {items} {{\n    show(text = \"${{q}}\")\n{inner}    }}\n}}\n"
    )
}
