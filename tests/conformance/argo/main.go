// Command argo judges the compiler's output by Argo's own packages. It has
// every mode of the module above it, and lint, render and schema besides.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/argoproj/argo-workflows/v4/util/logging"

	"argot/conformance/judge"
)

// overlaid are the modes that need a build with Argo's package overlaid: see build.
var overlaid = map[string]judge.Mode{}

func main() {
	modes := judge.Modes(lintChecker, shippedCRDs)
	modes["render"] = render
	modes["schema"] = schema
	maps.Copy(modes, overlaid)
	os.Exit(judge.Main(os.Stdin, os.Stdout, os.Args[1:], modes))
}

// argoContext carries the logger that Argo's packages insist on.
func argoContext() context.Context {
	return logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.Text))
}

// shippedCRDs finds the full CRDs in the Argo module that this one is built with.
func shippedCRDs() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-workflows/v4").Output()
	if err != nil {
		return "", fmt.Errorf("cannot find the Argo module (run in its folder, or give --crds): %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(dir)), "manifests/base/crds/full"), nil
}
