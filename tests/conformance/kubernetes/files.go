package main

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"argot/conformance/judge"
)

const (
	runLabel  = "argot.dev/run"
	taskLabel = "argot.dev/task"
)

// checkFiles judges how the objects of each run in a file fit together, for no API server does.
func checkFiles(docs []judge.Document) []judge.Problem {
	var out []judge.Problem
	for start := 0; start < len(docs); {
		end := start
		for end < len(docs) && docs[end].File == docs[start].File {
			end++
		}
		if all := docs[start:end]; !slices.ContainsFunc(all, judge.Document.IsArgo) {
			out = append(out, twice(all)...)
			for _, run := range runs(all) {
				f := newFile(run)
				f.check()
				out = append(out, f.out...)
			}
		}
		start = end
	}
	return out
}

// runs are the documents of each run of a file: a file has one for each of its pipelines.
func runs(docs []judge.Document) [][]judge.Document {
	var names []string
	by := map[string][]judge.Document{}
	for _, d := range docs {
		name := metadataOf(d).Labels[runLabel]
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		by[name] = append(by[name], d)
	}
	var out [][]judge.Document
	for _, name := range names {
		out = append(out, by[name])
	}
	return out
}

// twice are the documents with the kind and name of an earlier one.
func twice(docs []judge.Document) []judge.Problem {
	var out []judge.Problem
	seen := map[string]int{}
	for _, d := range docs {
		key := objectKey(d.Kind(), d.Name())
		if first, ok := seen[key]; ok {
			out = append(out, d.Problem("file", "document %d is called %s too", first, key))
		}
		seen[key] = d.Index
		if metadataOf(d).Labels[runLabel] == "" {
			out = append(out, d.Problem("file", "it has no label %s", runLabel))
		}
	}
	return out
}

// file holds the objects of one run by "kind/name", with the kind in lower case.
type file struct {
	docs    []judge.Document
	objects map[string]judge.Document
	run     string // what names must begin with to belong to the run
	out     []judge.Problem
	outside map[string]bool // what is used and is not in the file
}

func newFile(docs []judge.Document) *file {
	f := &file{docs: docs, objects: map[string]judge.Document{}, outside: map[string]bool{}}
	for _, d := range docs {
		f.objects[objectKey(d.Kind(), d.Name())] = d
	}
	return f
}

func objectKey(kind, name string) string { return strings.ToLower(kind) + "/" + name }

func (f *file) report(d judge.Document, format string, args ...any) {
	f.out = append(f.out, d.Problem("file", format, args...))
}

// metadata is the part of a document that all objects have.
type metadata struct {
	Namespace   string
	Labels      map[string]string
	Annotations map[string]string
}

func metadataOf(d judge.Document) metadata {
	var object struct{ Metadata metadata }
	_ = json.Unmarshal(d.JSON, &object) // a wrong type is for the other judges
	return object.Metadata
}

func (f *file) check() {
	first := metadataOf(f.docs[0])
	f.run = first.Labels[runLabel]
	for _, d := range f.docs {
		meta := metadataOf(d)
		if meta.Namespace != first.Namespace {
			f.report(d, "it is in the namespace %q, and the first object in %q", meta.Namespace, first.Namespace)
		}
		switch d.Kind() {
		case "Job", "CronJob":
			if template, err := podTemplate(d); err == nil {
				f.pod(d, template)
			}
		case "JobSet":
			f.jobSet(d)
			f.inSet(d)
		case "RoleBinding":
			f.binding(d)
		case "Role":
			f.role(d)
		case "Service":
			f.service(d)
		}
	}
	f.graphs()
}

// uses says so if an object of the run is used that the file does not have. Others may be there already: they are noted.
func (f *file) uses(d judge.Document, kind, name, where string) (judge.Document, bool) {
	key := objectKey(kind, name)
	if other, ok := f.objects[key]; ok {
		if other.Index > d.Index { // kubectl makes one after the other
			f.report(d, "%s: %s comes only after it", where, key)
		}
		return other, true
	}
	switch {
	case name == "":
		f.report(d, "%s: a %s without a name", where, kind)
	case f.run != "" && (name == f.run || strings.HasPrefix(name, f.run+"-")):
		f.report(d, "%s: %s is not in the file", where, key)
	case !f.outside[key]:
		f.outside[key] = true
		note := d.Problem("outside", "%s: %s must be in the cluster", where, key)
		note.Note = true
		f.out = append(f.out, note)
	}
	return judge.Document{}, false
}

// keys says so if a ConfigMap or Secret of the file lacks a key.
func (f *file) key(d judge.Document, holder judge.Document, key, where string) {
	var maps struct{ Data, BinaryData, StringData map[string]any }
	if json.Unmarshal(holder.JSON, &maps) != nil {
		return
	}
	for _, data := range []map[string]any{maps.Data, maps.BinaryData, maps.StringData} {
		if _, ok := data[key]; ok {
			return
		}
	}
	f.report(d, "%s: %s has no key %q", where, objectKey(holder.Kind(), holder.Name()), key)
}

func (f *file) pod(d judge.Document, template corev1.PodTemplateSpec) {
	spec := template.Spec
	if name := spec.ServiceAccountName; name != "" && name != "default" {
		f.uses(d, "ServiceAccount", name, "serviceAccountName")
	}
	for _, secret := range spec.ImagePullSecrets {
		f.uses(d, "Secret", secret.Name, "imagePullSecrets")
	}
	if spec.Subdomain != "" {
		f.uses(d, "Service", spec.Subdomain, "subdomain")
	}
	for _, claim := range spec.ResourceClaims {
		if name := claim.ResourceClaimTemplateName; name != nil {
			f.uses(d, "ResourceClaimTemplate", *name, "resourceClaims")
		}
	}
	for _, volume := range spec.Volumes {
		f.volume(d, volume)
	}
	mounted := map[string]bool{}
	for _, container := range slices.Concat(spec.InitContainers, spec.Containers) {
		f.container(d, container, spec.Volumes, mounted)
	}
	for _, volume := range spec.Volumes {
		if !mounted[volume.Name] {
			f.report(d, "volume %s: no container mounts it", volume.Name)
		}
	}
}

func (f *file) volume(d judge.Document, volume corev1.Volume) {
	where := "volume " + volume.Name
	items := func(kind, name string, items []corev1.KeyToPath, optional *bool) {
		if optional != nil && *optional {
			return
		}
		if holder, ok := f.uses(d, kind, name, where); ok {
			for _, item := range items {
				f.key(d, holder, item.Key, where)
			}
		}
	}
	if v := volume.ConfigMap; v != nil {
		items("ConfigMap", v.Name, v.Items, v.Optional)
	}
	if v := volume.Secret; v != nil {
		items("Secret", v.SecretName, v.Items, v.Optional)
	}
	if v := volume.PersistentVolumeClaim; v != nil {
		f.uses(d, "PersistentVolumeClaim", v.ClaimName, where)
	}
	if v := volume.Projected; v != nil {
		for _, source := range v.Sources {
			if s := source.ConfigMap; s != nil {
				items("ConfigMap", s.Name, s.Items, s.Optional)
			}
			if s := source.Secret; s != nil {
				items("Secret", s.Name, s.Items, s.Optional)
			}
		}
	}
}

func (f *file) container(d judge.Document, container corev1.Container, volumes []corev1.Volume, mounted map[string]bool) {
	reference := func(kind, name, key string, optional *bool, where string) {
		if optional != nil && *optional {
			return
		}
		if holder, ok := f.uses(d, kind, name, where); ok && key != "" {
			f.key(d, holder, key, where)
		}
	}
	for _, env := range container.Env {
		if from := env.ValueFrom; from != nil {
			where := "env " + env.Name
			if s := from.ConfigMapKeyRef; s != nil {
				reference("ConfigMap", s.Name, s.Key, s.Optional, where)
			}
			if s := from.SecretKeyRef; s != nil {
				reference("Secret", s.Name, s.Key, s.Optional, where)
			}
		}
	}
	for _, from := range container.EnvFrom {
		if s := from.ConfigMapRef; s != nil {
			reference("ConfigMap", s.Name, "", s.Optional, "envFrom")
		}
		if s := from.SecretRef; s != nil {
			reference("Secret", s.Name, "", s.Optional, "envFrom")
		}
	}
	for _, mount := range container.VolumeMounts {
		mounted[mount.Name] = true
		if mount.SubPath == "" {
			continue
		}
		for _, volume := range volumes { // a file of a ConfigMap that is mounted alone must be one of its files
			if v := volume.ConfigMap; volume.Name == mount.Name && v != nil {
				holder, ok := f.objects[objectKey("ConfigMap", v.Name)]
				if !ok {
					continue
				}
				where := fmt.Sprintf("container %s: mount %s", container.Name, mount.MountPath)
				if len(v.Items) == 0 {
					f.key(d, holder, mount.SubPath, where)
				} else if !slices.ContainsFunc(v.Items, func(item corev1.KeyToPath) bool {
					return item.Path == mount.SubPath || strings.HasPrefix(item.Path, mount.SubPath+"/")
				}) {
					f.report(d, "%s: no item of the volume has the path %q", where, mount.SubPath)
				}
			}
		}
	}
	f.started(d, container, volumes)
}

// mountedFile is a path that a command names and that a ConfigMap gives.
var mountedFile = regexp.MustCompile(`/argot/run/[A-Za-z0-9._/-]+`)

// started says so if the command of a container names a file of the run that no mount gives.
func (f *file) started(d judge.Document, container corev1.Container, volumes []corev1.Volume) {
	for _, argument := range slices.Concat(container.Command, container.Args) {
		for _, name := range mountedFile.FindAllString(argument, -1) {
			if !f.gives(container, volumes, name) {
				f.report(d, "container %s: no mount gives %s", container.Name, name)
			}
		}
	}
}

func (f *file) gives(container corev1.Container, volumes []corev1.Volume, name string) bool {
	for _, mount := range container.VolumeMounts {
		at := path.Clean(mount.MountPath)
		if name != at && !strings.HasPrefix(name, at+"/") {
			continue
		}
		rest := strings.TrimPrefix(strings.TrimPrefix(name, at), "/")
		inside := path.Join(mount.SubPath, rest)
		for _, volume := range volumes {
			if volume.Name != mount.Name {
				continue
			}
			v := volume.ConfigMap
			if v == nil || inside == "" || inside == "." {
				return true // what a disk holds is not known here
			}
			if len(v.Items) > 0 {
				return slices.ContainsFunc(v.Items, func(item corev1.KeyToPath) bool { return item.Path == inside })
			}
			holder, ok := f.objects[objectKey("ConfigMap", v.Name)]
			if !ok {
				return true
			}
			var data struct{ Data, BinaryData map[string]any }
			_ = json.Unmarshal(holder.JSON, &data)
			_, text := data.Data[inside]
			_, binary := data.BinaryData[inside]
			return text || binary
		}
	}
	return false
}

func (f *file) jobSet(d judge.Document) {
	set, err := readJobSet(d)
	if err != nil {
		return
	}
	for _, job := range set.Spec.ReplicatedJobs {
		f.pod(d, job.Template.Spec.Template)
	}
}

func (f *file) binding(d judge.Document) {
	var binding rbacv1.RoleBinding
	if json.Unmarshal(d.JSON, &binding) != nil {
		return
	}
	if binding.RoleRef.Kind == "Role" {
		f.uses(d, "Role", binding.RoleRef.Name, "roleRef")
	}
	for _, subject := range binding.Subjects {
		if subject.Kind != rbacv1.ServiceAccountKind {
			continue
		}
		f.uses(d, "ServiceAccount", subject.Name, "subjects")
		if subject.Namespace != "" && subject.Namespace != binding.Namespace { // without one, it is that of the binding
			f.report(d, "subjects: the account is in the namespace %q, and the binding in %q", subject.Namespace, binding.Namespace)
		}
	}
}

func (f *file) service(d judge.Document) {
	var service corev1.Service
	if json.Unmarshal(d.JSON, &service) != nil {
		return
	}
	for _, other := range f.docs {
		template, err := podTemplate(other)
		if err != nil {
			continue
		}
		labels := map[string]string{"batch.kubernetes.io/job-name": other.Name(), "job-name": other.Name()}
		for key, value := range template.Labels {
			labels[key] = value
		}
		fits := true
		for key, value := range service.Spec.Selector {
			fits = fits && labels[key] == value
		}
		if fits {
			return
		}
	}
	f.report(d, "no pod of the file has the labels of its selector")
}
