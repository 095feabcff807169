package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"argot/conformance/judge"
)

// resources are the kinds that a run may have, by the names that roles give them.
var resources = map[string]string{
	"job": "batch/jobs", "configmap": "/configmaps", "persistentvolumeclaim": "/persistentvolumeclaims", "serviceaccount": "/serviceaccounts",
	"service": "/services", "role": "rbac.authorization.k8s.io/roles", "rolebinding": "rbac.authorization.k8s.io/rolebindings",
	"resourceclaimtemplate": "resource.k8s.io/resourceclaimtemplates", "secret": "/secrets",
}

// queueLabel gives a Job to Kueue, which then decides alone whether it is suspended.
const queueLabel = "kueue.x-k8s.io/queue-name"

// graph is what the releaser reads: which Jobs there are, what each waits for, and what else belongs to the run.
type graph struct {
	jobs, owned []string // "kind/name"
	wrong       []string
	nodes       []node // by their number, the first is none
}

// node is a line of a graph: which earlier ones must have ended before it begins, or before it is over for what ends a group.
type node struct {
	name  string // of a Job, as above
	after []int
}

// before tells whether one Job has always ended when another begins.
func (g graph) before(first, second string) bool {
	seen := map[int]bool{}
	var ended func(at int) bool
	ended = func(at int) bool {
		if seen[at] {
			return false
		}
		seen[at] = true
		return g.nodes[at].name == first || slices.ContainsFunc(g.nodes[at].after, ended)
	}
	at := slices.IndexFunc(g.nodes, func(n node) bool { return n.name == second })
	return at > 0 && slices.ContainsFunc(g.nodes[at].after, ended)
}

var (
	needForm  = regexp.MustCompile(`^[vos]([0-9]+)$`)
	testForm  = regexp.MustCompile(`^([0-9]+)=[SFKO]+$`)
	limitForm = regexp.MustCompile(`^([0-9]+):([0-9]+)$`)
	endForm   = regexp.MustCompile(`^([0-9]+)~?$`)
)

// readGraph reads the text strictly: each line speaks of earlier lines only.
func readGraph(text string) graph {
	g := graph{nodes: make([]node, 1)}
	kinds := []string{""} // of the nodes, by their number
	var last []string
	owning := false
	for number, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		bad := func(format string, args ...any) {
			g.wrong = append(g.wrong, fmt.Sprintf("graph line %d: %s", number+1, fmt.Sprintf(format, args...)))
		}
		fields := strings.Split(line, " ")
		size := map[string]int{"open": 4, "job": 6, "close": 3, "own": 3}[fields[0]]
		if size == 0 || len(fields) != size || slices.Contains(fields, "") {
			bad("%q is not a line of a graph", line)
			return g
		}
		if fields[0] == "own" {
			owning = true
			kind := strings.ToLower(fields[1])
			if resources[kind] == "" {
				kind = strings.TrimSuffix(kind, "s")
			}
			g.owned = append(g.owned, objectKey(kind, fields[2]))
			continue
		}
		var now node
		if owning {
			bad("a node behind the objects that are owned")
		}
		before := func(what, id string, kind string) {
			n, err := strconv.Atoi(id)
			switch {
			case err != nil || n < 1 || n >= len(kinds):
				bad("%s: %q is not an earlier line", what, id)
			case kind != "" && kinds[n] != kind:
				bad("%s: line %s is a %s", what, id, kinds[n])
			default:
				if what != "limits" {
					now.after = append(now.after, n)
				}
			}
		}
		list := func(what, text string, form *regexp.Regexp, kind string) {
			if text == "-" {
				return
			}
			for part := range strings.SplitSeq(text, ",") {
				if match := form.FindStringSubmatch(part); match != nil {
					before(what, match[1], kind)
				} else {
					bad("%s: %q", what, part)
				}
			}
		}
		if fields[0] == "close" {
			before("gate", fields[1], "open")
			list("members", fields[2], endForm, "")
		} else {
			if number > 0 {
				before("parent", fields[1], "open")
			} else if line != "open - - -" {
				bad("%q is not the gate of the run", line)
			}
			list("needs", fields[2], needForm, "")
			condition(fields[3], bad, func(id string) { before("condition", id, "") })
			if fields[0] == "job" {
				list("limits", fields[4], limitForm, "open")
				now.name = objectKey("Job", fields[5])
				g.jobs = append(g.jobs, now.name)
			}
		}
		g.nodes = append(g.nodes, now)
		kinds = append(kinds, fields[0])
		last = fields
	}
	if len(last) == 0 || last[0] != "close" || last[1] != "1" {
		g.wrong = append(g.wrong, "graph: the last node is not the end of the first gate")
	}
	return g
}

// condition checks that a condition in postfix form leaves one value.
func condition(text string, bad func(string, ...any), id func(string)) {
	if text == "-" {
		return
	}
	depth := 0
	for part := range strings.SplitSeq(text, ",") {
		match := testForm.FindStringSubmatch(part)
		switch {
		case match != nil:
			id(match[1])
			depth++
		case part == "!" && depth >= 1:
		case (part == "&" || part == "|") && depth >= 2:
			depth--
		default:
			bad("condition: %q", part)
			return
		}
	}
	if depth != 1 {
		bad("condition: %q leaves %d values", text, depth)
	}
}

// graphs judges each graph of the file, what it names, and what the releaser may do with it.
func (f *file) graphs() {
	found := false
	for _, d := range f.docs {
		var config corev1.ConfigMap
		if d.Kind() != "ConfigMap" || json.Unmarshal(d.JSON, &config) != nil {
			continue
		}
		text, ok := config.Data["graph"]
		if !ok || config.Labels[runLabel] == "" {
			continue
		}
		found = true
		g := readGraph(text)
		for _, message := range g.wrong {
			f.report(d, "%s", message)
		}
		f.named(d, g)
		f.allowed(g)
		f.inJobs(g)
	}
	if found {
		return
	}
	for _, d := range f.docs {
		if template, err := podTemplate(d); err == nil {
			f.inPod(d, template.Spec)
		}
		if labels := metadataOf(d).Labels; d.Kind() == "Job" && labels[taskLabel] != "" && f.jobSpec(d).Suspend != nil && *f.jobSpec(d).Suspend {
			f.report(d, "it waits for a releaser, and no ConfigMap of the file has a graph")
		}
	}
}

func (f *file) jobSpec(d judge.Document) batchv1.JobSpec {
	var job batchv1.Job
	_ = json.Unmarshal(d.JSON, &job)
	return job.Spec
}

// named holds the names of a graph against the objects of the file.
func (f *file) named(config judge.Document, g graph) {
	all := slices.Concat(g.jobs, g.owned)
	for i, key := range all {
		if slices.Contains(all[:i], key) {
			f.report(config, "graph: %s is there twice", key)
		}
		if _, ok := f.objects[key]; !ok {
			f.report(config, "graph: %s is not in the file", key)
		}
	}
	releasers := 0
	for i, d := range f.docs {
		key := objectKey(d.Kind(), d.Name())
		spec := f.jobSpec(d)
		switch {
		case d.Kind() != "Job":
			if !slices.Contains(g.owned, key) {
				f.report(d, "the graph does not own it")
			}
		case slices.Contains(g.jobs, key):
			f.step(d, spec)
		default:
			releasers++
			if i != len(f.docs)-1 {
				f.report(d, "the releaser is not the last of the file, and looks for what is not there yet")
			}
			if spec.Suspend != nil && *spec.Suspend {
				f.report(d, "the graph does not have it, and it is suspended")
			}
		}
	}
	if releasers != 1 {
		f.report(config, "graph: %d Jobs of the file are not in it, and one is the releaser", releasers)
	}
}

// step judges a Job that waits for the releaser.
func (f *file) step(d judge.Document, spec batchv1.JobSpec) {
	if spec.Suspend == nil || !*spec.Suspend {
		f.report(d, "it is in the graph, and is not suspended")
	}
	if got := spec.Template.Annotations[stateKey]; got != waiting {
		f.report(d, "the annotation %s of its pod template is %q, not %q", stateKey, got, waiting)
	}
	if metadataOf(d).Labels[taskLabel] == "" {
		f.report(d, "it has no label %s", taskLabel)
	}
	if metadataOf(d).Labels[queueLabel] != "" {
		f.report(d, "Kueue suspends a Job again that others have released: %s", queueLabel)
	}
	if spec.TTLSecondsAfterFinished != nil {
		f.report(d, "ttlSecondsAfterFinished: the releaser would find it gone")
	}
}

// allowed holds the names of the roles against those of a graph.
func (f *file) allowed(g graph) {
	allowed := map[string]bool{}
	for _, d := range f.docs {
		var role rbacv1.Role
		if d.Kind() != "Role" || json.Unmarshal(d.JSON, &role) != nil {
			continue
		}
		for _, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				for _, group := range rule.APIGroups {
					for _, resource := range rule.Resources {
						for _, name := range rule.ResourceNames {
							allowed[verb+" "+group+"/"+resource+"/"+name] = true
						}
					}
				}
			}
		}
	}
	for _, key := range slices.Concat(g.jobs, g.owned) {
		kind, name, _ := strings.Cut(key, "/")
		for _, verb := range []string{"get", "patch"} { // kubectl gets what it patches
			if d, ok := f.objects[key]; ok && !allowed[verb+" "+resources[kind]+"/"+name] {
				f.report(d, "no role of the file lets the releaser %s it", verb)
			}
		}
	}
}

// role says so if a role names objects that are not in the file, or lets its holder change any object of a kind.
func (f *file) role(d judge.Document) {
	var role rbacv1.Role
	if json.Unmarshal(d.JSON, &role) != nil {
		return
	}
	for i, rule := range role.Rules {
		where := fmt.Sprintf("rules[%d]", i)
		for _, text := range slices.Concat(rule.APIGroups, rule.Resources, rule.Verbs) {
			if text == "*" {
				f.report(d, "%s: everything is allowed with *", where)
			}
		}
		if len(rule.ResourceNames) == 0 && slices.ContainsFunc(rule.Verbs, func(verb string) bool { return verb != "list" && verb != "watch" && verb != "get" }) {
			f.report(d, "%s: %s of any object", where, strings.Join(rule.Verbs, ", "))
		}
		for _, name := range rule.ResourceNames {
			if !f.has(rule, name) {
				f.report(d, "%s: nothing in the file that the rule is about is called %s", where, name)
			}
		}
	}
}

// has tells whether the file has an object of a name that a rule is about.
func (f *file) has(rule rbacv1.PolicyRule, name string) bool {
	for kind, resource := range resources {
		group, plural, _ := strings.Cut(resource, "/")
		if _, ok := f.objects[objectKey(kind, name)]; ok && slices.Contains(rule.APIGroups, group) && slices.Contains(rule.Resources, plural) {
			return true
		}
	}
	return false
}
