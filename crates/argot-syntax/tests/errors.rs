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
        help: a colon is followed by a type, an equals sign by a value: `name: type = default`
        fix: {=} to {:}
    3:21 {:} syntax-error: expected `=` or `{` after `cpu`, found `:`
        help: a colon is followed by a type, an equals sign by a value
        fix: {:} to {=}
    4:19 {:} syntax-error: expected `{`, found `:`
        help: put outputs with names in parentheses, as in `-> (auc: float)`
    5:12 {=} syntax-error: expected `:` after `D`, found `=`
        help: a colon is followed by a type, an equals sign by a value: `name: type = default`
        fix: {=} to {:}
    6:14 {=} syntax-error: expected `:` after `a`, found `=`
        help: a colon is followed by a type, an equals sign by a value: `name: type = default`
        fix: {=} to {:}
    7:8 {:} syntax-error: expected `=`, found `:`
        help: a `let` or `const` has the type of its value; leave the type out
        fix: {: int} to {}
    8:14 {:} syntax-error: expected `=` after `a`, found `:`
        help: a colon is followed by a type, an equals sign by a value
        fix: {:} to { =}
    10:10 {:} syntax-error: expected `=`, found `:`
        help: a `let` or `const` has the type of its value; leave the type out
        fix: {: int} to {}
    11:16 {:} syntax-error: expected `=` after `a`, found `:`
        help: a colon is followed by a type, an equals sign by a value
        fix: {:} to { =}
    12:9 {:} syntax-error: expected `=`, `{` or `(` after `foo`, found `:`
        help: a colon is followed by a type, an equals sign by a value
        fix: {:} to {=}
    13:10 {=} syntax-error: expected `{` after `a`, found `=`
        help: `=` sets a value, `==` compares
    14:11 {==} syntax-error: expected `=` after `z`, found `==`
        help: `=` sets a value, `==` compares
        fix: {==} to {=}
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
    3:15 {&&} syntax-error: expected a statement after `b`, found `&&`
        help: join conditions with `and`
        fix: {&&} to {and}
    4:15 {||} syntax-error: expected a statement after `b`, found `||`
        help: join conditions with `or`
        fix: {||} to {or}
    5:13 {!} syntax-error: expected an expression, found `!`
        help: negate a condition with `not`
    6:14 {;} syntax-error: unexpected `;` after a statement
        help: statements need no separator
        fix: {;} to {}
    7:13 {\'single\'} syntax-error: `'single'` is in single quotes
        help: write a string in double quotes
        fix: {'single'} to {"single"}
    8:13 {f} syntax-error: a string has no `f` before its quotes
        help: every string can interpolate: `"${name}"`
        fix: {f} to {}
    9:13 {None} syntax-error: `None` is written `null`
        fix: {None} to {null}
    10:14 {True} syntax-error: `True` is written `true`
        fix: {True} to {true}
    10:20 {False} syntax-error: `False` is written `false`
        fix: {False} to {false}
    11:15 {**} syntax-error: expected a statement after `a`, found `**`
        help: there is no power operator
    12:18 {null} syntax-error: expected `=`, `{` or `(` after `is`, found `null`
        help: `==` and `!=` compare, also with `null`
    13:18 {elif} syntax-error: `elif` is written `else if`
        fix: {elif} to {else if}
    14:11 {a} syntax-error: expected `=`, `{` or `(` after `while`, found `a`
        help: `repeat max n { ... } until condition` runs a block again and again
    15:16 {:} syntax-error: expected `{` after `xs`, found `:`
        help: put the block in braces
    16:7 {+=} syntax-error: expected `=`, `{` or `(` after `x`, found `+=`
        help: a value never changes; `let` names a new one
    18:10 {//} syntax-error: `//` divides and rounds down; it does not begin a comment
        help: a comment begins with `#`
        fix: {//} to {#}
    19:15 {,} syntax-error: expected `)` after `1`, found `,`
        help: write a list in brackets, as in `[1, 2]`
    20:11 {:=} syntax-error: expected `=` after `n`, found `:=`
        help: write `=`
        fix: {:=} to {=}
    21:15 {?} syntax-error: expected a statement after `a`, found `?`
        help: choose a value with `let x = if condition { yield a } else { yield b }`
    22:9 {q} syntax-error: expected `=`, `{` or `(` after `var`, found `q`
        help: `let name = ...` names a value
    23:11 {\"x\"} syntax-error: expected `=` after `print`, found a string
        fix: {} to {= }
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
        help: a step is a `component`, a graph of steps is a `pipeline`
    3:8 {steps} syntax-error: expected a string after `import`, found `steps`
        help: import a file by its path: `import "./steps.argot" as steps`
    4:6 {steps} syntax-error: expected a string after `from`, found `steps`
        help: import names from a path: `from "./steps.argot" import fetch`
    6:1 {class} syntax-error: expected `as`, found `class`
        help: give an imported file a name, as in `import "./steps.argot" as steps`
    10:15 {=>} syntax-error: expected `->` or `{`, found `=>`
        help: outputs come after `->`
        fix: {=>} to {->}
    11:14 {|} syntax-error: unexpected `|` after `int`
        help: only strings have alternatives, as in `"adam" | "sgd"`
    12:13 {{} syntax-error: expected `(`, found `{`
        help: parentheses are needed, even if there is nothing in them
        fix: {} to {()}
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
    6:17 {$} syntax-error: expected an expression, found `$`
    11:11 {2} syntax-error: expected `=`, `,` or `)` after `y`, found `2`
        9:14 {(} this is open
    15:11 {]} syntax-error: expected an expression, found `]`
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
        4:11 {{} no `}` closes this
    12:1 {pipeline} syntax-error: expected `}`, found `pipeline`
        9:15 {{} no `}` closes this
    14:5 {const} syntax-error: `const` inside a body
        this begins an item
        help: move the `const` to the top level of the file
    22:1 {const} syntax-error: expected `,` or `]`, found `const`
        18:11 {[} this is open
    24:1 {pipeline} syntax-error: expected `,` or `)`, found `pipeline`
        22:12 {(} this is open
    27:1 {} syntax-error: expected `}`, found the end of the file
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
        help: an item is `import`, `from`, `const`, `type`, `artifact`, `component` or `pipeline`
    9:12 {)} syntax-error: expected an item after `1`, found `)`
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
    6:5 {f(x).y} syntax-error: expected a statement, found an expression
        this value is not used
        help: a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value
    9:8 {finish} syntax-error: expected `exit`, `success` or `failure` after `on`, found `finish`
    10:17 {after} syntax-error: a second `after` after one call
        help: write all names after one `after`, as in `after a, b`
    13:18 {with} syntax-error: a second `with` after one call
        help: put all attributes in one block
    15:5 {type} syntax-error: expected `until`, found `type`
    16:8 {,} syntax-error: unexpected `,` after a statement
        help: statements need no separator
        fix: {,} to {}
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
    4:26 {{} syntax-error: expected an expression after `if`, found `{`
    5:31 {else} syntax-error: `else` without an `if`
        help: `else` follows the closing brace of an `if` or `else if`, and an `if` has only one `else`
    6:9 {else} syntax-error: `else` without an `if`
        help: `else` follows the closing brace of an `if` or `else if`, and an `if` has only one `else`
    8:5 {if} syntax-error: expected `{`, found `if`
    8:10 {f} syntax-error: expected `{` after `a`, found `f`
    9:8 {{} syntax-error: expected an expression after `if`, found `{`
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
        help: statements are part of a pipeline, not of a component
    4:17 {if} syntax-error: expected an attribute, found `if`
        this begins a statement
        help: statements are part of a pipeline, not of a component
    5:6 {(} syntax-error: expected `=` or `{` after `f`, found `(`
        help: attributes are in this block; components and pipelines are called in a pipeline
    6:5 {const} syntax-error: `const` inside a body
        this begins an item
        help: move the `const` to the top level of the file
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
    3:5 {## The image.} syntax-error: documentation above something that cannot have any
        help: `##` documents the item, parameter, output, `let` or `volume` below it; write a comment with `#`
    8:5 {f} syntax-error: `f` cannot have documentation
        help: `##` documents the item, parameter, output, `let` or `volume` below it; write a comment with `#`
    9:13 {## why} syntax-error: documentation above something that cannot have any
        help: `##` documents the item, parameter, output, `let` or `volume` below it; write a comment with `#`
    12:1 {}} syntax-error: `}` cannot have documentation
        help: `##` documents the item, parameter, output, `let` or `volume` below it; write a comment with `#`
    14:1 {} syntax-error: the end of the file cannot have documentation
        help: `##` documents the item, parameter, output, `let` or `volume` below it; write a comment with `#`
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
    <broken A>
    const B = [1 "" <error>]
    pipeline p()
      let a = (f x=<error>)
      let b = (good x=<error>)
      if b
        <broken c>
        (g)
      let d = <error>
      (h) with
        cpu = 3
    const C = 3
    "#);
}

/// What people write who come from Python, KFP, Argo or YAML, each of it one mistake.
#[test]
fn old_habits_in_headers() {
    let text = r#"
component a(x: int) -> int, string { image = "x:1" }
component b(x int) { image = "x:1" }
component c(x: string[]) { image = "x:1" }
component d(x: dict[string, int]) { image = "x:1" }
component e(x: int): int { image = "x:1" }
component f(x: int -> (y: int) { image = "x:1" }
component "g" { image = "x:1" }
component h { image = "x:1" }
component my-step(in-put: int) { image = "x:1" node-selector = { a-b = "c" } }
component i(x: int) { image "x:1", command: ["x"]; env = { A: 'b' } }
"#;
    assert_snapshot!(errors(text), @r#"
    2:27 {,} syntax-error: expected `{`, found `,`
        help: put outputs with names in parentheses, as in `-> (auc: float)`
    3:15 {int} syntax-error: expected `:` after `x`, found `int`
    4:16 {string[]} syntax-error: a list type is written `list[string]`
        fix: {string[]} to {list[string]}
    5:27 {,} syntax-error: expected `]` after `string`, found `,`
        help: the brackets contain one type: `list[T]`, or `map[T]` with strings as keys
    6:20 {:} syntax-error: expected `->` or `{`, found `:`
        help: outputs come after `->`
        fix: {:} to { ->}
    7:20 {->} syntax-error: expected `)`, found `->`
        7:12 {(} this is open
        help: close the inputs before the arrow
        fix: {} to {)}
    8:11 {\"g\"} syntax-error: expected a name after `component`, found a string
        help: write a name without quotes
    9:13 {{} syntax-error: expected `(`, found `{`
        help: parentheses are needed, even if there is nothing in them
        fix: {} to {()}
    10:11 {my-step} syntax-error: `my-step` is not a name
        `-` subtracts
        help: use underscores: `my_step`; names in the output get hyphens again
        fix: {my-step} to {my_step}
    10:19 {in-put} syntax-error: `in-put` is not a name
        `-` subtracts
        help: use underscores: `in_put`; names in the output get hyphens again
        fix: {in-put} to {in_put}
    10:48 {node-selector} syntax-error: `node-selector` is not a name
        `-` subtracts
        help: use underscores: `node_selector`; names in the output get hyphens again
        fix: {node-selector} to {node_selector}
    10:66 {a-b} syntax-error: `a-b` is not a name
        `-` subtracts
        help: put a key with hyphens in quotes
        fix: {a-b} to {"a-b"}
    11:29 {\"x:1\"} syntax-error: expected `=` after `image`, found a string
        fix: {} to {= }
    "#);
}

/// The same in the body of a pipeline.
#[test]
fn old_habits_in_pipelines() {
    let text = r#"
pipeline p(xs: list[int]) {
    let my-task = my-step(in-put = 1)
    f(x = my-task) after "my_task"
    f() after g(), my-task
    repeat 3 { f() } until x > 3
    repeat { f() }
    f(n = a == "h" ? 1 : 2)
    let n = 1 if a else 2
    let ys = [x for x in xs]
    let y = xs[1:2]
    let a, b = f()
    if a =~ "h" { f() }
    let m = 10 GB
    try { f() } except { g() }
    let o = 3 // a comment
    f() // another comment of many words
    let s = "${x:-y} ${#x} ${arr[@]}"
    let z = a.
    let t = f'x'
}
"#;
    assert_snapshot!(errors(text), @r#"
    3:9 {my-task} syntax-error: `my-task` is not a name
        `-` subtracts
        help: use underscores: `my_task`; names in the output get hyphens again
        fix: {my-task} to {my_task}
        fix: {my-task} to {my_task}
        fix: {my-task} to {my_task}
    3:27 {in-put} syntax-error: `in-put` is not a name
        `-` subtracts
        help: use underscores: `in_put`; names in the output get hyphens again
        fix: {in-put} to {in_put}
    4:26 {\"my_task\"} syntax-error: expected a name after `after`, found a string
        help: write the name of the task without quotes: `my_task`
        fix: {"my_task"} to {my_task}
    5:15 {g()} syntax-error: expected the name of a task after `after`, found a call
        help: give the call a name with `let first = g(...)`, then write `after first`
    6:12 {3} syntax-error: expected `max` after `repeat`
        help: `repeat` needs a limit: `repeat max 10 { ... } until condition`
        fix: {} to {max }
    7:12 {{} syntax-error: expected `max` after `repeat`
        help: `repeat` needs a limit: `repeat max 10 { ... } until condition`
    8:20 {?} syntax-error: expected `,` or `)`, found `?`
        help: choose a value with `let x = if condition { yield a } else { yield b }`
    9:20 {else} syntax-error: expected `{` after `a`, found `else`
        help: choose a value with `let x = if condition { yield a } else { yield b }`
    10:17 {for} syntax-error: expected `,` or `]` after `x`, found `for`
        help: a loop makes a list: `let ys = for x in xs { yield f(x) }`
    11:17 {:} syntax-error: expected `]` after `1`, found `:`
        help: there are no slices; an index is one number
    12:10 {,} syntax-error: expected `=` after `a`, found `,`
        help: a call has one name; its outputs are fields, as in `name.output`
    13:10 {=~} syntax-error: expected `{` after `a`, found `=~`
        help: `matches(text, pattern)` tests a text against a pattern
    14:16 {GB} syntax-error: expected a line break, found `GB`
        help: a unit touches its number, as in `10Gi`
        fix: { } to {}
    15:12 {(} syntax-error: expected `=` or `{` after `f`, found `(`
        help: attributes are in this block; components and pipelines are called in a pipeline
    16:15 {//} syntax-error: `//` divides and rounds down; it does not begin a comment
        help: a comment begins with `#`
        fix: {//} to {#}
    17:9 {//} syntax-error: `//` divides and rounds down; it does not begin a comment
        help: a comment begins with `#`
        fix: {//} to {#}
    18:14 {${x:-y}} syntax-error: `${x:-y}` is a shell expansion, not an expression
        `${` begins an interpolation here
        help: write the text as a raw string, `r"..."` or `r"""..."""`, to leave every `$` to the shell
        help: or write `\$` for this one
    20:5 {let} syntax-error: expected a name, found `let`
    20:13 {f} syntax-error: a string has no `f` before its quotes
        help: every string can interpolate: `"${name}"`
        fix: {f} to {}
    20:14 {\'x\'} syntax-error: `'x'` is in single quotes
        help: write a string in double quotes
        fix: {'x'} to {"x"}
    "#);
}
