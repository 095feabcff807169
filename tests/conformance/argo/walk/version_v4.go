//go:build argo && argo_v4

package controller

import (
	"context"
	"io"
	"os"

	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	"github.com/argoproj/argo-workflows/v4/util/logging"
)

// What differs between the versions of Argo: version 4 takes the logger from
// the context.

// After each update the controller would sleep for a second.
func init() { _ = os.Setenv("INFORMER_WRITE_BACK", "neither") }

func walkLogged(ctx context.Context, level string, logs io.Writer) context.Context {
	if level == "" {
		level, logs = string(logging.Error), io.Discard
	}
	return logging.WithLogger(ctx, logging.NewSlogLoggerCustom(logging.Level(level), logging.Text, logs))
}

func (walkEvents) Get(context.Context, string) record.EventRecorder { return &record.FakeRecorder{} }

var walkOperation = newWorkflowOperationCtx

func walkInformers(ctx context.Context, wfc *WorkflowController) (taskResults, configMaps cache.SharedIndexInformer) {
	return wfc.newWorkflowTaskResultInformer(ctx), wfc.newConfigMapInformer(ctx)
}
