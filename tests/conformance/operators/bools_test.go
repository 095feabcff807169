package operators

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"argot/conformance/judge"
)

const bools = `
component check() -> (drift: bool) { image = "check:1", command = ["check", drift.path] }
component act(drift: bool, text: string) { image = "act:1", command = ["act", drift, text] }
pipeline p() {
    let c = check()
    if not c { act(drift = c, text = "${c} ${not c}") }
}
`

var tag = regexp.MustCompile(`\{\{=[^{]*\{[^}]*\}[^}]*\}\}`)

// TestWrittenBools asks what Argo makes of a bool that the program of a step has written.
func TestWrittenBools(t *testing.T) {
	compiler := os.Getenv("ARGOT")
	if compiler == "" {
		t.Skip("ARGOT does not name the compiler")
	}
	path := filepath.Join(t.TempDir(), "p.argot")
	if err := os.WriteFile(path, []byte(bools), 0o600); err != nil {
		t.Fatal(err)
	}
	manifest, err := exec.Command(compiler, "compile", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, manifest)
	}
	found := tag.FindAllString(string(manifest), -1)
	if len(found) != 4 {
		t.Fatalf("%d expressions read the bool: %v", len(found), found)
	}
	for written, want := range map[string]string{
		"true": "true", "True\n": "true", " TRUE ": "true", "1": "true",
		"false": "false", "False": "false", "\tFALSE\r\n": "false", "0\n": "false",
		"": "", "yes": "", "2": "", "-1": "", "true false": "", `"true"`: "", "null": "",
	} {
		variables := map[string]string{"tasks.c.outputs.parameters.drift": written}
		for _, text := range found {
			got, err := judge.Text(text, variables)
			is := want
			if text[:len("{{=not (")] == "{{=not (" {
				is = map[string]string{"true": "false", "false": "true", "": ""}[want]
			}
			if (err != nil) != (want == "") || err == nil && got != is {
				t.Errorf("%q in %s: %q, %v", written, text, got, err)
			}
		}
	}
}
