// Command conformance judges the compiler's output by Kubernetes' own rules.
// The program in argo/ has the judges that need Argo's own packages.
package main

import (
	"os"

	"argot/conformance/judge"
)

func main() {
	modes := judge.Modes()
	modes["walk"] = judge.WalkAll
	os.Exit(judge.Main(os.Stdin, os.Stdout, os.Args[1:], modes))
}
