//go:build argo

package main

import (
	"encoding/json"
	"fmt"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/template"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	wfutil "github.com/argoproj/argo-workflows/v4/workflow/util"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"argot/conformance/judge"
)

// leaf makes the main container of a leaf template as the controller and then
// the kubelet make it: two passes over the template, one over the pod, the
// podSpecPatch, and the expansion of $(NAME).
func (x *run) leaf(name string, args wfv1.Arguments, local common.Parameters) (*leaf, error) {
	t, err := x.template(name)
	if err != nil {
		return nil, err
	}
	t, err = x.process(t, args, local)
	if err != nil {
		return nil, err
	}
	var main corev1.Container
	switch {
	case t.Container != nil:
		main = *t.Container
	case t.Script != nil:
		main = t.Script.Container
		if t.Script.Source != "" {
			main.Args = append(main.Args, common.ExecutorScriptSourcePath)
		}
	default:
		return nil, fmt.Errorf("template %q is neither a container nor a script", name)
	}
	main.Name = common.MainContainerName
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: x.podName(name)}}
	pod.Spec.Volumes = append(append(pod.Spec.Volumes, x.spec.Volumes...), t.Volumes...)
	pod.Spec.Containers = append([]corev1.Container{main}, sidecars(t)...)

	// The template, and with it a script, goes to the pod in an env variable of
	// the init container.
	carried := t.DeepCopy()
	carried.Inputs.Parameters = nil
	text, err := json.Marshal(carried)
	if err != nil {
		return nil, err
	}
	pod.Spec.InitContainers = []corev1.Container{{Name: "init", Env: []corev1.EnvVar{
		{Name: "ARGO_POD_NAME", Value: pod.Name},
		{Name: "ARGO_POD_UID", Value: "uid"},
		{Name: "ARGO_WORKFLOW_NAME", Value: x.name},
		{Name: "ARGO_WORKFLOW_UID", Value: "uid"},
		{Name: "ARGO_CONTAINER_NAME", Value: "init"},
		{Name: common.EnvVarTemplate, Value: string(text)},
	}}}
	if pod, err = x.podPass(pod, t); err != nil {
		return nil, err
	}
	patches, err := x.patches(t, pod.Name)
	if err != nil {
		return nil, err
	}
	out := &leaf{}
	if len(patches) > 0 {
		out.PodSpecPatch = patches[len(patches)-1]
		patched, err := wfutil.ApplyPodSpecPatch(pod.Spec, patches...)
		if err != nil {
			return nil, err
		}
		pod.Spec = *patched
	}
	return out, x.kubelet(pod, out)
}

func sidecars(t *wfv1.Template) []corev1.Container {
	var out []corev1.Container
	for _, s := range t.Sidecars {
		out = append(out, s.Container)
	}
	return out
}

// podPass is the third pass, over the JSON of the whole pod.
func (x *run) podPass(pod *corev1.Pod, t *wfv1.Template) (*corev1.Pod, error) {
	values := template.ToAnyMap(x.globals)
	for _, p := range t.Inputs.Parameters {
		values["inputs.parameters."+p.Name] = p.Value.String()
	}
	values["pod.name"] = pod.Name
	text, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	replaced, err := replace(x.ctx, string(text), values, true)
	if err != nil {
		return nil, err
	}
	var done corev1.Pod
	return &done, json.Unmarshal([]byte(replaced), &done)
}

// patches are the podSpecPatch of the workflow and that of the template. Each
// has gone through the template's two passes, and goes through them again.
func (x *run) patches(t *wfv1.Template, podName string) ([]string, error) {
	var out []string
	for _, patch := range []string{x.spec.PodSpecPatch, t.PodSpecPatch} {
		if patch == "" {
			continue
		}
		with := t.DeepCopy()
		with.PodSpecPatch = patch
		done, err := processArgs(x.ctx, with, &wfv1.Arguments{}, x.globals, common.Parameters{"pod.name": podName}, false, x.namespace, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, done.PodSpecPatch)
	}
	return out, nil
}

// kubelet expands $(NAME) in the main container, and in the variable that
// carries the script, and fills in the answer.
func (x *run) kubelet(pod *corev1.Pod, out *leaf) error {
	for _, c := range pod.Spec.Containers {
		if c.Name != common.MainContainerName {
			continue
		}
		user := len(c.Env)
		c.Env = append(c.Env, // Argo's own come after the user's
			corev1.EnvVar{Name: "ARGO_CONTAINER_NAME", Value: c.Name},
			corev1.EnvVar{Name: "ARGO_NODE_ID", Value: pod.Name},
			corev1.EnvVar{Name: "ARGO_INCLUDE_SCRIPT_OUTPUT", Value: "false"},
			corev1.EnvVar{Name: "ARGO_DEADLINE", Value: "0001-01-01T00:00:00Z"},
			corev1.EnvVar{Name: "ARGO_WORKFLOW_NAME", Value: x.name},
		)
		env := expandEnv(c.Env)
		lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
		expand := func(texts []string) []string {
			done := make([]string, len(texts))
			for i, text := range texts {
				done[i] = judge.Expand(text, lookup)
			}
			return done
		}
		out.Image, out.Command, out.Args = c.Image, expand(c.Command), expand(c.Args)
		out.Env = map[string]string{}
		for _, e := range c.Env[:user] {
			out.Env[e.Name] = env[e.Name]
		}
		out.Resources, out.Volumes, out.VolumeMounts = c.Resources, pod.Spec.Volumes, c.VolumeMounts
	}
	carried := pod.Spec.InitContainers[0].Env
	text := carried[len(carried)-1].Value
	if len(text) <= common.MaxEnvVarLen { // a larger one goes by way of a ConfigMap, unexpanded
		text = expandEnv(carried)[common.EnvVarTemplate]
	}
	var t wfv1.Template
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return fmt.Errorf("init container cannot read ARGO_TEMPLATE: %w", err)
	}
	if t.Script != nil {
		out.Source = t.Script.Source
	}
	return nil
}

// expandEnv gives variables their values, each expanded by those before it.
// What comes from elsewhere is not known here, so its origin stands for it.
func expandEnv(vars []corev1.EnvVar) map[string]string {
	env := map[string]string{}
	for _, e := range vars {
		value := judge.Expand(e.Value, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
		if e.ValueFrom != nil {
			if text, err := json.Marshal(e.ValueFrom); err == nil {
				value = string(text)
			}
		}
		env[e.Name] = value
	}
	return env
}
