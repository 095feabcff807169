// Package values asks whether a text that a pipeline is given arrives at a
// process byte for byte, on every way that there is.
package values

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"argot/conformance/judge"
)

// awkward are the texts of awkward.json, where `[text, times]` is a text so many times. The tests on a cluster read it too.
//
//go:embed awkward.json
var awkwardJSON []byte

var awkward = read(awkwardJSON)

func read(list []byte) []string {
	var entries []any
	if err := json.Unmarshal(list, &entries); err != nil {
		panic(err)
	}
	texts := make([]string, 0, len(entries))
	for _, entry := range entries {
		if repeated, ok := entry.([]any); ok {
			texts = append(texts, strings.Repeat(repeated[0].(string), int(repeated[1].(float64))))
		} else {
			texts = append(texts, entry.(string))
		}
	}
	return texts
}

// argued tells whether the compiler may refuse a text, and Argo may change it.
func argued(text string) bool {
	if strings.Contains(text, "{{") || len(text) > 60_000 { // the fixtures hold it many times
		return true
	}
	for _, c := range text {
		if q := strconv.Quote(string(c)); !json.Valid([]byte(q)) {
			return true
		}
	}
	return false
}

// asJSON is what a text must be when what follows the prefix is read as JSON.
type asJSON struct {
	value  any
	prefix string
}

// pod is what a process must see: texts, or asJSON. Of the environment, the
// names that are not there must not be set.
type pod struct {
	command, args []any
	env           map[string]any
	source        string
}

func show(x string) pod {
	return pod{
		command: []any{"printf", x},
		args: []any{
			x, "x=" + x, "$" + x, x + "$", x + "}", "'" + x + "'", x + "(HOME)",
			x + "!", strings.ToUpper(x), strings.ReplaceAll(x, "a", "b"), strings.ReplaceAll(x, "$", "}}"), x + "-default",
		},
		env: map[string]any{"HOME": "/root", "X": x, "Y": "x=" + x, "Z": x + "!", "DOLLAR": "$" + x},
	}
}

// staged is where Argo puts a script, for its interpreter.
var staged = []any{"/argo/staging/script"}

func scripted(x string) pod {
	return pod{command: []any{"/bin/sh"}, args: staged, env: map[string]any{"x": x, "HOME": "/root", "Y": "x=" + x}, source: "#!/bin/sh\nprintf %s \"$x\"\n"}
}

func lifted(x, y string) pod {
	return pod{command: []any{"true"}, args: []any{x, "x=" + y}, env: map[string]any{"HOME": "/root", "X": y, "Y": "x=" + x}}
}

func whole(x string) pod {
	return pod{command: []any{"show"}, args: []any{asJSON{value: x}}, env: map[string]any{"J": asJSON{value: x}}}
}

func optional(x any) pod {
	out := pod{command: []any{"/bin/sh"}, args: staged, env: map[string]any{}, source: "#!/bin/sh\nprintf %s \"$x\"\n"}
	if x != nil {
		out.env["x"] = x
	}
	return out
}

func fallback(x string) pod {
	return pod{command: []any{"printf"}, args: []any{x, "x=" + x}, env: map[string]any{}}
}

type box struct {
	A string   `json:"a"`
	B []string `json:"b"`
}

func structured(l []string, m map[string]string, r box, j any) pod {
	return pod{
		command: []any{"show"},
		args: []any{
			asJSON{value: l}, asJSON{value: m}, asJSON{value: r}, asJSON{value: j}, asJSON{value: l, prefix: "l="}, asJSON{value: append(slices.Clone(l), l...)}, asJSON{value: []string{r.A}},
			asJSON{value: map[string]string{"k": r.A}}, l[0], m["k"], r.A, strings.Join(l, ","), "x=" + l[0],
		},
		env: map[string]any{"L": asJSON{value: l}, "M": asJSON{value: m}, "R": asJSON{value: r}, "J": asJSON{value: j}, "E": l[0]},
	}
}

// expected says what each task of a pipeline must see of a text.
func expected(pipeline, v string) map[string]pod {
	passed := map[string]pod{
		"shown": show(v), "noted": scripted(v), "joined": show("x=" + v), "added": show(v + "!"), "loud": show(strings.ToUpper(v)),
		"nested/shown": show(v), "nested/noted": scripted("<" + v + ">"), "lifted": lifted(v, v), "whole": whole(v),
	}
	if !strings.HasPrefix(v, "{") { // the two would make a tag
		passed["braced"] = pod{command: []any{"printf"}, args: []any{"{" + v}}
	}
	fixed := pod{
		command: []any{"printf", v},
		args:    []any{v, "x=" + v, "$" + v, v + "!", strings.ToUpper(v), v + "-default"},
		env:     map[string]any{"HOME": "/root", "X": v, "Y": "x=" + v, "Z": v},
	}
	switch pipeline {
	case "direct":
		return map[string]pod{"fixed": fixed}
	case "defaulted":
		return map[string]pod{"shown": show(v), "noted": scripted(v)}
	case "constants":
		for _, name := range []string{"added", "loud", "braced"} {
			delete(passed, name)
		}
		passed["fixed"] = fixed
		return passed
	case "maybe":
		return map[string]pod{"opened": optional(v), "other": fallback(v), "absent": optional(nil), "unset": fallback("none")}
	case "structures":
		l, m, r, j := structures(v)
		return map[string]pod{
			"data":  structured(l, m, r, j),
			"again": structured([]string{r.A, l[0]}, map[string]string{"k": r.A}, box{l[0], l}, map[string]any{"k": []string{r.A}}),
		}
	}
	return passed
}

func structures(v string) ([]string, map[string]string, box, any) {
	return []string{v, "b"}, map[string]string{"k": v}, box{v, []string{v}}, map[string]any{"x": []string{v}}
}

// given are the parameters of a pipeline: as data for the compiler, and as the
// texts with which a run starts.
func given(pipeline, v string) (map[string]any, map[string]string) {
	data := map[string]any{}
	switch pipeline {
	case "parameter", "maybe":
		return map[string]any{"v": v}, map[string]string{"v": v}
	case "structures":
		l, m, r, j := structures(v)
		data = map[string]any{"l": l, "m": m, "r": r, "j": j}
	}
	texts := map[string]string{}
	for name, value := range data {
		texts[name] = string(marshal(value))
	}
	return data, texts
}

// marshal writes JSON with all characters as they are.
func marshal(v any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// fixtures is a copy of the fixture with another text as its constants.
func fixtures(t *testing.T, constant string) string {
	t.Helper()
	dir := t.TempDir()
	source, err := os.ReadFile("values.argot")
	if err != nil {
		t.Fatal(err)
	}
	var literal strings.Builder
	for _, c := range constant {
		if c == '"' || c == '\\' || c == '$' {
			literal.WriteRune('\\')
		}
		if c < ' ' || c > '~' {
			fmt.Fprintf(&literal, `\u{%X}`, c)
		} else {
			literal.WriteRune(c)
		}
	}
	write(t, dir, "values.argot", string(source))
	write(t, dir, "given/literal.argot", "const LITERAL = \""+literal.String()+"\"\n")
	write(t, dir, "given/value.txt", constant)
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// compile gives the manifest, or the messages of a refusal.
func compile(t *testing.T, dir string, args ...string) ([]byte, string) {
	t.Helper()
	if os.Getenv("ARGOT") == "" {
		t.Skip("ARGOT does not name the compiler")
	}
	command := exec.Command(os.Getenv("ARGOT"), append([]string{"compile", "--no-split", "--format", "short", "--argo-version", judge.ArgoVersion()}, args...)...)
	command.Dir = dir
	var out, messages bytes.Buffer
	command.Stdout, command.Stderr = &out, &messages
	if err := command.Run(); err != nil {
		if command.ProcessState.ExitCode() != 1 || messages.Len() == 0 {
			t.Fatalf("%v: %v: %.300s", args, err, messages.String())
		}
		return nil, messages.String()
	}
	return out.Bytes(), ""
}

// suite compares what pods see with what they must see, and keeps questions
// for Argo itself.
type suite struct {
	t         *testing.T
	manifests bytes.Buffer
	requests  []map[string]any
	answers   []answer
	compared  int
	refused   int
	open      bool // the text that is given has a "{{" without end
}

// answer is what the renderer here says to a request.
type answer struct {
	place string
	pod   *judge.Pod
	err   error
	open  bool
	must  bool // there are expectations
}

// document finds an Argo document in a manifest, and keeps the manifest.
func (s *suite) document(manifest []byte, name string) judge.Document {
	s.t.Helper()
	fmt.Fprintf(&s.manifests, "---\n%s\n", manifest)
	docs, problems := judge.ReadText(name, manifest)
	if len(problems) > 0 {
		s.t.Fatalf("%s: %v", name, problems)
	}
	for _, d := range docs {
		if d.IsArgo() && d.Name() == name {
			return d
		}
	}
	s.t.Fatalf("no document %s", name)
	return judge.Document{}
}

// run starts a document and checks each of its pods. Without expectations it
// only keeps what came out, for Argo to be compared with.
func (s *suite) run(place string, d judge.Document, parameters map[string]string, output string, want map[string]pod) {
	s.t.Helper()
	run, err := judge.Start(d, parameters)
	if err != nil {
		if want != nil {
			s.t.Errorf("%s: %v", place, err)
		}
		return
	}
	entry, inputs := run.Entry()
	seen := s.walk(place, run, d.Name(), parameters, entry, inputs, "", output, want)
	for name := range want {
		if !slices.Contains(seen, name) {
			s.t.Errorf("%s: no task %s", place, name)
		}
	}
}

func (s *suite) walk(place string, run *judge.Run, document string, parameters map[string]string, dag string, inputs map[string]string, prefix, output string, want map[string]pod) []string {
	s.t.Helper()
	var seen []string
	outputs := map[string]map[string]string{"given": {"out": output}}
	tasks, _ := run.Template(dag)["dag"].(map[string]any)["tasks"].([]any)
	for _, found := range tasks {
		task, _ := found.(map[string]any)["name"].(string)
		template, _ := found.(map[string]any)["template"].(string)
		name := prefix + task
		if task == "given" {
			continue
		}
		arguments, err := run.Arguments(dag, task, inputs, outputs)
		if err == nil && run.Template(template)["dag"] != nil {
			seen = append(seen, s.walk(place, run, document, parameters, template, arguments, name+"/", output, want)...)
			continue
		}
		seen = append(seen, name)
		must, judged := want[name]
		var got *judge.Pod
		if err == nil {
			got, err = run.Pod(template, task, arguments)
		}
		open := s.open || task == "braced" && !judged
		s.answers = append(s.answers, answer{place + " " + name, got, err, open, judged})
		s.requests = append(s.requests, map[string]any{
			"document": document, "workflow": map[string]any{"parameters": parameters}, "inputs": map[string]any{"parameters": inputs},
			"task": map[string]any{"template": dag, "name": task, "render": true, "outputs": map[string]any{"given": map[string]any{"parameters": outputs["given"]}}},
		})
		switch {
		case !judged:
		case err != nil:
			s.t.Errorf("%s %s: %v", place, name, err)
		default:
			s.compare(place+" "+name, got, must)
		}
	}
	return seen
}

func (s *suite) compare(place string, got *judge.Pod, want pod) {
	s.t.Helper()
	s.list(place+": command", got.Command, want.command)
	s.list(place+": args", got.Args, want.args)
	for _, name := range slices.Sorted(maps.Keys(want.env)) {
		value, set := got.Env[name]
		if !set {
			s.t.Errorf("%s: %s is not set", place, name)
		}
		s.text(place+": env "+name, value, want.env[name])
	}
	for name := range got.Env {
		if _, ok := want.env[name]; !ok {
			s.t.Errorf("%s: %s is set", place, name)
		}
	}
	s.text(place+": source", got.Source, want.source)
}

func (s *suite) list(place string, got []string, want []any) {
	s.t.Helper()
	if len(got) != len(want) {
		s.t.Errorf("%s: %d elements, not %d", place, len(got), len(want))
		return
	}
	for i := range got {
		s.text(fmt.Sprintf("%s[%d]", place, i), got[i], want[i])
	}
}

func (s *suite) text(place, got string, want any) {
	s.t.Helper()
	s.compared++
	data, ok := want.(asJSON)
	if !ok {
		if got != want {
			s.t.Errorf("%s is %.200q, must be %.200q", place, got, want)
		}
		return
	}
	text, ok := strings.CutPrefix(got, data.prefix)
	var read, must any
	if err := json.Unmarshal([]byte(text), &read); err != nil || !ok {
		s.t.Errorf("%s is no JSON: %.200q", place, got)
		return
	}
	if err := json.Unmarshal(marshal(data.value), &must); err != nil || !reflect.DeepEqual(read, must) {
		s.t.Errorf("%s is %.200q, must be %.200q", place, got, marshal(data.value))
	}
}

// askArgo compares everything with Argo's own code, if there is a program
// that has it.
func (s *suite) askArgo() {
	s.t.Helper()
	program := os.Getenv("CONFORMANCE_RENDER")
	if program == "" {
		return
	}
	dir := s.t.TempDir()
	write(s.t, dir, "all.yaml", s.manifests.String())
	write(s.t, dir, "requests.json", string(marshal(s.requests)))
	out, err := exec.Command(program, "render", filepath.Join(dir, "all.yaml"), filepath.Join(dir, "requests.json")).Output()
	if err != nil {
		s.t.Fatalf("%v: %.500s", err, out)
	}
	var theirs []struct {
		Pod     *judge.Pod
		Error   string
		Failure string
		Refused string
	}
	if err := json.Unmarshal(out, &theirs); err != nil {
		s.t.Fatal(err)
	}
	open := 0
	for i, their := range theirs {
		our := s.answers[i]
		failed := their.Error != "" || their.Failure != ""
		switch {
		case our.open: // what it pairs with is up to the JSON around it
			open++
		case our.must && their.Refused != "":
			s.t.Errorf("%s: Argo refuses the workflow: %.300s", our.place, their.Refused)
		case failed != (our.err != nil):
			s.t.Errorf("%s: Argo says %.300q, and here it is %v", our.place, their.Error+their.Failure, our.err)
		case !failed && !same(their.Pod, our.pod):
			s.t.Errorf("%s: Argo gives\n%.900s\nand here it is\n%.900s", our.place, marshal(their.Pod), marshal(our.pod))
		}
	}
	s.t.Logf("values: compared with Argo's own code: %d pods (not compared: %d with a \"{{\" that has no end)", len(theirs)-open, open)
}

func same(a, b *judge.Pod) bool {
	return slices.Equal(a.Command, b.Command) && slices.Equal(a.Args, b.Args) && maps.Equal(a.Env, b.Env) && a.Source == b.Source && a.PodSpecPatch == b.PodSpecPatch
}

// What the compiler sees arrives to the letter, or is refused.
func TestGivenToTheCompiler(t *testing.T) {
	s := &suite{t: t}
	for i, v := range awkward {
		dir := fixtures(t, v)
		for _, pipeline := range []string{"parameter", "maybe", "structures", "defaulted", "constants", "direct"} {
			place := fmt.Sprintf("%.20q %s", v, pipeline)
			data, _ := given(pipeline, v)
			write(t, dir, "params.json", string(marshal(data)))
			name := fmt.Sprintf("%s-%d", pipeline, i)
			manifest, refusal := compile(t, dir, "values.argot", "--pipeline", pipeline, "--params", "params.json", "--name", name)
			if refusal == "" {
				s.run(place, s.document(manifest, name), nil, "", expected(pipeline, v))
				continue
			}
			s.refused++
			for _, line := range strings.Split(strings.TrimSpace(refusal), "\n") {
				allowed := strings.Contains(line, "warning[") || strings.Contains(line, "[substituted-text]") || strings.Contains(line, "[unprintable-text]") || len(v) > 40_000 && strings.Contains(line, "limit-exceeded]")
				if !allowed || !argued(v) && len(v) < 40_000 {
					t.Errorf("%s: refused: %s", place, line)
				}
			}
		}
	}
	s.askArgo()
	t.Logf("values: %d texts in %d pods that the compiler sees, %d pipelines refused", s.compared, len(s.answers), s.refused)
}

// What only the run sees arrives to the letter too, but for what Argo reads in
// it and what Argo cannot carry.
func TestGivenToTheRun(t *testing.T) {
	s := &suite{t: t}
	dir := fixtures(t, "plain")
	for _, pipeline := range []string{"parameter", "upstream", "structures"} {
		manifest, refusal := compile(t, dir, "values.argot", "--pipeline", pipeline, "--as", "workflow-template", "--name", pipeline)
		if refusal != "" {
			t.Fatal(refusal)
		}
		d := s.document(manifest, pipeline)
		for _, v := range awkward {
			_, texts := given(pipeline, v)
			want := expected(pipeline, v)
			if pipeline == "structures" && argued(texts["l"]) || pipeline != "structures" && argued(v) {
				want = nil
			}
			s.open = strings.LastIndex(v, "{{") > strings.LastIndex(v, "}}")
			before := len(s.answers)
			s.run(fmt.Sprintf("%.20q %s", v, pipeline), d, texts, v, want)
			if limit, ok := limits[v]; ok && pipeline != "structures" {
				if got := s.outcome(before, v); got != limit {
					t.Errorf("%q %s: it %s, and the README says that it %s", v, pipeline, got, limit)
				}
			}
		}
	}
	s.askArgo()
	t.Logf("values: %d texts in %d pods that the compiler does not see", s.compared, len(s.answers))
}

const (
	arrives = "arrives"
	changes = "is changed"
	stops   = "ends the run"
)

// limits are what becomes of texts of the run that Argo reads again or cannot
// carry. The compiler does not see them.
var limits = map[string]string{
	"{{x}}": arrives, "{{workflow.name}}": changes, "{{ workflow.name }}": changes, "{{=1+1}}": changes,
	"\x1b[1m": stops, "\a": stops, "\v": stops, "\x00": stops, "a\x00b": stops, "\x7f": stops, "\U000F0000": stops, "\U0010ffff": stops, "\U000e0001": stops,
}

// outcome is what became of a text in the first pod of a run.
func (s *suite) outcome(first int, v string) string {
	if first == len(s.answers) || s.answers[first].err != nil {
		return stops
	}
	if s.answers[first].pod.Command[1] == v {
		return arrives
	}
	return changes
}
