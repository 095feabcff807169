package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	utilfeature "k8s.io/apiserver/pkg/util/feature"

	"argot/conformance/judge"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// judged are the lines that the judges print of a text, without its place.
func judged(t *testing.T, name, text string, checkers []judge.Checker) (problems, notes []string) {
	t.Helper()
	docs, found := judge.ReadText(name, []byte(text))
	for _, check := range checkers {
		found = append(found, check(docs)...)
	}
	for _, p := range found {
		line := fmt.Sprintf("%s/%s: %s: %s", p.Doc.Kind(), p.Doc.Name(), p.Source, strings.Join(strings.Fields(p.Message), " "))
		if p.Note {
			notes = append(notes, line)
		} else {
			problems = append(problems, line)
		}
	}
	return problems, notes
}

func TestGoodFilesPass(t *testing.T) {
	paths, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(paths) < 3 {
		t.Fatal("no test data", err)
	}
	newest, err := schemaChecker("1.35")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, path := range paths {
		problems, notes := judged(t, path, read(t, "good/"+filepath.Base(path)), append(checkers(), newest))
		for _, p := range problems {
			t.Errorf("%s: %s", path, p)
		}
		all = append(all, notes...)
	}
	want := []string{
		"Job/shop-1-train: outside: imagePullSecrets: secret/registry must be in the cluster",
		"Job/shop-1-train: outside: env TOKEN: secret/hub must be in the cluster",
	}
	if !slices.Equal(all, want) {
		t.Errorf("noted:\n%s", strings.Join(all, "\n"))
	}
}

// Each mistake is a good file with one text replaced, and what a judge must say of it.
func TestMistakes(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.want, func(t *testing.T) {
			text := read(t, "good/"+m.file)
			if strings.Count(text, m.old) == 0 {
				t.Fatalf("%s does not hold %q", m.file, m.old)
			}
			problems, _ := judged(t, m.file, strings.Replace(text, m.old, m.new, 1), checkers())
			for _, p := range problems {
				if strings.Contains(p, m.want) {
					return
				}
			}
			t.Errorf("nothing says %q, only:\n%s", m.want, strings.Join(problems, "\n"))
		})
	}
}

// kubectl makes the objects of a file one after the other.
func TestOrder(t *testing.T) {
	docs := strings.Split(read(t, "good/jobs.yaml"), "---\n")
	slices.Reverse(docs)
	got, _ := judged(t, "jobs.yaml", strings.Join(docs, "---\n"), []judge.Checker{checkFiles})
	for _, want := range []string{
		"Job/shop-1: file: serviceAccountName: serviceaccount/shop-1 comes only after it",
		"Job/shop-1: file: the releaser is not the last of the file, and looks for what is not there yet",
		"RoleBinding/shop-1: file: roleRef: role/shop-1 comes only after it",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("nothing says %q, only:\n%s", want, strings.Join(got, "\n"))
		}
	}
}

// A file has a run for each of its pipelines.
func TestRuns(t *testing.T) {
	one := read(t, "good/jobs.yaml")
	if got, _ := judged(t, "two.yaml", one+"---\n"+strings.ReplaceAll(one, "shop-1", "shop-2"), checkers()); len(got) > 0 {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// What a file needs that a version of Kubernetes does not have, or has and drops.
func TestVersions(t *testing.T) {
	if err := emulate("1.30"); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := emulate("1.35"); err != nil {
			t.Error(err)
		}
	}()
	schema, err := schemaChecker("1.30")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(read(t, "good/jobs.yaml"), "  completions: 4", "  managedBy: example.com/other\n  successPolicy: {rules: [{succeededCount: 1}]}\n  completions: 4", 1)
	got, _ := judged(t, "jobs.yaml", text, append(checkers(), schema))
	for _, want := range []string{
		"schema: Kubernetes 1.30 has no io.k8s.api.resource.v1.ResourceClaimTemplate",
		"schema: Kubernetes 1.30: .spec.template.spec.resourceClaims[name=\"gpu\"].resourceClaimTemplateName: field not declared in schema",
		"server: spec.template.spec.resourceClaims is dropped without a word",
		"server: spec.successPolicy is dropped without a word",
	} {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, want) }) {
			t.Errorf("nothing says %q, only:\n%s", want, strings.Join(got, "\n"))
		}
	}
	set := strings.Replace(read(t, "good/jobset.yaml"), "containers: [{", "resourceClaims: [{name: gpu, resourceClaimTemplateName: gpu}], containers: [{", 1)
	if got, _ := judged(t, "jobset.yaml", set, []judge.Checker{schema}); len(got) != 1 || !strings.Contains(got[0], "resourceClaimTemplateName") {
		t.Errorf("of the JobSet:\n%s", strings.Join(got, "\n"))
	}
	if _, err := schemaChecker("1.20"); err == nil {
		t.Error("there is a schema of 1.20")
	}
}

// A step's Job, on its own: what keeps a second "kubectl apply" from ending its pods is the annotation of its pod template.
func TestApplyAfterRelease(t *testing.T) {
	applyAfterRelease(t)
	// Kubernetes 1.36 lets more of a suspended Job be changed.
	gates := map[string]bool{"MutablePodResourcesForSuspendedJobs": true, "MutableSchedulingDirectivesForSuspendedJobs": true}
	for _, on := range []bool{true, false} {
		for name := range gates {
			gates[name] = on
		}
		if err := utilfeature.DefaultMutableFeatureGate.SetFromMap(gates); err != nil {
			t.Fatal(err)
		}
		applyAfterRelease(t)
	}
}

func applyAfterRelease(t *testing.T) {
	const job = `{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"suspend": true, "template": {
		%s "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "a:1"}]}}}}`
	const release = `{"spec": {"suspend": false, "template": {"metadata": {"annotations": {"argot.dev/state": "released"}}}}}`
	for annotated, want := range map[string]string{
		`"metadata": {"annotations": {"argot.dev/state": "waiting"}},`: "field is immutable",
		`"metadata": {"labels": {"a": "b"}},`:                          "suspended",
	} {
		docs, _ := judge.ReadText("a.yaml", fmt.Appendf(nil, job, annotated))
		text, err := manifest(docs[0])
		if err != nil {
			t.Fatal(err)
		}
		live, err := create(jobKind, text)
		if err != nil {
			t.Fatal(err)
		}
		if live, err = live.patchStatus(suspendedState.status); err != nil {
			t.Fatal(err)
		}
		if patch, _, err := live.apply(text); patch != "{}" || err != nil {
			t.Fatalf("before the release: %s, %v", patch, err)
		}
		if live, err = live.patch(types.MergePatchType, []byte(release)); err != nil || suspended(live) {
			t.Fatalf("the release: %v", err)
		}
		_, after, err := live.apply(text)
		got := fmt.Sprint(err)
		if err == nil && suspended(after) {
			got = "suspended"
		}
		if !strings.Contains(got, want) {
			t.Errorf("with %q, applied again: %s, and not %q", annotated, got, want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range [][]string{
		{"testdata/good/jobs.yaml", "testdata/good/jobset.yaml"},
		{bad},
		{},
	} {
		var out bytes.Buffer
		if got := validate(nil, &out, args); got != want {
			t.Errorf("%v: exit code %d, want %d:\n%s", args, got, want, out.String())
		}
		if want == 0 && !strings.HasSuffix(out.String(), "\n2 files, 12 documents, 0 problems\n") {
			t.Errorf("got %s", out.String())
		}
	}
	if got := validate(nil, &bytes.Buffer{}, []string{"--kube-version", "1.20", bad}); got != 2 {
		t.Errorf("exit code %d", got)
	}
}
