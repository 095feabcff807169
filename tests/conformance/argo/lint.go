//go:build argo

package main

import (
	"context"
	"fmt"
	"regexp"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	"github.com/argoproj/argo-workflows/v4/workflow/validate"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"argot/conformance/judge"
)

// lintChecker is what "argo lint --offline --strict" does.
func lintChecker(ignoreMissing bool) judge.Checker {
	return func(docs []judge.Document) []judge.Problem {
		ctx := argoContext()
		objects := make([]metav1.Object, len(docs))
		var out []judge.Problem
		lib := newLibrary(ctx, docs, func(i int, parsed common.ParseResult) {
			if parsed.Err != nil {
				out = append(out, docs[i].Problem("lint", "%v", parsed.Err))
				return
			}
			objects[i] = parsed.Object
		})
		if ignoreMissing {
			for _, d := range docs {
				lib.addStubs(d)
			}
		}
		for i, d := range docs {
			if err := lib.lint(ctx, objects[i]); err != nil {
				out = append(out, d.Problem("lint", "%v", err))
			}
		}
		return out
	}
}

// library holds the templates that documents may refer to.
type library struct {
	local   map[string]*wfv1.WorkflowTemplate
	cluster map[string]*wfv1.ClusterWorkflowTemplate
}

// newLibrary parses the Argo documents as strictly as Argo can, and reports on each.
func newLibrary(ctx context.Context, docs []judge.Document, report func(int, common.ParseResult)) library {
	lib := library{local: map[string]*wfv1.WorkflowTemplate{}, cluster: map[string]*wfv1.ClusterWorkflowTemplate{}}
	for i, d := range docs {
		if !d.IsArgo() {
			continue
		}
		for _, parsed := range parseObjects(ctx, d.JSON, true) {
			if report != nil {
				report(i, parsed)
			}
			if parsed.Err == nil {
				lib.add(parsed.Object)
			}
		}
	}
	return lib
}

type localGetter library
type clusterGetter library

func (l localGetter) get(name string) (*wfv1.WorkflowTemplate, error) {
	if t, ok := l.local[name]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("no given file has a WorkflowTemplate %q", name)
}

func (l clusterGetter) get(name string) (*wfv1.ClusterWorkflowTemplate, error) {
	if t, ok := l.cluster[name]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("no given file has a ClusterWorkflowTemplate %q", name)
}

func (l library) add(object metav1.Object) {
	switch o := object.(type) {
	case *wfv1.WorkflowTemplate:
		l.local[o.Name] = o
	case *wfv1.ClusterWorkflowTemplate:
		l.cluster[o.Name] = o
	}
}

func (l library) lint(ctx context.Context, object metav1.Object) error {
	opts := validate.ValidateOpts{Lint: true}
	switch o := object.(type) {
	case *wfv1.Workflow:
		return validateWorkflow(ctx, localGetter(l), clusterGetter(l), o, nil, opts)
	case *wfv1.WorkflowTemplate:
		return validateTemplate(ctx, localGetter(l), clusterGetter(l), o, nil, opts)
	case *wfv1.ClusterWorkflowTemplate:
		return validateClusterTemplate(ctx, localGetter(l), clusterGetter(l), o, nil, opts)
	case *wfv1.CronWorkflow:
		return validate.ValidateCronWorkflow(ctx, localGetter(l), clusterGetter(l), o, nil)
	}
	return nil
}

var outputName = regexp.MustCompile(`outputs\.(parameters|artifacts)(?:\.|\[\\?['"])([-A-Za-z0-9_]+)`)

// addStubs makes a template for each reference that no file satisfies. It
// takes any arguments and has every output that the document reads.
func (l library) addStubs(d judge.Document) {
	var outputs wfv1.Outputs
	seen := map[string]bool{}
	for _, m := range outputName.FindAllStringSubmatch(string(d.JSON), -1) {
		if kind, name := m[1], m[2]; !seen[kind+name] {
			seen[kind+name] = true
			if kind == "parameters" {
				outputs.Parameters = append(outputs.Parameters, wfv1.Parameter{Name: name, ValueFrom: &wfv1.ValueFrom{Path: "/stub/" + name}})
			} else {
				outputs.Artifacts = append(outputs.Artifacts, wfv1.Artifact{Name: name, Path: "/stub/" + name})
			}
		}
	}
	stub := func(name, template string, cluster bool) {
		leaf := wfv1.Template{Name: template, Outputs: outputs, Container: &corev1.Container{Image: "stub", Command: []string{"stub"}}}
		spec := wfv1.WorkflowSpec{Entrypoint: template, Templates: []wfv1.Template{leaf}}
		meta := metav1.ObjectMeta{Name: name, Annotations: map[string]string{"stub": "true"}}
		if t, ok := l.local[name]; !cluster && ok {
			if t.Annotations["stub"] != "" && t.GetTemplateByName(template) == nil {
				t.Spec.Templates = append(t.Spec.Templates, leaf)
			}
			return
		}
		if t, ok := l.cluster[name]; cluster && ok {
			if t.Annotations["stub"] != "" && t.GetTemplateByName(template) == nil {
				t.Spec.Templates = append(t.Spec.Templates, leaf)
			}
			return
		}
		if cluster {
			l.cluster[name] = &wfv1.ClusterWorkflowTemplate{ObjectMeta: meta, Spec: spec}
		} else {
			l.local[name] = &wfv1.WorkflowTemplate{ObjectMeta: meta, Spec: spec}
		}
	}
	eachRef(d.Object, stub)
}

// eachRef visits every templateRef and workflowTemplateRef below v.
func eachRef(v any, visit func(name, template string, cluster bool)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			eachRef(item, visit)
		}
	case map[string]any:
		for key, item := range v {
			ref, ok := item.(map[string]any)
			if ok && (key == "templateRef" || key == "workflowTemplateRef") {
				name, _ := ref["name"].(string)
				template, _ := ref["template"].(string)
				cluster, _ := ref["clusterScope"].(bool)
				if template == "" {
					template = "main"
				}
				visit(name, template, cluster)
			}
			eachRef(item, visit)
		}
	}
}
