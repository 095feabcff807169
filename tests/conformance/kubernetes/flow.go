package main

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"argot/conformance/judge"
)

// Where a step finds the outputs of earlier ones, and where it leaves its own.
const (
	fromPath   = "/argot/from/"
	outputPath = "/argot/outputs"
)

// unit is what runs as one: the pods of a Job, or one of the containers of a pod that run one after the other.
type unit struct {
	doc           judge.Document
	name          string
	reads, writes []string // places of a disk
}

// touches are the places that containers read and write. A disk of the pod itself, which has no claim, is that of a pod.
func (u *unit) touches(pod string, volumes []corev1.Volume, containers ...corev1.Container) {
	for _, container := range containers {
		for _, mount := range container.VolumeMounts {
			folder, _, _ := strings.Cut(mount.SubPath+mount.SubPathExpr, "$(")
			disk := strings.TrimPrefix(pod+": "+mount.Name, ": ")
			for _, volume := range volumes {
				if v := volume.PersistentVolumeClaim; volume.Name == mount.Name && v != nil {
					disk = v.ClaimName
				}
			}
			place := disk + "/" + strings.Trim(folder, "/")
			switch {
			case strings.HasPrefix(mount.MountPath, fromPath):
				u.reads = append(u.reads, place)
			case mount.MountPath == outputPath:
				u.writes = append(u.writes, place)
			}
		}
	}
}

// flow says so if a unit reads what no unit writes, or what is perhaps not written yet, or if two write at one place.
func (f *file) flow(units []unit, before func(first, second string) bool) {
	for _, reader := range units {
		for _, place := range reader.reads {
			found := false
			for _, writer := range units {
				if writer.name == reader.name || !slices.ContainsFunc(writer.writes, func(other string) bool { return within(place, other) || within(other, place) }) {
					continue
				}
				found = true
				if !before(writer.name, reader.name) {
					f.report(reader.doc, "%s reads what %s writes, and does not wait for it", reader.name, writer.name)
				}
			}
			if !found {
				f.report(reader.doc, "%s reads %s, where nothing writes", reader.name, place)
			}
		}
		for _, other := range units {
			if other.name < reader.name && slices.ContainsFunc(reader.writes, func(place string) bool { return slices.Contains(other.writes, place) }) {
				f.report(reader.doc, "%s writes where %s does", reader.name, other.name)
			}
		}
	}
}

func within(place, folder string) bool {
	return place == folder || strings.HasPrefix(place, folder+"/")
}

// inPod judges the containers of one pod.
func (f *file) inPod(d judge.Document, spec corev1.PodSpec) {
	var units []unit
	for _, container := range slices.Concat(spec.InitContainers, spec.Containers) {
		u := unit{doc: d, name: container.Name}
		u.touches("", spec.Volumes, container)
		units = append(units, u)
	}
	at := func(name string) int { return slices.IndexFunc(units, func(u unit) bool { return u.name == name }) }
	f.flow(units, func(first, second string) bool { return at(first) < at(second) && at(first) < len(spec.InitContainers) })
}

// inJobs judges the Jobs of a graph.
func (f *file) inJobs(g graph) {
	var units []unit
	for _, d := range f.docs {
		key := objectKey(d.Kind(), d.Name())
		template, err := podTemplate(d)
		if err != nil || !slices.Contains(g.jobs, key) {
			continue
		}
		u := unit{doc: d, name: key}
		u.touches(u.name, template.Spec.Volumes, slices.Concat(template.Spec.InitContainers, template.Spec.Containers)...)
		units = append(units, u)
	}
	f.flow(units, g.before)
}

// inSet judges the Jobs of a JobSet.
func (f *file) inSet(d judge.Document) {
	set, err := readJobSet(d)
	if err != nil {
		return
	}
	var units []unit
	needs := map[string]map[string]bool{}
	for _, job := range set.Spec.ReplicatedJobs {
		spec := job.Template.Spec.Template.Spec
		u := unit{doc: d, name: job.Name}
		u.touches(u.name, spec.Volumes, slices.Concat(spec.InitContainers, spec.Containers)...)
		units = append(units, u)
		needs[job.Name] = map[string]bool{}
		for _, need := range job.DependsOn {
			needs[job.Name][need.Name] = true
			for earlier := range needs[need.Name] {
				needs[job.Name][earlier] = true
			}
		}
	}
	f.flow(units, func(first, second string) bool { return needs[second][first] })
}
