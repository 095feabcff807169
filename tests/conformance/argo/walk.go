//go:build argo

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/argoproj/argo-workflows/v4/workflow/controller"
)

// walk drives the workflows of an array of requests through Argo's own
// controller, and prints an array of reports; then those of the next array.
func walk(in io.Reader, out io.Writer, args []string) int {
	if len(args) > 0 {
		fmt.Fprintln(out, "usage: walk, with a JSON array of requests on stdin")
		return 2
	}
	decoder := json.NewDecoder(in)
	for {
		var requests []controller.WalkRequest
		if err := decoder.Decode(&requests); errors.Is(err, io.EOF) {
			return 0
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "walk:", err)
			return 2
		}
		if !walkAll(requests, out) {
			return 2
		}
	}
}

func walkAll(requests []controller.WalkRequest, out io.Writer) bool {
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
	return encoder.Encode(reports) == nil
}
