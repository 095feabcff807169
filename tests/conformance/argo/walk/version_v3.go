//go:build argo && argo_v3

package controller

import (
	"context"
	"io"

	"github.com/sirupsen/logrus"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
)

// See version_v4.go.

// walkLogged sets the logger that all have: what one request asks for, the
// others get too.
func walkLogged(ctx context.Context, level string, logs io.Writer) context.Context {
	set, err := logrus.ParseLevel(level)
	if err != nil {
		set, logs = logrus.PanicLevel, io.Discard
	}
	logrus.SetLevel(set)
	logrus.SetOutput(logs)
	return ctx
}

func (walkEvents) Get(string) record.EventRecorder { return &record.FakeRecorder{} }

func walkOperation(_ context.Context, wf *wfv1.Workflow, wfc *WorkflowController) *wfOperationCtx {
	return newWorkflowOperationCtx(wf, wfc)
}

func walkInformers(_ context.Context, wfc *WorkflowController) (taskResults, configMaps cache.SharedIndexInformer) {
	return wfc.newWorkflowTaskResultInformer(), wfc.newConfigMapInformer()
}
