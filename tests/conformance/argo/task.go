//go:build argo

package main

import (
	"encoding/json"
	"fmt"
	"strings"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/template"
	"github.com/argoproj/argo-workflows/v4/workflow/common"

	"argot/conformance/judge"
)

// resolveTask resolves the arguments of a DAG task from the inputs of its
// pipeline and the outputs of the tasks before it.
func (x *run) resolveTask(r request) (*resolved, error) {
	dag, err := x.template(r.Task.Template)
	if err != nil {
		return nil, err
	}
	if dag, err = x.process(dag, x.arguments(dag.Name, r.Inputs), nil); err != nil {
		return nil, err
	}
	if dag.DAG == nil {
		return nil, fmt.Errorf("template %q is not a DAG", dag.Name)
	}
	for i := range dag.DAG.Tasks {
		if t := &dag.DAG.Tasks[i]; t.Name == r.Task.Name {
			return x.startTask(t, x.scope(dag, r.Task.Outputs), r.Task.Render)
		}
	}
	return nil, fmt.Errorf("no task %q in template %q", r.Task.Name, r.Task.Template)
}

// scope holds what a task's tags may name. A nil value is an output that a
// skipped task left absent.
func (x *run) scope(dag *wfv1.Template, tasks map[string]producer) map[string]any {
	scope := template.ToAnyMap(x.globals)
	for _, p := range dag.Inputs.Parameters {
		scope["inputs.parameters."+p.Name] = p.Value.String()
	}
	for name, made := range tasks {
		at := "tasks." + name + "."
		scope[at+"status"] = or(made.Status, "Succeeded")
		if made.Result != nil {
			scope[at+"outputs.result"] = *made.Result
		}
		if made.ExitCode != "" {
			scope[at+"outputs.exitCode"] = made.ExitCode
		}
		for p, value := range made.Parameters {
			scope[at+"outputs.parameters."+p] = nil
			if value != nil {
				scope[at+"outputs.parameters."+p] = *value
			}
		}
	}
	return scope
}

func (x *run) startTask(t *wfv1.DAGTask, scope map[string]any, render bool) (*resolved, error) {
	t = t.DeepCopy()
	t.Hooks = nil
	t.Arguments.Artifacts = nil // they have locations, not text
	strict := []string{"tasks", "steps"}
	if t.When != "" {
		text, err := json.Marshal(t.When)
		if err != nil {
			return nil, err
		}
		done, err := replaceStrict(x.ctx, string(text), scope, strict)
		if err != nil {
			return nil, fmt.Errorf("when: %w", err)
		}
		var when string
		if err := json.Unmarshal([]byte(done), &when); err != nil {
			return nil, err
		}
		runs, err := judge.ShouldExecute(when)
		if err != nil && !t.ShouldExpand() {
			return nil, err
		}
		if err == nil && !runs {
			return &resolved{When: when}, nil
		}
	}
	for i, p := range t.Arguments.Parameters {
		if p.Value != nil && absent(p.Value.String(), scope) {
			t.Arguments.Parameters[i].Value = wfv1.AnyStringPtr(common.AbsentOptionalArgumentValue)
		}
	}
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	done, err := replaceStrict(x.ctx, string(text), scope, strict)
	if err != nil {
		return nil, err
	}
	*t = wfv1.DAGTask{}
	if err := json.Unmarshal([]byte(done), t); err != nil {
		return nil, err
	}
	if !t.ShouldExpand() {
		one := x.finish(t, render)
		return &one, nil
	}
	return x.expand(t, scope, render)
}

// absent tells whether an argument is nothing but a reference to an output
// that was never made.
func absent(text string, scope map[string]any) bool {
	key, ok := strings.CutPrefix(text, "{{")
	key, closed := strings.CutSuffix(key, "}}")
	value, known := scope[strings.TrimSpace(key)]
	return ok && closed && known && value == nil
}

// expand makes the children of a looped task; here every tag must resolve.
func (x *run) expand(t *wfv1.DAGTask, scope map[string]any, render bool) (*resolved, error) {
	items := t.WithItems
	if t.WithParam != "" {
		if err := json.Unmarshal([]byte(t.WithParam), &items); err != nil {
			return nil, fmt.Errorf("withParam is not a JSON list: %w", err)
		}
	}
	if t.WithSequence != nil {
		return nil, fmt.Errorf("withSequence is not rendered here")
	}
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	body, err := template.NewTemplate(string(text))
	if err != nil {
		return nil, err
	}
	out := &resolved{Runs: len(items) > 0}
	for _, item := range items {
		values := map[string]any{}
		for k, v := range scope {
			values[k] = v
		}
		switch item.GetType() {
		case wfv1.String:
			values["item"] = item.GetStrVal()
		case wfv1.Map:
			for k, v := range item.GetMapVal() {
				values["item."+k] = fmt.Sprintf("%v", v)
			}
			all, err := json.Marshal(item.GetMapVal())
			if err != nil {
				return nil, err
			}
			values["item"] = string(all)
		case wfv1.List:
			all, err := json.Marshal(item.GetListVal())
			if err != nil {
				return nil, err
			}
			values["item"] = string(all)
		default:
			values["item"] = fmt.Sprintf("%v", item)
		}
		done, err := replaceIn(body, x.ctx, values, false)
		child := &wfv1.DAGTask{}
		if err == nil {
			err = json.Unmarshal([]byte(done), child)
		}
		if err != nil {
			out.Items = append(out.Items, resolved{Failure: err.Error()})
			continue
		}
		out.Items = append(out.Items, x.finish(child, render))
	}
	return out, nil
}

func (x *run) finish(t *wfv1.DAGTask, render bool) resolved {
	runs, err := judge.ShouldExecute(t.When)
	out := resolved{When: t.When, Runs: runs, Arguments: map[string]string{}}
	for _, p := range t.Arguments.Parameters {
		if p.Value != nil {
			out.Arguments[p.Name] = p.Value.String()
		}
	}
	if err == nil && runs && render {
		out.Pod, err = x.leaf(t.Template, t.Arguments, common.Parameters{"tasks.name": t.Name, "node.name": x.name + "." + t.Name})
	}
	if err != nil {
		out.Failure = err.Error()
	}
	return out
}
