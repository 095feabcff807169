//go:build argo && argo_v3

package main

import (
	"context"

	"github.com/sirupsen/logrus"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/util/template"
	"github.com/argoproj/argo-workflows/v3/workflow/common"
	"github.com/argoproj/argo-workflows/v3/workflow/templateresolution"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
)

const series = "3.7"

// See version_v4.go.

func parseObjects(_ context.Context, body []byte, strict bool) []common.ParseResult {
	return common.ParseObjects(body, strict)
}

func processArgs(_ context.Context, t *wfv1.Template, args wfv1.ArgumentsProvider, global, local common.Parameters, validateOnly bool, namespace string, store common.ConfigMapStore) (*wfv1.Template, error) {
	return common.ProcessArgs(t, args, global, local, validateOnly, namespace, store)
}

func substituteParams(_ context.Context, t *wfv1.Template, global, local common.Parameters) (*wfv1.Template, error) {
	return common.SubstituteParams(t, global, local)
}

func replace(_ context.Context, text string, values map[string]any, unresolved bool) (string, error) {
	return template.Replace(text, values, unresolved)
}

func replaceStrict(_ context.Context, text string, values map[string]any, strict []string) (string, error) {
	return template.ReplaceStrictAny(text, values, strict)
}

func replaceIn(t template.Template, _ context.Context, values map[string]any, unresolved bool) (string, error) {
	return t.Replace(values, unresolved)
}

func validateWorkflow(_ context.Context, local templateresolution.WorkflowTemplateNamespacedGetter, cluster templateresolution.ClusterWorkflowTemplateGetter, wf *wfv1.Workflow, defaults *wfv1.Workflow, opts validate.ValidateOpts) error {
	return validate.ValidateWorkflow(local, cluster, wf, defaults, opts)
}

func validateTemplate(_ context.Context, local templateresolution.WorkflowTemplateNamespacedGetter, cluster templateresolution.ClusterWorkflowTemplateGetter, t *wfv1.WorkflowTemplate, defaults *wfv1.Workflow, opts validate.ValidateOpts) error {
	return validate.ValidateWorkflowTemplate(local, cluster, t, defaults, opts)
}

func validateClusterTemplate(_ context.Context, local templateresolution.WorkflowTemplateNamespacedGetter, cluster templateresolution.ClusterWorkflowTemplateGetter, t *wfv1.ClusterWorkflowTemplate, defaults *wfv1.Workflow, opts validate.ValidateOpts) error {
	return validate.ValidateClusterWorkflowTemplate(local, cluster, t, defaults, opts)
}

func argoContext() context.Context {
	logrus.SetLevel(logrus.ErrorLevel)
	return context.Background()
}

func (l localGetter) Get(name string) (*wfv1.WorkflowTemplate, error) { return l.get(name) }

func (l clusterGetter) Get(name string) (*wfv1.ClusterWorkflowTemplate, error) { return l.get(name) }
