package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const data = "../testdata/"

func problemsOf(t *testing.T, path string, checkers []Checker) (map[int][]Problem, int) {
	t.Helper()
	docs, problems, err := ReadFiles([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range checkers {
		problems = append(problems, check(docs)...)
	}
	by := map[int][]Problem{}
	for _, p := range problems {
		by[p.Doc.Index] = append(by[p.Doc.Index], p)
	}
	return by, len(docs)
}

func TestGoodDocumentsPass(t *testing.T) {
	paths, err := filepath.Glob(data + "good/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no test data", err)
	}
	for _, path := range paths {
		problems, _ := problemsOf(t, path, Checkers())
		for _, p := range problems {
			t.Errorf("%v", p)
		}
	}
}

// Every document of a file in bad/ says in its first line what the judge that
// the file is named after must say of it.
func TestEachSourceCatchesBadDocuments(t *testing.T) {
	for _, source := range []string{"decode", "meta", "pod", "expr"} {
		path := data + "bad/" + source + ".yaml"
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		problems, _ := problemsOf(t, path, Checkers())
		for i, doc := range strings.Split(string(text), "\n---\n") {
			_, want, _ := strings.Cut(strings.SplitN(doc, "\n", 2)[0], "# want: ")
			t.Run(fmt.Sprintf("%s/%d", source, i+1), func(t *testing.T) {
				for _, p := range problems[i+1] {
					if p.Source == source && strings.Contains(p.Message, want) {
						return
					}
				}
				t.Errorf("no %s problem says %q, only %v", source, want, problems[i+1])
			})
		}
	}
}

func TestLimits(t *testing.T) {
	for want, text := range map[string]string{
		"1 MiB":                             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: " + strings.Repeat("x", 1<<20) + "y}\n",
		"the API server's store takes":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: " + strings.Repeat("x", 2<<20) + "}\n",
		"may not be more than 262144 bytes": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {a: " + strings.Repeat("x", 262144) + "}}\n",
	} {
		docs, problems := ReadText("big.yaml", []byte(text))
		for _, check := range Checkers() {
			problems = append(problems, check(docs)...)
		}
		if !strings.Contains(fmt.Sprint(problems), want) {
			t.Errorf("nothing says %q: %.500v", want, problems)
		}
	}
}

func TestProblemLine(t *testing.T) {
	_, problems := ReadText("a.yaml", []byte("a: 1\na: 2\n"))
	want := `a.yaml:doc#1 ?/?: decode: yaml: unmarshal errors: line 2: key "a" already set in map`
	if len(problems) != 1 || problems[0].String() != want {
		t.Errorf("got %v", problems)
	}
}

func TestExitCodes(t *testing.T) {
	modes := Modes()
	for want, args := range [][]string{
		{"validate", data + "good/kubernetes.yaml"},
		{"validate", data + "bad/pod.yaml"},
		{"validate"},
	} {
		var out bytes.Buffer
		if got := Main(nil, &out, args, modes); got != want {
			t.Errorf("%v: exit code %d, want %d:\n%s", args, got, want, out.String())
		}
	}
}

// YAML 1.1 is what kubectl reads.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	yaml := "a: [yes, 'yes', 012, \"012\", 0x1F, ~, 1_000, 1:30, 2026-01-02, .5, 'é\U0001F600', \"\\e\", 12345678901234567890]\n---\n# nothing\n---\nb: |\n  {{x}}\n"
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := RoundTrip(&out, []string{path}); code != 0 {
		t.Fatal(code, out.String())
	}
	want := `[{"a":[true,"yes",10,"012",31,null,1000,"1:30","2026-01-02",0.5,"é😀","\u001b",12345678901234567000]},{"b":"{{x}}\n"}]`
	var got, expect any
	if json.Unmarshal(out.Bytes(), &got) != nil || json.Unmarshal([]byte(want), &expect) != nil || fmt.Sprint(got) != fmt.Sprint(expect) {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
}

func TestExpand(t *testing.T) {
	env := map[string]string{"A": "1", "B": "$(A)", "E": ""}
	for in, want := range map[string]string{
		"plain":         "plain",
		"$(A)":          "1",
		"$(B)":          "$(A)", // values are not expanded again
		"[$(E)]":        "[]",
		"$(NONE)":       "$(NONE)",
		"$(date +%s)":   "$(date +%s)",
		"$$(A)":         "$(A)",
		"$$$(A)":        "$1",
		"$$":            "$",
		"$$$$":          "$$",
		"$":             "$",
		"a$":            "a$",
		"$A ${A}":       "$A ${A}",
		"$(A":           "$(A",
		"$($(A)":        "$($(A)",
		"$(A)$(A)":      "11",
		"$é":            "$é",
		"cost: $5 $(A)": "cost: $5 1",
	} {
		got := Expand(in, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
		if got != want {
			t.Errorf("Expand(%q) = %q, want %q", in, got, want)
		}
	}
}

// Argo replaces tags in the JSON of a template, so that a key is as much code
// as a value is, and one that its author took for a text is another key.
func TestKeysAreReplaced(t *testing.T) {
	template := map[string]any{
		"nodeSelector": map[string]any{"{{workflow.name}}": "v"},
		"podSpecPatch": `{{=toJson({'overhead': {'{\u007bworkflow.name}\u007d': '1'} })}}`,
	}
	values := map[string]any{"workflow.name": "run"}
	once, err := replaceIn(template, values, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(once["nodeSelector"]); got != "map[run:v]" {
		t.Errorf("the key became %s", got)
	}
	// A literal that hides the braces gives the tag to the pass behind.
	if got := once["podSpecPatch"]; got != `{"overhead":{"{{workflow.name}}":"1"}}` {
		t.Errorf("the first pass gave %v", got)
	}
	twice, err := replaceIn(once, values, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := twice["podSpecPatch"]; got != `{"overhead":{"run":"1"}}` {
		t.Errorf("the second pass gave %v", got)
	}
}
