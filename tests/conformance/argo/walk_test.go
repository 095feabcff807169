//go:build argo

package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-workflows/v4/workflow/controller"
)

// leaves are the templates of every test: text goes in and out of echo.
const leaves = `
  - name: echo
    inputs: {parameters: [{name: x, value: none}]}
    container: {image: i, command: [c], args: ["{{inputs.parameters.x}}"]}
    outputs: {parameters: [{name: x, valueFrom: {path: /tmp/x}}]}
  - name: model
    container: {image: i, command: [c]}
    outputs: {artifacts: [{name: m, path: /tmp/m}]}
`

func manifest(spec, templates string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  entrypoint: main\n" + spec + "  templates:" + leaves + templates
}

func text(s string) *string { return &s }

func ends(input, status string) controller.WalkStep {
	step := controller.WalkStep{Status: status}
	step.Match.Inputs = map[string]string{"x": input}
	return step
}

func gives(input, output string) controller.WalkStep {
	step := ends(input, "")
	step.Outputs = map[string]*string{"x": text(output)}
	return step
}

func echo(steps ...controller.WalkStep) map[string][]controller.WalkStep {
	return map[string][]controller.WalkStep{"echo": steps}
}

func walked(t *testing.T, requests ...controller.WalkRequest) []controller.WalkReport {
	t.Helper()
	given, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := walk(bytes.NewReader(given), &out, nil); code != 0 {
		t.Fatalf("walk ends with %d", code)
	}
	var reports []controller.WalkReport
	if err := json.Unmarshal(out.Bytes(), &reports); err != nil {
		t.Fatal(err)
	}
	return reports
}

func phases(r controller.WalkReport) map[string]string {
	out := map[string]string{}
	for _, n := range r.Nodes {
		out[n.Path] = n.Phase
	}
	return out
}

func TestWalk(t *testing.T) {
	attempt := 0
	loop := func(items string) string {
		return manifest("", `
  - name: each
    inputs: {parameters: [{name: v}]}
    dag: {tasks: [{name: l, template: echo, arguments: {parameters: [{name: x, value: "{{inputs.parameters.v}}"}]}}]}
    outputs: {parameters: [{name: x, valueFrom: {expression: "toJson([tasks.l.outputs.parameters.x])"}}]}
  - name: main
    inputs: {parameters: [{name: items, value: '`+items+`'}]}
    dag: {tasks: [{name: t, template: each, withParam: "{{inputs.parameters.items}}", arguments: {parameters: [{name: v, value: "{{item}}"}]}}]}
    outputs: {parameters: [{name: o, valueFrom: {expression: "toJson(map(fromJSON(tasks.t.outputs.parameters.x ?? '[]'), #[0]))"}}]}
`)
	}
	targets := func(target string) string {
		return manifest("", `
  - name: main
    dag:
      target: "`+target+`"
      tasks: [{name: t, template: echo, arguments: {parameters: [{name: x, value: T}]}}, {name: h, template: echo, depends: "t.Succeeded || t.Failed"}]
`)
	}
	tests := []struct {
		name    string
		request controller.WalkRequest
		phase   string
		hung    bool
		nodes   map[string]string // "" is the entry
		outputs map[string]string
		rounds  int
	}{
		{name: "linear", request: controller.WalkRequest{YAML: manifest("", `
  - name: main
    dag: {tasks: [{name: a, template: echo, arguments: {parameters: [{name: x, value: A}]}}, {name: b, template: echo, depends: a, arguments: {parameters: [{name: x, value: "{{tasks.a.outputs.parameters.x}}"}]}}]}
    outputs: {parameters: [{name: o, valueFrom: {parameter: "{{tasks.b.outputs.parameters.x}}"}}]}
`), Steps: echo(gives("A", "\"a\"\nü\n"), gives("\"a\"\nü", "end"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "a": "Succeeded", "b": "Succeeded"}, outputs: map[string]string{"o": "end"}, rounds: 3},
		{name: "skipped, and an output of the arm that ran", request: controller.WalkRequest{YAML: manifest("", `
  - name: main
    inputs: {parameters: [{name: c, value: "false"}]}
    dag: {tasks: [{name: a, template: echo, when: "{{inputs.parameters.c}} == true"}, {name: b, template: echo, when: "{{inputs.parameters.c}} != true"}]}
    outputs: {parameters: [{name: o, valueFrom: {expression: "inputs.parameters.c == 'true' ? tasks.a.outputs.parameters.x : tasks.b.outputs.parameters.x"}}]}
`), Steps: echo(gives("none", "b's"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "a": "Skipped", "b": "Succeeded"}, outputs: map[string]string{"o": "b's"}},
		{name: "loop", request: controller.WalkRequest{YAML: loop(`["p", "q"]`), Steps: echo(gives("p", "1"), gives("q", "9007199254740993")), Order: "newest"},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "t": "Succeeded", "t(0:p)": "Succeeded", "t(0:p).l": "Succeeded", "t(1:q)": "Succeeded", "t(1:q).l": "Succeeded"},
			outputs: map[string]string{"o": `["1","9007199254740993"]`}},
		{name: "empty loop", request: controller.WalkRequest{YAML: loop("[]")},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "t": "Skipped"}, outputs: map[string]string{"o": "[]"}},
		{name: "sequence", request: controller.WalkRequest{YAML: manifest("  arguments: {parameters: [{name: k, value: \"0\"}]}\n", `
  - name: main
    dag: {tasks: [{name: t, template: echo, withSequence: {start: "0", count: "{{workflow.parameters.k}}"}}, {name: u, template: echo, withSequence: {start: "1", count: "{{=asInt(workflow.parameters.k) + 1}}"}}]}
`), Parameters: map[string]string{"k": "1"}},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "t": "Succeeded", "t(0:0)": "Succeeded", "u": "Succeeded", "u(0:1)": "Succeeded", "u(1:2)": "Succeeded"}},
		{name: "a leaf fails", request: controller.WalkRequest{YAML: manifest("", `
  - name: main
    dag: {tasks: [{name: a, template: echo}, {name: b, template: echo, depends: a}, {name: c, template: echo, arguments: {parameters: [{name: x, value: C}]}}]}
`), Steps: echo(ends("none", "Failed"))},
			phase: "Failed", nodes: map[string]string{"": "Failed", "a": "Failed", "b": "Omitted", "c": "Succeeded"}},
		{name: "onExit", request: controller.WalkRequest{YAML: manifest("  onExit: bye\n  arguments: {parameters: [{name: k, value: v}]}\n", `
  - name: bye
    inputs: {parameters: [{name: k}]}
    dag: {tasks: [{name: t, template: echo, arguments: {parameters: [{name: x, value: "{{workflow.status}} {{inputs.parameters.k}}"}]}}]}
  - name: main
    dag: {tasks: [{name: a, template: echo, arguments: {parameters: [{name: x, value: A}]}}]}
`), Steps: echo(ends("A", "Error"), ends("Error v", "Succeeded"), ends("Succeeded v", "Failed"))},
			phase: "Error", nodes: map[string]string{"": "Error", "a": "Error", "onExit": "Succeeded", "onExit.t": "Succeeded"}},
		{name: "hooks.exit", request: controller.WalkRequest{YAML: manifest("", `
  - name: main
    dag: {tasks: [{name: a, template: echo, arguments: {parameters: [{name: x, value: A}]}, hooks: {exit: {template: echo, arguments: {parameters: [{name: x, value: "{{tasks.a.status}}"}]}}}}]}
`), Steps: echo(ends("Succeeded", "Failed"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "a": "Succeeded", "a.onExit": "Failed"}},
		{name: "retry with backoff", request: controller.WalkRequest{YAML: manifest("", `
  - name: again
    retryStrategy: {limit: 3, expression: "lastRetry.exitCode == '3'", backoff: {duration: 1h, factor: 2}}
    container: {image: i, command: [c]}
  - name: main
    dag: {tasks: [{name: a, template: again}]}
`), Steps: map[string][]controller.WalkStep{"again": {{Attempt: &attempt, Status: "Failed", ExitCode: json.RawMessage(`"3"`)}}}},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "a": "Succeeded", "a(0)": "Failed", "a(1)": "Succeeded"}},
		{name: "nested outputs", request: controller.WalkRequest{YAML: manifest("", `
  - name: sub
    dag: {tasks: [{name: i, template: echo}, {name: m, template: model}]}
    outputs: {parameters: [{name: x, valueFrom: {parameter: "{{tasks.i.outputs.parameters.x}}"}}], artifacts: [{name: m, from: "{{tasks.m.outputs.artifacts.m}}"}]}
  - name: use
    inputs: {artifacts: [{name: m, path: /m}]}
    container: {image: i, command: [c]}
  - name: main
    dag: {tasks: [{name: s, template: sub}, {name: u, template: use, depends: s, arguments: {artifacts: [{name: m, from: "{{tasks.s.outputs.artifacts.m}}"}]}}]}
    outputs: {parameters: [{name: o, valueFrom: {parameter: "{{tasks.s.outputs.parameters.x}}"}}]}
`), Steps: echo(gives("none", "deep"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "s": "Succeeded", "s.i": "Succeeded", "s.m": "Succeeded", "u": "Succeeded"}, outputs: map[string]string{"o": "deep"}},
		{name: "recursion", request: controller.WalkRequest{YAML: manifest("", `
  - name: r
    inputs: {parameters: [{name: k}]}
    dag:
      tasks:
      - {name: body, template: echo, arguments: {parameters: [{name: x, value: "{{inputs.parameters.k}}"}]}}
      - {name: again, template: r, depends: body, when: "{{=asInt(inputs.parameters.k) > 0}}", arguments: {parameters: [{name: k, value: "{{=asInt(inputs.parameters.k) - 1}}"}]}}
    outputs: {parameters: [{name: x, valueFrom: {expression: "tasks.again.outputs.parameters.x ?? tasks.body.outputs.parameters.x"}}]}
  - name: main
    dag: {tasks: [{name: s, template: r, arguments: {parameters: [{name: k, value: "1"}]}}]}
    outputs: {parameters: [{name: o, valueFrom: {parameter: "{{tasks.s.outputs.parameters.x}}"}}]}
`), Steps: echo(gives("0", "last"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "s": "Succeeded", "s.body": "Succeeded", "s.again": "Succeeded", "s.again.body": "Succeeded", "s.again.again": "Skipped"}, outputs: map[string]string{"o": "last"}},
		{name: "continueOn", request: controller.WalkRequest{YAML: manifest("", `
  - name: main
    dag: {tasks: [{name: a, template: echo, continueOn: {failed: true}}]}
    outputs: {parameters: [{name: o, valueFrom: {expression: "tasks.a.status == 'Succeeded' ? tasks.a.outputs.parameters.x : 'null'"}}]}
`), Steps: echo(ends("none", "Failed"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "a": "Failed"}, outputs: map[string]string{"o": "null"}},
		{name: "rescued", request: controller.WalkRequest{YAML: targets("h"), Steps: echo(ends("T", "Failed"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "t": "Failed", "h": "Succeeded"}},
		{name: "not rescued", request: controller.WalkRequest{YAML: targets("t h"), Steps: echo(ends("T", "Failed"))},
			phase: "Failed", nodes: map[string]string{"": "Failed", "t": "Failed", "h": "Succeeded"}},
		{name: "daemon", request: controller.WalkRequest{YAML: manifest("", `
  - name: server
    daemon: true
    container: {image: i, command: [c]}
  - name: main
    dag: {tasks: [{name: d, template: server}, {name: a, template: echo, depends: d, arguments: {parameters: [{name: x, value: "{{tasks.d.ip}}"}]}}]}
    outputs: {parameters: [{name: o, valueFrom: {parameter: "{{tasks.a.outputs.parameters.x}}"}}]}
`), Steps: echo(gives("10.0.0.1", "answered"))},
			phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "d": "Succeeded", "a": "Succeeded"}, outputs: map[string]string{"o": "answered"}},
		{name: "mutex", request: controller.WalkRequest{YAML: manifest("", `
  - name: alone
    synchronization: {mutexes: [{name: m}]}
    container: {image: i, command: [c]}
  - name: main
    dag: {tasks: [{name: a, template: alone}, {name: b, template: alone}]}
`)}, phase: "Succeeded", nodes: map[string]string{"": "Succeeded", "a": "Succeeded", "b": "Succeeded"}, rounds: 3},
		{name: "an output that cannot be worked out hangs those after it", request: controller.WalkRequest{YAML: manifest("", `
  - name: sub
    dag: {tasks: [{name: i, template: echo}]}
    outputs: {parameters: [{name: x, valueFrom: {expression: "nothing.there"}}]}
  - name: main
    dag: {tasks: [{name: s, template: sub}, {name: u, template: echo, depends: s.Errored}]}
`)}, phase: "Running", hung: true, nodes: map[string]string{"": "Running", "s": "Error", "s.i": "Succeeded", "u": "Succeeded"}},
		{name: "a pod that never ends", request: controller.WalkRequest{YAML: manifest("  activeDeadlineSeconds: 600\n", `
  - name: main
    dag: {tasks: [{name: a, template: echo}]}
`), Default: &controller.WalkStep{Status: "Running"}}, phase: "Failed", nodes: map[string]string{"": "Failed", "a": "Failed"}},
	}
	var requests []controller.WalkRequest
	for _, test := range tests {
		requests = append(requests, test.request)
	}
	for i, r := range walked(t, requests...) {
		test := tests[i]
		t.Run(test.name, func(t *testing.T) {
			if r.Refused != "" || r.Phase != test.phase || r.Hung != test.hung {
				t.Errorf("phase %s, hung %v, %s %s", r.Phase, r.Hung, r.Message, r.Refused)
			}
			if got := phases(r); !maps.Equal(got, test.nodes) {
				t.Errorf("nodes %v, not %v", got, test.nodes)
			}
			got := map[string]string{}
			if r.Outputs != nil {
				for name, value := range r.Outputs.Parameters {
					got[name] = *value
				}
			}
			if !maps.Equal(got, test.outputs) {
				t.Errorf("outputs %v, not %v", got, test.outputs)
			}
			if test.rounds > 0 && r.Rounds != test.rounds {
				t.Errorf("%d rounds, not %d", r.Rounds, test.rounds)
			}
		})
	}
}

// Artifacts go where the default repository puts them, and keep their place.
func TestWalkArtifacts(t *testing.T) {
	r := walked(t, controller.WalkRequest{YAML: manifest("", `
  - name: use
    inputs: {artifacts: [{name: m, path: /m}]}
    container: {image: i, command: [c]}
  - name: main
    dag: {tasks: [{name: a, template: model}, {name: u, template: use, depends: a, arguments: {artifacts: [{name: m, from: "{{tasks.a.outputs.artifacts.m}}", subPath: in}]}}]}
`)})[0]
	made := r.Nodes[1].Outputs.Artifacts["m"]["key"].(string)
	got := r.Nodes[2].Inputs.Artifacts["m"]["key"]
	if !strings.HasPrefix(made, "w/w-model-") || !strings.HasSuffix(made, "/m.tgz") || got != made+"/in" {
		t.Errorf("made %q, got %q", made, got)
	}
}

// Argo's own examples end as their authors mean them to.
func TestWalkExamples(t *testing.T) {
	dir := filepath.Join(source, "examples")
	heads := &controller.WalkStep{Result: text("heads")}
	tests := map[string]struct {
		def   *controller.WalkStep
		phase string
		nodes int
	}{
		"dag-diamond.yaml":                      {nil, "Succeeded", 5},
		"dag-targets.yaml":                      {nil, "Succeeded", 4},
		"dag-nested.yaml":                       {nil, "Succeeded", 21},
		"dag-coinflip.yaml":                     {heads, "Succeeded", 0},
		"dag-continue-on-fail.yaml":             {nil, "Succeeded", 0},
		"exit-handlers.yaml":                    {nil, "Succeeded", 0},
		"loops-maps.yaml":                       {nil, "Succeeded", 0},
		"loops-sequence.yaml":                   {nil, "Succeeded", 0},
		"parallelism-limit.yaml":                {nil, "Succeeded", 0},
		"retry-backoff.yaml":                    {&controller.WalkStep{Status: "Failed"}, "Failed", 0},
		"dag-daemon-task.yaml":                  {nil, "Succeeded", 0},
		"synchronization-mutex-tmpl-level.yaml": {nil, "Succeeded", 0},
		"suspend-template.yaml":                 {nil, "Running", 0},
	}
	var names []string
	var requests []controller.WalkRequest
	for name, test := range tests {
		yaml, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
		requests = append(requests, controller.WalkRequest{YAML: string(yaml), Default: test.def})
	}
	for i, r := range walked(t, requests...) {
		want := tests[names[i]]
		if r.Refused != "" || r.Phase != want.phase || r.Hung != (want.phase == "Running") || want.nodes > 0 && len(r.Nodes) != want.nodes {
			t.Errorf("%s: %s, hung %v, %d nodes, %s %s", names[i], r.Phase, r.Hung, len(r.Nodes), r.Message, r.Refused)
		}
	}
}
