//go:build argo

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/template"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	"github.com/argoproj/argo-workflows/v4/workflow/validate"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"argot/conformance/judge"
)

// render answers requests about the templates of a YAML file:
// render [FILE [REQUESTS]], with the requests on stdin if no file has them.
func render(in io.Reader, out io.Writer, args []string) int {
	var docs []judge.Document
	if len(args) > 2 {
		fmt.Fprintln(out, "usage: render [FILE [REQUESTS]]")
		return 2
	}
	if len(args) > 0 {
		read, problems, err := judge.ReadFiles(args[:1])
		for _, p := range problems {
			err = errors.Join(err, errors.New(p.String()))
		}
		if err != nil {
			fmt.Fprintln(out, err)
			return 1
		}
		docs = read
	}
	var text []byte
	var err error
	if len(args) > 1 {
		text, err = os.ReadFile(args[1])
	} else {
		text, err = io.ReadAll(in)
	}
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	text = bytes.TrimSpace(text)
	many := bytes.HasPrefix(text, []byte("["))
	if !many {
		text = append(append([]byte("["), text...), ']')
	}
	var requests []request
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&requests); err != nil {
		fmt.Fprintln(out, "requests:", err)
		return 2
	}
	ctx := argoContext()
	lib := newLibrary(ctx, docs, nil)
	answers := make([]answer, 0, len(requests))
	for _, r := range requests {
		answers = append(answers, respond(ctx, docs, lib, r))
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if many {
		err = encoder.Encode(answers)
	} else {
		err = encoder.Encode(answers[0])
	}
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	return 0
}

func respond(ctx context.Context, docs []judge.Document, lib library, r request) answer {
	if r.Eval != nil {
		var a answer
		for _, e := range r.Eval {
			a.Results = append(a.Results, evaluate(ctx, e))
		}
		return a
	}
	run, err := newRun(ctx, docs, lib, r)
	if err != nil {
		return answer{Error: err.Error()}
	}
	if r.Task != nil {
		task, err := run.resolveTask(r)
		if err != nil {
			return answer{Refused: run.refused, Error: err.Error()}
		}
		return answer{Refused: run.refused, resolved: task}
	}
	pod, err := run.leaf(r.Template, run.arguments(r.Template, r.Inputs), nil)
	if err != nil {
		return answer{Refused: run.refused, Error: err.Error()}
	}
	return answer{Refused: run.refused, leaf: pod}
}

// evaluate puts an expression where a container's argument would be, and runs
// both passes over it. What Argo leaves unresolved it leaves in the text; the
// error then says why.
func evaluate(ctx context.Context, e eval) evaluated {
	tag := "{{=" + e.Expression + "}}"
	t := wfv1.Template{Name: "eval", Container: &corev1.Container{Args: []string{tag}}}
	values := template.ToAnyMap(e.Variables)
	for name, value := range e.Parameters {
		t.Inputs.Parameters = append(t.Inputs.Parameters, wfv1.Parameter{Name: name, Value: wfv1.AnyStringPtr(value)})
		values["inputs.parameters."+name] = value
	}
	done, err := substituteParams(ctx, &t, common.Parameters(e.Variables), common.Parameters{})
	if err != nil {
		return evaluated{Error: err.Error()}
	}
	result := evaluated{Text: done.Container.Args[0]}
	if result.Text == tag {
		if text, err := json.Marshal(tag); err == nil {
			if _, err = replace(ctx, string(text), values, false); err != nil {
				result.Error = err.Error()
			}
		}
	}
	return result
}

// run is a workflow that is about to start.
type run struct {
	ctx       context.Context
	name      string
	namespace string
	spec      *wfv1.WorkflowSpec
	globals   common.Parameters
	given     wfv1.Arguments // before any tag in them is replaced
	refused   string
}

func newRun(ctx context.Context, docs []judge.Document, lib library, r request) (*run, error) {
	for _, d := range docs {
		if !d.IsArgo() || (r.Document != "" && d.Name() != r.Document) {
			continue
		}
		text, err := json.Marshal(d.WorkflowSpec())
		if err != nil {
			return nil, err
		}
		x := &run{ctx: ctx, name: or(r.Workflow.Name, strings.TrimSuffix(d.Name(), "-")), namespace: or(r.Workflow.Namespace, "default"), spec: &wfv1.WorkflowSpec{}}
		if err := json.Unmarshal(text, x.spec); err != nil {
			return nil, err
		}
		if err := x.start(r.Workflow); err != nil {
			return nil, err
		}
		x.admit(lib)
		return x, nil
	}
	return nil, fmt.Errorf("no Argo document %q in the file", r.Document)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// override sets the values of parameters, adding those that are missing.
func override(args wfv1.Arguments, values map[string]string) wfv1.Arguments {
	args = *args.DeepCopy()
	for name, value := range values {
		set := wfv1.Parameter{Name: name, Value: wfv1.AnyStringPtr(value)}
		at := slices.IndexFunc(args.Parameters, func(p wfv1.Parameter) bool { return p.Name == name })
		if at < 0 {
			args.Parameters = append(args.Parameters, set)
		} else {
			args.Parameters[at] = set
		}
	}
	return args
}

// start sets the global variables and replaces them in the spec, but not in
// its templates, as the controller does.
func (x *run) start(w workflow) error {
	x.spec.Arguments = override(x.spec.Arguments, w.Parameters)
	x.given = *x.spec.Arguments.DeepCopy()
	created := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	x.globals = common.Parameters{
		"workflow.name":                      x.name,
		"workflow.namespace":                 x.namespace,
		"workflow.mainEntrypoint":            x.spec.Entrypoint,
		"workflow.serviceAccountName":        x.spec.ServiceAccountName,
		"workflow.uid":                       "00000000-0000-0000-0000-000000000000",
		"workflow.creationTimestamp":         created.Format(time.RFC3339),
		"workflow.creationTimestamp.RFC3339": created.Format(time.RFC3339),
		"workflow.creationTimestamp.s":       fmt.Sprint(created.Unix()),
		"workflow.status":                    "Running",
		"workflow.duration":                  "0.000000",
	}
	all, err := json.Marshal(x.spec.Arguments.Parameters)
	if err != nil {
		return err
	}
	x.globals["workflow.parameters"] = string(all)
	x.globals["workflow.parameters.json"] = string(all)
	for _, p := range x.spec.Arguments.Parameters {
		switch {
		case p.Value != nil:
			x.globals["workflow.parameters."+p.Name] = p.Value.String()
		case p.ValueFrom != nil && p.ValueFrom.Default != nil:
			x.globals["workflow.parameters."+p.Name] = p.ValueFrom.Default.String()
		}
	}
	for name, value := range w.Globals {
		x.globals[name] = value
	}
	templates := x.spec.Templates
	x.spec.Templates = nil
	text, err := json.Marshal(x.spec)
	if err != nil {
		return err
	}
	replaced, err := replace(x.ctx, string(text), template.ToAnyMap(x.globals), true)
	if err != nil {
		return fmt.Errorf("workflow spec: %w", err)
	}
	if err := json.Unmarshal([]byte(replaced), x.spec); err != nil {
		return err
	}
	x.spec.Templates = templates
	return nil
}

// admit asks the validation that the controller itself runs before it starts
// a workflow. What it refuses never runs, whatever rendering would give.
func (x *run) admit(lib library) {
	wf := &wfv1.Workflow{ObjectMeta: metav1.ObjectMeta{Name: x.name, Namespace: x.namespace}, Spec: *x.spec.DeepCopy()}
	wf.Spec.Arguments = x.given
	if err := validateWorkflow(x.ctx, localGetter(lib), clusterGetter(lib), wf, nil, validate.ValidateOpts{}); err != nil {
		x.refused = "invalid spec: " + err.Error()
	}
}

// arguments are what a template is called with: the workflow's own, if it is
// the entrypoint, and those of the request.
func (x *run) arguments(name string, in inputs) wfv1.Arguments {
	var args wfv1.Arguments
	if name == x.spec.Entrypoint {
		args = x.spec.Arguments
	}
	args = override(args, in.Parameters)
	for artifact, text := range in.Artifacts {
		a := wfv1.Artifact{Name: artifact}
		if len(text) > 0 {
			_ = json.Unmarshal(text, &a) // a location is welcome, not needed
		}
		a.Name = artifact
		if !a.HasLocationOrKey() {
			a.Raw = &wfv1.RawArtifact{Data: "-"}
		}
		args.Artifacts = append(args.Artifacts, a)
	}
	return args
}

// template finds a template and gives it the workflow's template defaults.
func (x *run) template(name string) (*wfv1.Template, error) {
	for i := range x.spec.Templates {
		t := x.spec.Templates[i].DeepCopy()
		if t.Name != name {
			continue
		}
		if x.spec.TemplateDefaults == nil {
			return t, nil
		}
		defaults := x.spec.TemplateDefaults.DeepCopy()
		fields := reflect.ValueOf(defaults).Elem()
		for j := range fields.NumField() { // defaults of other template types do not count
			kind := wfv1.TemplateType(fields.Type().Field(j).Name)
			if kind.IsValid() && kind != t.GetType() {
				fields.Field(j).SetZero()
			}
		}
		base, err := json.Marshal(defaults)
		if err != nil {
			return nil, err
		}
		over, err := json.Marshal(t)
		if err != nil {
			return nil, err
		}
		merged, err := strategicpatch.StrategicMergePatch(base, over, wfv1.Template{})
		if err != nil {
			return nil, err
		}
		return t, json.Unmarshal(merged, t)
	}
	return nil, fmt.Errorf("no template %q in the document", name)
}

func (x *run) podName(template string) string { return x.name + "-" + template + "-0" }

// process runs Argo's two passes over a template.
func (x *run) process(t *wfv1.Template, args wfv1.Arguments, local common.Parameters) (*wfv1.Template, error) {
	params := common.Parameters{"node.name": x.name}
	if t.IsPodType() {
		params["pod.name"] = x.podName(t.Name)
	}
	return processArgs(x.ctx, t, &args, x.globals, params.Merge(local), false, x.namespace, nil)
}
