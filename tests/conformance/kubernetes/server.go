package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	request "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaimtemplate"
	sigsjson "sigs.k8s.io/json"

	"argot/conformance/judge"
)

// maxStored is what etcd takes.
const maxStored = 3 << 19

// The API server's own log says nothing that is not in its answers.
func init() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
}

// strategy is what the API server has for each kind that it stores.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

// strategies are those of the kinds that the compiler emits, and of pods.
var strategies = map[schema.GroupVersionKind]strategy{
	{Version: "v1", Kind: "ConfigMap"}:                                            configmap.Strategy,
	{Version: "v1", Kind: "Secret"}:                                               secret.Strategy,
	{Version: "v1", Kind: "PersistentVolumeClaim"}:                                persistentvolumeclaim.Strategy,
	{Version: "v1", Kind: "ServiceAccount"}:                                       serviceaccount.Strategy,
	{Version: "v1", Kind: "Service"}:                                              service.Strategy,
	{Version: "v1", Kind: "Pod"}:                                                  pod.Strategy,
	{Group: "batch", Version: "v1", Kind: "Job"}:                                  job.Strategy,
	{Group: "batch", Version: "v1", Kind: "CronJob"}:                              cronjob.Strategy,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role"}:             role.Strategy,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"}:      rolebinding.Strategy,
	{Group: "resource.k8s.io", Version: "v1", Kind: "ResourceClaimTemplate"}:      resourceclaimtemplate.NewStrategy(nil),
	{Group: "resource.k8s.io", Version: "v1beta1", Kind: "ResourceClaimTemplate"}: resourceclaimtemplate.NewStrategy(nil),
	{Group: "resource.k8s.io", Version: "v1beta2", Kind: "ResourceClaimTemplate"}: resourceclaimtemplate.NewStrategy(nil),
}

// object is one that the API server has taken, as it would answer it.
type object struct {
	kind     schema.GroupVersionKind
	json     []byte
	warnings []string
	dropped  []string // fields that were sent and are not there any more
}

func (o object) fields() map[string]any {
	var out map[string]any
	if err := sigsjson.UnmarshalCaseSensitivePreserveInts(o.json, &out); err != nil {
		panic(err) // the API server's own answer
	}
	return out
}

// refusal is what the API server says, a message for each cause.
func refusal(err error) []string {
	var status *apierrors.StatusError
	if !errors.As(err, &status) || status.ErrStatus.Details == nil || len(status.ErrStatus.Details.Causes) == 0 {
		return []string{err.Error()}
	}
	var out []string
	for _, cause := range status.ErrStatus.Details.Causes {
		out = append(out, fmt.Sprintf("%s: %s", cause.Field, cause.Message))
	}
	return out
}

type recorder struct{ texts []string }

func (r *recorder) AddWarning(_, text string) { r.texts = append(r.texts, text) }

// decode reads JSON strictly into the type of its kind, gives it the defaults, and makes it what the API server works on.
func decode(kind schema.GroupVersionKind, text []byte) (runtime.Object, error) {
	typed, err := legacyscheme.Scheme.New(kind)
	if err != nil {
		return nil, err
	}
	strict, err := sigsjson.UnmarshalStrict(text, typed)
	if err := errors.Join(append(strict, err)...); err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(typed)
	return legacyscheme.Scheme.UnsafeConvertToVersion(typed, schema.GroupVersion{Group: kind.Group, Version: runtime.APIVersionInternal})
}

func encode(kind schema.GroupVersionKind, internal runtime.Object) ([]byte, error) {
	typed, err := legacyscheme.Scheme.ConvertToVersion(internal.DeepCopyObject(), kind.GroupVersion())
	if err != nil {
		return nil, err
	}
	typed.GetObjectKind().SetGroupVersionKind(kind)
	return json.Marshal(typed)
}

// serve is the context of a request.
func serve(kind schema.GroupVersionKind, verb, namespace string) (context.Context, *recorder) {
	plural, _ := meta.UnsafeGuessKindToResource(kind)
	info := &request.RequestInfo{
		IsResourceRequest: true, Verb: verb, Namespace: namespace,
		APIGroup: kind.Group, APIVersion: kind.Version, Resource: plural.Resource,
	}
	warnings := &recorder{}
	ctx := request.WithRequestInfo(request.WithNamespace(request.NewContext(), namespace), info)
	return warning.WithWarningRecorder(ctx, warnings), warnings
}

// create is what the API server does with an object that is sent to it.
func create(kind schema.GroupVersionKind, text []byte) (object, error) {
	strategy, ok := strategies[kind]
	if !ok {
		return object{}, fmt.Errorf("no judge knows %q", kind)
	}
	if len(text) > maxStored {
		return object{}, fmt.Errorf("%d bytes of JSON, the API server's store takes %d", len(text), maxStored)
	}
	internal, err := decode(kind, text)
	if err != nil {
		return object{}, err
	}
	accessor, err := meta.Accessor(internal)
	if err != nil {
		return object{}, err
	}
	if accessor.GetNamespace() == "" {
		accessor.SetNamespace("default") // given by kubectl
	}
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		accessor.SetName(strategy.GenerateName(accessor.GetGenerateName()))
	}
	rest.FillObjectMetaSystemFields(accessor)
	if service, ok := internal.(*core.Service); ok && service.Spec.ClusterIP != "" && len(service.Spec.ClusterIPs) == 0 {
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP} // given by the allocator
	}
	ctx, warnings := serve(kind, "create", accessor.GetNamespace())
	if err := rest.BeforeCreate(strategy, ctx, internal); err != nil {
		return object{}, err
	}
	accessor.SetResourceVersion("1") // given by the store
	out := object{kind: kind, warnings: warnings.texts}
	if out.json, err = encode(kind, internal); err != nil {
		return object{}, err
	}
	var sent map[string]any
	if err := json.Unmarshal(text, &sent); err != nil {
		return object{}, err
	}
	out.dropped = missing("", sent, out.fields())
	return out, nil
}

// missing are the paths of the fields that were sent and were not kept.
func missing(at string, sent, kept any) []string {
	switch sent := sent.(type) {
	case map[string]any:
		kept, _ := kept.(map[string]any)
		var out []string
		for _, key := range slices.Sorted(maps.Keys(sent)) {
			value := sent[key]
			if at == "" && (key == "status" || key == "stringData") {
				continue
			}
			if there, ok := kept[key]; ok {
				out = append(out, missing(at+"."+key, value, there)...)
			} else if !empty(value) {
				out = append(out, at+"."+key)
			}
		}
		return out
	case []any:
		kept, _ := kept.([]any)
		if len(kept) != len(sent) {
			return []string{at}
		}
		var out []string
		for i, value := range sent {
			out = append(out, missing(fmt.Sprintf("%s[%d]", at, i), value, kept[i])...)
		}
		return out
	}
	return nil
}

func empty(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return value == nil || value == "" || value == false || value == float64(0)
}

// patch is what the API server does with a patch of an object.
func (o object) patch(how types.PatchType, text []byte) (object, error) {
	return o.update(strategies[o.kind], how, text)
}

// patchStatus patches the status alone, as the Job controller does.
func (o object) patchStatus(text string) (object, error) {
	return o.update(job.StatusStrategy, types.MergePatchType, []byte(text))
}

func (o object) update(strategy rest.RESTUpdateStrategy, how types.PatchType, text []byte) (object, error) {
	typed, err := legacyscheme.Scheme.New(o.kind)
	if err != nil {
		return object{}, err
	}
	var patched []byte
	switch how {
	case types.MergePatchType:
		patched, err = jsonpatch.MergePatch(o.json, text)
	case types.JSONPatchType:
		var steps jsonpatch.Patch
		if steps, err = jsonpatch.DecodePatch(text); err == nil {
			patched, err = steps.Apply(o.json)
		}
	case types.StrategicMergePatchType:
		patched, err = strategicpatch.StrategicMergePatch(o.json, text, typed)
	default:
		err = fmt.Errorf("unknown kind of patch %q", how)
	}
	if err != nil {
		return object{}, err
	}
	old, err := decode(o.kind, o.json)
	if err != nil {
		return object{}, err
	}
	internal, err := decode(o.kind, patched)
	if err != nil {
		return object{}, err
	}
	accessor, err := meta.Accessor(old)
	if err != nil {
		return object{}, err
	}
	ctx, warnings := serve(o.kind, "patch", accessor.GetNamespace())
	if err := rest.BeforeUpdate(strategy, ctx, internal, old); err != nil {
		return object{}, err
	}
	out := object{kind: o.kind, warnings: warnings.texts}
	out.json, err = encode(o.kind, internal)
	return out, err
}

func kindOf(d judge.Document) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(d.APIVersion(), d.Kind())
}

// checkServer judges one document as the API server does when it is created.
func checkServer(d judge.Document) []judge.Problem {
	if d.IsArgo() || isJobSet(d) {
		return nil
	}
	return created(d, "", kindOf(d), d.JSON)
}

// created are the problems of one object that comes of a document.
func created(d judge.Document, what string, kind schema.GroupVersionKind, text []byte) []judge.Problem {
	got, err := create(kind, text)
	var out []judge.Problem
	if err != nil {
		for _, message := range refusal(err) {
			out = append(out, d.Problem("server", "%s%s", what, message))
		}
		return out
	}
	for _, path := range got.dropped {
		out = append(out, d.Problem("server", "%s%s is dropped without a word", what, strings.TrimPrefix(path, ".")))
	}
	for _, text := range got.warnings {
		note := d.Problem("warning", "%s%s", what, text)
		note.Note = true
		out = append(out, note)
	}
	return out
}
