// Package operators asks whether the compiler and Argo's expression engine give the same text for every operator
// and function, over a grid of awkward values.
package operators

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"argot/conformance/judge"
)

// variant says where the operands of an expression come from.
type variant string

const (
	constant  variant = "constants"
	given     variant = "parameters"
	left      variant = "the first a constant"
	right     variant = "the others constants"
	contained variant = "elements of a structure"
)

// expression is a row of the table with operands.
type expression struct {
	row      *row
	operands []value
	sources  []string // of its operands
	line     map[variant]int
	outcomes map[variant]outcome
}

// outcome is a text, or why there is none.
type outcome struct {
	text     string
	compiler string // the compiler's refusal
	engine   error
}

func (o outcome) fails() bool { return o.compiler != "" || o.engine != nil }

func (o outcome) String() string {
	switch {
	case o.compiler != "":
		return "refused by the compiler: " + o.compiler
	case o.engine != nil:
		message, _, _ := strings.Cut(o.engine.Error(), "\n")
		return "fails at run time: " + message
	}
	return strconv.Quote(o.text)
}

// difference is one that is known.
type difference struct {
	name string
	is   func(e *expression, v variant, compiled, run outcome) bool
}

// perFile keeps an object below the size that Kubernetes takes, and perTask the inputs that Argo takes.
const (
	perFile = 3000
	perTask = 400
)

func TestOperators(t *testing.T) {
	if os.Getenv("ARGOT") == "" {
		t.Skip("ARGOT does not name the compiler")
	}
	var all []*expression
	for i := range table {
		all = append(all, combinations(&table[i])...)
	}
	var lines []*line
	for _, e := range all {
		for _, v := range variants(e) {
			lines = append(lines, &line{e, v, source(e, v)})
		}
	}
	var requests []request
	for chunk := range slices.Chunk(lines, perFile) {
		requests = append(requests, run(t, chunk)...)
	}
	used := map[string]int{}
	compared := 0
	for i := range table {
		t.Run(table[i].expr+" of "+table[i].of, func(t *testing.T) {
			shown := 0
			for _, e := range all {
				if e.row != &table[i] {
					continue
				}
				want := e.outcomes[constant]
				for v, got := range e.outcomes {
					if v == constant {
						continue
					}
					compared++
					if want.fails() && got.fails() || !want.fails() && !got.fails() && want.text == got.text {
						continue
					}
					at := slices.IndexFunc(known, func(d difference) bool { return d.is(e, v, want, got) })
					if at >= 0 {
						used[known[at].name]++
						continue
					}
					if shown++; shown <= 5 {
						t.Errorf("%s, %s\n\tthe compiler: %v\n\tthe engine:   %v", source(e, constant), v, want, got)
					}
				}
			}
			if shown > 5 {
				t.Errorf("%d more", shown-5)
			}
		})
	}
	for _, d := range known {
		if used[d.name] == 0 {
			t.Errorf("no difference is %q any more", d.name)
		}
	}
	t.Logf("operators: %d expressions, %d comparisons, known differences: %v", len(all), compared, used)
	compare(t, requests)
}

// combinations are a row with every combination of its operands.
func combinations(r *row) []*expression {
	out := []*expression{{row: r}}
	for _, name := range strings.Fields(r.of) {
		found, ok := sets[name]
		if !ok {
			panic("there is no set " + name)
		}
		var next []*expression
		for _, e := range out {
			for i, v := range found.values {
				next = append(next, &expression{row: r, operands: append(slices.Clone(e.operands), v), sources: append(slices.Clone(e.sources), fmt.Sprintf("%s%d", name, i))})
			}
		}
		out = next
	}
	for _, e := range out {
		e.outcomes = map[variant]outcome{}
	}
	return out
}

// variants are the places from which an expression may have its operands.
func variants(e *expression) []variant {
	out := []variant{constant, given}
	names := strings.Fields(e.row.of)
	isPlain := func(name string) bool {
		return sets[name].ty != "json" && !strings.HasPrefix(sets[name].ty, "map[") && !strings.HasSuffix(sets[name].ty, "?")
	}
	if len(names) > 1 && !slices.ContainsFunc(names, func(name string) bool { return !isPlain(name) }) {
		out = append(out, left, right)
	}
	isLarge := func(v value) bool { return v.large }
	isMissing := func(name string) bool { return strings.HasSuffix(sets[name].ty, "?") }
	if !slices.ContainsFunc(e.operands, isLarge) && !slices.ContainsFunc(names, isMissing) {
		out = append(out, contained)
	}
	return out
}

var placeholder = regexp.MustCompile(`\$[1-9]`)

// source is the expression in a program.
func source(e *expression, v variant) string {
	text := e.row.expr
	if v == constant && e.row.means != "" {
		text = e.row.means
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		i := int(found[1] - '1')
		operand, name := e.operands[i].source, e.sources[i]
		switch {
		case v == given, v == left && i > 0, v == right && i == 0:
			operand = name
		case v == contained:
			set := strings.TrimRight(name, "0123456789")
			operand = "bag_" + set + ".x[" + strings.TrimPrefix(name, set) + "]"
		}
		if strings.HasPrefix(operand, "-") {
			operand = "(" + operand + ")"
		}
		return operand
	})
}

// line is a line of a program.
type line struct {
	e    *expression
	v    variant
	text string
}

var parameter = regexp.MustCompile(`\binputs\.parameters\.([a-z_0-9]+)`)

var message = regexp.MustCompile(`(?m)^[^:\n]*:(\d+):\d+: error\[([a-z-]+)\]: (.*)$`)

// run compiles expressions, and evaluates what the compiler makes of them.
func run(t *testing.T, lines []*line) []request {
	t.Helper()
	dir := t.TempDir()
	signature, parameters := inputs(lines)
	var args []string
	for name, text := range parameters {
		if strings.HasPrefix(name, "given") {
			args = append(args, "-p", name+"="+text)
		}
	}
	var manifest []byte
	rest := lines
	for manifest == nil {
		var refused map[int]string
		manifest, refused = compile(t, dir, listing(signature, rest), rest, args)
		var kept []*line
		for i, l := range rest {
			if why := refused[i]; why != "" {
				l.e.outcomes[l.v] = outcome{compiler: why}
			} else {
				kept = append(kept, l)
			}
		}
		if manifest == nil && len(kept) == len(rest) {
			t.Fatalf("no line has an error: %v", refused)
		}
		rest = kept
	}
	if t.Failed() {
		return nil
	}
	docs, problems := judge.ReadText("p", manifest)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	texts := arguments(docs[len(docs)-1])
	requests := make([]request, len(rest))
	var workers sync.WaitGroup
	for first := range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := first; i < len(rest); i += runtime.GOMAXPROCS(0) {
				mentioned := map[string]string{}
				for _, found := range parameter.FindAllStringSubmatch(texts[i], -1) {
					mentioned[found[1]] = parameters[found[1]]
				}
				variables := map[string]string{}
				for name, text := range mentioned {
					variables["inputs.parameters."+name] = text
				}
				got, err := judge.Text(texts[i], variables)
				requests[i] = request{texts[i], mentioned, outcome{text: got, engine: err}}
			}
		})
	}
	workers.Wait()
	for i, l := range rest {
		got := requests[i].got
		l.e.outcomes[l.v] = got
		if _, ok := texts[i]; !ok || l.v == constant && got.fails() {
			t.Errorf("%s: %v", l.text, got)
		}
	}
	return requests
}

// inputs are the parameters that the expressions use, and their texts.
func inputs(lines []*line) (string, map[string]string) {
	var signature strings.Builder
	parameters := map[string]string{}
	used := map[string]bool{}
	for _, l := range lines {
		for i, name := range strings.Fields(l.e.row.of) {
			used[l.e.sources[i]], used[name] = true, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		if !used[name] {
			continue
		}
		s := sets[name]
		var items []string
		for i, v := range s.values {
			items = append(items, or(v.json, v.text))
			if !used[fmt.Sprint(name, i)] {
				continue
			}
			fmt.Fprintf(&signature, "    %s%d: %s,\n", name, i, s.ty)
			parameters[fmt.Sprint(name, i)] = v.text
		}
		if !strings.HasSuffix(s.ty, "?") {
			fmt.Fprintf(&signature, "    bag_%s: { x: list[%s] },\n", name, s.ty)
			parameters["bag_"+name] = `{"x":[` + strings.Join(items, ",") + `]}`
		}
	}
	return signature.String(), parameters
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// listing has the n-th expression in the line n behind the first, and its use as many lines further down as there are expressions.
func listing(signature string, lines []*line) string {
	var out strings.Builder
	fmt.Fprintf(&out, "pipeline p(%s) {\n", strings.ReplaceAll(signature, "\n", " "))
	for i, l := range lines {
		fmt.Fprintf(&out, "let v%d = %s\n", i, l.text)
	}
	// The uses, one in a line too: what Argo has no way to say is reported there.
	for i := range lines {
		if i%perTask == 0 {
			fmt.Fprintf(&out, "show%d(", min(perTask, len(lines)-i))
		}
		fmt.Fprintf(&out, `_a%d = "${v%d}"`, i%perTask, i)
		if i%perTask == perTask-1 || i == len(lines)-1 {
			out.WriteString(")\n")
		} else {
			out.WriteString(",\n")
		}
	}
	out.WriteString("}\n")
	for _, size := range []int{min(len(lines), perTask), len(lines) % perTask} {
		if size == 0 || size == perTask && len(lines) < perTask {
			continue
		}
		var names []string
		for i := range size {
			names = append(names, fmt.Sprintf("_a%d: string", i))
		}
		fmt.Fprintf(&out, "component show%d(%s) {\n    image = \"x:1\"\n    command = [\"x\"]\n}\n", size, strings.Join(names, ", "))
		if len(lines) <= perTask {
			break
		}
	}
	return out.String()
}

// compile gives the manifest, or the lines that the compiler refuses.
func compile(t *testing.T, dir, text string, lines []*line, args []string) ([]byte, map[int]string) {
	t.Helper()
	path := filepath.Join(dir, "p.argot")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Getenv("ARGOT"), append([]string{"compile", "p.argot", "--as", "workflow-template", "--format", "short", "--argo-version", judge.ArgoVersion()}, args...)...)
	command.Dir = dir
	var out, messages bytes.Buffer
	command.Stdout, command.Stderr = &out, &messages
	err := command.Run()
	if err == nil {
		return out.Bytes(), nil
	}
	refused := map[int]string{}
	for _, found := range message.FindAllStringSubmatch(messages.String(), -1) {
		at, _ := strconv.Atoi(found[1])
		place := (at - 2) % len(lines)
		l := lines[place]
		// A constant is of its own type, and no json.
		isJSON := l.v == constant && strings.Contains(l.e.row.of, "json") && slices.Contains(mistypes, found[2])
		if !isJSON && !slices.Contains(refusals, found[2]) {
			t.Errorf("%.300s: %s", l.text, found[3])
		}
		if refused[place] == "" {
			refused[place] = found[3]
		}
	}
	if len(refused) == 0 {
		t.Fatalf("%v: %.1000s", err, messages.String())
	}
	return nil, refused
}

// refusals are the errors that speak of values and not of types.
var refusals = []string{"constant-error", "too-large", "unsupported-by-target", "substituted-text"}

var mistypes = []string{"wrong-arguments", "invalid-operand", "type-mismatch", "no-such-field"}

// arguments are the texts of the tasks, in order.
func arguments(d judge.Document) map[int]string {
	type parameters struct {
		Parameters []struct{ Name, Value string }
	}
	var spec struct {
		Templates []struct {
			DAG struct {
				Tasks []struct{ Arguments parameters }
			}
		}
	}
	text, err := json.Marshal(d.WorkflowSpec())
	if err == nil {
		err = json.Unmarshal(text, &spec)
	}
	if err != nil {
		panic(err)
	}
	out := map[int]string{}
	for _, template := range spec.Templates {
		for task, t := range template.DAG.Tasks {
			for _, p := range t.Arguments.Parameters {
				i, err := strconv.Atoi(strings.TrimPrefix(p.Name, "_a"))
				if err != nil {
					panic(p.Name)
				}
				out[task*perTask+i] = p.Value
			}
		}
	}
	return out
}

var (
	defined = regexp.MustCompile(`\n    [A-Z]\w* "(\w+)" "`)
	symbols = regexp.MustCompile(`Self::\w+ => "([^"]+)",`)
)

// TestTable asks whether the table has every function and operator of the language.
func TestTable(t *testing.T) {
	var expressions []string
	for _, r := range table {
		expressions = append(expressions, r.expr)
	}
	all := strings.Join(expressions, "\n")
	sources := filepath.Join("..", "..", "..", "crates")
	for path, pattern := range map[string]*regexp.Regexp{"argot-compiler/src/function/mod.rs": defined, "argot-syntax/src/ast/expr.rs": symbols} {
		text, err := os.ReadFile(filepath.Join(sources, path))
		if err != nil {
			t.Fatal(err)
		}
		found := pattern.FindAllSubmatch(text, -1)
		if len(found) < 10 {
			t.Fatalf("%s names %d", path, len(found))
		}
		for _, name := range found {
			written := " " + string(name[1]) + " "
			if pattern == defined {
				written = string(name[1]) + "("
			}
			if !strings.Contains(all, written) && !strings.HasPrefix(all, written[1:]) && !strings.Contains(all, "\n"+written[1:]) {
				t.Errorf("nothing in the table has %q", name[1])
			}
		}
	}
}

// request is a text for Argo's own code, and what the engine here made of it.
type request struct {
	text       string
	parameters map[string]string
	got        outcome
}

// compare asks Argo's own code about one in several, where there is a build of it.
func compare(t *testing.T, requests []request) {
	t.Helper()
	program := os.Getenv("CONFORMANCE_RENDER")
	if program == "" {
		return
	}
	type evaluation struct {
		Expression string            `json:"expression"`
		Parameters map[string]string `json:"parameters"`
	}
	var asked []request
	var questions []evaluation
	for i := 0; i < len(requests); i += 7 {
		r := requests[i]
		expression, ok := strings.CutPrefix(r.text, "{{=")
		expression, last := strings.CutSuffix(expression, "}}")
		if ok && last && !strings.Contains(expression, "}}") {
			asked = append(asked, r)
			questions = append(questions, evaluation{expression, r.parameters})
		}
	}
	command := exec.Command(program, "render")
	command.Stdin = strings.NewReader(compact(map[string]any{"eval": questions}))
	out, err := command.Output()
	var answer struct {
		Results []struct{ Text, Error string }
	}
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	if err != nil || len(answer.Results) != len(asked) {
		t.Fatalf("Argo's own code: %v: %.300s", err, out)
	}
	shown := 0
	for i, r := range asked {
		a := answer.Results[i]
		if fails := a.Error != ""; fails != r.got.fails() || !fails && a.Text != r.got.text {
			if shown++; shown <= 10 {
				t.Errorf("%s\n\there: %v\n\tArgo: %q %s", r.text, r.got, a.Text, a.Error)
			}
		}
	}
	t.Logf("operators: %d of them compared with Argo's own code, %d differ", len(asked), shown)
}
