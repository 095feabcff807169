//! What is said about mistakes in literals, operators and types: the source, then the diagnostics.

mod common;

use common::errors;
use insta::assert_snapshot;

#[test]
fn separators() {
    let text = r#"
const A = { a = 1 b = 2, c = 3 d = { x = 1 y = 2 } }
const B = [1 2]
const C = [1,, 2]
const D = f(a b)
const E = f(a = 1
    b = 2)
type F = { a: int b: int }
const G = { a = 1,, b = 2 }
"#;
    assert_snapshot!(errors(text), @r"
    2:19 {b} syntax-error: expected `,` or a line break before this entry
        this is another entry
        fix: {} to {,}
    2:32 {d} syntax-error: expected `,` or a line break before this entry
        this is another entry
        fix: {} to {,}
    2:44 {y} syntax-error: expected `,` or a line break before this entry
        this is another entry
        fix: {} to {,}
    3:14 {2} syntax-error: expected `,` or `]` after `1`, found `2`
    4:14 {,} syntax-error: expected an expression or `]`, found `,`
    5:15 {b} syntax-error: expected `=`, `,` or `)` after `a`, found `b`
    7:5 {b} syntax-error: expected `,` or `)`, found `b`
        6:12 {(} this is open
    8:19 {b} syntax-error: expected `,` or a line break before this entry
        this is another entry
        fix: {} to {,}
    9:19 {,} syntax-error: expected an entry or `}`, found `,`
    ");
}

#[test]
fn operators() {
    let text = r#"
const A = a < b < c
const B = a == b != c in d
const C = 1..2..3
const D = a == not b
const E = a +
component f() { image = "x" }
const F = * a
const G = a + + b
const H = - not a
const I = (a +) b
const J = a..
"#;
    assert_snapshot!(errors(text), @r"
    2:17 {<} syntax-error: comparisons do not chain
        this compares the result of a comparison
        2:13 {<} the first comparison is here
        help: join two comparisons with `and`, as in `a < b and b < c`
    3:18 {!=} syntax-error: comparisons do not chain
        this compares the result of a comparison
        3:13 {==} the first comparison is here
        help: join two comparisons with `and`, as in `a < b and b < c`
    3:23 {in} syntax-error: comparisons do not chain
        this compares the result of a comparison
        3:18 {!=} the first comparison is here
        help: join two comparisons with `and`, as in `a < b and b < c`
    4:15 {..} syntax-error: a range has only two ends
        4:12 {..} the range is here
    5:16 {not} syntax-error: `not` after an operator needs parentheses
        help: `not` applies to everything up to the next `and` or `or`: write `(not x)`
    7:1 {component} syntax-error: the item above is not complete, found `component`
        another item begins here
    8:11 {*} syntax-error: expected an expression, found `*`
    9:15 {+} syntax-error: expected an expression, found `+`
    10:13 {not} syntax-error: `not` after an operator needs parentheses
        help: `not` applies to everything up to the next `and` or `or`: write `(not x)`
    11:15 {)} syntax-error: expected an expression, found `)`
    13:1 {} syntax-error: expected an expression, found the end of the file
    ");
}

#[test]
fn numbers() {
    let text = r#"
const A = [1_000, 012, -007, 1h30, 1.5_0, 12_]
const B = [9223372036854775808, -9223372036854775809, 99999999999999999999999999999999999999999999999999]
const C = [1e999, 1e-999, -1e400]
const D = .5
const F = 1.2.3
const E = 1.
const G = 1...3
"#;
    assert_snapshot!(errors(text), @r"
    2:12 {1_000} syntax-error: `1_000` is not a number
        help: write the digits without `_`: `1000`
        fix: {1_000} to {1000}
    2:19 {012} syntax-error: `012` begins with a zero
        help: numbers are decimal and have no leading zeros; put text in quotes
    2:24 {-007} syntax-error: `-007` begins with a zero
        help: numbers are decimal and have no leading zeros; put text in quotes
    2:30 {1h30} syntax-error: `1h30` is not a number
        help: every part of a number needs a unit, as in `1h30m`
    2:36 {1.5_0} syntax-error: `1.5_0` is not a number
        help: write the digits without `_`: `1.50`
        fix: {1.5_0} to {1.50}
    2:43 {12_} syntax-error: `12_` is not a number
        help: write the digits without `_`: `12`
        fix: {12_} to {12}
    3:12 {9223372036854775808} number-out-of-range: `9223372036854775808` is out of range for int
        note: an int is from -9223372036854775808 to 9223372036854775807
    3:33 {-9223372036854775809} number-out-of-range: `-9223372036854775809` is out of range for int
        note: an int is from -9223372036854775808 to 9223372036854775807
    3:55 {99999999999999999999999999999999999999999999999999} number-out-of-range: `9999999999999999999999999999999999999999…` is out of range for int
        note: an int is from -9223372036854775808 to 9223372036854775807
    4:12 {1e999} number-out-of-range: `1e999` is out of range for float
        note: a float has 64 bits, as in IEEE 754
    4:19 {1e-999} number-out-of-range: `1e-999` is out of range for float
        note: a float has 64 bits, as in IEEE 754
    4:27 {-1e400} number-out-of-range: `-1e400` is out of range for float
        note: a float has 64 bits, as in IEEE 754
    5:11 {.} syntax-error: expected an expression, found `.`
        help: write a digit before the dot of a number, as in `0.5`
    6:15 {3} syntax-error: expected a name, found `3`
    8:1 {const} syntax-error: the item above is not complete, found `const`
        another item begins here
    8:12 {...} syntax-error: expected an item after `1`, found `...`
        help: an item is `import`, `from`, `const`, `type`, `artifact`, `component` or `pipeline`
    ");
}

#[test]
fn escapes() {
    let text = r#"
const A = "\q \x41 \u \u{} \u{110000} \u{d800} \u{1234567} \'"
const B = """
    \d${"\w"}
    """
const C = r"\d"
import "./${a}.argot" as b
const D = { "${a}" = 1 }
type E = "a" | "b${c}"
component f() { init "a${b}" { } }
"#;
    assert_snapshot!(errors(text), @r#"
    2:12 {\\q} invalid-escape: there is no escape `\q`
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:15 {\\x} invalid-escape: there is no escape `\x`
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:20 {\\u} invalid-escape: there is no escape `\u`
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:23 {\\u{}} invalid-escape: `\u{}` is not a Unicode character
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:28 {\\u{110000}} invalid-escape: `\u{110000}` is not a Unicode character
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:39 {\\u{d800}} invalid-escape: `\u{d800}` is not a Unicode character
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:48 {\\u{1234567}} invalid-escape: `\u{1234567}` is not a Unicode character
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    2:60 {\\\'} invalid-escape: there is no escape `\'`
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    4:5 {\\d} invalid-escape: there is no escape `\d`
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    4:10 {\\w} invalid-escape: there is no escape `\w`
        help: the escapes are `\n`, `\t`, `\"`, `\\`, `\$` and `\u{1F600}`
        help: a raw string `r"..."` has no escapes
    7:13 {a} syntax-error: an import path cannot contain an interpolation
        no value is known here
        help: `\$` writes a dollar sign
    8:16 {a} syntax-error: a key cannot contain an interpolation
        no value is known here
        help: `\$` writes a dollar sign
    9:20 {c} syntax-error: a member of an enumeration cannot contain an interpolation
        no value is known here
        help: `\$` writes a dollar sign
    10:26 {b} syntax-error: a label cannot contain an interpolation
        no value is known here
        help: `\$` writes a dollar sign
    "#);
}

#[test]
fn interpolations() {
    let text = r#"
const A = "${}"
const B = "${a b}"
const C = "${a"
const D = "${"
const E = "${a + }"
const F = "a ${ { } b"
const G = "ok ${a}"
"#;
    assert_snapshot!(errors(text), @r#"
    2:14 {}} syntax-error: expected an expression, found `}`
    3:16 {b} syntax-error: expected `}` after `a`, found `b`
    4:11 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        4:12 {${} this interpolation is open
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    5:11 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        5:12 {${} this interpolation is open
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    6:18 {}} syntax-error: expected an expression, found `}`
    7:11 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        7:14 {${} this interpolation is open
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    "#);
}

#[test]
fn strings_without_an_end() {
    let text = r#"
const A = "abc
const B = r"abc
const C = "abc\"
pipeline p() {
    let x = f(a = "abc)
    let y = f(
        a = "abc,
        b = 1,
    )
    let z = """
        ${"abc}
        """
    let w = $
}
const D = "a" "
const E = """
    abc
component a() { image = "x" }
"#;
    assert_snapshot!(errors(text), @r#"
    2:11 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    3:11 {r\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    4:11 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    6:19 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    8:13 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    12:11 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    14:13 {$} syntax-error: expected an expression, found `$`
    16:15 {\"} unterminated-string: a string is not closed before the end of its line
        no `"` closes this
        help: write a string of several lines in `"""`; a quote in a string is `\"`
    17:11 {\"\"\"} unterminated-string: a string is not closed before the end of its file
        no `"""` closes this
    "#);
}

#[test]
fn a_raw_block_without_an_end() {
    let text = r#"
const A = 1
const B = r"""
    abc
const C = ]
"#;
    assert_snapshot!(errors(text), @r#"
    3:11 {r\"\"\"} unterminated-string: a string is not closed before the end of its file
        no `"""` closes this
    "#);
}

#[test]
fn names() {
    let text = r#"
const ä = 1
const 3a = 1
const A = straße
const B = a-b
const C = a.3
const D = a.
"#;
    assert_snapshot!(errors(text), @r"
    2:7 {ä} syntax-error: expected a name after `const`, found `ä`
        help: names have only the letters `a` to `z` and `A` to `Z`, digits and `_`
    4:11 {straße} syntax-error: expected an expression, found `straße`
        help: names have only the letters `a` to `z` and `A` to `Z`, digits and `_`
    6:13 {3} syntax-error: expected a name, found `3`
    8:1 {} syntax-error: expected a name, found the end of the file
    ");
}

#[test]
fn characters_that_are_not_seen() {
    let text = "const A =\u{a0}1\nconst B = \u{200b}2\nconst C = \u{1}3\nconst D = 4\rconst E = 5\nconst F = \u{7}\n";
    assert_snapshot!(errors(text), @r"
    1:10 {\u{a0}} syntax-error: expected an expression, found `\u{a0}`
    2:11 {\u{200b}} syntax-error: expected an expression, found `\u{200b}`
    3:11 {\u{1}} syntax-error: expected an expression, found `\u{1}`
    4:12 {\r} syntax-error: a carriage return without a line feed
        this does not end the line
        help: end lines with a line feed, or with a carriage return and a line feed; in a string, `\u{d}` writes a carriage return
    5:11 {\u{7}} syntax-error: expected an expression, found `\u{7}`
    ");
}

#[test]
fn types() {
    let text = r#"
type A = list[int
type B = list[int, string]
type C = list[]
type D = int??
type E = (int)
type F = "a" | b
type G = a.b.c
type H = { a: int, b }
type I = 3
component j(a, b: int,, c: int) { image = "x" }
component k() -> () -> int { image = "x" }
component l() -> (x: int = 3) { image = "x" }
component m(a: int b: int) { image = "x" }
"#;
    assert_snapshot!(errors(text), @r"
    3:1 {type} syntax-error: expected `]`, found `type`
        2:14 {[} this is open
    3:18 {,} syntax-error: expected `]` after `int`, found `,`
        help: the brackets contain one type: `list[T]`, or `map[T]` with strings as keys
    4:15 {]} syntax-error: expected a type, found `]`
    5:13 {??} syntax-error: unexpected `??` after `int`
    6:10 {(} syntax-error: expected a type, found `(`
    7:16 {b} syntax-error: expected a string, found `b`
    8:13 {.} syntax-error: unexpected `.` after `b`
    9:22 {}} syntax-error: expected `:` after `b`, found `}`
    10:10 {3} syntax-error: expected a type, found `3`
    11:14 {,} syntax-error: expected `:` after `a`, found `,`
    11:23 {,} syntax-error: expected a name or `)`, found `,`
    12:21 {->} syntax-error: expected `{`, found `->`
        help: `->` comes before the outputs of a component or pipeline
    13:28 {3} syntax-error: the output `x` has a default
        a step always writes its outputs
        help: a type `T?` says that an output may be missing
    14:20 {b} syntax-error: expected `=`, `,` or `)` after `int`, found `b`
    ");
}
