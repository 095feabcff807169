//! Chains through names: as long as a file can make them, whatever way round they are written.

use std::collections::HashMap;

use argot_syntax::Code;

use super::{Files, MAIN, SHOW, compiles, is_error, lines, refused, said_of};

const LONG: usize = 3_000;

#[test]
fn constants_may_be_made_of_others_in_any_order() {
    let falling = lines(0, LONG, |n| format!("const A{n} = A{} + 1", n + 1));
    compiles(format!("{SHOW}{falling}const A{LONG} = 1\n{MAIN}"));
    let deep = |n: usize| {
        format!(
            "const A{n} = {}A{}{}",
            "(".repeat(100),
            n + 1,
            ")".repeat(100)
        )
    };
    compiles(format!(
        "{SHOW}{}const A100 = 1\n{MAIN}",
        lines(0, 100, deep)
    ));
    let texts = lines(0, LONG, |n| format!("const A{n} = \"${{A{}}}\"", n + 1));
    compiles(format!("{SHOW}{texts}const A{LONG} = \"a\"\n{MAIN}"));
}

#[test]
fn types_may_be_made_of_others_in_any_order() {
    let falling = lines(0, LONG, |n| format!("type T{n} = T{}", n + 1));
    compiles(format!("{SHOW}{falling}type T{LONG} = int\n{MAIN}"));
    let defaults = |n: usize| {
        format!(
            "type T{n} = {{ a: int = A{n} }}\nconst A{n} = A{} + 1",
            n + 1
        )
    };
    compiles(format!(
        "{SHOW}{}const A{LONG} = 1\n{MAIN}",
        lines(0, LONG, defaults)
    ));
    let artifacts = lines(0, LONG, |n| format!("artifact D{n}: D{}", n + 1));
    compiles(format!(
        "{SHOW}{artifacts}artifact D{LONG}: Dataset\n{MAIN}"
    ));
}

#[test]
fn defaults_of_components_may_be_made_of_long_chains() {
    let chain = lines(0, LONG, |n| format!("const A{n} = A{} + 1", n + 1));
    let end = format!("const A{LONG} = 1\n");
    let of_component = "component c(n: int = A0) { image = \"a:1\", command = [\"x\", n] }\n";
    compiles(format!(
        "{of_component}pipeline main() {{ c() }}\n{chain}{end}"
    ));
    compiles(format!(
        "{SHOW}pipeline main(n: int = A0) {{ show(text = \"${{n}}\") }}\n{chain}{end}"
    ));
    let of_field = "type R = { n: int = A0 }\ncomponent c(r: R = {}) { image = \"a:1\", command = [\"x\", r] }\n";
    compiles(format!("{of_field}pipeline main() {{ c() }}\n{chain}{end}"));
}

#[test]
fn a_circle_is_told_once_however_long_it_is() {
    let next = |n: usize| (n + 1) % LONG;
    let constants = lines(0, LONG, |n| format!("const A{n} = A{} + 1", next(n)));
    let found = refused(
        format!("{SHOW}{constants}{MAIN}"),
        Code::RecursiveDefinition,
        "the constant `A0` is defined in terms of itself",
    );
    assert_eq!(
        found.notes,
        ["the circle is A0 → A1 → A2 → A3 → 2994 more → A2998 → A2999 → A0"]
    );
    let types = lines(0, LONG, |n| format!("type T{n} = list[T{}]", next(n)));
    refused(
        format!("{SHOW}{types}{MAIN}"),
        Code::RecursiveDefinition,
        "the type `T0`",
    );
    let calls = lines(0, LONG, |n| format!("pipeline p{n}() {{ p{}() }}", next(n)));
    refused(
        format!("{SHOW}{calls}{MAIN}"),
        Code::RecursivePipeline,
        "p0 → p1 → p2 → p3 → 2994 more",
    );
}

#[test]
fn values_lie_in_each_other_to_a_depth() {
    for of in ["[A@]", "{ a = A@ }", "[{ a = [A@] }]"] {
        let chain = lines(1, LONG, |n| {
            format!("const A{n} = {}", of.replace('@', &(n - 1).to_string()))
        });
        let found = refused(
            format!("{SHOW}const A0 = 1\n{chain}{MAIN}"),
            Code::TooLarge,
            "lists and records are nested more than 128 deep",
        );
        assert!(
            found
                .notes
                .iter()
                .any(|note| note.contains("more → A3 → A2 → A1")),
            "{found:#?}"
        );
    }
}

#[test]
fn types_lie_in_each_other_to_a_depth() {
    for of in ["list[T@]", "{ a: T@ }", "map[T@?]"] {
        let rising = lines(1, LONG, |n| {
            format!("type T{n} = {}", of.replace('@', &(n - 1).to_string()))
        });
        let found = refused(
            format!("{SHOW}type T0 = int\n{rising}{MAIN}"),
            Code::TooLarge,
            "types are nested more than 128 deep",
        );
        assert!(
            found
                .notes
                .iter()
                .any(|note| note.contains("more → T3 → T2 → T1")),
            "{found:#?}"
        );
    }
}

const TOO_DEEP: &str = "pipelines and blocks are nested more than 50 deep";

#[test]
fn pipelines_call_each_other_to_a_depth() {
    let leaf = "pipeline _p0() { show(text = \"a\") }\n";
    let rising = lines(1, LONG, |n| format!("pipeline _p{n}() {{ _p{}() }}", n - 1));
    let found = refused(
        format!("{SHOW}{leaf}{rising}{MAIN}"),
        Code::TooLarge,
        TOO_DEEP,
    );
    assert_eq!(
        found.notes,
        ["the calls are _p50 → _p49 → _p48 → _p47 → 44 more → _p2 → _p1 → _p0"]
    );
    let falling = lines(0, LONG, |n| format!("pipeline _p{n}() {{ _p{}() }}", n + 1));
    let leaf = format!("pipeline _p{LONG}() {{ show(text = \"a\") }}\n");
    refused(
        format!("{SHOW}{falling}{leaf}{MAIN}"),
        Code::TooLarge,
        TOO_DEEP,
    );
    let handlers = |n: usize| {
        format!(
            "pipeline _p{n}() {{ show(text = \"a\")\n on exit {{ _p{}() }} }}",
            n + 1
        )
    };
    refused(
        format!("{SHOW}{}{leaf}{MAIN}", lines(0, LONG, handlers)),
        Code::TooLarge,
        TOO_DEEP,
    );
}

#[test]
fn blocks_count_as_calls_do() {
    let leaf = "pipeline _p0(x: int) { show(text = \"${x}\") }\n";
    for (head, end) in [
        ("if x > 1 {", "}"),
        ("for _ in [1, 2] {", "}"),
        ("repeat max 3 {", "} until false"),
    ] {
        let (head, end) = (head.repeat(60), end.repeat(60));
        let chain = lines(1, 11, |n| {
            format!(
                "pipeline _p{n}(x: int) {{ {head} _p{}(x = x) {end} }}",
                n - 1
            )
        });
        refused(
            format!("{SHOW}{leaf}{chain}{MAIN}"),
            Code::TooLarge,
            TOO_DEEP,
        );
    }
}

/// What is just not too deep goes through every stage with the same stack.
#[test]
fn the_deepest_that_is_allowed_compiles() {
    let main = "pipeline main(x: int = 2) { _p@(x = x) }\n";
    let leaf = "pipeline _p0(x: int) { show(text = \"${x}\") }\n";
    let calls = lines(1, 49, |n| {
        format!("pipeline _p{n}(x: int) {{ _p{}(x = x) }}", n - 1)
    });
    compiles(format!("{SHOW}{leaf}{calls}{}", main.replace('@', "48")));
    for (head, end) in [
        ("if x > 1 {", "}"),
        ("for _ in [1, 2] {", "}"),
        ("for _ in range(x) {", "}"),
    ] {
        let (head, end) = (head.repeat(20), end.repeat(20));
        let blocks = lines(1, 3, |n| {
            format!(
                "pipeline _p{n}(x: int) {{ {head} _p{}(x = x) {end} }}",
                n - 1
            )
        });
        compiles(format!("{SHOW}{leaf}{blocks}{}", main.replace('@', "2")));
    }
    let value = format!("const V = {}1{}\n", "[".repeat(127), "]".repeat(127));
    compiles(format!(
        "{SHOW}{value}pipeline main() {{ show(text = json(V)) }}\n"
    ));
}

#[test]
fn imports_may_follow_each_other_through_many_files() {
    const FILES: usize = 500;
    let last = format!("{SHOW}pipeline p{FILES}() {{ show(text = \"a\") }}\n");
    for body in ["p@()", "if true { p@() }", "for q in range(2) { p@() }"] {
        // Each calls the last one, so that only the imports are a chain.
        let file = |n: usize| {
            let call = body.replace('@', &FILES.to_string());
            let import = format!("from \"./f{}.argot\" import p{}\n", n + 1, n + 1);
            let last = match n + 1 == FILES {
                true => String::new(),
                false => format!("from \"./f{FILES}.argot\" import p{FILES}\n"),
            };
            format!("{import}{last}pipeline p{n}() {{ {call} }}\n")
        };
        let mut files: HashMap<String, String> = (1..FILES)
            .map(|n| (format!("f{n}.argot"), file(n)))
            .collect();
        files.insert("main.argot".to_owned(), file(0));
        files.insert(format!("f{FILES}.argot"), last.clone());
        let found = said_of(Files(files));
        let wrong = found.iter().find(|found| is_error(found));
        assert!(wrong.is_none(), "{wrong:#?}");
    }
}

#[test]
fn arms_of_an_if_come_to_an_end() {
    let arms = |arm: &dyn Fn(usize) -> String| -> String { (1..2_000).map(arm).collect() };
    let plain = arms(&|n| format!(" else if x == {n} {{ show(text = \"a\") }}"));
    let first = "if x == 0 { show(text = \"a\") }";
    let of = |body: &str| format!("{SHOW}pipeline main(x: int = 1) {{ {body} }}\n");
    let message = "arms have too many parts together";
    refused(of(&format!("{first}{plain}")), Code::TooLarge, message);
    refused(
        of(&format!("{first}{plain} else {{ show(text = \"b\") }}")),
        Code::TooLarge,
        message,
    );
    let yields = arms(&|n| format!(" else if x == {n} {{ yield {n} }}"));
    let value = format!(
        "let y = if x == 0 {{ yield 0 }}{yields} else {{ yield 1 }}\n show(text = \"${{y}}\")"
    );
    refused(of(&value), Code::TooLarge, message);
}
