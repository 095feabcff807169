//go:build argo

// Command argo judges the compiler's output by Argo's own packages, those that
// build names.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"argot/conformance/judge"
)

// source is where the source of the Argo is that this is built with: see build.
var source string

func main() {
	os.Exit(judge.Main(os.Stdin, os.Stdout, os.Args[1:], map[string]judge.Mode{
		"validate": lint,
		"render":   render,
		"schema":   schema,
		"walk":     walk,
	}))
}

// lint judges files by what Argo's linter says and by the full CRDs.
func lint(_ io.Reader, out io.Writer, args []string) int {
	flags := flag.NewFlagSet("validate", flag.ContinueOnError)
	flags.SetOutput(out)
	ignore := flags.Bool("ignore-missing-refs", false, "let templateRef name a template that no given file has")
	if err := flags.Parse(args); err != nil || flags.NArg() == 0 {
		fmt.Fprintln(out, "usage: validate [--ignore-missing-refs] FILE...")
		return 2
	}
	checkers, err := checkers(*ignore)
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	return judge.Validate(out, flags.Args(), checkers)
}

func checkers(ignoreMissing bool) ([]judge.Checker, error) {
	crds, err := judge.CRDChecker(filepath.Join(source, "manifests/base/crds/full"))
	return []judge.Checker{crds, lintChecker(ignoreMissing)}, err
}
