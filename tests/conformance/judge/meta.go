package judge

import (
	"encoding/json"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	sigsjson "sigs.k8s.io/json"
)

// nameLimits are shorter than the 253 characters that most names may have.
var nameLimits = map[string]int{
	"Workflow":                63,
	"WorkflowTemplate":        63,
	"ClusterWorkflowTemplate": 63,
	"CronWorkflow":            52,
	"CronJob":                 52,
	"Job":                     63,
}

// checkMeta does what the API server does with metadata on create.
func checkMeta(d Document) []Problem {
	at := field.NewPath("metadata")
	text, err := json.Marshal(d.Object["metadata"])
	if err != nil {
		return []Problem{d.problem("meta", "%v", err)}
	}
	var meta metav1.ObjectMeta
	strict, err := sigsjson.UnmarshalStrict(text, &meta)
	if err != nil {
		return []Problem{d.problem("meta", "metadata: %v", err)}
	}
	var out []Problem
	for _, e := range strict {
		out = append(out, d.problem("meta", "metadata: %v", e))
	}
	namespaced := d.Kind() != "ClusterWorkflowTemplate"
	if namespaced && meta.Namespace == "" {
		meta.Namespace = metav1.NamespaceDefault // given by kubectl
	}
	check := apivalidation.NameIsDNSSubdomain
	if d.Kind() == "Role" || d.Kind() == "RoleBinding" {
		check = path.ValidatePathSegmentName
	}
	base := meta.DeepCopy()
	if base.Name == "" && base.GenerateName != "" {
		base.Name = "x" // given by the API server
	}
	out = append(out, d.problems("meta", apivalidation.ValidateObjectMeta(base, namespaced, check, at))...)
	if limit, ok := nameLimits[d.Kind()]; ok && len(meta.Name) > limit {
		out = append(out, d.problem("meta", "metadata.name: %d characters, %s names have at most %d", len(meta.Name), d.Kind(), limit))
	}
	return out
}
