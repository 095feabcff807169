package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
)

// WalkRequest is a workflow, and how the pods at each place end: see
// argo/walk/README.md.
type WalkRequest struct {
	YAML       string               `json:"yaml"`
	Parameters map[string]string    `json:"parameters"`
	Places     map[string][]WalkEnd `json:"places"`
}

// WalkEnd is how a pod ends.
type WalkEnd struct {
	Status    string             `json:"status"`
	Outputs   map[string]*string `json:"outputs"`   // null: the file is missing
	Artifacts *[]string          `json:"artifacts"` // those it makes; default: all
	ExitCode  *int               `json:"exit_code"`
	Message   string             `json:"message"`
}

// WalkReport is what became of a workflow.
type WalkReport struct {
	Phase   string      `json:"phase"`
	Hung    bool        `json:"hung"`
	Message string      `json:"message"`
	Outputs *WalkData   `json:"outputs"`
	Nodes   []*WalkNode `json:"nodes"`
	Refused string      `json:"refused,omitempty"`
}

// WalkNode is a node of its status.
type WalkNode struct {
	Place    string    `json:"place"`
	Type     string    `json:"type"`
	Template string    `json:"template,omitempty"`
	Phase    string    `json:"phase"`
	Message  string    `json:"message,omitempty"`
	Inputs   *WalkData `json:"inputs,omitempty"`
	Outputs  *WalkData `json:"outputs,omitempty"`
	Attempt  *int      `json:"attempt,omitempty"`

	exitCode string
	children []*WalkNode
	outbound []*WalkNode // of a DAG
}

// WalkData is what a node is given, or gives.
type WalkData struct {
	Parameters map[string]string   `json:"parameters,omitempty"`
	Artifacts  map[string]Artifact `json:"artifacts,omitempty"`
}

// Artifact is one as its fields tell.
type Artifact map[string]any

// HasLocationOrKey is a method that expressions call, as in Argo.
func (a Artifact) HasLocationOrKey() bool {
	for _, kind := range artifactKinds {
		if a[kind] != nil {
			return true
		}
	}
	return false
}

var artifactKinds = []string{"s3", "gcs", "oss", "azure", "http", "git", "raw"}

const (
	succeeded, failed, errored, skipped, omitted, running = "Succeeded", "Failed", "Error", "Skipped", "Omitted", "Running"
	deepest                                               = 100
)

func (n *WalkNode) completed() bool { return n.Phase == succeeded || n.bad() }
func (n *WalkNode) bad() bool       { return n.Phase == failed || n.Phase == errored }
func (n *WalkNode) fulfilled() bool { return n.Phase != running && n.Phase != "" }

func (n *WalkNode) adopt(child *WalkNode) {
	if !slices.Contains(n.children, child) {
		n.children = append(n.children, child)
	}
}

// walker walks one workflow: every task at once when it can start. It follows
// Argo's controller, with which it is compared; what depends on time, and what
// the compiler does not use, is not here.
type walker struct {
	run       *Run
	templates map[string]map[string]map[string]any // by document and name
	places    map[string][]WalkEnd
	nodes     []*WalkNode
}

// Walk says what becomes of a workflow.
func Walk(request WalkRequest) WalkReport {
	documents, problems := ReadText("", []byte(request.YAML))
	if len(problems) > 0 {
		return WalkReport{Refused: problems[0].String()}
	}
	w := &walker{templates: map[string]map[string]map[string]any{}, places: request.Places}
	var main *Document
	for i, d := range documents {
		spec := d.WorkflowSpec()
		if spec == nil {
			continue
		}
		byName := map[string]map[string]any{}
		for _, t := range listAt(spec, "templates") {
			byName[stringAt(t.(map[string]any), "name")] = t.(map[string]any)
		}
		w.templates[d.Name()] = byName
		if main == nil || (d.Kind() != "WorkflowTemplate" && main.Kind() == "WorkflowTemplate") {
			main = &documents[i]
		}
	}
	if main == nil {
		return WalkReport{Refused: "there is no workflow"}
	}
	var err error
	if w.run, err = Start(*main, request.Parameters); err != nil {
		return WalkReport{Refused: err.Error()}
	}
	name := main.Name()
	if main.Kind() != "Workflow" {
		name += "-walk"
	}
	w.run.globals["workflow.name"] = name
	w.run.globals["workflow.uid"] = "00000000-0000-4000-8000-000000000001"
	return w.whole(main.Name(), main.WorkflowSpec())
}

func (w *walker) whole(document string, spec map[string]any) WalkReport {
	_, given := w.run.Entry()
	arguments := WalkData{Parameters: given, Artifacts: map[string]Artifact{}}
	for _, a := range listAt(mapAt(spec, "arguments"), "artifacts") {
		arguments.Artifacts[stringAt(a.(map[string]any), "name")] = location(a.(map[string]any))
	}
	entry := w.execute(step{document: document, template: stringAt(spec, "entrypoint")}, arguments, "", 1)
	report := WalkReport{Phase: entry.Phase, Message: entry.Message, Outputs: entry.Outputs, Hung: !entry.fulfilled()}
	if hook := mapAt(mapAt(spec, "hooks"), "exit"); hook != nil && !report.Hung {
		w.run.globals["workflow.status"] = entry.Phase
		w.run.globals["workflow.failures"] = w.failures()
		w.run.globals["workflow.duration"] = "1.000000"
		arguments, err := w.arguments(mapAt(hook, "arguments"), w.run.globals, nil, false)
		handlers := &WalkNode{Phase: errored}
		if err == nil {
			handlers = w.execute(step{document: document, template: stringAt(hook, "template")}, arguments, ":exit", 1)
		}
		if handlers.bad() && entry.Phase == succeeded {
			report.Phase, report.Message = handlers.Phase, handlers.Message
		}
		report.Hung = !handlers.fulfilled()
	}
	report.Nodes = w.nodes
	return report
}

// failures is workflow.failures: a JSON string that holds a JSON list.
func (w *walker) failures() string {
	var list []map[string]string
	for _, n := range w.nodes {
		if n.bad() {
			list = append(list, map[string]string{"displayName": n.display(), "message": n.Message, "templateName": n.Template,
				"phase": n.Phase, "podName": n.Place, "finishedAt": "2026-01-02T03:04:06Z"})
		}
	}
	return strconv.Quote(string(mustJSON(list)))
}

// display is the last name of a node, with an item that is not known here.
func (n *WalkNode) display() string {
	name := n.Place[strings.LastIndex(n.Place, ".")+1:]
	if turn, ok := strings.CutSuffix(name, ")"); ok {
		name = turn + ":)"
	}
	if n.Attempt != nil {
		name += fmt.Sprintf("(%d)", *n.Attempt)
	}
	return name
}

// step is what a task refers to.
type step struct {
	document, template string
}

func (w *walker) target(document string, task map[string]any) step {
	if ref := mapAt(task, "templateRef"); ref != nil {
		return step{document: stringAt(ref, "name"), template: stringAt(ref, "template")}
	}
	return step{document: document, template: stringAt(task, "template")}
}

func (w *walker) node(place, kind, phase, message string) *WalkNode {
	n := &WalkNode{Place: place, Type: kind, Phase: phase, Message: message}
	w.nodes = append(w.nodes, n)
	return n
}

// execute runs a template.
func (w *walker) execute(s step, arguments WalkData, place string, depth int) *WalkNode {
	t := w.templates[s.document][s.template]
	fail := func(err error) *WalkNode {
		n := w.node(place, skipped, errored, err.Error())
		n.Template = s.template
		return n
	}
	if t == nil {
		return fail(fmt.Errorf("template %q not found", s.template))
	}
	if depth >= deepest {
		return fail(errors.New("Maximum recursion depth exceeded"))
	}
	artifacts, err := inputArtifacts(t, arguments.Artifacts)
	if err != nil {
		return fail(err)
	}
	done, values, err := w.run.fill(t, arguments.Parameters, nil)
	if err != nil {
		return fail(err)
	}
	inputs := &WalkData{Parameters: parameterValues(mapAt(done, "inputs")), Artifacts: artifacts}
	if mapAt(done, "dag") != nil {
		n := w.node(place, "DAG", running, "")
		n.Template, n.Inputs = s.template, inputs
		d := &dag{walker: w, node: n, template: done, document: s.document, values: values, inputs: artifacts, depth: depth, tasks: map[string]*WalkNode{}}
		if err := d.execute(); err != nil {
			n.Phase, n.Message = errored, err.Error()
		}
		return n
	}
	if mapAt(done, "retryStrategy") != nil {
		return w.retry(s.template, done, inputs, place)
	}
	return w.pod(s.template, done, inputs, place, nil)
}

func inputArtifacts(t map[string]any, given map[string]Artifact) (map[string]Artifact, error) {
	out := map[string]Artifact{}
	for _, a := range listAt(mapAt(t, "inputs"), "artifacts") {
		a := a.(map[string]any)
		name, own := stringAt(a, "name"), location(a)
		if artifact, ok := given[name]; ok {
			own = artifact
		} else if !own.HasLocationOrKey() && a["optional"] != true {
			return nil, fmt.Errorf("inputs.artifacts.%s was not supplied", name)
		}
		out[name] = own
	}
	return out, nil
}

// location is what an artifact says of its place.
func location(a map[string]any) Artifact {
	out := Artifact{}
	for _, kind := range artifactKinds {
		if at := mapAt(a, kind); at != nil {
			out[kind] = at
			if key := stringAt(at, "key"); key != "" {
				out["key"] = key
			}
		}
	}
	return out
}

func (w *walker) pod(name string, t map[string]any, inputs *WalkData, place string, attempt *int) *WalkNode {
	n := w.node(place, "Pod", succeeded, "")
	n.Template, n.Inputs, n.Attempt, n.exitCode = name, inputs, attempt, "0"
	end := WalkEnd{}
	if ends := w.places[place]; len(ends) > 0 {
		at := 0
		if attempt != nil {
			at = min(*attempt, len(ends)-1)
		}
		end = ends[at]
	}
	if end.Status != "" {
		n.Phase, n.Message = end.Status, end.Message
	}
	if n.Phase == failed {
		n.exitCode = "1"
	}
	if end.ExitCode != nil {
		n.exitCode = strconv.Itoa(*end.ExitCode)
	}
	if n.Phase == failed {
		n.Message = fmt.Sprintf("main: Error (exit code %s)", n.exitCode)
	}
	if n.Phase != succeeded && end.Outputs == nil {
		return n
	}
	data := &WalkData{Parameters: map[string]string{}, Artifacts: map[string]Artifact{}}
	declared := mapAt(t, "outputs")
	for _, p := range listAt(declared, "parameters") {
		name := stringAt(p.(map[string]any), "name")
		given, listed := end.Outputs[name]
		text := ""
		switch fallback, ok := mapAt(p.(map[string]any), "valueFrom")["default"]; {
		case given != nil:
			text = strings.TrimSuffix(*given, "\n")
		case listed && ok:
			text = fmt.Sprint(fallback)
		case listed && n.Phase == succeeded:
			n.Phase, n.Message = errored, "the output "+name+" is missing"
		}
		data.Parameters[name] = text
	}
	for _, a := range listAt(declared, "artifacts") {
		name := stringAt(a.(map[string]any), "name")
		if end.Artifacts != nil && !slices.Contains(*end.Artifacts, name) {
			if a.(map[string]any)["optional"] != true && n.Phase == succeeded {
				n.Phase, n.Message = errored, "the artifact "+name+" is missing"
			}
			continue
		}
		artifact := location(a.(map[string]any))
		if artifact["key"] == nil {
			key := fmt.Sprintf("w/%s/%s.tgz", place, name)
			if attempt != nil {
				key = fmt.Sprintf("w/%s#%d/%s.tgz", place, *attempt, name)
			}
			artifact["s3"], artifact["key"] = map[string]any{"key": key}, key
		}
		data.Artifacts[name] = artifact
	}
	if len(data.Parameters)+len(data.Artifacts) > 0 {
		n.Outputs = data
	}
	return n
}

func (w *walker) retry(name string, t map[string]any, inputs *WalkData, place string) *WalkNode {
	n := w.node(place, "Retry", running, "")
	n.Template, n.Inputs = name, inputs
	strategy := mapAt(t, "retryStrategy")
	condition := stringAt(strategy, "expression")
	policy := stringAt(strategy, "retryPolicy")
	if policy == "" && condition != "" {
		policy = "Always"
	}
	for attempt := 0; ; attempt++ {
		last := w.pod(name, t, inputs, place, &attempt)
		n.adopt(last)
		n.Message = last.Message
		if !last.bad() {
			n.Phase, n.Outputs = succeeded, last.Outputs
			return n
		}
		covered := map[string]string{"Always": failed + errored, "OnError": errored, "": failed, "OnFailure": failed}[policy]
		limit, err := strconv.Atoi(fmt.Sprint(strategy["limit"]))
		again := strings.Contains(covered, last.Phase)
		if again && strategy["limit"] != nil && (err != nil || attempt >= limit) {
			again, n.Message = false, "No more retries left"
		}
		if again && condition != "" {
			env := environment(map[string]any{"lastRetry.exitCode": last.exitCode, "lastRetry.status": last.Phase, "lastRetry.duration": "1", "lastRetry.message": last.Message})
			result, err := expr.Eval(condition, env)
			if err != nil {
				n.Phase, n.Message = errored, err.Error()
				return n
			}
			if again = result == true; !again {
				n.Message = "retryStrategy.expression evaluated to false"
			}
		}
		if !again {
			n.Phase = last.Phase
			return n
		}
	}
}

// dag is a DAG that runs.
type dag struct {
	*walker
	node     *WalkNode
	template map[string]any
	document string
	values   map[string]any // of the template
	inputs   map[string]Artifact
	depth    int
	tasks    map[string]*WalkNode // by name, those that have ended
}

func (d *dag) task(name string) map[string]any {
	for _, t := range listAt(mapAt(d.template, "dag"), "tasks") {
		if t := t.(map[string]any); stringAt(t, "name") == name {
			return t
		}
	}
	return nil
}

func (d *dag) place(name string) string {
	if d.node.Place == "" {
		return name
	}
	return d.node.Place + "." + name
}

func (d *dag) before(name string) []string {
	var out []string
	for _, found := range dependsName.FindAllString(stringAt(d.task(name), "depends"), -1) {
		if dep, _, _ := strings.Cut(found, "."); !slices.Contains(out, dep) {
			out = append(out, dep)
		}
	}
	return out
}

func (d *dag) ancestors(name string, into map[string]bool) map[string]bool {
	for _, dep := range d.before(name) {
		if !into[dep] {
			into[dep] = true
			d.ancestors(dep, into)
		}
	}
	return into
}

func (d *dag) execute() error {
	var names, targets []string
	leaf := map[string]bool{}
	for _, t := range listAt(mapAt(d.template, "dag"), "tasks") {
		names = append(names, stringAt(t.(map[string]any), "name"))
		leaf[names[len(names)-1]] = true
	}
	for _, name := range names {
		for _, dep := range d.before(name) {
			leaf[dep] = false
		}
	}
	for _, name := range names {
		if leaf[name] {
			targets = append(targets, name)
		}
	}
	slices.Sort(targets)
	if target := stringAt(mapAt(d.template, "dag"), "target"); target != "" {
		targets = strings.Split(target, " ")
	}
	for _, name := range targets {
		d.visit(name)
	}
	d.node.Phase = d.phase(targets)
	if d.node.Phase == running {
		return nil
	}
	for _, name := range targets {
		if n := d.tasks[name]; n != nil {
			d.node.outbound = append(d.node.outbound, outbound(n)...)
		}
	}
	if d.node.Phase != succeeded {
		return nil
	}
	data, err := d.outputs(names)
	if err != nil {
		d.node.outbound = nil
		return err
	}
	d.node.Outputs = data
	return nil
}

// phase is the controller's assessDAGPhase: a target takes over the phase of
// the branch that leads to it unless it has one of its own.
func (d *dag) phase(targets []string) string {
	type visit struct {
		node  *WalkNode
		phase string
	}
	targetPhases := map[*WalkNode]string{}
	for _, name := range targets {
		if n := d.tasks[name]; n != nil {
			targetPhases[n] = ""
		}
	}
	seen := map[visit]bool{}
	var queue []visit
	add := func(nodes []*WalkNode, phase string) {
		for _, n := range nodes {
			if v := (visit{n, phase}); !seen[v] {
				seen[v] = true
				queue = append(queue, v)
			}
		}
	}
	add(d.node.children, succeeded)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if !at.node.fulfilled() {
			return running
		}
		phase := at.phase
		if at.node.completed() {
			phase = at.node.Phase
		}
		if before, ok := targetPhases[at.node]; ok && before != failed && before != errored {
			targetPhases[at.node] = phase
		}
		children := at.node.children
		if at.node.Type == "Retry" {
			children = nil
			for _, child := range at.node.children {
				if child.Attempt == nil {
					children = append(children, child)
				}
			}
			if attempts := at.node.attempts(); len(attempts) > 0 {
				children = append(children, attempts[len(attempts)-1].children...)
			}
		}
		add(children, phase)
	}
	failFast := mapAt(d.template, "dag")["failFast"] != false
	result := succeeded
	for _, name := range targets {
		phase := targetPhases[d.tasks[name]]
		if phase == "" {
			result = running
			if !failFast {
				break
			}
		} else if phase == failed || phase == errored {
			continues := mapAt(d.task(name), "continueOn")
			if phase == failed && continues["failed"] == true || phase == errored && continues["error"] == true {
				continue
			}
			result = phase
			if failFast {
				break
			}
		}
	}
	return result
}

func (n *WalkNode) attempts() []*WalkNode {
	var out []*WalkNode
	for _, child := range n.children {
		if child.Attempt != nil {
			out = append(out, child)
		}
	}
	return out
}

func outbound(n *WalkNode) []*WalkNode {
	switch n.Type {
	case "TaskGroup":
		if len(n.children) == 0 {
			return []*WalkNode{n}
		}
		var out []*WalkNode
		for _, child := range n.children {
			out = append(out, outbound(child)...)
		}
		return out
	case "Retry":
		return n.children[len(n.children)-1:]
	case "DAG":
		return n.outbound
	}
	return []*WalkNode{n}
}

func (d *dag) visit(name string) {
	if d.tasks[name] != nil {
		return
	}
	task := d.task(name)
	deps := d.before(name)
	for _, dep := range deps {
		d.visit(dep)
	}
	end := func(phase, message string) *WalkNode {
		n := d.walker.node(d.place(name), skipped, phase, message)
		n.Template = d.target(d.document, task).template
		d.connect(n, deps)
		d.tasks[name] = n
		return n
	}
	if len(deps) > 0 {
		for _, dep := range deps {
			if n := d.tasks[dep]; n == nil || !n.fulfilled() {
				return
			}
		}
		starts, err := d.depends(stringAt(task, "depends"))
		if err != nil {
			end(errored, err.Error())
			return
		}
		if !starts {
			end(omitted, "omitted: depends condition not met")
			return
		}
	}
	values, artifacts := d.scope(name)
	resolved, arguments, proceed, err := d.resolve(task, values, artifacts)
	switch {
	case errors.Is(err, errMissing):
		return // it looks again, for ever
	case err != nil:
		// Whether its handlers run depends on what else does at the time.
		end(errored, err.Error())
		return
	case !proceed:
		end(skipped, "when is false")
		return
	}
	target := d.target(d.document, resolved)
	items, looped, err := items(resolved)
	if err != nil {
		end(errored, err.Error())
		return
	}
	if !looped {
		d.start(name, name, resolved, target, arguments, deps, values, artifacts)
		return
	}
	if len(items) == 0 {
		end(skipped, "Skipped, empty params")
		return
	}
	group := d.walker.node(d.place(name), "TaskGroup", running, "")
	group.Template = target.template
	d.connect(group, deps)
	phase := succeeded
	for i, item := range items {
		with := maps.Clone(values)
		with["item"] = item
		turn, err := replaceIn(resolved, with, false)
		arguments, err2 := d.arguments(mapAt(turn, "arguments"), with, artifacts, false)
		if err = errors.Join(err, err2); err != nil {
			d.drop(group)
			end(errored, err.Error())
			return
		}
		n := d.execute1(fmt.Sprintf("%s(%d)", name, i), target, arguments)
		group.adopt(n)
		d.exit(n, task, values, artifacts)
		if !n.fulfilled() {
			phase = running
		}
		if n.bad() && phase != running {
			phase = n.Phase
		}
	}
	group.Phase = phase
	d.tasks[name] = group
}

func (d *dag) drop(n *WalkNode) {
	d.nodes = slices.DeleteFunc(d.nodes, func(other *WalkNode) bool { return other == n })
}

func (d *dag) start(name, at string, task map[string]any, target step, arguments WalkData, deps []string, values map[string]any, artifacts map[string]Artifact) {
	n := d.execute1(at, target, arguments)
	d.connect(n, deps)
	d.tasks[name] = n
	d.exit(n, task, values, artifacts)
}

func (d *dag) execute1(at string, target step, arguments WalkData) *WalkNode {
	return d.walker.execute(target, arguments, d.place(at), d.depth+1)
}

func (d *dag) connect(n *WalkNode, deps []string) {
	if len(deps) == 0 {
		d.node.adopt(n)
	}
	for _, dep := range deps {
		for _, parent := range outbound(d.tasks[dep]) {
			parent.adopt(n)
		}
	}
}

// exit runs the handlers of a task that has ended.
func (d *dag) exit(n *WalkNode, task map[string]any, values map[string]any, artifacts map[string]Artifact) {
	hook := mapAt(mapAt(task, "hooks"), "exit")
	if hook == nil || !n.completed() {
		return
	}
	values, artifacts = maps.Clone(values), maps.Clone(artifacts)
	name := stringAt(task, "name")
	values["tasks."+name+".status"] = n.Phase
	addOutputs(values, artifacts, name, n.Outputs)
	arguments, err := d.arguments(mapAt(hook, "arguments"), values, artifacts, false)
	if err != nil {
		return
	}
	n.adopt(d.walker.execute(step{document: d.document, template: stringAt(hook, "template")}, arguments, n.Place+":exit", d.depth+1))
}

func addOutputs(values map[string]any, artifacts map[string]Artifact, name string, data *WalkData) {
	if data == nil {
		return
	}
	for key, value := range data.Parameters {
		values["tasks."+name+".outputs.parameters."+key] = value
	}
	for key, value := range data.Artifacts {
		artifacts["tasks."+name+".outputs.artifacts."+key] = value
	}
}

// scope is what a task knows of those before it.
func (d *dag) scope(name string) (map[string]any, map[string]Artifact) {
	values, artifacts := maps.Clone(d.values), map[string]Artifact{}
	for key, artifact := range d.inputs {
		artifacts["inputs.artifacts."+key] = artifact
	}
	for ancestor := range d.ancestors(name, map[string]bool{}) {
		d.know(ancestor, values, artifacts)
	}
	return values, artifacts
}

func (d *dag) know(name string, values map[string]any, artifacts map[string]Artifact) {
	n := d.tasks[name]
	if n == nil {
		return
	}
	prefix := "tasks." + name + "."
	values[prefix+"status"] = n.Phase
	values[prefix+"id"] = n.Place
	values[prefix+"ip"] = "10.0.0.1"
	addOutputs(values, artifacts, name, n.Outputs)
	if n.Type == "TaskGroup" {
		gathered := map[string][]string{}
		for _, turn := range n.children {
			if turn.Phase == succeeded && turn.Outputs != nil {
				for key, value := range turn.Outputs.Parameters {
					gathered[key] = append(gathered[key], value)
				}
			}
		}
		for key, texts := range gathered {
			values[prefix+"outputs.parameters."+key] = aggregate(texts)
		}
	}
	if n.Phase == skipped || n.Phase == omitted {
		target := d.target(d.document, d.task(name))
		for _, p := range listAt(mapAt(d.templates[target.document][target.template], "outputs"), "parameters") {
			p := p.(map[string]any)
			var value any
			if given, ok := mapAt(p, "valueFrom")["default"]; ok {
				value = fmt.Sprint(given)
			}
			values[prefix+"outputs.parameters."+stringAt(p, "name")] = value
		}
	}
}

// aggregate is a JSON list: of decoded values if all are lists or records.
func aggregate(texts []string) string {
	list := make([]any, 0, len(texts))
	for _, text := range texts {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			return string(mustJSON(texts))
		}
		switch value.(type) {
		case map[string]any, []any:
			list = append(list, value)
		default:
			return string(mustJSON(texts))
		}
	}
	return string(mustJSON(list))
}

func (d *dag) depends(logic string) (bool, error) {
	env := map[string]any{}
	source := dependsName.ReplaceAllStringFunc(logic, func(found string) string {
		name, _, ok := strings.Cut(found, ".")
		n := d.tasks[name]
		env[strings.ReplaceAll(name, "-", "_")] = map[string]any{
			succeeded: n.Phase == succeeded, failed: n.Phase == failed, "Errored": n.Phase == errored,
			skipped: n.Phase == skipped, omitted: n.Phase == omitted, "Daemoned": false,
			"AnySucceeded": slices.ContainsFunc(n.children, func(c *WalkNode) bool { return c.Phase == succeeded }),
			"AllFailed":    len(n.children) > 0 && !slices.ContainsFunc(n.children, func(c *WalkNode) bool { return c.Phase != failed }),
		}
		found = strings.ReplaceAll(found, "-", "_")
		if !ok {
			return fmt.Sprintf("(%[1]s.Succeeded || %[1]s.Skipped || %[1]s.Daemoned)", found)
		}
		return found
	})
	result, err := expr.Eval(source, env)
	if err != nil {
		return false, err
	}
	return result == true, nil
}

// resolve replaces the tags of a task, unless its condition does not hold.
func (d *dag) resolve(task map[string]any, values map[string]any, artifacts map[string]Artifact) (map[string]any, WalkData, bool, error) {
	task = maps.Clone(task)
	delete(task, "depends")
	hooks := task["hooks"]
	delete(task, "hooks")
	if when := stringAt(task, "when"); when != "" {
		done, err := replaceIn(map[string]string{"when": when}, values, true)
		if err != nil {
			return nil, WalkData{}, false, err
		}
		if proceed, err := ShouldExecute(done["when"]); err != nil || !proceed {
			return nil, WalkData{}, false, err
		}
	}
	looped := task["withParam"] != nil || task["withSequence"] != nil || task["withItems"] != nil
	arguments := mapAt(task, "arguments")
	done, err := replaceIn(task, values, true)
	if err != nil {
		return nil, WalkData{}, false, err
	}
	if hooks != nil {
		done["hooks"] = hooks
	}
	if looped {
		return done, WalkData{}, true, nil
	}
	data, err := d.arguments(arguments, values, artifacts, true)
	return done, data, true, err
}

// arguments are what a template is given. An argument that is nothing but a
// value that is absent is none.
func (w *walker) arguments(arguments map[string]any, values map[string]any, artifacts map[string]Artifact, strict bool) (WalkData, error) {
	out := WalkData{Parameters: map[string]string{}, Artifacts: map[string]Artifact{}}
	if arguments == nil {
		return out, nil
	}
	var kept []any
	for _, p := range listAt(arguments, "parameters") {
		text := stringAt(p.(map[string]any), "value")
		key := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "{{"), "}}"))
		if value, ok := values[key]; ok && value == nil && text != key {
			continue
		}
		kept = append(kept, p)
	}
	arguments = maps.Clone(arguments)
	arguments["parameters"] = kept
	done, err := replaceIn(arguments, values, strict)
	if err != nil {
		return out, err
	}
	out.Parameters = parameterValues(done)
	for _, a := range listAt(done, "artifacts") {
		a := a.(map[string]any)
		artifact, ok, err := resolveArtifact(a, values, artifacts)
		if err != nil {
			return out, err
		}
		if ok {
			out.Artifacts[stringAt(a, "name")] = artifact
		}
	}
	return out, nil
}

// resolveArtifact finds an artifact; an optional one may be absent.
func resolveArtifact(a map[string]any, values map[string]any, artifacts map[string]Artifact) (Artifact, bool, error) {
	from, source := stringAt(a, "from"), stringAt(a, "fromExpression")
	if from == "" && source == "" {
		return location(a), true, nil
	}
	var found any
	var err error
	if source != "" {
		all := maps.Clone(values)
		for key, artifact := range artifacts {
			all[key] = artifact
		}
		found, err = run(source, all)
	} else {
		key := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(from, "{{"), "}}"))
		if artifact, ok := artifacts[key]; ok {
			found = artifact
		} else {
			err = fmt.Errorf("Unable to resolve: {{%s}}", key)
		}
	}
	artifact, ok := found.(Artifact)
	switch {
	case err != nil && a["optional"] == true && strings.Contains(err.Error(), "Unable to resolve"):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case !ok:
		return nil, false, errors.New("it is not an artifact")
	}
	return artifact, true, nil
}

// items are those of a looped task, as {{item}} gives them.
func items(task map[string]any) ([]string, bool, error) {
	if sequence := mapAt(task, "withSequence"); sequence != nil {
		number := func(key string) (int, error) {
			if sequence[key] == nil {
				return 0, nil
			}
			return strconv.Atoi(fmt.Sprint(sequence[key]))
		}
		start, err := number("start")
		count, err2 := number("count")
		if err = errors.Join(err, err2); err != nil || count == 0 {
			return nil, true, err
		}
		var out []string
		by := 1
		if count < 1 {
			by = -1 // it counts downwards
		}
		for i := start; i != start+count-1+by; i += by {
			out = append(out, strconv.Itoa(i))
		}
		return out, true, nil
	}
	text, ok := task["withParam"].(string)
	if !ok || text == "" {
		return nil, false, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, true, err
	}
	var out []string
	for _, raw := range list {
		item := string(raw)
		switch item[0] {
		case '"':
			_ = json.Unmarshal(raw, &item)
		case '{':
			var fields map[string]json.RawMessage
			_ = json.Unmarshal(raw, &fields)
			item = string(mustJSON(fields))
		case '[':
			item = string(mustJSON(raw))
		case 'n':
			return nil, true, errors.New("an item is null")
		}
		out = append(out, item)
	}
	return out, true, nil
}

// outputs are what a DAG gives.
func (d *dag) outputs(names []string) (*WalkData, error) {
	values, artifacts := map[string]any{}, map[string]Artifact{}
	for key, value := range d.values {
		if strings.HasPrefix(key, "inputs.") {
			values[key] = value
		}
	}
	for key, artifact := range d.inputs {
		artifacts["inputs.artifacts."+key] = artifact
	}
	for _, name := range names {
		d.know(name, values, artifacts)
	}
	declared := mapAt(d.template, "outputs")
	if len(declared) == 0 {
		return nil, nil
	}
	data := &WalkData{Parameters: map[string]string{}, Artifacts: map[string]Artifact{}}
	for _, p := range listAt(declared, "parameters") {
		p := p.(map[string]any)
		from := mapAt(p, "valueFrom")
		var value any
		var err error
		if source := stringAt(from, "expression"); source != "" {
			all := maps.Clone(values)
			for key, artifact := range artifacts {
				all[key] = artifact
			}
			value, err = run(source, all)
		} else {
			tag := stringAt(from, "parameter")
			value = values[strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(tag, "{{"), "}}"))]
		}
		if given, ok := from["default"]; ok && (err != nil || value == nil) {
			value, err = fmt.Sprint(given), nil
		}
		if err == nil && value == nil {
			err = fmt.Errorf("the output %s has no value", stringAt(p, "name"))
		}
		if err != nil {
			return nil, err
		}
		text, ok := value.(string)
		if !ok {
			text = string(mustJSON(value))
		}
		data.Parameters[stringAt(p, "name")] = text
	}
	for _, a := range listAt(declared, "artifacts") {
		a := a.(map[string]any)
		artifact, ok, err := resolveArtifact(a, values, artifacts)
		if err != nil {
			return nil, err
		}
		if ok {
			data.Artifacts[stringAt(a, "name")] = artifact
		}
	}
	return data, nil
}

func run(source string, values map[string]any) (any, error) {
	env := environment(values)
	program, err := expr.Compile(source, expr.Env(env))
	if err != nil {
		return nil, err
	}
	return expr.Run(program, env)
}

// WalkAll answers arrays of requests, one after the other, each with an array.
func WalkAll(in io.Reader, out io.Writer, _ []string) int {
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var requests []WalkRequest
		if err := decoder.Decode(&requests); errors.Is(err, io.EOF) {
			return 0
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "walk:", err)
			return 2
		}
		reports := make([]WalkReport, len(requests))
		for i, request := range requests {
			reports[i] = Walk(request)
		}
		if encoder.Encode(reports) != nil {
			return 2
		}
	}
}
