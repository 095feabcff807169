package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Mode is one subcommand: it returns the process exit code.
type Mode func(in io.Reader, out io.Writer, args []string) int

// Modes are the subcommands that need nothing but Kubernetes' own packages.
func Modes() map[string]Mode {
	return map[string]Mode{
		"validate": func(_ io.Reader, out io.Writer, args []string) int {
			if len(args) == 0 {
				fmt.Fprintln(out, "usage: validate FILE...")
				return 2
			}
			return Validate(out, args, Checkers())
		},
		"roundtrip": func(_ io.Reader, out io.Writer, args []string) int {
			if len(args) == 0 {
				fmt.Fprintln(out, "usage: roundtrip FILE...")
				return 2
			}
			return RoundTrip(out, args)
		},
	}
}

// ArgoVersion is the version of Argo that tests compile for: that of the
// program in CONFORMANCE_RENDER, if there is one.
func ArgoVersion() string {
	if version := os.Getenv("CONFORMANCE_ARGO_VERSION"); version != "" {
		return version
	}
	return "4.1"
}

// RoundTrip prints the documents of files as one JSON array.
func RoundTrip(out io.Writer, files []string) int {
	docs, problems, err := ReadFiles(files)
	for _, p := range problems {
		err = errors.Join(err, errors.New(p.String()))
	}
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	all := make([]json.RawMessage, 0, len(docs))
	for _, d := range docs {
		all = append(all, d.JSON)
	}
	fmt.Fprintf(out, "%s\n", mustJSON(all))
	return 0
}

// Main runs the mode that the first argument names.
func Main(in io.Reader, out io.Writer, args []string, modes map[string]Mode) int {
	if len(args) > 0 {
		if mode, ok := modes[args[0]]; ok {
			return mode(in, out, args[1:])
		}
	}
	fmt.Fprint(out, "usage: MODE ARGUMENT..., where MODE is one of:")
	for _, name := range sortedKeys(modes) {
		fmt.Fprint(out, " ", name)
	}
	fmt.Fprintln(out)
	return 2
}
