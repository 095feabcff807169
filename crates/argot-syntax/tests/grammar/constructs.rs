//! Every construct of the language, right and wrong, in every place where it may be.

use std::fs;

use crate::corpus::files;
use argot_testing::synthetic;

/// Items.
pub(crate) const ITEMS: &[&str] = &[
    "import \"./a.argot\" as a",
    "import r\"./a.argot\" as type",
    "import \"\"\"a\"\"\" as a",
    "from \"std/b\" import c",
    "from \"std/b\" import c, d as e,",
    "from \"std/b\" import c,\nfrom \"x\" import d, type, import\nconst x = 1",
    "from \"std/b\" import c,\nconst as d\nconst x = 1",
    "from \"std/b\" import c,\n## d\nconst x = 1",
    "from \"std/b\" import const, # c\n component p() { }",
    "const A = null",
    "const const = const",
    "type T = string",
    "type type = { type: type? = type, } ?",
    "type T = a.b",
    "type T = list [ map[a.b?]? ] ?",
    "type T = \"a\" | r\"b\"\n| \"\"\"c\"\"\"?",
    "type T = { a: int, b: string = \"x\"\n\n c: { } ## d\n ## e\n # f\n ## g\n h: int }",
    "artifact Tokens: Dataset",
    "artifact Tokens : { a: int }?",
    "component f() { }",
    "component f(\n## One.\n a: int,\n # no\n## Two,\n##  three.\n b: A? = 1,) -> T { }",
    "component f(a: int = 1..2) -> () { }",
    "component f() -> (a: T, b: U,) { a = 1, b { }, c \"x\" { d { e = 2 } }\n, }",
    "component f() -> list[T]? { a = 1 b = 2, c = 3 d { } e r\"x\" { } }",
    "component f() { volume = 1 yield = 2 on { } repeat \"x\" { } after = 3 with { } }",
    "pipeline p() -> { a: int } { }",
    "## A.\n##B.\n##\n##  C.\n# D\n## E.\npipeline p() { }",
    "### No documentation.\n#\n##\nconst A = 1 # trailing\n#",
    "#!shebang\nconst A = 1 ##\nconst B = 2",
];

/// Statements and attributes.
pub(crate) const STATEMENTS: &[&str] = &[
    "let a = b",
    "## A.\nlet a = b(c = d, e) after f, g with { h = 1, i { } }",
    "let a = b() with { h = 1 } after f",
    "let a = b() after f, g,",
    "let a = b()\nafter = 3",
    "let a = b()\nafter x = 3",
    "let a = b() after x\nafter = 3",
    "let a = b()\nafter(x)",
    "let a = b()\nafter { }",
    "let a = b()\nwith = 3",
    "let a = b()\nwith \"x\" { }",
    "let a = b()\nwith { x = 1 }",
    "let a = b()\nwith(x)",
    "let a = 1 + 2 after c",
    "let a = if b { yield { c = 1 } } else if d { } else { }",
    "let a = for b in c parallel 2 { yield b }",
    "let a = for parallel in parallel { }",
    "let a = repeat max 3 { } until a.b < 2 and c",
    "let a = repeat",
    "let a = repeat + max",
    "let repeat = repeat(max)",
    "volume v = claim(size = 1Gi)",
    "## V.\nvolume volume = 1",
    "volume = 1",
    "volume = 1, volume { }, volume \"x\" { } volume r\"x\" { }",
    "volume(x)",
    "volume . x ( )",
    "on exit { f() }",
    "on success { } on failure { }",
    "on = 1",
    "on { }",
    "on(exit)",
    "on other { }",
    "repeat max 1 + 1 { f() } until not a",
    "repeat = 1",
    "repeat(max = 3)",
    "repeat { max = 1 }",
    "for x in [1, 2] { } for y in 1..3 parallel n { }",
    "if a { } if { a = 1 } { } if not (b) { } else { }",
    "yield { a = 1, b = 2 }",
    "yield 1 yield (1) yield [2] yield \"x\" yield yield",
    "yield = 1",
    "yield { a { } }",
    "return x.y",
    "return = x",
    "return { }",
    "a = 1, b = 2 c = 3",
    "a { b = 1 c { } d \"x\" { }, }",
    "a()",
    "a . b . c ( 1 , d = 2 , ) after e",
    "a # x\n# y\n( # z\n) # u",
    "a\n=\n1",
    "let r = r r = r",
    "let iffy = ifs let inner = order let nothing = trueish",
    "a(b\n= c, d == e, f . g, h # i\n = j)",
    "else_ = 1 in_ = 2",
];

/// Expressions.
pub(crate) const EXPRESSIONS: &[&str] = &[
    "1",
    "-1",
    "- 1",
    "--1",
    "- -1",
    "0",
    "-0",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "01",
    "1.5",
    "-1.5e3",
    "1e-4",
    "1E+4",
    "0.0",
    "0e5",
    "1e999",
    "1e-999",
    "1.5.a",
    "1.a",
    "1e",
    "1e-x",
    "1e4Gi",
    "1h2e5",
    "16Gi",
    "500m",
    "1h30m",
    "1.5Gi",
    "1h1.5m",
    "1h1.m",
    "-2h",
    "1_000",
    "1a_",
    "1..2",
    "1 .. 2",
    "a..b + 1",
    "1..2..3",
    "1...2",
    "1..-2",
    "null",
    "true",
    "false",
    "None",
    "True",
    "nullish",
    "a.b.c",
    "a . b",
    "a[1][b]",
    "a(1)(2)[3].d(e = 4,)",
    "a\n(1)\n[2]\n.b",
    "(a)",
    "((a + b))",
    "(a).b",
    "[ ]",
    "[1, 2,]",
    "[1 2]",
    "[,]",
    "{ }",
    "{ a = 1, \"b.c/d\" = 2, r\"x\" = 3, \"\" = 4, \"\"\"y\"\"\" = 5, }",
    "{ a = 1\n b = 2 # c\n c = 3 }",
    "{ a = 1 b = 2 }",
    "{ a = \"\"\"x\n\"\"\" b = 2 }",
    "{ \"a${b}\" = 1 }",
    "{ a == 1 }",
    "{ a = 1,, }",
    "a + b - c * d / e // f % g",
    "a == b",
    "a == b and c != d or e < f and g <= h or i > j and k >= l and m in n",
    "a < b < c",
    "a < b == c",
    "not a",
    "not not a",
    "not a and not b",
    "not a == b",
    "a == not b",
    "-not a",
    "- not a",
    "-a + -b * - c",
    "a ?? b or c",
    "a or b ?? c ?? d",
    "a ? b",
    "a = b",
    "a ** b",
    "a -5",
    "a - 5",
    "a-5",
    "a -> b",
    "a and",
    "a.if",
    "if",
    "a.true",
    "f(a b)",
    "f(,)",
    "f(true = 1)",
    "f(a = b = c)",
    "\"\"",
    "\"a\"",
    "\"a b # c\"",
    "\"\\n\\t\\\"\\\\\\$\\u{1F600}\\u{41}\"",
    "\"\\x\"",
    "\"\\u{}\"",
    "\"\\u{110000}\"",
    "\"\\u{+41}\"",
    "\"\\u{0000041}\"",
    "\"\\u{d800}\"",
    "\"\\u41\"",
    "\"${a}\"",
    "\"$a $$ ${a}${b} \\${c} $\"",
    "\"x ${ a.b + \"y${c}\" } z\"",
    "\"${ { a = 1 }.a }\"",
    "\"${ }\"",
    "\"${a b}\"",
    "\"${a\n}\"",
    "\"${\"\"\"a\"\"\"}\"",
    "\"${\"\"\"a\n\"\"\"}\"",
    "\"${r\"a\"}\"",
    "\"${r\"\"\"a\n\"\"\"}\"",
    "\"\u{e4}\u{1F600}\\u{e4}${a}\u{e4}\"",
    "\"a\u{1}b\"",
    "\u{1}",
    "\"a\rb\"",
    "r\"a\rb\"",
    "r\"\"",
    "r\"a\\b${c}\"",
    "r\"a\nb\"",
    "r \"a\"",
    "r",
    "R\"a\"",
    "1r\"a\"",
    "\"\"\"\"\"\"",
    "\"\"\"a\"\"\"",
    "\"\"\"\n    a\n      b\n\n    c\n    \"\"\"",
    "\"\"\"\n    a\n  b\"\"\"",
    "\"\"\"\n\ta\n\t b\n\t\"\"\"",
    "\"\"\"\n\ta\n    b\n\t\"\"\"",
    "\"\"\"  \n  a ${b}\n  ${c}\n    ${d}  \n  \"\"\"",
    "\"\"\"\n  ${a}\n  \"\"\"",
    "\"\"\"\n  \\n a\n   \\t\n  \"\"\"",
    "\"\"\"x\n  a\n  \"\"\"",
    "\"\"\"\n    \n  a\n \n  \"\"\"",
    "\"\"\"\n   \"\"\"",
    "\"\"\"   \"\"\"",
    "\"\"\"\n  a\n  b  \"\"\"",
    "\"\"\"\n  a ${b}  \"\"\"",
    "\"\"\"\n  a \\\"\"\" ${ # c\n b } \"q\" \"\"r\n  \"\"\"",
    "\"\"\"\n  ${\"\"\"\n    a\n    \"\"\"}\n  \"\"\"",
    "\"\"\"\"a\"\"\"\"",
    "r\"\"\"\"\"\"",
    "r\"\"\"\n    a\\n\n    ${b}\n    \"\"\"",
    "r\"\"\"a\"b\"\"c\"\"\"",
    "r\"\"\"\"a\"\"\"\"",
    "\"abc",
    "\"\"\"abc",
    "r\"abc",
    "a # b\n+ # c\n## d\n b",
    "f(a, # b\n c # d\n)",
    "f(a # b\n, c # d\n)",
];

/// The texts of the tables, each in every place where it may stand.
pub(crate) fn texts() -> Vec<String> {
    let mut texts: Vec<String> = ITEMS.iter().map(|item| (*item).to_owned()).collect();
    for statement in STATEMENTS {
        texts.push(format!("pipeline p() {{\n{statement}\n}}"));
        texts.push(format!("pipeline p() {{ {statement} let z = 1 }}"));
        texts.push(format!(
            "pipeline p() {{ if a {{ {statement} }} {statement} }}"
        ));
        texts.push(format!("component c() {{\n{statement}\n}}"));
    }
    for expr in EXPRESSIONS {
        texts.push(format!("const A = {expr}"));
        texts.push(format!("const A = [{expr}, {expr}]\n# end"));
        texts.push(format!(
            "const A = f(a = ({expr}) + {{ b = {expr} }}[{expr}])"
        ));
        texts.push(format!("const A = \"x${{{expr}}}y\""));
        texts.push(format!("const A = \"\"\"\n  ${{{expr}}}\n  \"\"\""));
        texts.push(format!(
            "component c(a: int = {expr}, b: int) {{ a = {expr} b {{ }} }}"
        ));
        texts.push(format!(
            "pipeline p() {{ let a = {expr} after b if {expr} {{ }} f({expr}) yield {expr} }}"
        ));
        texts.push(format!(
            "pipeline p() {{ a = {expr} let b = {expr}\n volume c = {expr} }}"
        ));
    }
    for text in texts.clone() {
        texts.push(text.replace('\n', "\r\n"));
        texts.push(format!("\u{feff}# first\n\n{text}\n\n"));
    }
    texts
}

/// Files and constructs to start mutations from.
pub(crate) fn bases() -> Vec<String> {
    let examples = files("examples", "argot");
    let mut all: Vec<String> = examples
        .iter()
        .map(|path| fs::read_to_string(path).expect("an example"))
        .collect();
    all.push(synthetic::source(3));
    all.extend(texts());
    all
}
