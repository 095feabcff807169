package operators

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// value is one value of a set.
type value struct {
	source string // in a program
	text   string // as a run is given it
	json   string // in the JSON of another value
	large  bool   // it holds a whole number that no float holds
}

// set is a type with awkward values of it.
type set struct {
	ty     string
	values []value
}

// sets are the operands of the table, by name.
var sets = map[string]set{
	"int":   {"int", ints("0", "1", "-1", "2", "7", "-7", "10", "2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740991", "-9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808")},
	"small": {"int", ints("0", "1", "-1", "2", "3", "-2", "-3", "-4", "9", "2147483647")},
	"count": {"int", ints("0", "1", "-1", "3", "12", "-5")},
	"float": {"float", floats(
		"0.0", "0", "-0.0", "-0", "1.0", "1", "-1.0", "-1", "3.0", "3", "0.1", "0.1", "0.2", "0.2", "2.5", "2.5", "-2.5", "-2.5", "1e-6", "0.000001", "1e-7", "1e-7", "123456789.125", "123456789.125",
		"1e15", "1000000000000000", "9007199254740993.0", "9007199254740992", "123456789012345680000.0", "123456789012345680000", "1e21", "1e+21", "-1e21", "-1e+21", "9.3e18", "9300000000000000000",
		"1e300", "1e+300", "1.7976931348623157e308", "1.7976931348623157e+308", "5e-324", "5e-324")},
	"bool": {"bool", plain("true", "false")},
	"text": {"string", texts(
		"", " ", "a", "A", "b", "ab", "a,b,,c", "abc", "aXbX", "\n", "two\nlines\n", "\ttab\t", " \r\n x \u00a0\u2003\u3000\u0085\f", `\`, `\n \u0041`, `"`, `'`, `'"'`, "`x`", "$", "$$", "$(HOME)", "${x}",
		"}", "} }", "{x}", "%}", "<a> & <b>", "\u2028\u2029", "\b", "\u00ad\ufeff", "é", "e\u0301", "ß", "İıſK", "ŉǰΐᾳᾼǅ", "日本語", "😀👩‍👩‍👧", "\ufffd", "\uffff",
		"010", "1e3", "-1", "true", "null", "~", "[]", "{}", `{"a": 1}`, `"x"`, "ΑΣ", "nil", "a.b")},
	"part": {"string", texts("", "a", "A", "ab", "a,b,,c", "aXbX", "b", "\n", " ", "\\", `\n`, `"`, "'", "$", "} }", "<&>", "\u2028", "é", "e\u0301", "日本", "😀", "\uffff", "010", "1e3", "true", "null", "[]")},
	// All that has a case or is white space, in pieces.
	"letters": {"string", texts(letters()...)},
	// Less of them, where there are three or four operands.
	"word":  {"string", texts("", "a", "ab", "aXbX", "é", "日本語", "😀", "$", "$1", `\`, "'", "\n", "<&>", "} }")},
	"bit":   {"string", texts("", "a", "b", "aX", "é", "$1", `\\`)},
	"lines": {"string", texts("", "abc", "a1 b_2", "ABC", "é", "İ", "ſ", "K", "two\nlines", "x\r\n", "٣", "日本語", "😀", "a b", "a\u00a0b", "a.b", "a-b", "}", "\v", "\ufffd", "$", "\\d", "[x]")},
	"pattern": {"string", texts(
		"", "a", "^a", "c$", "^$", ".", "^.$", "^..$", "(?s)^.$", "(?m)^lines$", "a|b", "[a-c]+", "[^a-c]", "a{1,2}", "(?i)abc", "(?i)k", "(?i)s", "(?i)é", `\d`, `\D`, `\w`, `\W`, `^\w+$`, `\s`, `\S`, `^\S+$`, `[\d.]`, `[^\w]`, `[\W_]`, `[\s\S]`,
		`\b`, `a\b`, `\Bb`, `\bb`, `\.`, `\-`, `\$`, `\\`, `\}`, `\p{L}`, `\pN`, `\P{Greek}`, `\x{1F600}`, `\x61`, `\t`, `\v`, `\A`, `\z`, "[[:alpha:]]", "[[:^word:]]", "[[:space:]]", "(?P<n>a)", "(?<n>a)", "(?:a)", "a*?", "a+?", "(a)(b)", "(?U)a+", "(?i)[^k]", `(?i)\w`, "日", "[日-語]", `(?-s).`, "x*")},
	// Where the two languages of patterns differ: refused by the compiler.
	"odd_pattern": {"string", texts("(", "[", "a**", `\Qa\E`, `\C`, `\Z`, `\1`, "a{", "a{,2}", "(?x)a b", "(?u)a", "(?R)a", "[a&&b]", "[a--b]", "[a~~b]", "[[a]b]", `\u0061`, `\u{61}`, `\U00000061`, `\b{start}`, `\<a`, `\p{Script=Greek}`, `\p{sc=Greek}`, "a{1001}", "(a{100}){100}", "(?=a)", `\h`, `\_`, `[\b]`, "(?-u)a")},
	"enum":        {`"a" | "b<" | "010"`, texts("a", "b<", "010")},
	"duration":    {"duration", units("0s", "1ns", "60s", "1m30s", "1h30m", "5400s", "1.5h", "500ms", "24h", "106751h")},
	"days":        {"duration", []value{{source: "1d", text: "24h", json: `"24h"`}, {source: "1d12h", text: "36h", json: `"36h"`}}},
	"quantity":    {"quantity", units("1Gi", "1024Mi", "500u", "1.5Gi", "2k")},
	"ints": {"list[int]", append(
		structures("[]", "[1]", "[0, -1]", "[3, 1, 2]", "[1, 1, -1, 1]", "[10, 9, 100]", "[9007199254740991, -9007199254740991]", "[2147483648, 0]"),
		value{"[9007199254740993, 9007199254740992]", "[9007199254740993,9007199254740992]", "", true},
		value{"[-9223372036854775808, 9223372036854775807, -1]", "[-9223372036854775808,9223372036854775807,-1]", "", true})},
	"some_ints":    {"list[int]", structures("[1]", "[0, -1]", "[3, 1, 2]", "[1, 1, -1, 1]", "[10, 9, 100]", "[9007199254740991, -9007199254740991]")},
	"some_numbers": {"list[float]", structures("[0.1]", "[1.5, 2, -1e300]", "[0.1, 0.2, 0.3]", "[1e300, 1e300, -1e300]", "[1e+21, 1e-7, 5e-324]", "[3, 1, 2]", "[1e308, 1e308]", "[-0.0, 0.0]", "[-0.0, -0.0]")},
	"no_ints":      {"list[int]", structures("[]")},
	"no_numbers":   {"list[float]", structures("[]")},
	"spaced":       {"list[int]", []value{{source: "[1, 20, -3]", text: "[ 1,\n 20 , -3 ]", json: "[1 , 20,-3]"}}},
	"numbers":      {"list[float]", structures("[]", "[0.1]", "[1.5, 2, -1e300]", "[0.1, 0.2, 0.3]", "[1e300, 1e300, -1e300]", "[1e+21, 1e-7, 5e-324]", "[1, 2.5]", "[3, 1, 2]", "[2.5, 2.5, 1]", "[1e308, 1e308]", "[-0.0, 0.0]")},
	"wholes":       {"list[float]", structures("[1.0, 2.0]", "[3.0]")},
	// A list that an enumeration is looked for in holds members alone: the compiler refuses others.
	"members":    {"list[string]", structures("[]", `["a"]`, `["b<", "010"]`)},
	"names":      {"list[string]", structures("[]", `["a"]`, `[""]`, `["b", "a", "b", ""]`, `["é", "z", "Z", "😀", "\uffff", "日本"]`, `["<&>", "\"", "'", "\\", "\n", "\t", "}", "$"]`, `["10", "9", "true", "null"]`, `["a,b", ","]`)},
	"flags":      {"list[bool]", structures("[]", "[true]", "[false, true, false]")},
	"some_flags": {"list[bool]", structures("[true]", "[false, true, false]")},
	"nested":     {"list[list[int]]", structures("[[0]]", "[[1], [], [1]]", "[[1, 2], [2, 1], [1, 2]]")},
	"pairs":      {"list[{ a: int, b: string }]", structures(`[{"a": 1, "b": "x"}]`, `[{"a": 1, "b": "<x>"}, {"a": 2, "b": "x"}, {"a": 1, "b": "<x>"}]`)},
	"record":     {"{ a: int, b: string, c: list[float], d: { e: bool } }", structures(`{"a": 1, "b": "", "c": [], "d": {"e": true}}`, `{"a": -7, "b": "<é> '\"\\\n", "c": [0.1, 1e+21, 2], "d": {"e": false}}`, `{"a": 9007199254740991, "b": "null", "c": [1], "d": {"e": true}}`)},
	"keyed":      {"{ nil: int, matches: string, contains: bool, endsWith: float }", structures(`{"nil": 1, "matches": "x", "contains": true, "endsWith": 2.5}`)},
	"lengths":    {"list[duration]", []value{{source: "[60s, 1h]", text: `["60s","1h"]`, json: `["60s","1h"]`}}},
	// Whole numbers in a float's place, and texts that look like numbers.
	"whole":  {"float", []value{{source: "3", text: "3", json: "3"}, {source: "-7", text: "-7", json: "-7"}}},
	"number": {"string", texts("0", "-0", "+5", "010", "-007", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "", " 1", "1 ", "1_000", "0x1F", "1e3", "1.0", "1.5", ".5", "5.", "-.5e-3", "1E5", "1e400", "-1e400", "1e-400", "0.1", "inf", "-Infinity", "NaN", "0b1", "١", "1,5", "0x1p-2", "+", "-", ".", "e5", "1e", "--1", "1__0", "1e+21", "9007199254740993")},
	// Any of the above, as `json`. A constant is of its own type.
	"json":        {"json", structures("1", "-7", "2.5", "1e+21", "true", "false", `""`, `"x"`, `"5"`, `"<é> '\"\n"`, `"2.5"`, "[]", `[1, 2]`, `["a", "<b>"]`)},
	"json_list":   {"json", structures("[]", "[1]", `["a", "b<"]`, "[1, 2, 3]", "[[1], []]", "[true]", "[0.5, 1e-7]")},
	"json_record": {"json", structures(`{"a": 1, "b": "<x>", "c": [1, 2.5]}`)},
	"map":         {"map[int]", structures(`{"<é>'": 1, "a": 1, "b.c": 1}`)},
	"text_map":    {"map[string]", structures(`{"k": "<v> $ '\""}`)},
	"float_map":   {"map[float]", structures(`{"k": 2.5, "whole": 3}`)},
	"bool_map":    {"map[bool]", structures(`{"k": true}`)},
	"list_map":    {"map[list[int]]", structures(`{"k": [1, 2]}`)},
	// The first is given when the pipeline is compiled.
	"given":        {"int?", ints("7")},
	"absent":       {"int?", []value{{source: "null"}}},
	"json_integer": {"json", structures("0", "-1", "9007199254740991", "2.5", "-2.5", `"5"`, `"x"`, "1e300", "1e-7")},
}

// letters are those with another case, and white space around them. Four whose capitals came with Unicode 16 or 17 are left out:
// the compiler knows them before Go does.
func letters() []string {
	var out []string
	var piece strings.Builder
	for c := rune(0); c <= unicode.MaxRune; c++ {
		isCased := unicode.ToUpper(c) != c || unicode.ToLower(c) != c || unicode.In(c, unicode.Lu, unicode.Ll, unicode.Lt)
		if isCased && strconv.IsPrint(c) && !strings.ContainsRune("ƛɤ\ua7d3\ua7d5", c) {
			piece.WriteRune(c)
		}
		if piece.Len() > 500 || c == unicode.MaxRune {
			out = append(out, piece.String())
			piece.Reset()
		}
	}
	for c := rune(1); c <= unicode.MaxRune; c++ {
		if unicode.IsSpace(c) && c != '\v' || unicode.In(c, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Cf) && c < 0x10000 {
			out = append(out, string(c)+"x"+string(c))
		}
	}
	return out
}

func ints(sources ...string) []value {
	var out []value
	for _, source := range sources {
		n, err := strconv.ParseInt(source, 10, 64)
		out = append(out, value{source, source, source, err != nil || n != int64(float64(n))})
	}
	return out
}

// floats has each value twice: as a program writes it, and its canonical text.
func floats(sources ...string) []value {
	var out []value
	for i := 0; i < len(sources); i += 2 {
		out = append(out, value{source: sources[i], text: sources[i+1], json: sources[i+1]})
	}
	return out
}

func plain(sources ...string) []value {
	var out []value
	for _, source := range sources {
		out = append(out, value{source: source, text: source, json: source})
	}
	return out
}

func units(sources ...string) []value {
	var out []value
	for _, source := range sources {
		out = append(out, value{source: source, text: source, json: compact(source)})
	}
	return out
}

func texts(from ...string) []value {
	var out []value
	for _, text := range from {
		out = append(out, value{source: literal(text), text: text, json: compact(text)})
	}
	return out
}

// structures are values that JSON and a program write alike.
func structures(sources ...string) []value {
	var out []value
	for _, source := range sources {
		var data any
		decoder := json.NewDecoder(strings.NewReader(source))
		decoder.UseNumber()
		if err := decoder.Decode(&data); err != nil {
			panic(fmt.Sprint(source, err))
		}
		text := compact(canonical(data))
		out = append(out, value{source: program(data), text: text, json: text})
	}
	return out
}

// canonical has floats in their shortest form.
func canonical(data any) any {
	switch data := data.(type) {
	case json.Number:
		if number, err := data.Float64(); err == nil && strings.ContainsAny(data.String(), ".e") {
			return number
		}
	case []any:
		out := []any{}
		for _, item := range data {
			out = append(out, canonical(item))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, item := range data {
			out[key] = canonical(item)
		}
		return out
	}
	return data
}

// program writes data as a program does.
func program(data any) string {
	switch data := data.(type) {
	case string:
		return literal(data)
	case json.Number:
		return strings.Replace(data.String(), "e+", "e", 1)
	case []any:
		var out []string
		for _, item := range data {
			out = append(out, program(item))
		}
		return "[" + strings.Join(out, ", ") + "]"
	case map[string]any:
		var out []string
		for _, key := range slices.Sorted(maps.Keys(data)) {
			out = append(out, literal(key)+" = "+program(data[key]))
		}
		return "{ " + strings.Join(out, ", ") + " }"
	}
	return fmt.Sprint(data)
}

// literal writes a text as a program does.
func literal(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\' || c == '$':
			out.WriteByte('\\')
			out.WriteRune(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&out, `\u{%X}`, c)
		default:
			out.WriteRune(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// compact is JSON with all characters as they are.
func compact(data any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(data); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
