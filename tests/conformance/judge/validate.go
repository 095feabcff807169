package judge

import (
	"fmt"
	"io"
)

// Checker judges all documents of one run together.
type Checker func(docs []Document) []Problem

const argoVersion = "argoproj.io/v1alpha1"

// IsArgo tells whether the document is a kind that Argo Workflows owns.
func (d Document) IsArgo() bool {
	if d.APIVersion() != argoVersion {
		return false
	}
	switch d.Kind() {
	case "Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow":
		return true
	}
	return false
}

// WorkflowSpec is the part that holds templates, whatever the kind.
func (d Document) WorkflowSpec() map[string]any {
	spec := mapAt(d.Object, "spec")
	if d.Kind() == "CronWorkflow" {
		return mapAt(spec, "workflowSpec")
	}
	return spec
}

// Each turns a judge of one document into a Checker.
func Each(check func(Document) []Problem) Checker {
	return func(docs []Document) []Problem {
		var out []Problem
		for _, d := range docs {
			out = append(out, check(d)...)
		}
		return out
	}
}

// Checkers are the judges that need nothing but Kubernetes' own packages.
func Checkers() []Checker {
	return []Checker{Each(checkDecode), Each(checkMeta), Each(checkPods), Each(checkExpressions)}
}

// Validate judges files, prints one line per problem and a summary line, and
// returns the process exit code.
func Validate(out io.Writer, files []string, checkers []Checker) int {
	docs, problems, err := ReadFiles(files)
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	for _, check := range checkers {
		problems = append(problems, check(docs)...)
	}
	wrong := 0
	for _, p := range problems {
		fmt.Fprintln(out, p)
		if !p.Note {
			wrong++
		}
	}
	fmt.Fprintf(out, "%d files, %d documents, %d problems\n", len(files), len(docs), wrong)
	if wrong > 0 {
		return 1
	}
	return 0
}
