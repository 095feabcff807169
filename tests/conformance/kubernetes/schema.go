package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"argot/conformance/judge"
)

// clients are the modules that say which fields each version of Kubernetes has.
var clients = map[string]string{
	"1.30": "v0.30.14",
	"1.31": "v0.31.14",
	"1.32": "v0.32.13",
	"1.33": "v0.33.13",
	"1.34": "v0.34.13",
	"1.35": "v0.35.4",
}

func versions() string { return strings.Join(slices.Sorted(maps.Keys(clients)), ", ") }

// schemaChecker judges documents by the schema of one version of Kubernetes, which the API server uses to apply objects.
func schemaChecker(release string) (judge.Checker, error) {
	client, ok := clients[release]
	if !ok {
		return nil, fmt.Errorf("no judge knows Kubernetes %s, only %s", release, versions())
	}
	parser, err := readSchema(client)
	if err != nil {
		return nil, err
	}
	return func(docs []judge.Document) []judge.Problem {
		var out []judge.Problem
		for _, d := range docs {
			out = append(out, checkSchema(parser, release, d)...)
		}
		return out
	}, nil
}

func readSchema(client string) (*typed.Parser, error) {
	dir, err := download("k8s.io/client-go@" + client)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "applyconfigurations/internal/internal.go"))
	if err != nil {
		return nil, err
	}
	_, schema, _ := strings.Cut(string(text), "typed.YAMLObject(`")
	schema, _, ok := strings.Cut(schema, "`)")
	if !ok {
		return nil, fmt.Errorf("client-go %s holds no schema where it was expected", client)
	}
	return typed.NewParser(typed.YAMLObject(schema))
}

// checkSchema says which fields and kinds the version does not have.
func checkSchema(parser *typed.Parser, release string, d judge.Document) []judge.Problem {
	if d.IsArgo() {
		return nil
	}
	if isJobSet(d) {
		set, err := readJobSet(d)
		if err != nil {
			return nil // for the other judges
		}
		var out []judge.Problem
		for _, job := range set.Spec.ReplicatedJobs {
			out = append(out, fits(parser, release, d, "io.k8s.api.batch.v1.JobTemplateSpec", job.Template)...)
		}
		return out
	}
	kind := kindOf(d)
	object, err := legacyscheme.Scheme.New(kind)
	if err != nil || json.Unmarshal(d.JSON, object) != nil {
		return nil // for the other judges
	}
	group, _, _ := strings.Cut(kind.Group, ".")
	if group == "" {
		group = "core"
	}
	return fits(parser, release, d, fmt.Sprintf("io.k8s.api.%s.%s.%s", group, kind.Version, kind.Kind), object)
}

func fits(parser *typed.Parser, release string, d judge.Document, name string, value any) []judge.Problem {
	what := parser.Type(name)
	if !what.IsValid() {
		return []judge.Problem{d.Problem("schema", "Kubernetes %s has no %s", release, name)}
	}
	var fields map[string]any
	if err := json.Unmarshal(mustJSON(value), &fields); err != nil {
		return []judge.Problem{d.Problem("schema", "%v", err)}
	}
	delete(fields, "status")
	var out []judge.Problem
	if _, err := what.FromUnstructured(fields); err != nil {
		for message := range strings.Lines(err.Error()) {
			out = append(out, d.Problem("schema", "Kubernetes %s: %s", release, message))
		}
	}
	return out
}

// emulate lets the API server behave as an earlier version: fields of features that were off there are dropped.
func emulate(release string) error {
	return utilfeature.DefaultMutableFeatureGate.SetEmulationVersion(version.MustParse(release))
}

func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // of JSON, or of Kubernetes' types
	}
	return text
}
