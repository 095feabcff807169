//go:build walk

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/argoproj/argo-workflows/v4/workflow/controller"
)

func init() { overlaid["walk"] = walk }

// walk drives the workflows of an array of requests through Argo's own
// controller, and prints an array of reports.
func walk(in io.Reader, out io.Writer, args []string) int {
	if len(args) > 0 {
		fmt.Fprintln(out, "usage: walk, with a JSON array of requests on stdin")
		return 2
	}
	var requests []controller.WalkRequest
	if err := json.NewDecoder(in).Decode(&requests); err != nil {
		fmt.Fprintln(os.Stderr, "walk:", err)
		return 2
	}
	reports := make([]controller.WalkReport, len(requests))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range requests {
		slots <- struct{}{}
		all.Go(func() {
			reports[i] = controller.Walk(context.Background(), requests[i], os.Stderr)
			<-slots
		})
	}
	all.Wait()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(reports); err != nil {
		return 2
	}
	return 0
}
