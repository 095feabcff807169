package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// sample is a raw field of a container, a pod or its affinity, and whether it is to be refused. The compiler's own tests
// read the same file.
type sample struct {
	Of      string         `json:"of"`
	Refused bool           `json:"refused"`
	Value   map[string]any `json:"value"`
}

// The API server refuses what the compiler refuses in raw fields, and takes the rest.
func TestRawFields(t *testing.T) {
	var samples []sample
	if err := json.Unmarshal([]byte(read(t, "raw.json")), &samples); err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		container := map[string]any{"name": "main", "image": "alpine:3.22"}
		spec := map[string]any{"restartPolicy": "Never", "containers": []any{container}}
		var over map[string]any
		switch s.Of {
		case "container":
			over = container
		case "pod":
			over = spec
		default:
			over = map[string]any{}
			spec[s.Of] = over
		}
		for name, value := range s.Value {
			over[name] = value
		}
		text, err := json.Marshal(map[string]any{
			"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "p", "namespace": "ml"}, "spec": spec,
		})
		if err != nil {
			t.Fatal(err)
		}
		problems, _ := judged(t, "raw.json", string(text), checkers())
		var refused []string
		for _, problem := range problems {
			if strings.Contains(problem, ": server: ") {
				refused = append(refused, problem)
			}
		}
		if (len(refused) > 0) != s.Refused {
			t.Errorf("%s: refused %v, and the API server says %q", text, s.Refused, refused)
		}
	}
}
