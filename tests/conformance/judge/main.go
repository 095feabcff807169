package judge

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
)

// Mode is one subcommand: it returns the process exit code.
type Mode func(in io.Reader, out io.Writer, args []string) int

// Modes are the subcommands that need nothing but Kubernetes' own packages.
// With lint, validate runs those judges too.
func Modes(lint func(ignoreMissing bool) Checker, defaultCRDs func() (string, error)) map[string]Mode {
	return map[string]Mode{
		"validate": func(_ io.Reader, out io.Writer, args []string) int {
			flags := flag.NewFlagSet("validate", flag.ContinueOnError)
			flags.SetOutput(out)
			crds := flags.String("crds", "", "folder with the full CRDs of Argo Workflows")
			ignore := flags.Bool("ignore-missing-refs", false, "let templateRef name a template that no given file has")
			if err := flags.Parse(args); err != nil || flags.NArg() == 0 {
				fmt.Fprintln(out, "usage: validate [--crds DIR] [--ignore-missing-refs] FILE...")
				return 2
			}
			checkers := Checkers()
			if *crds == "" && defaultCRDs != nil {
				dir, err := defaultCRDs()
				if err != nil {
					fmt.Fprintln(out, err)
					return 2
				}
				*crds = dir
			}
			if *crds != "" {
				check, err := CRDChecker(*crds)
				if err != nil {
					fmt.Fprintln(out, err)
					return 2
				}
				checkers = append(checkers, check)
			}
			if lint != nil {
				checkers = append(checkers, lint(*ignore))
			}
			return Validate(out, flags.Args(), checkers)
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
