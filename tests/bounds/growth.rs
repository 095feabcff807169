//! Definitions that double with each line, and whatever else comes to much more than it says.

use argot_syntax::Code;

use super::{MAIN, SHOW, compiles, lines, refused};

/// Forty definitions, each made of the one above it as `of` says.
fn doubled(keyword: &str, first: &str, of: &str) -> String {
    let more = lines(1, 40, |n| {
        format!(
            "{keyword} A{n} = {}",
            of.replace('@', &format!("A{}", n - 1))
        )
    });
    format!("{keyword} A0 = {first}\n{more}")
}

#[test]
fn constants_that_double_are_refused_with_what_they_are_made_of() {
    for (first, of) in [
        ("[1]", "[@, @]"),
        ("{ x = 1 }", "{ x = @, y = @ }"),
        ("[1]", "@ + @"),
    ] {
        let program = format!("{SHOW}{}{MAIN}", doubled("const", first, of));
        let found = refused(program, Code::TooLarge, "it has more than 150000 parts");
        let chain = found.notes.first().map_or("", String::as_str);
        assert!(
            chain.starts_with("it is made of others: A1") && chain.ends_with("A1 → A0"),
            "{chain}"
        );
    }
}

#[test]
fn texts_that_double_are_refused() {
    for of in ["\"${@}${@}\"", "@ + @", "replace(@, \"x\", \"xx\")"] {
        let program = format!("{SHOW}{}{MAIN}", doubled("const", "\"x\"", of));
        refused(program, Code::TooLarge, "the text is longer than 4 MiB");
    }
}

#[test]
fn types_that_double_are_refused() {
    for of in [
        "{ a: @, b: @ }",
        "{ a: list[@], b: map[@?] }",
        "{ a: { b: @, c: @ } }",
    ] {
        let types = doubled("type", "{ a: int }", of);
        let program = format!(
            "component c(x: A39) {{ image = \"a:1\", command = [\"x\", x] }}\n{types}{SHOW}{MAIN}"
        );
        refused(program, Code::TooLarge, "it has more than 10000 parts");
    }
}

#[test]
fn values_that_functions_make_are_bounded() {
    let long = "const A = replace(\"".to_owned()
        + &"a".repeat(2_000)
        + "\", \"a\", \""
        + &"b".repeat(2_000)
        + "\")\n";
    for (value, message) in [
        ("split(A, \"\")", "it has more than 150000 parts"),
        ("range(100001)", "it has more than 100000 numbers"),
        ("join([A, A], \"\")", "the text is longer than 4 MiB"),
    ] {
        let program = format!("{SHOW}{long}const B = {value}\n{MAIN}");
        refused(program, Code::TooLarge, message);
    }
}

/// Every copy of a value is one that somebody has to keep.
#[test]
fn values_that_are_written_out_again_and_again_are_refused() {
    let message = "written out, the values of the program take more than 64 MiB";
    let table = "const R = range(100000)\n";
    let copies = lines(0, 300, |n| format!("const B{n} = R + [{n}]"));
    refused(
        format!("{SHOW}{table}{copies}{MAIN}"),
        Code::TooLarge,
        message,
    );
    let component = "component c(xs: list[int]) { image = \"a:1\", command = [\"x\", xs] }\n";
    let calls = lines(0, 300, |_| "    c(xs = R)".to_owned());
    refused(
        format!("{component}{table}pipeline main() {{\n{calls}}}\n"),
        Code::TooLarge,
        message,
    );
    let record = "type T = { xs: list[int] = R }\ncomponent c(t: T) { image = \"a:1\", command = [\"x\", t] }\n";
    let calls = lines(0, 300, |_| "    c(t = {})".to_owned());
    refused(
        format!("{table}{record}pipeline main() {{\n{calls}}}\n"),
        Code::TooLarge,
        message,
    );
}

/// A part of a large constant is no copy of the whole.
#[test]
fn parts_of_a_large_constant_cost_nothing() {
    let fields: Vec<String> = (0..2_000)
        .map(|n| format!("f{n} = \"{}\"", "x".repeat(100)))
        .collect();
    let table = format!(
        "const R = {{ {} }}\nconst L = range(50000)\n",
        fields.join(", ")
    );
    for part in ["R.f@", "\"${L[@]}\"", "\"${R.f@}-${L[1]}\""] {
        let uses = lines(0, 2_000, |n| {
            format!("const B{n} = {}", part.replace('@', &n.to_string()))
        });
        compiles(format!("{SHOW}{table}{uses}{MAIN}"));
    }
}

#[test]
fn names_for_values_of_the_run_do_not_double_unheard() {
    let main = |lets: &str| {
        format!(
            "{SHOW}pipeline main(x: int? = null, n: int = 1) {{\n    let A0 = n\n{lets}    show(text = \"${{A39}}\")\n}}\n"
        )
    };
    let of = |form: &str| {
        lines(1, 40, |n| {
            format!(
                "    let A{n} = {}",
                form.replace('@', &format!("A{}", n - 1))
            )
        })
    };
    for form in [
        "@ + @",
        "if x == null { yield @ + @ } else { yield 0 }",
        "if n == 1 { yield @ + @ } else { yield @ }",
    ] {
        let found = refused_any(main(&of(form)));
        assert!(found.contains("has too many parts"), "{found}");
    }
}

/// The message of the first error, where several follow from it.
fn refused_any(program: String) -> String {
    let found = super::said(program);
    let first = found.iter().find(|found| super::is_error(found));
    let first = first.expect("it is refused");
    assert_eq!(first.code, Code::TooLarge, "{first:#?}");
    first.message.clone()
}

/// Argo runs a graph from many places; plain Kubernetes has one Job for each of them, and says how many it takes.
#[test]
fn calls_that_double_are_laid_out_to_a_limit() {
    let twice = |body: &str, levels: usize| {
        lines(1, levels + 1, |n| {
            body.replace("#", &n.to_string())
                .replace('@', &(n - 1).to_string())
        })
    };
    let leaf = "pipeline _p0(x: int) { show(text = \"${x}\") }\n";
    let idle = "pipeline _p0(x: int) { if x > 1 { show(text = \"${x}\") } }\n";
    let call = "pipeline _p#(x: int) {\n    _p@(x = x)\n    _p@(x = x)\n}";
    let main = "pipeline main(x: int = 0) { _p39(x = x) }\n";
    for (leaf, message) in [
        (leaf, "the run would have more than 5000 Jobs"),
        (
            idle,
            "the run has more than 100000 tasks, calls, blocks and turns",
        ),
    ] {
        refused(
            format!("{SHOW}{leaf}{}{main}", twice(call, 39)),
            Code::LimitExceeded,
            message,
        );
    }
    let handlers = "pipeline _p#(x: int) {\n    show(text = \"a\")\n    on exit { _p@(x = x) }\n    on failure { _p@(x = x) }\n}";
    let main = main.replace("_p39", "_p16");
    refused(
        format!("{SHOW}{leaf}{}{main}", twice(handlers, 16)),
        Code::LimitExceeded,
        "the run has more than 100000 tasks, calls, blocks and turns",
    );
}

#[test]
fn values_that_double_from_call_to_call_are_refused() {
    let step =
        "component g(n: int) -> (v: int) { image = \"a:1\", command = [\"x\", n, v.path] }\n";
    let outputs = lines(1, 40, |n| {
        format!(
            "pipeline _p{n}(n: int) -> (v: int) {{\n    let a = _p{}(n = n)\n    return {{ v = a + a }}\n}}",
            n - 1
        )
    });
    let leaf =
        "pipeline _p0(n: int) -> (v: int) {\n    let a = g(n = n)\n    return { v = a }\n}\n";
    let main =
        "pipeline main(n: int = 1) {\n    let a = _p39(n = n)\n    show(text = \"${a}\")\n}\n";
    let too_many = "the value has too many parts";
    refused(
        format!("{step}{SHOW}{leaf}{outputs}{main}"),
        Code::LimitExceeded,
        too_many,
    );
    let inputs = lines(1, 40, |n| {
        format!("pipeline _p{n}(n: int) {{ _p{}(n = n + n) }}", n - 1)
    });
    let leaf = "pipeline _p0(n: int) { show(text = \"${n}\") }\n";
    let main = "pipeline main(n: int = 1) {\n    let a = g(n = n)\n    _p39(n = a)\n}\n";
    refused(
        format!("{step}{SHOW}{leaf}{inputs}{main}"),
        Code::LimitExceeded,
        too_many,
    );
    let texts = lines(1, 40, |n| {
        format!("pipeline _p{n}(n: string) {{ _p{}(n = n + n) }}", n - 1)
    });
    let leaf = "pipeline _p0(n: string) { show(text = n) }\n";
    let main = "pipeline main(n: string = \"x\") { _p39(n = n) }\n";
    refused(
        format!("{SHOW}{leaf}{texts}{main}"),
        Code::TooLarge,
        "the text is longer than 4 MiB",
    );
}

#[test]
fn loops_in_loops_are_laid_out_to_a_limit() {
    let message = "the run has more than 100000 tasks, calls, blocks and turns";
    let show = "show(text = \"${a}${b}${c}\")";
    for body in [
        show.to_owned(),
        format!("if x > c {{ {show} }}"),
        format!("{show}\n if x > c {{ {show} }}"),
    ] {
        let program = format!(
            "{SHOW}pipeline main(x: int = -1) {{ for a in range(1000) {{ for b in range(1000) {{ for c in range(1000) {{ {body} }} }} }} }}\n"
        );
        let found = super::said(program);
        let errors: Vec<_> = found
            .iter()
            .filter(|found| super::is_error(found))
            .collect();
        assert_eq!(errors.len(), 1, "{errors:#?}");
        let said = &errors.first().expect("there is one").message;
        assert!(
            said.contains(message) || said.contains("more than 5000 Jobs"),
            "{said}"
        );
    }
}

/// Each pipeline calls the next in two of a million ways.
#[test]
fn pipelines_that_are_used_in_ever_more_ways_are_refused() {
    const INPUTS: usize = 20;
    let of = |map: &dyn Fn(usize) -> String| -> String {
        let all: Vec<String> = (0..INPUTS).map(map).filter(|one| !one.is_empty()).collect();
        all.join(", ")
    };
    let parameters = of(&|n| format!("x{n}: int? = null"));
    let tests = |form: &str| lines(0, INPUTS, |n| form.replace('@', &n.to_string()));
    for leaf in [
        "    show(text = \"${x@ ?? 0}\")",
        "    if x@ != null { show(text = \"a\") }",
        "    show(text = \"a\") with { env = { A = \"${x@ ?? 0}\" } }",
    ] {
        let chain = lines(1, INPUTS + 1, |level| {
            let without = of(&|n| {
                if n + 1 == level {
                    String::new()
                } else {
                    format!("x{n} = x{n}")
                }
            });
            let with = of(&|n| match n + 1 == level {
                true => format!("x{n} = 1"),
                false => format!("x{n} = x{n}"),
            });
            let inner = level - 1;
            format!(
                "pipeline _p{level}({parameters}) {{\n    _p{inner}({without})\n    _p{inner}({with})\n}}"
            )
        });
        let program = format!(
            "{SHOW}pipeline _p0({parameters}) {{\n    show(text = \"a\")\n{}}}\n{chain}pipeline main() {{ _p{INPUTS}() }}\n",
            tests(leaf)
        );
        refused(
            program,
            Code::TooLarge,
            "pipelines are used in so many ways",
        );
    }
}
