// Package judge checks the YAML that the Argot compiler emits.
package judge

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	sigsjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Document is one YAML document of a file, read as kubectl reads it.
type Document struct {
	File   string
	Index  int // counts from 1; empty documents are not counted
	JSON   []byte
	Object map[string]any
}

// Problem is one thing that a judge found wrong.
type Problem struct {
	Doc     Document
	Source  string // lint, crd, decode, meta, pod, expr, ...
	Message string
	Note    bool // worth knowing, but nothing is wrong
}

func (d Document) APIVersion() string { return stringAt(d.Object, "apiVersion") }
func (d Document) Kind() string       { return stringAt(d.Object, "kind") }

// Name is metadata.name, or metadata.generateName where there is no name.
func (d Document) Name() string {
	meta := mapAt(d.Object, "metadata")
	if name := stringAt(meta, "name"); name != "" {
		return name
	}
	return stringAt(meta, "generateName")
}

func (d Document) problem(source, format string, args ...any) Problem {
	return Problem{Doc: d, Source: source, Message: fmt.Sprintf(format, args...)}
}

// Problem makes a problem of this document, for judges in other packages.
func (d Document) Problem(source, format string, args ...any) Problem {
	return d.problem(source, format, args...)
}

func (d Document) problems(source string, errs field.ErrorList) []Problem {
	var out []Problem
	for _, err := range errs {
		out = append(out, d.problem(source, "%v", err))
	}
	return out
}

func (p Problem) String() string {
	d := p.Doc
	return fmt.Sprintf("%s:doc#%d %s/%s: %s: %s", d.File, d.Index, or(d.Kind(), "?"), or(d.Name(), "?"), p.Source, strings.Join(strings.Fields(p.Message), " "))
}

// ReadFiles reads every document of every file. What cannot be read at all
// (no such file) is an error; a document that is not YAML is a problem.
func ReadFiles(paths []string) ([]Document, []Problem, error) {
	var docs []Document
	var problems []Problem
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		d, p := ReadText(path, text)
		docs = append(docs, d...)
		problems = append(problems, p...)
	}
	return docs, problems, nil
}

// ReadText splits one file into documents. YAML 1.1 scalars count, and
// duplicate keys are refused.
func ReadText(file string, text []byte) ([]Document, []Problem) {
	var docs []Document
	var problems []Problem
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for index := 1; ; {
		chunk, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return docs, problems
		}
		doc := Document{File: file, Index: index}
		if err != nil {
			return docs, append(problems, doc.problem("decode", "%v", err))
		}
		doc.JSON, err = yaml.YAMLToJSONStrict(chunk)
		if err == nil && string(doc.JSON) == "null" {
			continue // nothing but comments
		}
		index++
		if err == nil {
			// int64 where it fits, as the API server reads it
			err = sigsjson.UnmarshalCaseSensitivePreserveInts(doc.JSON, &doc.Object)
		}
		if err != nil {
			problems = append(problems, doc.problem("decode", "%v", err))
			continue
		}
		docs = append(docs, doc)
	}
}

func mapAt(m map[string]any, key string) map[string]any {
	v, _ := m[key].(map[string]any)
	return v
}

func listAt(m map[string]any, key string) []any {
	v, _ := m[key].([]any)
	return v
}

func stringAt(m map[string]any, key string) string {
	v, _ := m[key].(string)
	return v
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
