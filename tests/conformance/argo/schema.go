//go:build argo

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
)

// schema prints {type: {field: simple type}} for WorkflowSpec, Template and
// every type of Argo's own that they hold. "object:NAME" and "array:NAME" say
// which of these types a field or its elements have.
func schema(_ io.Reader, out io.Writer, _ []string) int {
	table := map[string]map[string]string{}
	for _, t := range []reflect.Type{reflect.TypeFor[wfv1.WorkflowSpec](), reflect.TypeFor[wfv1.Template](), reflect.TypeFor[wfv1.CronWorkflowSpec]()} {
		describe(t, table)
	}
	text, err := json.MarshalIndent(table, "", "  ")
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	fmt.Fprintf(out, "%s\n", text)
	return 0
}

var argoPackage = reflect.TypeFor[wfv1.Template]().PkgPath()

// odd types write themselves as something else than their Go kind says.
var odd = map[string]string{
	"AnyString": "string", "Item": "any", "Duration": "string", "Time": "string", "Quantity": "int-or-string",
	"IntOrString": "int-or-string", "ParallelSteps": "array:WorkflowStep", "Object": "any", "Amount": "number", "RawMessage": "any",
}

func describe(t reflect.Type, table map[string]map[string]string) {
	if _, done := table[t.Name()]; done {
		return
	}
	fields := map[string]string{}
	table[t.Name()] = fields
	addFields(t, fields, table)
}

func addFields(t reflect.Type, fields map[string]string, table map[string]map[string]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && (f.Anonymous || strings.Contains(options, "inline")):
			addFields(indirect(f.Type), fields, table)
		case name != "" && f.IsExported():
			fields[name] = simple(f.Type, table)
		}
	}
}

func indirect(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func simple(t reflect.Type, table map[string]map[string]string) string {
	t = indirect(t)
	if name, ok := odd[t.Name()]; ok {
		if t.Name() == "ParallelSteps" {
			describe(reflect.TypeFor[wfv1.WorkflowStep](), table)
		}
		return name
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64:
		return "integer"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "string"
		}
		return "array" + named(t.Elem(), table)
	case reflect.Map:
		return "object"
	case reflect.Struct:
		return "object" + named(t, table)
	}
	return "any"
}

// named is ":NAME" for Argo's own object types, ":k8s.NAME" for other objects,
// and the simple type for the rest.
func named(t reflect.Type, table map[string]map[string]string) string {
	t = indirect(t)
	if _, ok := odd[t.Name()]; ok || t.Kind() != reflect.Struct {
		return ":" + simple(t, table)
	}
	if t.PkgPath() == argoPackage {
		describe(t, table)
		return ":" + t.Name()
	}
	return ":k8s." + t.Name()
}
