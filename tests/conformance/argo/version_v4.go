//go:build argo && argo_v4

package main

import (
	"context"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/util/template"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	"github.com/argoproj/argo-workflows/v4/workflow/validate"
)

const series = "4.0"

// What differs between the versions of Argo: version 3 passes no context, from
// which version 4 takes the logger.
var (
	parseObjects            = common.ParseObjects
	processArgs             = common.ProcessArgs
	substituteParams        = common.SubstituteParams
	replace                 = template.Replace
	replaceStrict           = template.ReplaceStrictAny
	validateWorkflow        = validate.ValidateWorkflow
	validateTemplate        = validate.ValidateWorkflowTemplate
	validateClusterTemplate = validate.ValidateClusterWorkflowTemplate
	replaceIn               = template.Template.Replace
)

func argoContext() context.Context {
	return logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.Text))
}

func (l localGetter) Get(_ context.Context, name string) (*wfv1.WorkflowTemplate, error) {
	return l.get(name)
}

func (l clusterGetter) Get(_ context.Context, name string) (*wfv1.ClusterWorkflowTemplate, error) {
	return l.get(name)
}
