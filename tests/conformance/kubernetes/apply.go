package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/kubectl/pkg/util"
	"k8s.io/kubernetes/pkg/api/legacyscheme"

	"argot/conformance/judge"
)

// The states of a step's Job, as its pods carry them.
const (
	stateKey = "argot.dev/state"
	waiting  = "waiting"
)

// patches are what the releaser sends: for a Job that is to start, and for anything that is to belong to its run.
type patches struct{ release, adopt string }

// parts are the lines of the releaser's script that its patches are made of.
var parts = regexp.MustCompile(`(?m)^(annotation|waits|frees|owns)=.*$`)

// sent are the patches of a script, made by the shell.
func sent(script string) (patches, error) {
	lines := strings.Join(parts.FindAllString(script, -1), "\n")
	command := exec.Command("sh", "-euc", lines+"\nprintf '%s\n%s\n' \"[$waits,$frees]\" \"[$owns]\"")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "ARGOT_JOB=releaser", "ARGOT_UID=11111111-2222-3333-4444-555555555555"}
	out, err := command.CombinedOutput()
	if err != nil {
		return patches{}, fmt.Errorf("release.sh does not say what it sends: %w: %s", err, out)
	}
	release, adopt, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return patches{release, adopt}, nil
}

// manifest is what "kubectl apply" sends for a document that is not there yet.
func manifest(d judge.Document) ([]byte, error) {
	object := &unstructured.Unstructured{}
	if err := json.Unmarshal(d.JSON, &object.Object); err != nil {
		return nil, err
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	return util.GetModifiedConfiguration(object, true, unstructured.UnstructuredJSONScheme)
}

// apply is the patch that "kubectl apply" sends for an object that is there, and what comes of it.
func (o object) apply(manifest []byte) (string, object, error) {
	typed, err := legacyscheme.Scheme.New(o.kind)
	if err != nil {
		return "", object{}, err
	}
	lookup, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return "", object{}, err
	}
	live := &unstructured.Unstructured{Object: o.fields()}
	last, err := util.GetOriginalConfiguration(live)
	if err != nil {
		return "", object{}, err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(last, manifest, o.json, lookup, true)
	if err != nil || string(patch) == "{}" {
		return string(patch), o, err
	}
	after, err := o.patch(types.StrategicMergePatchType, patch)
	return string(patch), after, err
}

// checkApply judges what becomes of an object that the cluster has when its manifest is applied again: nothing. A step that has been
// released must refuse it, since the manifest suspends the Job, which ends its pods.
func checkApply(docs []judge.Document) []judge.Problem {
	var out []judge.Problem
	scripts := map[string]patches{} // by file
	for _, d := range docs {
		data, _ := d.Object["data"].(map[string]any)
		script, ok := data["release.sh"].(string)
		if !ok || kindOf(d) != configMapKind {
			continue
		}
		found, err := sent(script)
		if err != nil {
			out = append(out, d.Problem("apply", "%v", err))
			continue
		}
		scripts[d.File] = found
	}
	for _, d := range docs {
		out = append(out, applyAgain(d, scripts[d.File])...)
	}
	return out
}

func applyAgain(d judge.Document, sends patches) []judge.Problem {
	if _, ok := strategies[kindOf(d)]; !ok || d.Object["metadata"] == nil {
		return nil
	}
	c := applied{doc: d, sends: sends}
	text, err := manifest(d)
	if err != nil {
		return []judge.Problem{d.Problem("apply", "%v", err)}
	}
	c.manifest = text
	live, err := create(kindOf(d), text)
	if err != nil {
		if _, plain := create(kindOf(d), d.JSON); plain == nil { // else it is said already
			c.report("kubectl cannot apply it: %s", strings.Join(refusal(err), "; "))
		}
		return c.out
	}
	c.unchanged("created", live)
	if c.sends.adopt != "" {
		if owned, ok := c.adopt("created", live); ok {
			c.unchanged("adopted", owned)
		}
	}
	switch {
	case kindOf(d) == jobKind && suspended(live):
		c.step(live)
	case kindOf(d) == jobKind:
		c.life(live, c.unchanged)
	}
	return c.out
}

// jobState is what the Job controller writes into the status of a Job.
type jobState struct{ name, status string }

var (
	suspendedState = jobState{"suspended", status(`"conditions": [` + is("Suspended", "True") + `]`)}
	startedState   = jobState{"started", status(`"startTime": "2026-01-01T00:00:00Z", "active": 1, "ready": 1, "conditions": [` + is("Suspended", "False") + `]`)}
	endStates      = []jobState{
		{"complete", status(`"completionTime": "2026-01-01T00:01:00Z", "active": null, "ready": 0, "succeeded": 1, "conditions": [` +
			is("Suspended", "False") + `, ` + is("SuccessCriteriaMet", "True") + `, ` + is("Complete", "True") + `]`)},
		{"failed", status(`"active": null, "ready": 0, "failed": 1, "conditions": [` +
			is("Suspended", "False") + `, ` + is("FailureTarget", "True") + `, ` + is("Failed", "True") + `]`)},
	}
)

func status(fields string) string { return `{"status": {` + fields + `}}` }

func is(kind, value string) string {
	return fmt.Sprintf(`{"type": %q, "status": %q, "lastProbeTime": "2026-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z"}`, kind, value)
}

// applied is a document on its way through the life of its object.
type applied struct {
	doc      judge.Document
	manifest []byte
	sends    patches
	out      []judge.Problem
}

func (c *applied) report(format string, args ...any) {
	c.out = append(c.out, c.doc.Problem("apply", format, args...))
}

// unchanged says so if the manifest, applied again, would change the object.
func (c *applied) unchanged(state string, live object) {
	patch, after, err := live.apply(c.manifest)
	if err != nil {
		c.report("%s, and applied again: %s", state, strings.Join(refusal(err), "; "))
	} else if !reflect.DeepEqual(after.fields(), live.fields()) {
		c.report("%s, and applied again, it changes: %s", state, patch)
	}
}

func (c *applied) adopt(state string, live object) (object, bool) {
	after, err := live.patch(types.JSONPatchType, []byte(c.sends.adopt))
	if err != nil {
		c.report("%s, it cannot be adopted: %s", state, strings.Join(refusal(err), "; "))
	}
	return after, err == nil
}

// reach is the object in a state.
func (c *applied) reach(state jobState, live object) (object, bool) {
	after, err := live.patchStatus(state.status)
	if err != nil {
		c.report("the status %q is refused: %s", state.name, strings.Join(refusal(err), "; "))
	}
	return after, err == nil
}

// life takes a Job that may run to each of its states.
func (c *applied) life(live object, check func(state string, live object)) {
	started, ok := c.reach(startedState, live)
	if !ok {
		return
	}
	check(startedState.name, started)
	for _, state := range endStates {
		if ended, ok := c.reach(state, started); ok {
			check(state.name, ended)
		}
	}
}

// step follows a suspended Job from its release to its end.
func (c *applied) step(live object) {
	if c.sends.release == "" {
		c.report("it is suspended, and the file has no release.sh")
		return
	}
	live, ok := c.reach(suspendedState, live)
	if !ok {
		return
	}
	c.unchanged(suspendedState.name, live)
	live, err := live.patch(types.JSONPatchType, []byte(c.sends.release))
	if err != nil {
		c.report("it cannot be released: %s", strings.Join(refusal(err), "; "))
		return
	}
	if suspended(live) {
		c.report("released, it is still suspended")
	}
	c.refused("released", live)
	c.life(live, func(state string, live object) {
		c.refused(state, live)
		c.adopt(state, live)
		if _, err := live.patch(types.JSONPatchType, []byte(c.sends.release)); err == nil {
			c.report("%s, it can be released again", state)
		}
	})
}

// refused says so if the manifest, applied again, is taken. It must be refused for the pod template, which nobody may change any more.
func (c *applied) refused(state string, live object) {
	patch, after, err := live.apply(c.manifest)
	switch {
	case err == nil && suspended(after):
		c.report("%s, and applied again, it is suspended, which ends its pods: %s", state, patch)
	case err == nil:
		c.report("%s, and applied again, it changes: %s", state, patch)
	case !slices.ContainsFunc(refusal(err), func(m string) bool {
		return strings.HasPrefix(m, "spec.template:") && strings.Contains(m, "field is immutable")
	}):
		c.report("%s, and applied again, it is refused for another reason than its pod template: %s", state, strings.Join(refusal(err), "; "))
	}
}

func suspended(o object) bool {
	var job batchv1.Job
	return json.Unmarshal(o.json, &job) == nil && job.Spec.Suspend != nil && *job.Spec.Suspend
}

// podTemplate is that of a Job, and of the Jobs of a CronJob.
func podTemplate(d judge.Document) (corev1.PodTemplateSpec, error) {
	switch kindOf(d) {
	case jobKind:
		var job batchv1.Job
		err := json.Unmarshal(d.JSON, &job)
		return job.Spec.Template, err
	case cronJobKind:
		var cron batchv1.CronJob
		err := json.Unmarshal(d.JSON, &cron)
		return cron.Spec.JobTemplate.Spec.Template, err
	}
	return corev1.PodTemplateSpec{}, fmt.Errorf("%s has no pods", d.Kind())
}
