package judge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/vm/runtime"
	corev1 "k8s.io/api/core/v1"
)

// Run is a workflow that has started: its templates and its global variables.
type Run struct {
	spec    map[string]any
	globals map[string]any
}

// Pod is the main container of a pod as its process sees it.
type Pod struct {
	Command      []string          `json:"command"`
	Args         []string          `json:"args"`
	Env          map[string]string `json:"env"`
	Source       string            `json:"source"`
	PodSpecPatch string            `json:"podSpecPatch"`
}

// Start begins a run with these values of its parameters. Argo replaces the
// global variables in the spec, but not yet in the templates.
func Start(d Document, parameters map[string]string) (*Run, error) {
	spec := d.WorkflowSpec()
	run := &Run{globals: map[string]any{
		"workflow.name":                      d.Name(),
		"workflow.namespace":                 "default",
		"workflow.uid":                       "00000000-0000-0000-0000-000000000000",
		"workflow.creationTimestamp.RFC3339": "2026-01-02T03:04:05Z",
		"workflow.status":                    "Running",
	}}
	given := map[string]string{}
	for _, p := range listAt(mapAt(spec, "arguments"), "parameters") {
		p := p.(map[string]any)
		name := stringAt(p, "name")
		if value, ok := p["value"]; ok {
			given[name] = fmt.Sprint(value)
		}
		if value, ok := parameters[name]; ok {
			given[name] = value
		}
	}
	for name, value := range given {
		run.globals["workflow.parameters."+name] = value
	}
	arguments, err := replaceIn(given, run.globals, false)
	if err != nil {
		return nil, fmt.Errorf("workflow spec: %w", err)
	}
	run.spec = maps.Clone(spec)
	run.spec["arguments"] = arguments
	return run, nil
}

// Entry is the name of the first template and the values of its parameters.
func (r *Run) Entry() (string, map[string]string) {
	arguments, _ := r.spec["arguments"].(map[string]string)
	return stringAt(r.spec, "entrypoint"), arguments
}

// Template is a template as it is written.
func (r *Run) Template(name string) map[string]any {
	for _, t := range listAt(r.spec, "templates") {
		if t, ok := t.(map[string]any); ok && stringAt(t, "name") == name {
			return t
		}
	}
	return nil
}

// Arguments resolves the parameters of a task of a DAG. The outputs are those
// of the tasks before it, by task and name.
func (r *Run) Arguments(dag, task string, inputs map[string]string, outputs map[string]map[string]string) (map[string]string, error) {
	t, values, err := r.process(dag, inputs, nil)
	if err != nil {
		return nil, err
	}
	for producer, made := range outputs {
		for name, value := range made {
			values["tasks."+producer+".outputs.parameters."+name] = value
		}
	}
	for _, found := range listAt(mapAt(t, "dag"), "tasks") {
		if stringAt(found.(map[string]any), "name") != task {
			continue
		}
		done, err := replaceIn(found.(map[string]any), values, true)
		if err != nil {
			return nil, err
		}
		return parameterValues(mapAt(done, "arguments")), nil
	}
	return nil, fmt.Errorf("no task %q in template %q", task, dag)
}

// Pod makes the main container of a leaf template: two passes over the
// template, one over the pod, the podSpecPatch, and the kubelet's expansion.
func (r *Run) Pod(name, task string, inputs map[string]string) (*Pod, error) {
	podName := fmt.Sprint(r.globals["workflow.name"]) + "-" + name + "-0"
	t, values, err := r.process(name, inputs, map[string]string{"pod.name": podName, "tasks.name": task})
	if err != nil {
		return nil, err
	}
	pod := &Pod{}
	if patch := stringAt(t, "podSpecPatch"); patch != "" {
		for range 2 { // once more through both passes
			done, err := replaceIn(map[string]string{"p": patch}, values, false)
			if err != nil {
				return nil, err
			}
			patch = done["p"]
		}
		pod.PodSpecPatch = patch
	}
	if t, err = replaceIn(t, values, false); err != nil {
		return nil, err
	}
	main := mapAt(t, "container")
	if main == nil {
		main = mapAt(t, "script")
	}
	var c corev1.Container
	if err := json.Unmarshal(mustJSON(main), &c); err != nil {
		return nil, err
	}
	if mapAt(t, "script") != nil && stringAt(main, "source") != "" {
		c.Args = append(c.Args, "/argo/staging/script") // where Argo puts the source
	}
	if pod.PodSpecPatch != "" {
		var spec corev1.PodSpec
		if err := json.Unmarshal([]byte(pod.PodSpecPatch), &spec); err != nil {
			return nil, fmt.Errorf("podSpecPatch: %w", err)
		}
	}
	pod.Env = map[string]string{}
	lookup := func(name string) (string, bool) { v, ok := pod.Env[name]; return v, ok }
	for _, e := range c.Env {
		pod.Env[e.Name] = Expand(e.Value, lookup)
	}
	for _, text := range c.Command {
		pod.Command = append(pod.Command, Expand(text, lookup))
	}
	for _, text := range c.Args {
		pod.Args = append(pod.Args, Expand(text, lookup))
	}
	pod.Source, err = r.carriedSource(t, podName)
	return pod, err
}

// carriedSource is the script as the init container finds it. The template
// travels in a variable, in which the kubelet expands Argo's own; one over
// 128 KiB travels in a file.
func (r *Run) carriedSource(t map[string]any, podName string) (string, error) {
	carried := maps.Clone(t)
	delete(carried, "inputs")
	text := string(mustJSON(carried))
	if len(text) <= 128*1024-1 {
		own := map[string]string{"ARGO_POD_NAME": podName, "ARGO_POD_UID": "uid", "ARGO_WORKFLOW_NAME": fmt.Sprint(r.globals["workflow.name"]), "ARGO_WORKFLOW_UID": "uid", "ARGO_CONTAINER_NAME": "init"}
		text = Expand(text, func(name string) (string, bool) { v, ok := own[name]; return v, ok })
	}
	var read map[string]any
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return "", fmt.Errorf("the init container cannot read the template: %w", err)
	}
	return stringAt(mapAt(read, "script"), "source"), nil
}

// process gives a template its inputs and runs Argo's two passes over it: one
// with global and local variables, one with the inputs too.
func (r *Run) process(name string, inputs, local map[string]string) (map[string]any, map[string]any, error) {
	t := r.Template(name)
	if t == nil {
		return nil, nil, fmt.Errorf("no template %q", name)
	}
	return r.fill(t, inputs, local)
}

// fill does so for a template of any document.
func (r *Run) fill(t map[string]any, inputs, local map[string]string) (map[string]any, map[string]any, error) {
	t = maps.Clone(t)
	var filled []any
	for _, p := range listAt(mapAt(t, "inputs"), "parameters") {
		p := maps.Clone(p.(map[string]any))
		if value, ok := inputs[stringAt(p, "name")]; ok {
			p["value"] = value
		}
		if p["value"] == nil {
			return nil, nil, fmt.Errorf("inputs.parameters.%s had no value", p["name"])
		}
		filled = append(filled, p)
	}
	t["inputs"] = map[string]any{"parameters": filled}
	values := maps.Clone(r.globals)
	for name, value := range local {
		values[name] = value
	}
	t, err := replaceIn(t, values, false)
	if err != nil {
		return nil, nil, err
	}
	addInputs(values, t)
	t, err = replaceIn(t, values, false)
	addInputs(values, t)
	return t, values, err
}

func addInputs(values map[string]any, t map[string]any) {
	for name, value := range parameterValues(mapAt(t, "inputs")) {
		values["inputs.parameters."+name] = value
	}
}

func parameterValues(in map[string]any) map[string]string {
	out := map[string]string{}
	for _, p := range listAt(in, "parameters") {
		if p := p.(map[string]any); p["value"] != nil {
			out[stringAt(p, "name")] = fmt.Sprint(p["value"])
		}
	}
	return out
}

// replaceIn replaces the tags of a value in its JSON, which is where Argo does it.
func replaceIn[T any](v T, values map[string]any, strict bool) (T, error) {
	var done T
	text, err := replaceTags(string(mustJSON(v)), values, strict)
	if err != nil {
		return done, err
	}
	if !json.Valid([]byte(text)) {
		return done, errors.New("the result was invalid JSON")
	}
	return done, json.Unmarshal([]byte(text), &done)
}

// replaceTags replaces what it can; with strict, a task's output that is not
// there is an error, and so is an expression that fails.
func replaceTags(text string, values map[string]any, strict bool) (string, error) {
	var out strings.Builder
	var env map[string]any
	for {
		before, rest, found := strings.Cut(text, "{{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		tag, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return "", fmt.Errorf("cannot find the end of a tag in %.80q", rest)
		}
		text = after
		if expression, ok := strings.CutPrefix(tag, "="); ok {
			if env == nil {
				env = environment(values)
			}
			result, err := evaluate(expression, env)
			switch {
			case err == nil:
				out.WriteString(result)
			// What speaks of a loop's item stays until its turns are made, as in Argo.
			case strict && !strings.Contains(err.Error(), "unknown name item "):
				return "", fmt.Errorf("%s: %w", expression, err)
			default:
				out.WriteString("{{" + tag + "}}")
			}
			continue
		}
		name := strings.TrimSpace(tag)
		if value, ok := values[name].(string); ok {
			out.WriteString(quoted(value))
			continue
		}
		if value, ok := values[name]; ok && value == nil {
			return "", fmt.Errorf("unable to substitute {{%s}}: nothing is given for it", tag)
		}
		if at := strings.LastIndex(tag, "{{"); at > 0 {
			if value, ok := values[tag[at+2:]].(string); ok {
				out.WriteString("{{" + tag[:at] + quoted(value))
				continue
			}
		}
		if strict && strings.HasPrefix(name, "tasks.") && !strings.Contains(name, ".outputs.artifacts.") {
			return "", fmt.Errorf("%w: failed to resolve {{%s}}", errMissing, tag)
		}
		out.WriteString("{{" + tag + "}}")
	}
}

// errMissing makes the controller look again, in case the variable comes.
var errMissing = errors.New("a variable is missing")

// quoted is what Argo writes into JSON for a value: Go's quoting, not JSON's.
func quoted(value string) string {
	text := strconv.Quote(value)
	return text[1 : len(text)-1]
}

// environment makes a tree of variables with dots in their names, and adds
// Argo's functions to those of expr-lang.
func environment(values map[string]any) map[string]any {
	env := map[string]any{
		"asInt": builtin.Int, "asFloat": builtin.Float,
		"toJson": func(v any) string { return string(mustJSON(v)) },
		"sprig": map[string]any{
			"div": divide, "toRawJson": rawJSON,
			"regexReplaceAll": func(pattern, text, by string) string { return regexp.MustCompile(pattern).ReplaceAllString(text, by) },
		},
	}
	for name, value := range values {
		parts := strings.Split(name, ".")
		at := env
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		if last := parts[len(parts)-1]; at[last] == nil {
			at[last] = value
		}
	}
	return env
}

// divide is sprig's whole division.
func divide(a, b any) int64 { return runtime.ToInt64(a) / runtime.ToInt64(b) }

// rawJSON is sprig's JSON, in which "<", ">" and "&" stay.
func rawJSON(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// Text replaces the tags of one text strictly, as Argo does in the arguments of a task. The names of the variables are whole:
// "inputs.parameters.x".
func Text(text string, values map[string]string) (string, error) {
	all := map[string]any{}
	for name, value := range values {
		all[name] = value
	}
	return replaceIn(text, all, true)
}

// evaluate gives the result of an expression that stands in JSON, for JSON.
func evaluate(expression string, env map[string]any) (string, error) {
	var source string
	if err := json.Unmarshal([]byte(`"`+expression+`"`), &source); err != nil {
		return "", err
	}
	program, err := expr.Compile(source, expr.Env(env))
	if err != nil {
		return "", err
	}
	result, err := expr.Run(program, env)
	if err != nil {
		return "", err
	}
	if result == nil {
		return "", errors.New("the result is nil")
	}
	text, err := json.Marshal(result)
	if err != nil {
		return "", err
	}
	if inner, ok := strings.CutPrefix(string(text), `"`); ok {
		return strings.TrimSuffix(inner, `"`), nil
	}
	return quoted(string(text)), nil
}
