package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/runtime"
	jobset "sigs.k8s.io/jobset/api/jobset/v1alpha2"
	"sigs.k8s.io/jobset/pkg/webhooks"
	sigsjson "sigs.k8s.io/json"

	"argot/conformance/judge"
)

func isJobSet(d judge.Document) bool {
	return d.APIVersion() == "jobset.x-k8s.io/v1alpha2" && d.Kind() == "JobSet"
}

// moduleDir finds the source of a module that this one is built with.
func moduleDir(module string) (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("cannot find the module %s (run in this folder): %w", module, err)
	}
	return strings.TrimSpace(string(dir)), nil
}

// jobSetChecker judges JobSets by the CRD that JobSet ships, and by its webhook.
func jobSetChecker() judge.Checker {
	var crd *judge.CRD
	load := func() error {
		if crd != nil {
			return nil
		}
		dir, err := moduleDir("sigs.k8s.io/jobset")
		if err == nil {
			crd, err = judge.LoadCRD(filepath.Join(dir, "config/components/crd/bases/jobset.x-k8s.io_jobsets.yaml"))
		}
		return err
	}
	return func(docs []judge.Document) []judge.Problem {
		var out []judge.Problem
		for _, d := range docs {
			if !isJobSet(d) {
				continue
			}
			if err := load(); err != nil {
				return append(out, d.Problem("jobset", "%v", err))
			}
			out = append(out, crd.Check(d)...)
			object := runtime.DeepCopyJSON(d.Object)
			crd.Default(object)
			d.JSON = mustJSON(object)
			out = append(out, webhook(d)...)
		}
		return out
	}
}

// webhook is what JobSet's own webhook says of a document that has the defaults of the CRD.
func webhook(d judge.Document) []judge.Problem {
	set, err := readJobSet(d)
	if err != nil {
		return []judge.Problem{d.Problem("jobset", "%v", err)}
	}
	hook, err := webhooks.NewJobSetWebhook(nil)
	if err != nil {
		return []judge.Problem{d.Problem("jobset", "%v", err)}
	}
	var out []judge.Problem
	if _, err := hook.ValidateCreate(context.Background(), set); err != nil {
		for message := range strings.Lines(err.Error()) {
			out = append(out, d.Problem("jobset", "%s", message))
		}
	}
	for _, job := range set.Spec.ReplicatedJobs { // which the webhook lets through
		for _, need := range job.DependsOn {
			if need.Name == job.Name {
				out = append(out, d.Problem("jobset", "%s depends on itself", job.Name))
			}
		}
	}
	return out
}

// readJobSet reads a JobSet strictly, and gives it the defaults of the webhook.
func readJobSet(d judge.Document) (*jobset.JobSet, error) {
	var set jobset.JobSet
	strict, err := sigsjson.UnmarshalStrict(d.JSON, &set)
	if err := errors.Join(append(strict, err)...); err != nil {
		return nil, err
	}
	hook, err := webhooks.NewJobSetWebhook(nil)
	if err == nil {
		err = hook.Default(context.Background(), &set)
	}
	return &set, err
}

// jobsOf are the Jobs that the controller makes first of each replicated Job.
func jobsOf(set *jobset.JobSet) []batchv1.Job {
	var out []batchv1.Job
	for _, replicated := range set.Spec.ReplicatedJobs {
		job := batchv1.Job{ObjectMeta: *replicated.Template.ObjectMeta.DeepCopy(), Spec: *replicated.Template.Spec.DeepCopy()}
		job.Namespace = set.Namespace
		job.Name = fmt.Sprintf("%s-%s-%d", set.Name, replicated.Name, max(1, replicated.Replicas)-1)
		out = append(out, job)
	}
	return out
}
