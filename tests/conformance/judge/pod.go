package judge

import (
	"encoding/json"
	"fmt"
	"net"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// podLevel holds the fields that a template, a workflow spec and a pod spec
// share. Argo does not check them; the API server refuses the pod at run time.
type podLevel struct {
	Name     string
	Metadata struct {
		Labels      map[string]string
		Annotations map[string]string
	}
	ServiceAccountName string
	PriorityClassName  string
	SchedulerName      string
	NodeSelector       map[string]string
	Tolerations        []corev1.Toleration
	Affinity           *corev1.Affinity
	HostAliases        []corev1.HostAlias
	ImagePullSecrets   []corev1.LocalObjectReference
	RestartPolicy      corev1.RestartPolicy
	Volumes            []corev1.Volume

	VolumeClaimTemplates []struct {
		Metadata struct{ Name string }
		Spec     corev1.PersistentVolumeClaimSpec
	}
	Containers     []corev1.Container // of a pod spec
	Container      *corev1.Container
	Script         *corev1.Container
	ContainerSet   *struct{ Containers []corev1.Container }
	Resource       *struct{}
	Data           *struct{}
	InitContainers []corev1.Container
	Sidecars       []corev1.Container
	Inputs         struct {
		Artifacts []struct{ Name, Path string }
	}
}

// podChecker collects what is wrong with one document.
type podChecker struct {
	doc Document
	out []Problem
}

func (c *podChecker) report(at *field.Path, format string, args ...any) {
	c.out = append(c.out, c.doc.problem("pod", "%s: %s", at, fmt.Sprintf(format, args...)))
}

func (c *podChecker) reportAll(at *field.Path, messages []string) {
	for _, m := range messages {
		c.report(at, "%s", m)
	}
}

// checkPods judges every place of the document that becomes part of a pod.
func checkPods(d Document) []Problem {
	c := &podChecker{doc: d}
	spec := field.NewPath("spec")
	switch {
	case d.IsArgo():
		if d.Kind() == "CronWorkflow" {
			spec = spec.Child("workflowSpec")
		}
		workflow := d.WorkflowSpec()
		shared := c.read(spec, workflow)
		c.level(spec, shared)
		if defaults := mapAt(workflow, "templateDefaults"); defaults != nil {
			c.template(spec.Child("templateDefaults"), defaults, shared)
		}
		for i, t := range listAt(workflow, "templates") {
			if t, ok := t.(map[string]any); ok {
				c.template(spec.Child("templates").Index(i), t, shared)
			}
		}
	case d.Kind() == "Job":
		c.pod(spec.Child("template"), mapAt(mapAt(d.Object, "spec"), "template"))
	case d.Kind() == "CronJob":
		job := mapAt(mapAt(d.Object, "spec"), "jobTemplate")
		c.pod(spec.Child("jobTemplate", "spec", "template"), mapAt(mapAt(job, "spec"), "template"))
	}
	return c.out
}

func (c *podChecker) read(at *field.Path, object map[string]any) podLevel {
	var level podLevel
	if err := json.Unmarshal(mustJSON(object), &level); err != nil {
		c.report(at, "%v", err)
	}
	return level
}

func (c *podChecker) pod(at *field.Path, template map[string]any) {
	spec := c.read(at.Child("spec"), mapAt(template, "spec"))
	outer := c.read(at, template)
	spec.Metadata = outer.Metadata
	c.level(at.Child("spec"), spec)
	declared := volumeNames(spec)
	names := map[string]bool{}
	for i, container := range spec.InitContainers {
		c.container(at.Child("spec", "initContainers").Index(i), container, declared, names, nil)
	}
	for i, container := range spec.Containers {
		c.container(at.Child("spec", "containers").Index(i), container, declared, names, nil)
	}
}

func (c *podChecker) template(at *field.Path, object map[string]any, shared podLevel) {
	t := c.read(at, object)
	inner := t
	inner.ServiceAccountName = t.ServiceAccountName
	c.level(at, inner)
	declared := append(volumeNames(shared), volumeNames(t)...)
	leaf := t.Container != nil || t.Script != nil || t.ContainerSet != nil || t.Resource != nil || t.Data != nil
	if leaf && t.Name != strings.ToLower(t.Name) {
		c.report(at.Child("name"), "%q has upper-case letters, and pod names contain it", t.Name)
	}
	names := map[string]bool{}
	inputs := map[string]string{}
	for _, a := range t.Inputs.Artifacts {
		if a.Path != "" {
			inputs[path.Clean(a.Path)] = a.Name
		}
	}
	main := func(at *field.Path, container *corev1.Container, name string) {
		if container == nil {
			return
		}
		container.Name = or(container.Name, name)
		c.container(at, *container, declared, names, inputs)
	}
	main(at.Child("container"), t.Container, "main")
	main(at.Child("script"), t.Script, "main")
	if t.ContainerSet != nil {
		for i := range t.ContainerSet.Containers {
			main(at.Child("containerSet", "containers").Index(i), &t.ContainerSet.Containers[i], "")
		}
	}
	for i, container := range t.InitContainers {
		c.container(at.Child("initContainers").Index(i), container, declared, names, nil)
	}
	for i, container := range t.Sidecars {
		c.container(at.Child("sidecars").Index(i), container, declared, names, nil)
	}
	for _, name := range []string{"wait", "init", "supervisor"} {
		if names[name] {
			c.report(at, "Argo adds a container %q itself", name)
		}
	}
}

func volumeNames(level podLevel) []string {
	var out []string
	for _, v := range level.Volumes {
		out = append(out, v.Name)
	}
	for _, v := range level.VolumeClaimTemplates {
		out = append(out, v.Metadata.Name)
	}
	return out
}

// open tells whether a value still has a tag, so that its text is not known.
func open(text string) bool { return strings.Contains(text, "{{") }

func (c *podChecker) level(at *field.Path, level podLevel) {
	name := func(at *field.Path, text string) {
		if text != "" && !open(text) {
			c.reportAll(at, validation.IsDNS1123Subdomain(text))
		}
	}
	name(at.Child("serviceAccountName"), level.ServiceAccountName)
	name(at.Child("priorityClassName"), level.PriorityClassName)
	name(at.Child("schedulerName"), level.SchedulerName)
	for i, s := range level.ImagePullSecrets {
		name(at.Child("imagePullSecrets").Index(i), s.Name)
	}
	for _, labels := range []map[string]string{level.NodeSelector, level.Metadata.Labels} {
		known := map[string]string{}
		for k, v := range labels {
			if !open(k) && !open(v) {
				known[k] = v
			}
		}
		c.out = append(c.out, c.doc.problems("pod", metavalidation.ValidateLabels(known, at.Child("labels")))...)
	}
	c.out = append(c.out, c.doc.problems("pod", apivalidation.ValidateAnnotations(level.Metadata.Annotations, at.Child("annotations")))...)
	for i, h := range level.HostAliases {
		if net.ParseIP(h.IP) == nil {
			c.report(at.Child("hostAliases").Index(i), "%q is not an IP address", h.IP)
		}
	}
	for i, t := range level.Tolerations {
		c.toleration(at.Child("tolerations").Index(i), t)
	}
	c.affinity(at.Child("affinity"), level.Affinity)
	seen := map[string]bool{}
	for i, v := range level.Volumes {
		at := at.Child("volumes").Index(i)
		c.volumeName(at, v.Name, seen)
		sources := map[string]any{}
		if err := json.Unmarshal(mustJSON(v), &sources); err == nil && len(sources) != 2 {
			c.report(at, "a volume has a name and exactly one source")
		}
		if p := v.PersistentVolumeClaim; p != nil && p.ClaimName == "" {
			c.report(at, "persistentVolumeClaim.claimName is required")
		}
	}
	for i, v := range level.VolumeClaimTemplates {
		at := at.Child("volumeClaimTemplates").Index(i)
		c.volumeName(at, v.Metadata.Name, seen)
		c.reportAll(at, claimErrors(v.Spec))
	}
}

func (c *podChecker) volumeName(at *field.Path, name string, seen map[string]bool) {
	c.reportAll(at.Child("name"), validation.IsDNS1123Label(name))
	if seen[name] {
		c.report(at.Child("name"), "two volumes are called %q", name)
	}
	seen[name] = true
}

func (c *podChecker) toleration(at *field.Path, t corev1.Toleration) {
	if t.Key != "" {
		c.reportAll(at.Child("key"), validation.IsQualifiedName(t.Key))
	}
	switch t.Operator {
	case "", corev1.TolerationOpEqual:
		if t.Key == "" {
			c.report(at, "a toleration without a key needs operator Exists")
		}
		c.reportAll(at.Child("value"), validation.IsValidLabelValue(t.Value))
	case corev1.TolerationOpExists:
		if t.Value != "" {
			c.report(at, "operator Exists has no value")
		}
	default:
		c.report(at, "unknown operator %q", t.Operator)
	}
	switch t.Effect {
	case "", corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute:
	default:
		c.report(at, "unknown effect %q", t.Effect)
	}
	if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
		c.report(at, "tolerationSeconds needs effect NoExecute")
	}
}

func (c *podChecker) affinity(at *field.Path, a *corev1.Affinity) {
	if a == nil || a.NodeAffinity == nil {
		return
	}
	var terms []corev1.NodeSelectorTerm
	if required := a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
		if len(required.NodeSelectorTerms) == 0 {
			c.report(at, "nodeSelectorTerms must not be empty")
		}
		terms = required.NodeSelectorTerms
	}
	for _, p := range a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
		if p.Weight < 1 || p.Weight > 100 {
			c.report(at, "weight %d is not in 1-100", p.Weight)
		}
		terms = append(terms, p.Preference)
	}
	for _, term := range terms {
		for _, e := range term.MatchExpressions {
			c.reportAll(at.Key(e.Key), validation.IsQualifiedName(e.Key))
			ok := false
			switch e.Operator {
			case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
				ok = len(e.Values) > 0
			case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
				ok = len(e.Values) == 0
			case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
				ok = len(e.Values) == 1
			}
			if !ok {
				c.report(at.Key(e.Key), "operator %q does not go with %d values", e.Operator, len(e.Values))
			}
		}
	}
}

// container judges one container; taken holds the paths of input artifacts,
// which Argo mounts beside the container's own volumes.
func (c *podChecker) container(at *field.Path, ctr corev1.Container, volumes []string, names map[string]bool, taken map[string]string) {
	c.reportAll(at.Child("name"), validation.IsDNS1123Label(ctr.Name))
	if names[ctr.Name] {
		c.report(at.Child("name"), "two containers are called %q", ctr.Name)
	}
	names[ctr.Name] = true
	if ctr.Image != strings.TrimSpace(ctr.Image) || (ctr.Image == "" && at.String() != "spec.templateDefaults.container") {
		c.report(at.Child("image"), "%q is not an image name", ctr.Image)
	}
	if !slices.Contains([]corev1.PullPolicy{"", corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever}, ctr.ImagePullPolicy) {
		c.report(at.Child("imagePullPolicy"), "unknown policy %q", ctr.ImagePullPolicy)
	}
	for i, e := range ctr.Env {
		at := at.Child("env").Index(i)
		c.reportAll(at.Child("name"), validation.IsEnvVarName(e.Name))
		if e.Value != "" && e.ValueFrom != nil {
			c.report(at, "value and valueFrom exclude each other")
		}
		if e.ValueFrom != nil {
			sources := map[string]any{}
			if err := json.Unmarshal(mustJSON(e.ValueFrom), &sources); err == nil && len(sources) != 1 {
				c.report(at, "valueFrom needs exactly one source")
			}
			if s := e.ValueFrom.SecretKeyRef; s != nil && !open(s.Key) {
				c.reportAll(at, validation.IsConfigMapKey(s.Key))
			}
			if m := e.ValueFrom.ConfigMapKeyRef; m != nil && !open(m.Key) {
				c.reportAll(at, validation.IsConfigMapKey(m.Key))
			}
		}
	}
	mounted := map[string]bool{}
	for i, m := range ctr.VolumeMounts {
		at := at.Child("volumeMounts").Index(i)
		where := path.Clean(m.MountPath)
		switch {
		case !slices.Contains(volumes, m.Name):
			c.report(at, "no volume is called %q", m.Name)
		case m.MountPath == "" || !path.IsAbs(m.MountPath) || strings.Contains(m.MountPath, ":"):
			c.report(at, "mountPath %q is not an absolute path without a colon", m.MountPath)
		case mounted[where]:
			c.report(at, "mountPath %q is used twice", m.MountPath)
		case taken[where] != "":
			c.report(at, "mountPath %q is where input artifact %q goes", m.MountPath, taken[where])
		case path.IsAbs(m.SubPath) || slices.Contains(strings.Split(m.SubPath, "/"), ".."):
			c.report(at, "subPath %q must be relative and without ..", m.SubPath)
		}
		mounted[where] = true
	}
	ports := map[string]bool{}
	for i, p := range ctr.Ports {
		at := at.Child("ports").Index(i)
		c.reportAll(at, validation.IsValidPortNum(int(p.ContainerPort)))
		if p.Name != "" {
			c.reportAll(at, validation.IsValidPortName(p.Name))
			if ports[p.Name] {
				c.report(at, "two ports are called %q", p.Name)
			}
			ports[p.Name] = true
		}
	}
	c.resources(at.Child("resources"), ctr.Resources)
}

func (c *podChecker) resources(at *field.Path, r corev1.ResourceRequirements) {
	for _, list := range []corev1.ResourceList{r.Limits, r.Requests} {
		for name, quantity := range list {
			at := at.Key(string(name))
			if quantity.Sign() < 0 {
				c.report(at, "must not be negative")
			}
			if extended(name) {
				c.reportAll(at, validation.IsQualifiedName(string(name)))
				if quantity.MilliValue()%1000 != 0 {
					c.report(at, "%s must be a whole number", quantity.String())
				}
			} else if !standard(name) {
				c.report(at, "not a resource that a container can have")
			}
		}
	}
	for name, request := range r.Requests {
		at := at.Key(string(name))
		limit, ok := r.Limits[name]
		rigid := extended(name) || strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
		switch {
		case rigid && !ok:
			c.report(at, "a limit is required")
		case rigid && request.Cmp(limit) != 0:
			c.report(at, "request %s must equal limit %s", request.String(), limit.String())
		case ok && request.Cmp(limit) > 0:
			c.report(at, "request %s is more than limit %s", request.String(), limit.String())
		}
	}
}

func standard(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
		return true
	}
	return strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

func extended(name corev1.ResourceName) bool {
	domain, _, ok := strings.Cut(string(name), "/")
	return ok && domain != "kubernetes.io" && !strings.HasSuffix(domain, ".kubernetes.io")
}
