package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"argot/conformance/judge"
)

var (
	configMapKind = schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}
	podKind       = schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	jobKind       = schema.GroupVersionKind{Group: "batch", Version: "v1", Kind: "Job"}
	cronJobKind   = schema.GroupVersionKind{Group: "batch", Version: "v1", Kind: "CronJob"}
)

const (
	maxName   = 63
	podSuffix = len("-abcde")
)

// checkMade judges what controllers make of a document: the Jobs of a CronJob or JobSet, and the pods of a Job.
// A document that cannot be read is for the other judges.
func checkMade(d judge.Document) []judge.Problem {
	switch {
	case isJobSet(d):
		var out []judge.Problem
		set, err := readJobSet(d)
		if err != nil {
			return nil
		}
		for _, job := range jobsOf(set) {
			out = append(out, jobMade(d, job)...)
		}
		return out
	case kindOf(d) == cronJobKind:
		var cron batchv1.CronJob
		if json.Unmarshal(d.JSON, &cron) != nil {
			return nil
		}
		template := cron.Spec.JobTemplate
		job := batchv1.Job{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: template.Spec}
		job.Namespace, job.Name = cron.Namespace, cron.Name+"-29000000" // minutes since 1970
		return jobMade(d, job)
	case kindOf(d) == jobKind:
		return podMade(d, "its pod: ", d.JSON)
	}
	return nil
}

func jobMade(d judge.Document, job batchv1.Job) []judge.Problem {
	job.APIVersion, job.Kind = "batch/v1", "Job"
	text, err := json.Marshal(job)
	if err != nil {
		return []judge.Problem{d.Problem("made", "%v", err)}
	}
	what := fmt.Sprintf("its Job %s: ", job.Name)
	if out := created(d, what, jobKind, text); len(out) > 0 {
		return out
	}
	return podMade(d, what+"its pod: ", text)
}

// podMade judges the pod that the Job controller makes of the last index of a Job.
func podMade(d judge.Document, what string, text []byte) []judge.Problem {
	got, err := create(jobKind, text)
	if err != nil {
		return nil
	}
	var job batchv1.Job
	if err := json.Unmarshal(got.json, &job); err != nil {
		return []judge.Problem{d.Problem("made", "%s%v", what, err)}
	}
	pod := corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: job.Namespace, GenerateName: job.Name + "-",
			Labels: job.Spec.Template.Labels, Annotations: job.Spec.Template.Annotations,
		},
		Spec: job.Spec.Template.Spec,
	}
	if mode := job.Spec.CompletionMode; mode != nil && *mode == batchv1.IndexedCompletion {
		last := strconv.Itoa(max(0, int(*job.Spec.Completions)-1))
		pod.GenerateName = job.Name + "-" + last + "-"
		pod.Spec.Hostname = job.Name + "-" + last
	}
	var out []judge.Problem
	if long := len(pod.GenerateName) - 1 + podSuffix; long > maxName {
		out = append(out, d.Problem("made", "%sthe name would have %d characters, and is cut to %d", what, long, maxName))
	}
	if text, err = json.Marshal(pod); err != nil {
		return append(out, d.Problem("made", "%s%v", what, err))
	}
	for _, p := range created(d, what, podKind, text) {
		if !p.Note { // said of the Job already
			out = append(out, p)
		}
	}
	return out
}
