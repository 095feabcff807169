//! What is said about mistakes in items, attributes and statements: the source, then the diagnostics.

mod common;

use common::{errors, partial_tree};
use insta::assert_snapshot;

#[test]
fn a_colon_gives_a_type_and_an_equals_sign_a_value() {
    let text = r#"
component a(x = 1) { image = "x" }
component b() { cpu : 4, image: "x" }
component c() -> x: int { image = "x" }
artifact D = Dataset
type E = { a = int }
const F: int = 3
const G = { a: 1 }
pipeline p() {
    let x: int = 3
    let y = f(a: 1)
    foo : 3
    if a = b { f() }
    let z == 3
}
"#;
    assert_snapshot!(errors(text), @r"
    2:15 {=} syntax-error: expected `:` after `x`, found `=`
        `=` stands here
        help: a colon gives a type, an equals sign gives a value: `name: type = default`
    3:21 {:} syntax-error: expected `=` or `{` after `cpu`, found `:`
        `:` stands here
        help: a colon gives a type, an equals sign gives a value
        fix: {:} to {=}
    4:19 {:} syntax-error: expected `{` after `x`, found `:`
        `:` stands here
        help: outputs with names stand in parentheses, as in `-> (auc: float)`
    5:12 {=} syntax-error: expected `:` after `D`, found `=`
        `=` stands here
        help: a colon gives a type, an equals sign gives a value: `name: type = default`
    6:14 {=} syntax-error: expected `:` after `a`, found `=`
        `=` stands here
        help: a colon gives a type, an equals sign gives a value: `name: type = default`
    7:8 {:} syntax-error: expected `=` after `F`, found `:`
        `:` stands here
        help: the type of a `let` or `const` is that of its value
    8:14 {:} syntax-error: expected `=` after `a`, found `:`
        `:` stands here
        help: a colon gives a type, an equals sign gives a value
        fix: {:} to { =}
    10:10 {:} syntax-error: expected `=` after `x`, found `:`
        `:` stands here
        help: the type of a `let` or `const` is that of its value
    11:16 {:} syntax-error: expected `=`, `,` or `)` after `a`, found `:`
        `:` stands here
        help: a colon gives a type, an equals sign gives a value
        fix: {:} to { =}
    12:9 {:} syntax-error: expected `=`, `{` or `(` after `foo`, found `:`
        `:` stands here
        help: a colon gives a type, an equals sign gives a value
        fix: {:} to {=}
    13:10 {=} syntax-error: expected `{` after `a`, found `=`
        `=` stands here
        help: `=` gives a value, `==` compares
    14:11 {==} syntax-error: expected `=` after `z`, found `==`
        `==` stands here
        help: `=` gives a value, `==` compares
    ");
}

#[test]
fn habits_of_other_languages() {
    let text = r#"
pipeline p() {
    let a = b && c
    let d = b || c
    let e = !b
    let f = 3;
    let g = 'single'
    let h = f"${a}"
    let i = None
    let j = [True, False]
    let k = a ** 2
    let l = a is null
    if a { f() } elif b { g() }
    while a { f() }
    for x in xs: f()
    x += 1
    // note
    f()  // note
    let m = (1, 2)
    let n := 3
    let o = a ? b : c
    var q = 3
    print "x"
}
"#;
    assert_snapshot!(errors(text), @r#"
    3:15 {&&} syntax-error: expected a statement, found `&&`
        `&&` stands here
        help: `and` joins conditions
    4:15 {||} syntax-error: expected a statement, found `||`
        `||` stands here
        help: `or` joins conditions
    5:13 {!} syntax-error: expected an expression, found `!`
        `!` stands here
        help: `not` negates a condition
    6:14 {;} syntax-error: expected a statement after `3`, found `;`
        `;` stands here
        help: nothing stands at the end of a statement
    7:13 {\'single\'} syntax-error: expected an expression, found `'single'`
        `'single'` stands here
        help: a string stands in double quotes
    8:14 {\"${a}\"} syntax-error: expected a statement after `f`, found a string
        a string stands here
        help: a string interpolates without a letter before its quotes: `"${name}"`
    9:13 {None} syntax-error: `None` is no value
        help: it is written `null`
        fix: {None} to {null}
    10:14 {True} syntax-error: `True` is no value
        help: it is written `true`
        fix: {True} to {true}
    10:20 {False} syntax-error: `False` is no value
        help: it is written `false`
        fix: {False} to {false}
    11:15 {**} syntax-error: expected an expression, found `**`
        `**` stands here
        help: there is no power operator
    12:18 {null} syntax-error: expected `=`, `{` or `(` after `is`, found `null`
        `null` stands here
        help: `==` and `!=` compare, also with `null`
    13:23 {b} syntax-error: expected `=`, `{` or `(` after `elif`, found `b`
        `b` stands here
        help: it is written `else if`
    14:11 {a} syntax-error: expected `=`, `{` or `(` after `while`, found `a`
        `a` stands here
        help: `repeat max n { ... } until condition` runs again and again
    15:16 {:} syntax-error: expected `{` after `xs`, found `:`
        `:` stands here
        help: a block stands in braces
    16:7 {+=} syntax-error: expected `=`, `{` or `(` after `x`, found `+=`
        `+=` stands here
        help: a value never changes; `let` names a new one
    18:10 {//} syntax-error: expected a statement, found `//`
        `//` stands here
        help: a comment begins with `#`
    19:15 {,} syntax-error: expected `)` after `1`, found `,`
        `,` stands here
        help: a list stands in brackets, as in `[1, 2]`
    20:11 {:=} syntax-error: expected `=` after `n`, found `:=`
        `:=` stands here
        help: `let name = ...` names a value
    21:15 {?} syntax-error: expected a statement, found `?`
        `?` stands here
    22:9 {q} syntax-error: expected `=`, `{` or `(` after `var`, found `q`
        `q` stands here
        help: `let name = ...` names a value
    24:1 {}} syntax-error: expected `{`, found `}`
        `}` stands here
    "#);
}

#[test]
fn items_of_other_languages() {
    let text = r#"
def foo(): pass
import steps
from steps import fetch
import "./steps.argot"
class A { }
// note
/* note */
let x = 3
component e() => int { image = "x" }
type T = int | string
component f { image = "x" }
"#;
    assert_snapshot!(errors(text), @r#"
    2:1 {def} syntax-error: expected an item, found `def`
        `def` stands here
        help: a step is a `component`, a graph of steps is a `pipeline`
    3:8 {steps} syntax-error: expected a string after `import`, found `steps`
        `steps` stands here
        help: a file is imported by its path: `import "./steps.argot" as steps`
    4:6 {steps} syntax-error: expected a string after `from`, found `steps`
        `steps` stands here
        help: names are imported from a path: `from "./steps.argot" import fetch`
    6:1 {class} syntax-error: expected `as`, found `class`
        `class` stands here
        help: an imported file is given a name, as in `import "./steps.argot" as steps`
    10:15 {=>} syntax-error: expected `{`, found `=>`
        `=>` stands here
        help: a value stands behind `=`, the outputs of a component behind `->`
    11:14 {|} syntax-error: unexpected `|` after `int`
        `|` stands here
        help: only strings have alternatives, as in `"adam" | "sgd"`
    12:13 {{} syntax-error: expected `(` after `f`, found `{`
        `{` stands here
    "#);
}

#[test]
fn a_test_is_not_built_yet() {
    let text = r#"
## Tests.
test "it works" {
    let x = f()
}
const A = 1 +
"#;
    assert_snapshot!(errors(text), @r"
    3:1 {test} not-yet-supported: `test` is not supported yet
    7:1 {} syntax-error: expected an expression, found the end of the file
        the file ends here
    ");
}

#[test]
fn three_errors_in_one_pipeline() {
    let text = r#"
pipeline p() {
    let a = f(x = )
    let b = good()
    if b {
        let c = $
        g()
    }
    let d = f(
        x = 1,
        y 2,
    )
    let e = good()
}
const A = ]
const B = 1
"#;
    assert_snapshot!(errors(text), @r"
    3:19 {)} syntax-error: expected an expression, found `)`
        `)` stands here
    6:17 {$} syntax-error: expected an expression, found `$`
        `$` stands here
    11:11 {2} syntax-error: expected `=`, `,` or `)` after `y`, found `2`
        `2` stands here
        9:14 {(} this is open
    15:11 {]} syntax-error: expected an expression, found `]`
        `]` stands here
    ");
}

#[test]
fn a_missing_brace_names_the_open_one() {
    let text = r#"
component a() {
    image = "x"
    retry { limit = 3
    timeout = 2h
}

## Documented.
component b() {
    image = "x"

pipeline p() {
    let x = a()
    const Z = 3
    let y = a()
}

const A = [
    1,
    2

const B = f(1

pipeline q() {
    if a {
        f()
"#;
    assert_snapshot!(errors(text), @r"
    9:1 {component} syntax-error: expected `}`, found `component`
        `component` stands here
        4:11 {{} no `}` closes this
    12:1 {pipeline} syntax-error: expected `}`, found `pipeline`
        `pipeline` stands here
        9:15 {{} no `}` closes this
    14:5 {const} syntax-error: `const` stands inside a body
        this begins an item
        help: `const` stands at the top level of a file
    22:1 {const} syntax-error: expected `,` or `]`, found `const`
        `const` stands here
        18:11 {[} this is open
    24:1 {pipeline} syntax-error: expected `,` or `)`, found `pipeline`
        `pipeline` stands here
        22:12 {(} this is open
    27:1 {} syntax-error: expected `}`, found the end of the file
        the file ends here
        25:10 {{} no `}` closes this
    ");
}

#[test]
fn a_brace_too_many() {
    let text = r#"
pipeline p() {
    if a {
        f()
    }
    }
    g()
}
const A = 1)
"#;
    assert_snapshot!(errors(text), @r"
    7:5 {g} syntax-error: expected an item, found `g`
        `g` stands here
        help: an item is `import`, `from`, `const`, `type`, `artifact`, `component` or `pipeline`
    9:12 {)} syntax-error: expected an item after `1`, found `)`
        `)` stands here
        help: an item is `import`, `from`, `const`, `type`, `artifact`, `component` or `pipeline`
    ");
}

#[test]
fn reserved_words_are_no_names() {
    let text = r#"
const for = 1
component in() { image = "x" }
component a(not: int) { image = "x" }
pipeline p() {
    let if = f()
    let a = f(in = 1)
    let b = c.or
}
const A = { true = 1 }
"#;
    assert_snapshot!(errors(text), @r"
    2:7 {for} syntax-error: `for` is a reserved word and cannot be a name
        expected a name here
    3:11 {in} syntax-error: `in` is a reserved word and cannot be a name
        expected a name here
    4:13 {not} syntax-error: `not` is a reserved word and cannot be a name
        expected a name here
    6:9 {if} syntax-error: `if` is a reserved word and cannot be a name
        expected a name here
    7:15 {in} syntax-error: `in` is a reserved word and cannot be a name
        expected a name here
    8:15 {or} syntax-error: `or` is a reserved word and cannot be a name
        expected a name here
    10:13 {true} syntax-error: `true` is a reserved word and cannot be a name
        expected a name here
    ");
}

#[test]
fn statements_are_calls() {
    let text = r#"
pipeline p() {
    a
    a.b
    a + 1
    f(x).y
    "text"
    [f(x)]
    on finish { f() }
    f() after a after b
    f() after
    yield
    f() with { } with { }
    repeat max 3 { f() }
    type = 3
    f(),
}
"#;
    assert_snapshot!(errors(text), @r"
    3:5 {a} syntax-error: expected a statement, found an expression
        this value is not used
        help: a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value
    4:5 {a.b} syntax-error: expected a statement, found an expression
        this value is not used
        help: a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value
    5:5 {a + 1} syntax-error: expected a statement, found an expression
        this value is not used
        help: a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value
    6:9 {.} syntax-error: expected a statement, found `.`
        `.` stands here
    9:8 {finish} syntax-error: expected `exit`, `success` or `failure` after `on`, found `finish`
        `finish` stands here
    10:17 {after} syntax-error: `after` stands twice behind one call
        help: several names stand behind one `after`, as in `after a, b`
    13:18 {with} syntax-error: `with` stands twice behind one call
        help: all attributes stand in one block
    15:5 {type} syntax-error: expected `until`, found `type`
        `type` stands here
    16:8 {,} syntax-error: expected a statement, found `,`
        `,` stands here
    ");
}

#[test]
fn alternatives() {
    let text = r#"
pipeline p() {
    if a { f() } else b { g() }
    if a { f() } else if { g() }
    if a { f() } else { g() } else { h() }
    f() else { g() }
    if a
    if a f()
    if { f() }
}
"#;
    assert_snapshot!(errors(text), @r"
    3:23 {b} syntax-error: expected `if` or `{` after `else`, found `b`
        `b` stands here
    4:29 {(} syntax-error: expected `=` after `g`, found `(`
        `(` stands here
    5:31 {else} syntax-error: `else` belongs to no `if`
        help: `else` follows the closing brace of an `if`; no second `else` follows the first
    6:9 {else} syntax-error: `else` belongs to no `if`
        help: `else` follows the closing brace of an `if`; no second `else` follows the first
    8:5 {if} syntax-error: expected `{` after `a`, found `if`
        `if` stands here
    8:10 {f} syntax-error: expected `{` after `a`, found `f`
        `f` stands here
    9:11 {(} syntax-error: expected `=` after `f`, found `(`
        `(` stands here
    ");
}

#[test]
fn statements_in_a_component() {
    let text = r#"
component a() {
    let x = f()
    image = "x" if a { f() }
    f(x)
    const A = 3
}
"#;
    assert_snapshot!(errors(text), @r"
    3:5 {let} syntax-error: expected an attribute, found `let`
        this begins a statement
        help: statements stand in the body of a pipeline
    4:17 {if} syntax-error: expected an attribute, found `if`
        this begins a statement
        help: statements stand in the body of a pipeline
    5:6 {(} syntax-error: expected `=` or `{` after `f`, found `(`
        `(` stands here
        help: components and pipelines are called in the body of a pipeline
    6:5 {const} syntax-error: `const` stands inside a body
        this begins an item
        help: `const` stands at the top level of a file
    ");
}

#[test]
fn documentation_that_belongs_to_nothing() {
    let text = r#"
component a() {
    ## The image.
    image = "x"
}
pipeline p() {
    ## A call.
    f()
    let x = ## why
        f()
    ## The end.
}
## The end of the file.
"#;
    assert_snapshot!(errors(text), @r"
    3:5 {## The image.} syntax-error: documentation stands where nothing can carry it
        help: `##` stands above an item, a parameter, an output, `let` or `volume`; `#` is a comment
    8:5 {f} syntax-error: `f` cannot carry documentation
        help: `##` stands above an item, a parameter, an output, `let` or `volume`; `#` is a comment
    9:13 {## why} syntax-error: documentation stands where nothing can carry it
        help: `##` stands above an item, a parameter, an output, `let` or `volume`; `#` is a comment
    12:1 {}} syntax-error: `}` cannot carry documentation
        help: `##` stands above an item, a parameter, an output, `let` or `volume`; `#` is a comment
    14:1 {} syntax-error: the end of the file cannot carry documentation
        help: `##` stands above an item, a parameter, an output, `let` or `volume`; `#` is a comment
    ");
}

#[test]
fn empty_files() {
    let text = "";
    assert_snapshot!(errors(text), @"");
}

#[test]
fn what_is_good_is_kept() {
    let text = r#"
const A = ]
const B = [1, "\q", 1_0]
pipeline p() {
    let a = f(x = )
    let b = good(x = 012)
    if b {
        let c = $
        g()
    }
    let d = "abc
    h() with { cpu : 3, gpu = 1 }
}
const C = 3
"#;
    assert_snapshot!(partial_tree(text), @r#"
    const B = [1 "" <error>]
    pipeline p()
      let b = (good x=<error>)
      if b
        (g)
      let d = <error>
      (h) with
    const C = 3
    "#);
}
