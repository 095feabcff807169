package operators

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// row is an expression over $1, $2, ... of these sets: all combinations of their values.
type row struct {
	of   string
	expr string
	// means is the expression for constants, where that is another one: a map, or an absent value, has no constant.
	means string
}

var table = []row{
	// Operators on numbers.
	{"int int", "$1 + $2", ""}, {"int int", "$1 - $2", ""}, {"int int", "$1 * $2", ""}, {"int int", "$1 / $2", ""}, {"int int", "$1 // $2", ""}, {"int int", "$1 % $2", ""},
	{"int int", "$1 == $2", ""}, {"int int", "$1 != $2", ""}, {"int int", "$1 < $2", ""}, {"int int", "$1 <= $2", ""}, {"int int", "$1 > $2", ""}, {"int int", "$1 >= $2", ""},
	{"float float", "$1 + $2", ""}, {"float float", "$1 - $2", ""}, {"float float", "$1 * $2", ""}, {"float float", "$1 / $2", ""},
	{"float float", "$1 == $2", ""}, {"float float", "$1 != $2", ""}, {"float float", "$1 < $2", ""}, {"float float", "$1 <= $2", ""}, {"float float", "$1 > $2", ""}, {"float float", "$1 >= $2", ""},
	{"int float", "$1 + $2", ""}, {"int float", "$1 - $2", ""}, {"int float", "$1 * $2", ""}, {"int float", "$1 / $2", ""}, {"int float", "$1 == $2", ""}, {"int float", "$1 < $2", ""}, {"int float", "$1 >= $2", ""},
	{"float int", "$1 + $2", ""}, {"float int", "$1 - $2", ""}, {"float int", "$1 * $2", ""}, {"float int", "$1 / $2", ""}, {"float int", "$1 != $2", ""}, {"float int", "$1 <= $2", ""}, {"float int", "$1 > $2", ""},
	{"int", "-$1", ""}, {"float", "-$1", ""}, {"int", "- -$1", ""}, {"float", "0.0 * -$1", ""}, {"int", "-$1 // 2", ""}, {"small small", "-$1 % $2 + $1 // $2 * $2", ""},
	{"small small small", "$1 + $2 * $3 - $1 % 5", ""}, {"small small small", "($1 - $2) - ($3 - $1) // 3", ""}, {"small small", "$1 // $2 == $1 / $2", ""}, {"whole int", "$1 / 2 + $2", ""}, {"small small", "($1 // $2) / 2 + $1 // $2 * 1.5", ""},
	// On truth values.
	{"bool bool", "$1 and $2", ""}, {"bool bool", "$1 or $2", ""}, {"bool", "not $1", ""}, {"bool bool", "$1 == $2", ""}, {"bool bool", "$1 != $2", ""}, {"bool bool bool", "not $1 or $2 and not $3", ""}, {"bool bool", "not ($1 == (not $2))", ""},
	{"small small", "$2 != 0 and $1 // $2 > 0", ""}, {"small small", "$2 == 0 or $1 % $2 > 0", ""}, {"small small", "$1 / $2 > 1", ""}, {"float float", "$1 * $2 > 1.0", ""}, {"float float", "-$1 + $2 < 1.0", ""},
	// On texts.
	{"part part", "$1 + $2", ""}, {"part part", "$1 == $2", ""}, {"part part", "$1 != $2", ""}, {"part part", "$1 < $2", ""}, {"part part", "$1 <= $2", ""}, {"part part", "$1 > $2", ""}, {"part part", "$1 >= $2", ""}, {"part part", "$1 in $2", ""},
	{"enum enum", "$1 == $2", ""}, {"enum enum", "$1 + $2", ""}, {"enum part", "$1 < $2", ""}, {"enum part", "$1 in $2", ""}, {"enum", `$1 in ["a", "b<"]`, ""}, {"enum", "len($1)", ""}, {"enum", "as_string($1)", ""}, {"enum", "json($1)", ""}, {"enum", "upper($1)", ""},
	// On durations and quantities. Their order is known to the compiler only.
	{"duration duration", "$1 == $2", ""}, {"duration duration", "$1 != $2", ""}, {"duration days", "$1 == $2", ""}, {"duration", "as_string($1)", ""}, {"duration", "json($1)", ""}, {"days", "json([$1])", ""}, {"duration", `"<${$1}>"`, ""},
	{"quantity quantity", "$1 == $2", ""}, {"quantity quantity", "$1 != $2", ""}, {"quantity", "as_string($1)", ""}, {"quantity", "json($1)", ""}, {"quantity", `"<${$1}>"`, ""}, {"quantity", "json({ a = $1 })", ""},
	{"duration lengths", "$1 in $2", ""}, {"duration duration", "$1 in [$2]", ""}, {"duration duration", "contains([$1], $2)", ""}, {"duration duration", "len(unique([$1, $2]))", ""}, {"duration duration", "[$1] == [$2]", ""}, {"duration duration", "{ a = $1 } == { a = $2 }", ""},
	{"quantity quantity", "$1 in [$2]", ""}, {"quantity quantity", "unique([$1, $2])", ""}, {"quantity quantity", "[$1] == [$2]", ""},
	// On lists.
	{"ints ints", "$1 + $2", ""}, {"numbers numbers", "$1 + $2", ""}, {"names names", "$1 + $2", ""}, {"nested nested", "$1 + $2", ""}, {"ints numbers", "$1 + $2", ""}, {"pairs pairs", "$1 + $2", ""}, {"part names", "[$1] + $2", ""}, {"int ints", "[$1] + $2", ""},
	{"ints ints", "$1 == $2", ""}, {"numbers numbers", "$1 != $2", ""}, {"ints numbers", "$1 == $2", ""}, {"ints wholes", "$1 == $2", ""}, {"names names", "$1 == $2", ""}, {"flags flags", "$1 == $2", ""}, {"nested nested", "$1 == $2", ""}, {"pairs pairs", "$1 == $2", ""},
	{"int int", "[$1, 2] == [$2, 2]", ""}, {"part part", "[$1] == [$2]", ""}, {"int ints", "[$1] == $2", ""}, {"whole ints", "[$1] == $2", ""}, {"small", "{ a = $1 } == { a = 2 }", ""}, {"small whole", "{ a = $1 } == { a = $2 }", ""}, {"small ints", "[{ a = $1 }] == [{ a = $2[0] }]", ""},
	{"record record", "$1 == $2", ""}, {"record", "$1 != { a = $1.a, b = $1.b, c = $1.c, d = $1.d }", ""}, {"record", "$1.d == { e = true }", ""},
	{"int ints", "$1 in $2", ""}, {"float numbers", "$1 in $2", ""}, {"int numbers", "$1 in $2", ""}, {"float ints", "$1 in $2", ""}, {"part names", "$1 in $2", ""}, {"bool flags", "$1 in $2", ""}, {"ints nested", "$1 in $2", ""}, {"int", "$1 in [0, 1, 10]", ""}, {"int", "$1 in [9007199254740993, 9007199254740992]", ""},
	{"int", "{ a = $1, b = \"x\" } in [{ a = 1, b = \"x\" }]", ""}, {"pairs", "{ a = 1, b = \"x\" } in $1", ""}, {"text", "not ($1 in [\"a\", \"é\", \"\"])", ""},
	// Elements and fields.
	{"ints small", "$1[$2]", ""}, {"numbers small", "$1[$2]", ""}, {"names small", "$1[$2]", ""}, {"flags small", "$1[$2]", ""}, {"nested small", "$1[$2]", ""}, {"nested small", "$1[0][$2]", ""}, {"pairs small", "$1[$2].b", ""}, {"ints", "$1[-1] + $1[0]", ""}, {"spaced small", "$1[$2]", ""},
	{"int ints", "$2[$1]", ""}, {"small", "[$1, 2][-2]", ""}, {"text", "[$1][0]", ""}, {"ints small", "$1[0] // $2", ""}, {"ints small", "$1[0] / $2", ""}, {"small", "[9007199254740993, 9007199254740992, 5][$1]", ""}, {"small", "[[1], [9007199254740993]][$1][0]", ""},
	{"record", "$1.a", ""}, {"record", "$1.b", ""}, {"record", "$1.c", ""}, {"record", "$1.d.e", ""}, {"record", "$1.d", ""}, {"record", "$1.a + len($1.c) + len($1.b)", ""}, {"part int", "{ a = $1, b = $2 }.a", ""}, {"part int", "{ a = $1, b = $2 }.b", ""},
	{"keyed", "$1", ""}, {"keyed", "json($1)", ""}, {"keyed", "len($1)", ""}, {"keyed", "$1.nil", ""}, {"keyed", "$1.matches", ""}, {"keyed", "$1.contains", ""}, {"keyed", "$1.endsWith", ""},
	// Texts of values.
	{"int", `"x${$1}"`, ""}, {"float", `"x${$1}"`, ""}, {"bool", `"x${$1}"`, ""}, {"text", `"x${$1}"`, ""}, {"part part", `"${$1}${$2}"`, ""}, {"ints", `"${$1}x"`, ""}, {"numbers", `"${$1}x"`, ""}, {"names", `"x${$1}"`, ""}, {"record", `"x${$1}"`, ""}, {"pairs", `"${$1}."`, ""},
	{"int", `"x${$1 * 1}"`, ""}, {"float", `"x${$1 * 1.0}"`, ""}, {"bool", `"x${not $1}"`, ""}, {"ints", `"${$1 + []}x"`, ""}, {"numbers", `"${$1 + []}x"`, ""}, {"names", `"${$1 + []}x"`, ""}, {"record", `"${[$1]}"`, ""}, {"text", "[$1]", ""}, {"text", "{ a = $1 }", ""}, {"part part", "[[$1], [$2]]", ""},
	{"int", "upper(\"x${$1}\")", ""}, {"float", "upper(\"x${$1}\")", ""}, {"names", "lower(\"x${$1}\")", ""}, {"float int", "[$1, $2]", ""}, {"float", "[$1]", ""}, {"int", "[$1]", ""}, {"int float", "{ a = $1, b = $2 }", ""}, {"int float", "{ b = $1, a = $2 }", ""}, {"word word", "{ \"<k>\" = $1, \"{\" = $2 }", ""}, {"numbers ints", "upper(\"${$1}x${$2 + []}\")", ""},
	{"word", "\"{${upper($1)}}\"", ""}, {"int", "\"{${$1 * 1}} }\"", ""},
	// Functions of one list or number.
	{"ints", "len($1)", ""}, {"names", "len($1)", ""}, {"text", "len($1)", ""}, {"nested", "len($1)", ""}, {"record", "len($1)", ""},
	{"some_ints", "min($1)", ""}, {"some_ints", "max($1)", ""}, {"some_ints", "sum($1)", ""}, {"some_numbers", "min($1)", ""}, {"some_numbers", "max($1)", ""}, {"some_numbers", "sum($1)", ""}, {"some_numbers", "\"x${min($1)}\"", ""}, {"some_numbers", "max($1) > 1", ""}, {"some_numbers", "[min($1)]", ""}, {"some_ints", "[max($1)]", ""}, {"some_ints", "sum($1) // 2", ""},
	{"no_ints", "min($1)", "as_int(\"\")"}, {"no_ints", "max($1)", "as_int(\"\")"}, {"no_ints", "sum($1)", "0"}, {"no_numbers", "min($1)", "as_int(\"\")"}, {"no_numbers", "max($1)", "as_int(\"\")"}, {"no_numbers", "\"x${min($1)}\"", "as_int(\"\")"}, {"no_numbers", "[max($1)]", "as_int(\"\")"}, {"no_numbers", "max($1) > 1", "as_int(\"\")"}, {"no_numbers", "sum($1)", "0.0"}, {"no_numbers", "sum($1) / 2", "0.0"},
	{"int int", "min($1, $2)", ""}, {"int int", "max($1, $2)", ""}, {"float float", "min($1, $2)", ""}, {"float float", "max($1, $2)", ""}, {"int float", "min($1, $2)", ""}, {"int float", "max($1, $2)", ""}, {"small small small", "max($1, $2, $3, 1)", ""}, {"small float", "min($1, $2, 1.5)", ""},
	{"int int", "min([$1, $2])", ""}, {"int int", "sum([$1, $2])", ""}, {"float float", "sum([$1, $2])", ""}, {"float float", "max([$1, $2])", ""}, {"float int", "sum([$1, $2])", ""}, {"small small small", "sum([$1, $2, $3])", ""}, {"int", "sum([$1])", ""},
	{"ints", "sort($1)", ""}, {"numbers", "sort($1)", ""}, {"names", "sort($1)", ""}, {"part part", "sort([$1, $2])", ""}, {"int int", "sort([$1, $2, 5])", ""}, {"float int", "sort([$1, $2])", ""}, {"text", "sort(split($1, \",\"))", ""}, {"ints", "sort($1)[0]", ""},
	{"ints", "unique($1)", ""}, {"numbers", "unique($1)", ""}, {"names", "unique($1)", ""}, {"flags", "unique($1)", ""}, {"nested", "unique($1)", ""}, {"pairs", "unique($1)", ""}, {"int int", "unique([$1, $2])", ""}, {"int float", "unique([$1, $2])", ""}, {"part part", "unique([$1, $2, $1])", ""}, {"small small", "unique([[$1], [$2]])", ""}, {"small small", "unique([{ a = $1 }, { a = $2 }])", ""}, {"small ints", "unique([{ a = $1 }, { a = $2[0] }])", ""},
	{"small", "range($1)", ""}, {"count count", "range($1, $2)", ""}, {"count", "sum(range($1))", ""}, {"count", "len(range($1 * 50000))", ""}, {"count", "len(range($1, 5))", ""}, {"count count", "$1 in range($2)", ""}, {"count", "range($1)[2]", ""}, {"count count", "range($1, $2) + [7]", ""}, {"count", "join(range($1), \"-\")", ""}, {"int int", "range($1, $2)", ""}, {"count count", "range($1 + 1, $2 * 2)", ""},
	// Functions of texts.
	{"names word", "join($1, $2)", ""}, {"ints word", "join($1, $2)", ""}, {"numbers word", "join($1, $2)", ""}, {"flags word", "join($1, $2)", ""}, {"nested word", "join($1, $2)", ""}, {"pairs word", "join($1, $2)", ""}, {"part part", "join([$1, $2], \"-\")", ""}, {"int int", "join([$1, $2], \", \")", ""}, {"float", "join([$1], \"\")", ""}, {"part word", "join(split($1, $2), $2)", ""},
	{"part part", "split($1, $2)", ""}, {"part word", "len(split($1, $2))", ""}, {"text", "split($1, \"\")", ""}, {"text", "split($1, \",\")[-1]", ""}, {"text", "\"a\" in split($1, \",\")", ""}, {"text", "split($1, \"b\") + [\"x\"]", ""}, {"text", "split($1, \"\") == [\"a\"]", ""},
	{"part bit bit", "replace($1, $2, $3)", ""}, {"letters", "lower($1)", ""}, {"letters", "upper($1)", ""}, {"letters", "trim($1)", ""}, {"letters", "len($1)", ""}, {"text", "lower($1)", ""}, {"text", "upper($1)", ""}, {"text", "trim($1)", ""}, {"text", "trim(upper($1) + \" \")", ""},
	{"part part", "contains($1, $2)", ""}, {"part part", "starts_with($1, $2)", ""}, {"part part", "ends_with($1, $2)", ""}, {"some_ints int", "contains($1, $2)", ""}, {"some_numbers float", "contains($1, $2)", ""}, {"some_ints float", "contains($1, $2)", ""}, {"names part", "contains($1, $2)", ""}, {"some_flags bool", "contains($1, $2)", ""}, {"nested some_ints", "contains($1, $2)", ""}, {"members enum", "contains($1, $2)", ""},
	{"lines pattern", "matches($1, $2)", ""}, {"word odd_pattern", "matches($1, $2)", ""},
	// Conversions.
	{"number", "as_int($1)", ""}, {"number", "as_float($1)", ""}, {"text", "as_int($1)", ""}, {"text", "as_float($1)", ""}, {"float", "as_int($1)", ""}, {"int", "as_int($1)", ""}, {"int", "as_float($1)", ""}, {"float", "as_float($1)", ""}, {"enum", "as_int($1)", ""}, {"enum", "as_float($1)", ""}, {"number", "as_float($1) > 1", ""}, {"number", "as_int($1) + 1", ""}, {"small", "as_int($1 / 2)", ""}, {"small", "as_float($1) / 2", ""}, {"float", "as_int($1 * 100)", ""},
	{"int", "as_string($1)", ""}, {"float", "as_string($1)", ""}, {"bool", "as_string($1)", ""}, {"text", "as_string($1)", ""}, {"ints", "as_string($1)", ""}, {"names", "as_string($1)", ""}, {"record", "as_string($1)", ""}, {"int", "as_string($1 + 0)", ""}, {"float", "as_string($1 + 0)", ""}, {"ints", "len(as_string($1))", ""}, {"float", "len(as_string($1))", ""}, {"record", "as_string([$1])", ""},
	{"int", "json($1)", ""}, {"float", "json($1)", ""}, {"bool", "json($1)", ""}, {"text", "json($1)", ""}, {"ints", "json($1)", ""}, {"names", "json($1)", ""}, {"numbers", "json($1)", ""}, {"record", "json($1)", ""}, {"pairs", "json($1)", ""}, {"part part", "json([$1, $2])", ""}, {"text", "json({ k = $1 })", ""}, {"text", "len(json($1))", ""}, {"float", "json($1 * 1.0)", ""}, {"names", "json($1 + [])", ""}, {"text", "json(json($1))", ""}, {"numbers", "json($1 + [])", ""},
	// JSON of the run.
	{"json_integer", "as_int($1)", ""}, {"json_integer", "as_float($1)", ""}, {"json", "as_string($1)", ""}, {"json", "as_float($1)", ""}, {"json", "as_int($1)", ""}, {"json", "json([$1])", ""}, {"json", "[$1, $1]", ""}, {"json", "{ k = $1 }", ""}, {"json", `"${as_string($1)}x"`, ""}, {"json", "upper(as_string($1))", ""},
	{"json_list", "as_list($1)", "$1"}, {"json_list", "len(as_list($1))", "len($1)"}, {"json_list small", "as_string(as_list($1)[$2])", "as_string($1[$2])"}, {"json_list", "join(as_list($1), \"|\")", "join($1, \"|\")"}, {"json_list", "unique(as_list($1))", "unique($1)"}, {"json_list", "as_list($1) + as_list($1)", "$1 + $1"}, {"json_list", "as_string($1[0])", ""}, {"json_list", "\"x${$1}\"", ""}, {"json_list", "json(as_list($1))", "json($1)"}, {"json", "as_list($1)", "$1 + []"},
	// Absent values: keys of a map of the run, and optional parameters.
	{"map", `$1["a"] ?? 5`, "1"}, {"map", `$1["zz"] ?? 5`, "5"}, {"map", "$1.a ?? 5", "1"}, {"map", "$1.zz ?? 5", "5"}, {"map part", "$1[$2] ?? 5", `replace(replace(json($2 in ["a", "b.c", "<é>'"]), "true", "1"), "false", "5")`}, {"map", "len($1)", "3"}, {"map part", "$2 in $1", `$2 in ["a", "b.c", "<é>'"]`}, {"map", `"<é>'" in $1 and not ("x" in $1)`, "true"},
	{"map", `($1["a"] ?? 5) + ($1["q"] ?? 2) * 3`, "7"}, {"map", `$1["a"] == null`, "false"}, {"map", `$1["q"] != null`, "false"}, {"map", `$1["q"] ?? $1["b.c"] ?? 7`, "1"}, {"map", "$1", `{ "<é>'" = 1, "a" = 1, "b.c" = 1 }`}, {"map map", "$1 == $2", "true"}, {"map", `"${$1["q"] ?? 5}x"`, `"5x"`}, {"map", "json([$1])", `json([{ "<é>'" = 1, "a" = 1, "b.c" = 1 }])`},
	{"text_map", `$1["k"] ?? "none"`, `"<v> $ '\""`}, {"text_map", `$1["q"] ?? "none"`, `"none"`}, {"text_map", `upper($1["k"] ?? "") + "x"`, `"<V> $ '\"x"`}, {"float_map", `$1["k"] ?? 0.5`, "2.5"}, {"float_map", `($1["q"] ?? 3) / 2`, "3 / 2"}, {"float_map", `$1["whole"] ?? 0.5`, "3.0"}, {"bool_map", `not ($1["k"] ?? false)`, "false"}, {"bool_map", `$1["q"] ?? false`, "false"},
	{"list_map small", `($1["k"] ?? [5])[$2]`, "[1, 2][$2]"}, {"list_map", `$1["q"] ?? [5]`, "[5]"}, {"list_map", `len($1["k"] ?? [])`, "2"}, {"list_map", `sum($1["k"] ?? [7]) // 2`, "1"},
	{"given", "$1 ?? 5", "$1"}, {"given", "($1 ?? 5) + 1", "$1 + 1"}, {"given", "$1 == null", "false"}, {"given", `"x${$1 ?? 5}"`, `"x${$1}"`}, {"absent", "$1 ?? 5", "5"}, {"absent", "$1 != null", "false"}, {"absent small", "$1 ?? $2", "$2"}, {"absent small", "($1 ?? $2) // 2", "$2 // 2"},
	// What a json value does not have.
	{"json_record", "as_int($1.a)", "1"}, {"json_record", `as_string($1["b"])`, `"<x>"`}, {"json_record", `"${as_string($1.b)}x"`, `"<x>x"`}, {"json_record", `as_float($1["c"][1])`, "2.5"}, {"json_record", "json([$1.c])", `"[[1,2.5]]"`}, {"json_record", "as_int($1.q)", "as_int(\"\")"}, {"json_record", "$1.q.r", "as_int(\"\")"}, {"json_record", "json([$1.q])", "as_int(\"\")"}, {"json_record", "$1.c[7]", "as_int(\"\")"},
}

// known are the differences that there are, with the reason. Each is in docs/targets/argo.md.
var known = []difference{
	{"whole numbers past 64 bits wrap around", func(e *expression, _ variant, compiled, run outcome) bool {
		if strings.HasPrefix(e.row.expr, "range(") && slices.ContainsFunc(e.operands, func(v value) bool { return len(strings.TrimPrefix(v.text, "-")) == 19 }) {
			return true // the distance, or the end less one
		}
		return !run.fails() && (strings.Contains(compiled.compiler, "does not fit 64 bits") || strings.Contains(compiled.compiler, "is not a whole number") && !strings.Contains(compiled.compiler, `"`) || strings.HasPrefix(e.row.expr, "as_int") && strings.Contains(compiled.compiler, "not a finite number"))
	}},
	{"whole numbers over 2^53 in JSON are rounded", func(e *expression, _ variant, _, run outcome) bool {
		names := strings.Fields(e.row.of)
		for i, operand := range e.operands {
			if operand.large && strings.HasPrefix(sets[names[i]].ty, "list") && !run.fails() {
				return true
			}
		}
		return false
	}},
	{"no comparison of quantities, and of durations in structures", func(_ *expression, _ variant, compiled, run outcome) bool {
		return strings.HasPrefix(run.compiler, "Argo cannot compare ") && !compiled.fails()
	}},
	{"the compiler looks at both sides of `and` and `or`", func(e *expression, _ variant, compiled, run outcome) bool {
		return regexp.MustCompile(` (and|or) `).MatchString(e.row.expr) && strings.Contains(compiled.compiler, "divides by zero") && !run.fails()
	}},
	{"an infinite number counts in a comparison", func(e *expression, _ variant, compiled, run outcome) bool {
		return strings.ContainsAny(e.row.expr, "<>") && (strings.Contains(compiled.compiler, "not a finite number") || strings.Contains(compiled.compiler, "divides by zero") || strings.Contains(compiled.compiler, "is not a number")) && (run.text == "true" || run.text == "false")
	}},
	{"the compiler writes no long ranges", func(_ *expression, _ variant, compiled, run outcome) bool {
		return strings.Contains(compiled.compiler, "it has more than 100000 numbers") && !run.fails()
	}},
	{"patterns that only Go reads", func(_ *expression, _ variant, compiled, run outcome) bool {
		return strings.Contains(compiled.compiler, "is not a regular expression") && !run.fails()
	}},
	{"numbers that only Go reads", func(e *expression, _ variant, compiled, run outcome) bool {
		return strings.Contains(e.row.expr, "as_float") && strings.Contains(compiled.compiler, "is not a number") && !run.fails()
	}},
	{"what a json value does not have is null", func(e *expression, _ variant, _, run outcome) bool {
		return e.row.of == "json_record" && run.text == "[null]"
	}},
	{"a sum of negative zeros", func(e *expression, _ variant, compiled, run outcome) bool {
		return strings.HasPrefix(e.row.expr, "sum(") && compiled.text == "0" && run.text == "-0"
	}},
	{"the keys of a record in alphabetical order", func(e *expression, _ variant, compiled, run outcome) bool {
		var a, b any
		return json.Unmarshal([]byte(compiled.text), &a) == nil && json.Unmarshal([]byte(run.text), &b) == nil && strings.HasPrefix(e.row.expr, "{ b = $1, a =") && reflect.DeepEqual(a, b)
	}},
}
