package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

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

// jobSetCRD is the newest JobSet. Its webhook needs packages of Kubernetes 1.36, so that an earlier one is built in.
const jobSetCRD = "sigs.k8s.io/jobset@v0.12.0"

// download finds the source of a module, and downloads it if need be.
func download(module string) (string, error) {
	answer, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		return "", fmt.Errorf("cannot download %s: %w", module, err)
	}
	var found struct{ Dir string }
	err = json.Unmarshal(answer, &found)
	return found.Dir, err
}

var loadJobSet = sync.OnceValues(func() (*judge.CRD, error) {
	dir, err := download(jobSetCRD)
	if err != nil {
		return nil, err
	}
	return judge.LoadCRD(filepath.Join(dir, "config/components/crd/bases/jobset.x-k8s.io_jobsets.yaml"))
})

// checkJobSet judges a JobSet by the CRD that JobSet ships, and by its webhook.
func checkJobSet(d judge.Document) []judge.Problem {
	if !isJobSet(d) {
		return nil
	}
	crd, err := loadJobSet()
	if err != nil {
		return []judge.Problem{d.Problem("jobset", "%v", err)}
	}
	out := crd.Check(d)
	object := runtime.DeepCopyJSON(d.Object)
	crd.Default(object)
	d.JSON = mustJSON(object)
	return append(out, webhook(d)...)
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
