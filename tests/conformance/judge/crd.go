package judge

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	crdv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// CRD is one version of one CRD, ready to judge objects.
type CRD struct {
	structural *structuralschema.Structural
	validator  validation.SchemaValidator
	cel        *cel.Validator
}

// CRDChecker judges Argo's documents by the CRD files of a folder.
func CRDChecker(dir string) (Checker, error) {
	schemas := map[string]*CRD{}
	files, err := crdFiles(dir)
	if err != nil {
		return nil, err
	}
	get := func(key string) (*CRD, error) {
		if s, ok := schemas[key]; ok {
			return s, nil
		}
		path, ok := files[key]
		if !ok {
			return nil, nil
		}
		s, err := LoadCRD(path)
		schemas[key] = s
		return s, err
	}
	return Each(func(d Document) []Problem {
		schema, err := get(strings.ToLower(d.Kind()))
		switch {
		case err != nil:
			return []Problem{d.problem("crd", "cannot read the CRD: %v", err)}
		case schema == nil && d.IsArgo():
			return []Problem{d.problem("crd", "no CRD for this kind in %s", filepath.Base(dir))}
		case schema == nil || !d.IsArgo():
			return nil
		}
		return schema.Check(d)
	}), nil
}

// crdFiles maps a lower-case kind to the file that defines it, going by the
// name of the kind in the file's first kilobytes, for the files are large.
func crdFiles(dir string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		head := string(text[:min(len(text), 2000)])
		_, names, ok := strings.Cut(head, "\n  names:\n")
		if !ok {
			continue
		}
		for line := range strings.Lines(names) {
			if kind, ok := strings.CutPrefix(strings.TrimSpace(line), "kind: "); ok {
				files[strings.ToLower(kind)] = path
				break
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no CRD files in %s", dir)
	}
	return files, nil
}

// LoadCRD reads the stored version of the CRD in a file.
func LoadCRD(path string) (*CRD, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var crd crdv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &crd); err != nil {
		return nil, err
	}
	for _, version := range crd.Spec.Versions {
		if !version.Storage || version.Schema == nil {
			continue
		}
		var props apiextensions.JSONSchemaProps
		if err := crdv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &props, nil); err != nil {
			return nil, err
		}
		s := &CRD{}
		if s.structural, err = structuralschema.NewStructural(&props); err != nil {
			return nil, err
		}
		if s.validator, _, err = validation.NewSchemaValidator(&props); err != nil {
			return nil, err
		}
		s.cel = cel.NewValidator(s.structural, true, celconfig.PerCallLimit)
		return s, nil
	}
	return nil, fmt.Errorf("%s has no stored version with a schema", filepath.Base(path))
}

// Default gives the object the defaults of the CRD.
func (s *CRD) Default(object map[string]any) { defaulting.Default(object, s.structural) }

// Check judges a document as the API server does: structure, unknown fields,
// list types, embedded metadata and CEL rules.
func (s *CRD) Check(d Document) []Problem {
	object := runtime.DeepCopyJSON(d.Object)
	s.Default(object)
	var out []Problem
	unknown := pruning.PruneWithOptions(object, s.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, field := range unknown {
		out = append(out, d.problem("crd", "unknown field %q", field))
	}
	errs := validation.ValidateCustomResource(nil, object, s.validator)
	errs = append(errs, objectmeta.Validate(nil, object, s.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s.structural, object)...)
	if len(errs) == 0 && s.cel != nil { // the API server, too, skips CEL on a broken shape
		celErrs, _ := s.cel.Validate(context.Background(), nil, s.structural, object, nil, celconfig.RuntimeCELCostBudget)
		errs = append(errs, celErrs...)
	}
	return append(out, d.problems("crd", errs)...)
}
