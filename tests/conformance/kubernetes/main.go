// Command kubernetes judges the output for plain Kubernetes by the code of the API server, of kubectl and of JobSet.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"argot/conformance/judge"
)

func main() {
	modes := judge.Modes()
	modes["validate"] = validate
	os.Exit(judge.Main(os.Stdin, os.Stdout, os.Args[1:], modes))
}

// checkers are all judges of this module but that of the schema of a version.
func checkers() []judge.Checker {
	return []judge.Checker{judge.Each(checkServer), judge.Each(checkMade), checkApply, judge.Each(checkJobSet), checkFiles}
}

func validate(_ io.Reader, out io.Writer, args []string) int {
	flags := flag.NewFlagSet("validate", flag.ContinueOnError)
	flags.SetOutput(out)
	release := flags.String("kube-version", "", "the version of Kubernetes whose fields and features there are: "+versions())
	if err := flags.Parse(args); err != nil || flags.NArg() == 0 {
		fmt.Fprintln(out, "usage: validate [--kube-version VERSION] FILE...")
		return 2
	}
	all := checkers()
	if *release != "" {
		schema, err := schemaChecker(*release)
		if err == nil {
			err = emulate(*release)
		}
		if err != nil {
			fmt.Fprintln(out, err)
			return 2
		}
		all = append(all, schema)
	}
	return judge.Validate(out, flags.Args(), all)
}
