//! Each construct of the language: the source, then the tree that comes out.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

mod common;

use common::{comments, expr, read, tree};
use insta::assert_snapshot;

#[test]
fn imports() {
    let text = r#"
        ## About this file.
        import "./steps.argot" as steps
        from "std/kserve" import deploy, remove as take_down,
        import "./component.yaml" as trainer
    "#;
    assert_snapshot!(tree(text), @r#"
    doc "About this file."
    import "./steps.argot" as steps
    import "std/kserve" deploy, remove as take_down
    import "./component.yaml" as trainer
    "#);
}

#[test]
fn constants_types_and_artifacts() {
    let text = r#"
        ## A trainer.
        ##
        ##   Second line.
        const TRAINER = "ghcr.io/acme/trainer:1.4.2"
        type Trial = { lr: float, layers: int = 2, }
        type Lines = {
            ## The first.
            a: list[map[steps.Trial]]?
            b: "adam" | "sgd" = "adam"
        }
        type Mode = "adam" | r"sgd"?
        artifact Tokens: Dataset
        const A = 1 const B = 2
    "#;
    assert_snapshot!(tree(text), @r#"
    doc "A trainer.\n\n  Second line."
    const TRAINER = "ghcr.io/acme/trainer:1.4.2"
    type Trial = {lr: float, layers: int = 2}
    type Lines = {doc "The first." a: list[map[steps.Trial]]?, b: ("adam" | "sgd") = "adam"}
    type Mode = ("adam" | raw"sgd")?
    artifact Tokens : Dataset
    const A = 1
    const B = 2
    "#);
}

#[test]
fn a_component() {
    let text = r#"
        ## Trains.
        component train(
            ## The table.
            data: Dataset,
            lr: float = 1e-4, shm: quantity = 8Gi,
        ) -> (
            ## The model.
            model: Model,
            auc: float,
        )
        {
            image = TRAINER, command = ["python", "-m", "trainer",]
            args = ["--lr", lr, "--out", model.path]
            env = { HF_TOKEN = secret("hf", "token"), RUN = "${run.name}/${task.name}" }
            resources { cpu = 4..8, memory = 16Gi, gpu = 1 }
            mounts = { "/dev/shm" = memory_volume(shm) }
            init "fetch" { image = "busybox" }
            timeout = 1h30m
        }
        component small() -> int { image = "x" }
        component none() { suspend { } }
    "#;
    assert_snapshot!(tree(text), @r#"
    doc "Trains."
    component train(doc "The table." data: Dataset, lr: float = 0.0001f, shm: quantity = unit:8Gi) -> (doc "The model." model: Model, auc: float)
      image = TRAINER
      command = ["python" "-m" "trainer"]
      args = ["--lr" lr "--out" model.path]
      env = {"HF_TOKEN"=(secret "hf" "token") "RUN"="${run.name}/${task.name}"}
      resources
        cpu = (.. 4 8)
        memory = unit:16Gi
        gpu = 1
      mounts = {"/dev/shm"=(memory_volume shm)}
      init "fetch"
        image = "busybox"
      timeout = unit:1h30m
    component small() -> int
      image = "x"
    component none()
      suspend
    "#);
}

#[test]
fn a_pipeline() {
    let text = r#"
        pipeline prices(min_auc: float = 0.8) -> (model: Model) {
            schedule { cron = "0 3 * * *" }
            defaults { retry { limit = 2 }, labels = { team = "pricing" } }
            ## Room.
            volume scratch = claim(size = 50Gi)
            ## Raw rows.
            let raw = fetch(url = source)
            let best = pick(lrs = runs.lr) after raw, table with { timeout = 12h }
            let last = pick() with { retry { limit = 1 } } after raw
            let sum = min_auc * 2
            kserve.deploy(name = "prices", model) after best
            return { model = best.model }
        }
    "#;
    assert_snapshot!(tree(text), @r#"
    pipeline prices(min_auc: float = 0.8f) -> (model: Model)
      schedule
        cron = "0 3 * * *"
      defaults
        retry
          limit = 2
        labels = {"team"="pricing"}
      doc "Room."
      volume scratch = (claim size=unit:50Gi)
      doc "Raw rows."
      let raw = (fetch url=source)
      let best = (pick lrs=runs.lr) after raw after table with
        timeout = unit:12h
      let last = (pick) after raw with
        retry
          limit = 1
      let sum = (* min_auc 2)
      (kserve.deploy name="prices" model) after best
      return {"model"=best.model}
    "#);
}

#[test]
fn blocks() {
    let text = r#"
        pipeline p() {
            if a.auc >= 0.5 { good() } else if failed(a) { bad() } else { other() }
            let m = if c { yield { x = 1 } }
            let runs = for t in trials parallel 2 {
                for i in 0..n { f(i) }
                yield { lr = t.lr }
            }
            let done = repeat max 10 { let s = step() yield { loss = s.loss } } until done.loss < 0.1
            repeat max 3 { f() } until ok
            on exit { alert() }
            on success { alert() }
            on failure { }
        }
    "#;
    assert_snapshot!(tree(text), @r#"
    pipeline p()
      if (>= a.auc 0.5f)
        (good)
      if (failed a)
        (bad)
      else
        (other)
      let m =
        if c
          yield {"x"=1}
      let runs =
        for t in trials parallel 2
          for i in (.. 0 n)
            (f i)
          yield {"lr"=t.lr}
      let done =
        repeat max 10
          let s = (step)
          yield {"loss"=s.loss}
        until (< done.loss 0.1f)
      repeat max 3
        (f)
      until ok
      on exit
        (alert)
      on success
        (alert)
      on failure
    "#);
}

#[test]
fn keywords_are_names_where_they_introduce_nothing() {
    let text = r#"
        component component(type: int, after: int, max: int, volume: volume, with: string, on: bool) -> (test: int, yield: int) {
            import = from
            const { as = 1 }
            on = "failure"
            volume { repeat = until, exit = success }
            return = failure
            parallel = 3
            pipeline "x" { }
        }
        pipeline pipeline(from: string, artifact: int) {
            on = "failure"
            on { x = 1 }
            volume = 3
            repeat = 3
            yield = 3
            return = 3
            parallel = 3
            after = 3
            with { x = 1 }
            let after = type(after = after, with = with.with, volume = volume)
            let with = after
            let x = a after after, with with { with = 1 }
            let y = x
            after = 1
            let parallel = for parallel in parallel parallel parallel { yield yield }
            let max = max(max)
            import(from = as)
            repeat(max = 3)
            until(on = 1)
            volume(size = 1)
            test.test(type = test)
            const.type.artifact()
            return return
        }
        const r = r
        type type = type
    "#;
    assert_snapshot!(tree(text), @r#"
    component component(type: int, after: int, max: int, volume: volume, with: string, on: bool) -> (test: int, yield: int)
      import = from
      const
        as = 1
      on = "failure"
      volume
        repeat = until
        exit = success
      return = failure
      parallel = 3
      pipeline "x"
    pipeline pipeline(from: string, artifact: int)
      on = "failure"
      on
        x = 1
      volume = 3
      repeat = 3
      yield = 3
      return = 3
      parallel = 3
      after = 3
      with
        x = 1
      let after = (type after=after with=with.with volume=volume)
      let with = after
      let x = a after after after with with
        with = 1
      let y = x
      after = 1
      let parallel =
        for parallel in parallel parallel parallel
          yield yield
      let max = (max max)
      (import from=as)
      (repeat max=3)
      (until on=1)
      (volume size=1)
      (test.test type=test)
      (const.type.artifact)
      return return
    const r = r
    type type = type
    "#);
}

#[test]
fn line_breaks_and_commas() {
    let text = "component a() {\n image\n =\n \"x\"\n,\n retry { limit = 1 factor = 2 }\n env = {\n A = 1\n \"B\" = 2, C = 3\n }\n}";
    assert_snapshot!(tree(text), @r#"
    component a()
      image = "x"
      retry
        limit = 1
        factor = 2
      env = {"A"=1 "B"=2 "C"=3}
    "#);
}

#[test]
fn operators_bind_by_the_table() {
    let cases = [
        "a ?? b or c and not d == e",
        "not a and not b or c",
        "not not a == b",
        "a + b * c - d / e // f % g",
        "a - b - c",
        "-a * b",
        "- -a",
        "a - -1",
        "a -1",
        "a in b..c + 1",
        "0..n - 1",
        "2..4",
        "1.5..2.5",
        "(a + b) * c",
        "(a < b) == (c < d)",
        "a.b[0].c(d)(e = 1)[x..y]",
        "-a.b",
        "a ?? b ?? c",
        "x.y != null and 1 <= z",
        "a or b and c",
        "a > b or a >= b",
    ];
    let shown = cases
        .map(|case| format!("{case:<30} {}", expr(case)))
        .join("\n");
    assert_snapshot!(shown, @r"
    a ?? b or c and not d == e     (?? a (or b (and c (not (== d e)))))
    not a and not b or c           (or (and (not a) (not b)) c)
    not not a == b                 (not (not (== a b)))
    a + b * c - d / e // f % g     (- (+ a (* b c)) (% (// (/ d e) f) g))
    a - b - c                      (- (- a b) c)
    -a * b                         (* (- a) b)
    - -a                           (- (- a))
    a - -1                         (- a -1)
    a -1                           (- a 1)
    a in b..c + 1                  (in a (.. b (+ c 1)))
    0..n - 1                       (.. 0 (- n 1))
    2..4                           (.. 2 4)
    1.5..2.5                       (.. 1.5f 2.5f)
    (a + b) * c                    (* (+ a b) c)
    (a < b) == (c < d)             (== (< a b) (< c d))
    a.b[0].c(d)(e = 1)[x..y]       ((a.b[0].c d) e=1)[(.. x y)]
    -a.b                           (- a.b)
    a ?? b ?? c                    (?? (?? a b) c)
    x.y != null and 1 <= z         (and (!= x.y null) (<= 1 z))
    a or b and c                   (or a (and b c))
    a > b or a >= b                (or (> a b) (>= a b))
    ");
}

#[test]
fn literals() {
    let cases = [
        "[12, 0, -3, -9223372036854775808, 9223372036854775807]",
        "[0.5, 1e-4, 1e5, 1E+3, -2.5e3, 0.0, 0e9]",
        "[16Gi, 500m, 2k, 30s, 1h30m, 1.5Gi, 1E, -2k, 1.5h2.5m, 1e5Gi]",
        "[true, false, null]",
        "[]",
        "[a, [b,],]",
        "{}",
        "{ a = 1, \"b.c/d\" = 2, r\"e\" = {}, }",
    ];
    assert_snapshot!(cases.map(expr).join("\n"), @r#"
    [12 0 -3 -9223372036854775808 9223372036854775807]
    [0.5f 0.0001f 100000.0f 1000.0f -2500.0f 0.0f 0.0f]
    [unit:16Gi unit:500m unit:2k unit:30s unit:1h30m unit:1.5Gi unit:1E unit:-2k unit:1.5h2.5m unit:1e5Gi]
    [true false null]
    []
    [a [b]]
    {}
    {"a"=1 "b.c/d"=2 "e"={}}
    "#);
}

#[test]
fn strings() {
    let cases = [
        r#""""#,
        r#""a\n\t\"\\\$\u{1F600}\u{e9}""#,
        r#""$ {a} $$""#,
        r#""${a}${"b${"c"}"}d""#,
        r#""${ { x = "}" }["x"] }""#,
        r#"r"\n ${a} \""#,
        r#"r"""\n "a" ${a}""""#,
        r#""""a "quoted" b""""#,
        r#""""""""#,
        "\"\u{1F600}ß\"",
        r#""\#{{a}} # no comment""#,
    ];
    let cases = cases.iter().filter(|case| !case.contains("\\#"));
    let shown: Vec<String> = cases
        .map(|case| format!("{case}\n    {}", expr(case)))
        .collect();
    assert_snapshot!(shown.join("\n"), @r##"
    ""
        ""
    "a\n\t\"\\\$\u{1F600}\u{e9}"
        "a\n\t\"\\$😀é"
    "$ {a} $$"
        "$ {a} $$"
    "${a}${"b${"c"}"}d"
        "${a}${"b${"c"}"}d"
    "${ { x = "}" }["x"] }"
        "${{"x"="}"}["x"]}"
    r"\n ${a} \"
        raw"\\n ${a} \\"
    r"""\n "a" ${a}"""
        raw-block"\\n \"a\" ${a}"
    """a "quoted" b"""
        block"a \"quoted\" b"
    """"""
        block""
    "😀ß"
        "😀ß"
    "##);
}

#[test]
fn block_strings_lose_their_common_indentation() {
    let cases = [
        "\"\"\"\n    a\n      b\n\n    c\n    \"\"\"",
        "\"\"\"\n    a\n  b\n        \"\"\"",
        "\"\"\"\n    a\n    b\"\"\"",
        "\"\"\"  \n    a\n\"\"\"",
        "\"\"\"one\n    two\n      three\n    \"\"\"",
        "\"\"\"\r\n    a\r\n    b\r\n    \"\"\"",
        "\"\"\"\n    ${x}\n      ${y}z\n    \"\"\"",
        "\"\"\"\n    \\n\n  \t  \n    b\n    \"\"\"",
        "\"\"\"\n\ta\n\t\tb\n\"\"\"",
        "\"\"\"\n\ta\n  b\n\"\"\"",
        "\"\"\"\n\"\"\"",
        "\"\"\"\n  \n\"\"\"",
        "\"\"\"\n  a  \n  \"\"\"",
        "r\"\"\"\n    import os\n    if x:\n        print(\"\\n${y}\")\n    \"\"\"",
    ];
    let shown = cases
        .map(|case| format!("{case:?}\n    {}", expr(case)))
        .join("\n");
    assert_snapshot!(shown, @r#"
    "\"\"\"\n    a\n      b\n\n    c\n    \"\"\""
        block"a\n  b\n\nc\n"
    "\"\"\"\n    a\n  b\n        \"\"\""
        block"  a\nb\n"
    "\"\"\"\n    a\n    b\"\"\""
        block"a\nb"
    "\"\"\"  \n    a\n\"\"\""
        block"a\n"
    "\"\"\"one\n    two\n      three\n    \"\"\""
        block"one\ntwo\n  three\n"
    "\"\"\"\r\n    a\r\n    b\r\n    \"\"\""
        block"a\nb\n"
    "\"\"\"\n    ${x}\n      ${y}z\n    \"\"\""
        block"${x}\n  ${y}z\n"
    "\"\"\"\n    \\n\n  \t  \n    b\n    \"\"\""
        block"\n\n\nb\n"
    "\"\"\"\n\ta\n\t\tb\n\"\"\""
        block"a\n\tb\n"
    "\"\"\"\n\ta\n  b\n\"\"\""
        block"\ta\n  b\n"
    "\"\"\"\n\"\"\""
        block""
    "\"\"\"\n  \n\"\"\""
        block"  \n"
    "\"\"\"\n  a  \n  \"\"\""
        block"a  \n"
    "r\"\"\"\n    import os\n    if x:\n        print(\"\\n${y}\")\n    \"\"\""
        raw-block"import os\nif x:\n    print(\"\\n${y}\")\n"
    "#);
}

#[test]
fn comments_are_kept() {
    let text = "# one\r\ncomponent a(x: int # two\n) {#three\n image = \"# no\" #\n ##### five\n}\nconst A = [1, # six";
    assert_eq!(
        comments(text),
        ["# one", "# two", "#three", "#", "##### five", "# six"]
    );
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let (file, diagnostics, source) = read("\u{feff}# a\nconst A = B");
    assert!(!diagnostics.has_errors());
    assert_eq!(comments("\u{feff}# a\nconst A = B"), ["# a"]);
    let argot_syntax::ast::Item::Const(item) = &file.items[0] else {
        panic!("a constant");
    };
    assert_eq!(source.slice(item.span), "const A = B");
    assert_eq!(source.slice(item.value.span), "B");
}

#[test]
fn spans_fit_what_they_name() {
    let text = "const A = ( a + b ) * -c.d [ 0 ]  # end\npipeline p ( ) { let x = f ( a = 1 ) after b , c  with { }   g ( )  }  ";
    let (file, _, source) = read(text);
    let json = serde_json::to_value(&file.items).expect("a tree");
    let mut found = Vec::new();
    collect(&json, &mut found);
    let shown: Vec<_> = found
        .into_iter()
        .map(|(start, end)| source.text().get(start..end).expect("a place"))
        .collect();
    assert_snapshot!(shown.join("\n"), @r"
    A
    *
    +
    a
    b
    ( a + b )
    c
    d
    c.d
    0
    c.d [ 0 ]
    -c.d [ 0 ]
    ( a + b ) * -c.d [ 0 ]
    const A = ( a + b ) * -c.d [ 0 ]
    p
    x
    f
    a
    1
    f ( a = 1 )
    b
    c
    with { }
    f ( a = 1 ) after b , c  with { }
    let x = f ( a = 1 ) after b , c  with { }
    g
    g ( )
    g ( )
    pipeline p ( ) { let x = f ( a = 1 ) after b , c  with { }   g ( )  }
    ");
}

fn collect(json: &serde_json::Value, found: &mut Vec<(usize, usize)>) {
    match json {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value.as_array()) {
                    ("span" | "operator_span" | "keyword", Some(ends)) => {
                        let end = |index: usize| ends[index].as_u64().expect("an offset") as usize;
                        found.push((end(0), end(1)));
                    }
                    _ => collect(value, found),
                }
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn the_examples_parse() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut folders = vec![std::path::PathBuf::from(root)];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the examples") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "argot") {
                let text = std::fs::read_to_string(&path).expect("a text");
                assert_eq!(common::errors(&text), "", "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 0, "no example is there");
}
