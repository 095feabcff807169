//go:build argo

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"argot/conformance/judge"
)

func judged(t *testing.T, docs []judge.Document, problems []judge.Problem) []judge.Problem {
	t.Helper()
	all, err := checkers(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range all {
		problems = append(problems, check(docs)...)
	}
	return problems
}

func TestGoodDocumentsPass(t *testing.T) {
	docs, problems, err := judge.ReadFiles([]string{"../testdata/good/argo.yaml", "testdata/render.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range judged(t, docs, problems) {
		t.Errorf("%v", p)
	}
}

// Every document of these files says in its first line what the judge that the
// file is named after must say of it; "want 4.0" is what that version alone
// says, and then the other has nothing to say.
func TestBadDocuments(t *testing.T) {
	for _, judgeName := range []string{"lint", "crd"} {
		path := "../testdata/bad/" + judgeName + ".yaml"
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs, problems := judge.ReadText(path, text)
		by := map[int][]judge.Problem{}
		for _, d := range docs {
			by[d.Index] = judged(t, []judge.Document{d}, nil)
		}
		for _, p := range problems {
			t.Error(p)
		}
		for i, chunk := range strings.Split(string(text), "\n---\n") {
			head, want, _ := strings.Cut(strings.SplitN(chunk, "\n", 2)[0], ": ")
			t.Run(fmt.Sprintf("%s/%d", judgeName, i+1), func(t *testing.T) {
				var said []string
				for _, p := range by[i+1] {
					if p.Source == judgeName {
						said = append(said, p.Message)
					}
				}
				switch all := strings.Join(said, "\n"); {
				case head == "# want" || head == "# want "+series:
					if !strings.Contains(all, want) || all == "" {
						t.Errorf("nothing says %q, only %v", want, by[i+1])
					}
				case !strings.HasPrefix(head, "# want "):
					t.Errorf("%q says nothing of what is wanted", head)
				case all != "":
					t.Errorf("it says %s", all)
				}
			})
		}
	}
}

// Only the definitions of version 4 have a limit.
func TestTooManyTasks(t *testing.T) {
	text := "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec: {entrypoint: a, templates: [{name: b, container: {image: a, command: [a]}}, {name: a, dag: {tasks: ["
	for i := range 201 {
		text += fmt.Sprintf("{name: t%d, template: b},", i)
	}
	docs, problems := judge.ReadText("many.yaml", []byte(text+"]}}]}\n"))
	problems = judged(t, docs, problems)
	if series == "3.7" {
		if len(problems) != 0 {
			t.Errorf("got %v", problems)
		}
	} else if len(problems) != 1 || problems[0].Source != "crd" || !strings.Contains(problems[0].Message, "at most 200") {
		t.Errorf("got %v", problems)
	}
}

func TestIgnoreMissingRefs(t *testing.T) {
	docs, _, err := judge.ReadFiles([]string{"../testdata/bad/lint.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if d.Name() != "refs" {
			continue
		}
		if p := lintChecker(true)([]judge.Document{d}); len(p) != 0 {
			t.Errorf("got %v", p)
		}
		return
	}
	t.Error("no document called refs")
}

// ask sends requests to render.
func ask(t *testing.T, requests any) []map[string]any {
	t.Helper()
	text, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := render(bytes.NewReader(text), &out, []string{"testdata/render.yaml"}); code != 0 {
		t.Fatal(out.String())
	}
	var answers []map[string]any
	if err := json.Unmarshal(out.Bytes(), &answers); err != nil {
		t.Fatal(err, out.String())
	}
	return answers
}

type m = map[string]any

const invalid = "result was invalid JSON"

// What becomes of a value on its way from a workflow parameter by the
// pipeline's input and a task's argument to a container. The raw argument and
// variable lose dollars to the kubelet, and the escaped argument does not.
func TestAwkwardValues(t *testing.T) {
	same := "\x00same"
	for _, c := range []struct{ value, raw, escaped, env, err string }{
		{value: "plain", raw: same, escaped: same, env: same},
		{value: "", raw: same, escaped: same, env: same},
		{value: "yes", raw: same, escaped: same, env: same},
		{value: "012", raw: same, escaped: same, env: same},
		{value: `say "hi" it's`, raw: same, escaped: same, env: same},
		{value: "two\nlines\n\tand a tab", raw: same, escaped: same, env: same},
		{value: `back\slash \n \\`, raw: same, escaped: same, env: same},
		{value: "'; rm -rf /", raw: same, escaped: same, env: same},
		{value: "<a> & <b>", raw: same, escaped: same, env: same},
		{value: "é 日本 😀", raw: same, escaped: same, env: same},
		{value: strings.Repeat("x", 100_000), raw: same, escaped: same, env: same},
		{value: "$$", raw: "$", escaped: same, env: "$"},
		{value: "$(NONE) $HOME ${HOME}", raw: same, escaped: same, env: same},
		{value: "$(HOME)", raw: "/root", escaped: same, env: same}, // HOME is defined after X
		{value: "$(X)", raw: "$(X)", escaped: same, env: same},
		{value: "$$(HOME)", raw: "$(HOME)", escaped: same, env: "$(HOME)"},
		{value: "{{x}}", raw: same, escaped: same, env: same},
		{value: "a }} b", raw: same, escaped: same, env: same},
		{value: "{{workflow.name}}", raw: "shop", escaped: "shop", env: "shop"},
		{value: "{{=1+1}}", raw: "2", escaped: "2", env: "2"},
		{value: "{{ workflow.name }}", raw: "shop", escaped: "shop", env: "shop"},
		{value: "{{= 1 + }}", err: "unexpected token"},
		{value: "a {{ b", raw: same, escaped: same, env: same}, // by luck, see TestUnclosedBraces
		{value: "\x1b[1m", err: invalid},
		{value: "\x7f", err: invalid},
		{value: "\U000F0000", err: invalid},
	} {
		name := c.value[:min(len(c.value), 20)]
		a := ask(t, []m{{"workflow": m{"parameters": m{"p": c.value}}, "task": m{"template": "main", "name": "passed", "render": true}}})[0]
		if c.err != "" {
			if !strings.Contains(fmt.Sprint(a["error"], a["failure"]), c.err) {
				t.Errorf("%q: got %v, want the error %q", name, a, c.err)
			}
			continue
		}
		pod, ok := a["pod"].(map[string]any)
		if !ok {
			t.Errorf("%q: no pod in %v", name, a)
			continue
		}
		args := pod["args"].([]any)
		for where, pair := range map[string][2]any{
			"raw argument":     {args[0], c.raw},
			"escaped argument": {args[1], c.escaped},
			"variable":         {pod["env"].(map[string]any)["X"], c.env},
		} {
			if pair[1] == same {
				pair[1] = c.value
			}
			if pair[0] != pair[1] {
				t.Errorf("%q: %s is %.80q, want %.80q", name, where, pair[0], pair[1])
			}
		}
	}
}

// An unclosed "{{" pairs with the braces of the next tag. What comes of it
// hangs on which tag that is.
func TestUnclosedBraces(t *testing.T) {
	a := ask(t, []m{{"template": "script", "inputs": m{"parameters": m{"x": "a {{ b"}}}})[0]
	if !strings.Contains(fmt.Sprint(a["error"]), "failed to evaluate expression") {
		t.Errorf("got %v", a)
	}
}

// The kubelet expands the variable in which a script travels, so a script
// loses its double dollars and may have $(NAME) replaced.
func TestScriptSource(t *testing.T) {
	a := ask(t, []m{{"template": "script", "inputs": m{"parameters": m{"x": "$$"}}}})[0]
	if got, want := a["source"], `echo $ $$ $(date) shop-script-0 "$X"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := a["env"].(map[string]any)["X"]; got != "$$" {
		t.Errorf("variable: got %q", got)
	}
}

func TestPodSpecPatch(t *testing.T) {
	a := ask(t, []m{{"template": "leaf", "inputs": m{"parameters": m{"x": "7Gi"}}}})[0]
	if got := fmt.Sprint(a["resources"]); got != "map[limits:map[memory:7Gi]]" {
		t.Errorf("got %s", got)
	}
}

func TestTasks(t *testing.T) {
	with := func(task string, parameters m) m {
		return m{"task": m{"template": "main", "name": task, "outputs": m{"passed": m{"parameters": parameters}}}}
	}
	for i, want := range []string{
		"map[arguments:map[x:0.5] runs:true when:true]",
		"map[arguments:<nil> runs:false when:false]",
		"map[arguments:map[x:none] runs:true]",
		"map[arguments:<nil> items:[map[arguments:map[x:a] runs:true] map[arguments:map[x:1] runs:true] map[arguments:map[x:{\"k\":\"v\"}] runs:true]] runs:true]",
		"map[error:failed to resolve {{tasks.passed.outputs.parameters.list}}]",
	} {
		a := ask(t, []m{
			with("after", m{"auc": "0.5"}),
			with("after", m{"auc": "0.3"}),
			with("fallback", m{"auc": nil}),
			with("loop", m{"list": `["a", 1, {"k": "v"}]`}),
			with("loop", m{}),
		})[i]
		if got := fmt.Sprint(a); got != want {
			t.Errorf("%d: got  %s\n   want %s", i, got, want)
		}
	}
}

func TestRefusedBeforeItStarts(t *testing.T) {
	a := ask(t, []m{{"workflow": m{"parameters": m{"p": "{{tasks.x.outputs.result}}"}}, "template": "leaf", "inputs": m{"parameters": m{"x": "a"}}}})[0]
	if !strings.Contains(fmt.Sprint(a["refused"]), "failed to resolve") {
		t.Errorf("got %v", a)
	}
}

func TestEval(t *testing.T) {
	for expression, want := range map[string]string{
		`inputs.parameters.x`:                           "{map[error: text:3]}",
		`int(inputs.parameters.x) + 1`:                  "{map[error: text:4]}",
		`inputs.parameters.x == '3' && true`:            "{map[error: text:true]}",
		`3 / 2`:                                         "{map[error: text:1.5]}",
		`inputs.parameters['y'] ?? 'd'`:                 "{map[error: text:d]}",
		`toJson({"a": [1, {"b": "c"} ]})`:               `{map[error: text:{"a":[1,{"b":"c"}]}]}`,
		`inputs.parameters['x'] ?? 'd'`:                 "{map[error: text:3]}",
		`sprig.int('abc')`:                              "{map[error: text:0]}",
		`replace(inputs.parameters.x, "3", "a\"b\\n<")`: `{map[error: text:a"b\n<]}`,
	} {
		a := ask(t, []m{{"eval": []m{{"expression": expression, "parameters": m{"x": "3"}}}}})[0]
		r := a["results"].([]any)[0].(map[string]any)
		if got := fmt.Sprintf("{map[error:%v text:%v]}", orEmpty(r["error"]), r["text"]); got != want {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
	b := ask(t, []m{{"eval": []m{{"expression": "workflow.name + '-x'", "variables": m{"workflow.name": "w"}}}}})[0]
	if got := fmt.Sprint(b["results"]); got != "[map[text:w-x]]" {
		t.Errorf("got %s", got)
	}
	a := ask(t, []m{{"eval": []m{{"expression": "nope.x + 1"}, {"expression": "1 +"}}}})[0]
	for _, r := range a["results"].([]any) {
		if r.(map[string]any)["error"] == nil {
			t.Errorf("no error in %v", r)
		}
	}
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

func TestSchema(t *testing.T) {
	var out bytes.Buffer
	if code := schema(nil, &out, nil); code != 0 {
		t.Fatal(out.String())
	}
	var table map[string]map[string]string
	if err := json.Unmarshal(out.Bytes(), &table); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"WorkflowSpec.entrypoint":        "string",
		"WorkflowSpec.templates":         "array:Template",
		"WorkflowSpec.volumes":           "array:k8s.Volume",
		"Template.dag":                   "object:DAGTemplate",
		"Template.activeDeadlineSeconds": "int-or-string",
		"ScriptTemplate.source":          "string",
		"ScriptTemplate.image":           "string",
		"DAGTask.withItems":              "array:any",
		"Parameter.value":                "string",
		"S3Artifact.bucket":              "string",
	} {
		name, field, _ := strings.Cut(path, ".")
		if got := table[name][field]; got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}
