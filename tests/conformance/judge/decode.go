package judge

import (
	"strings"

	"github.com/robfig/cron/v3"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	sigsjson "sigs.k8s.io/json"
)

const (
	maxMapBytes = 1 << 20 // ConfigMap and Secret
	maxDocBytes = 3 << 19 // what etcd takes: 1.5 MiB
)

// checkDecode reads Kubernetes' own kinds into their Go types: an unknown
// field or a wrong type is a problem. Argo's kinds are for the CRD and lint.
func checkDecode(d Document) []Problem {
	if len(d.JSON) > maxDocBytes {
		return []Problem{d.problem("decode", "%d bytes of JSON, the API server's store takes %d", len(d.JSON), maxDocBytes)}
	}
	if d.IsArgo() {
		return nil
	}
	into := func(obj any, more func() []string) []Problem {
		strict, err := sigsjson.UnmarshalStrict(d.JSON, obj)
		if err != nil {
			return []Problem{d.problem("decode", "%v", err)}
		}
		var out []Problem
		for _, e := range strict {
			out = append(out, d.problem("decode", "%v", e))
		}
		for _, message := range more() {
			out = append(out, d.problem("decode", "%s", message))
		}
		return out
	}
	switch d.APIVersion() + "/" + d.Kind() {
	case "v1/ConfigMap":
		var o corev1.ConfigMap
		return into(&o, func() []string { return dataKeys(o.Data, o.BinaryData) })
	case "v1/Secret":
		var o corev1.Secret
		return into(&o, func() []string { return dataKeys(o.StringData, o.Data) })
	case "v1/PersistentVolumeClaim":
		var o corev1.PersistentVolumeClaim
		return into(&o, func() []string { return claimErrors(o.Spec) })
	case "v1/ServiceAccount":
		return into(&corev1.ServiceAccount{}, func() []string { return nil })
	case "rbac.authorization.k8s.io/v1/Role":
		var o rbacv1.Role
		return into(&o, func() []string { return ruleErrors(o.Rules) })
	case "rbac.authorization.k8s.io/v1/RoleBinding":
		var o rbacv1.RoleBinding
		return into(&o, func() []string { return bindingErrors(o) })
	case "batch/v1/Job":
		var o batchv1.Job
		return into(&o, func() []string { return jobErrors(o.Spec) })
	case "batch/v1/CronJob":
		var o batchv1.CronJob
		return into(&o, func() []string {
			out := jobErrors(o.Spec.JobTemplate.Spec)
			if _, err := cron.ParseStandard(o.Spec.Schedule); err != nil || strings.Contains(o.Spec.Schedule, "TZ") {
				out = append(out, "spec.schedule is not a cron schedule: "+o.Spec.Schedule)
			}
			return out
		})
	}
	return []Problem{d.problem("decode", "no judge knows %q %q", d.APIVersion(), d.Kind())}
}

func dataKeys(text map[string]string, data map[string][]byte) []string {
	var out []string
	size := 0
	check := func(key string, n int) {
		size += n
		for _, m := range validation.IsConfigMapKey(key) {
			out = append(out, "data key "+key+": "+m)
		}
	}
	for k, v := range text {
		check(k, len(v))
		if _, both := data[k]; both {
			out = append(out, "key in both data maps: "+k)
		}
	}
	for k, v := range data {
		check(k, len(v))
	}
	if size > maxMapBytes {
		out = append(out, "data is larger than 1 MiB")
	}
	return out
}

func claimErrors(spec corev1.PersistentVolumeClaimSpec) []string {
	var out []string
	if len(spec.AccessModes) == 0 {
		out = append(out, "spec.accessModes: at least one is required")
	}
	for _, m := range spec.AccessModes {
		switch m {
		case corev1.ReadWriteOnce, corev1.ReadOnlyMany, corev1.ReadWriteMany, corev1.ReadWriteOncePod:
		default:
			out = append(out, "spec.accessModes: unknown mode "+string(m))
		}
	}
	storage, ok := spec.Resources.Requests[corev1.ResourceStorage]
	if !ok || storage.Sign() <= 0 {
		out = append(out, "spec.resources.requests.storage: a positive size is required")
	}
	return out
}

func ruleErrors(rules []rbacv1.PolicyRule) []string {
	var out []string
	for _, r := range rules {
		switch {
		case len(r.Verbs) == 0:
			out = append(out, "rules: verbs must not be empty")
		case len(r.NonResourceURLs) > 0:
			out = append(out, "rules: a Role cannot hold nonResourceURLs")
		case len(r.APIGroups) == 0 || len(r.Resources) == 0:
			out = append(out, "rules: apiGroups and resources must not be empty")
		}
	}
	return out
}

func bindingErrors(o rbacv1.RoleBinding) []string {
	var out []string
	ref := o.RoleRef
	if ref.APIGroup != rbacv1.GroupName || ref.Name == "" || (ref.Kind != "Role" && ref.Kind != "ClusterRole") {
		out = append(out, "roleRef: needs apiGroup, a name, and kind Role or ClusterRole")
	}
	for _, s := range o.Subjects {
		switch {
		case s.Name == "":
			out = append(out, "subjects: a name is required")
		case s.Kind == rbacv1.ServiceAccountKind && s.APIGroup != "":
			out = append(out, "subjects: a ServiceAccount has no apiGroup")
		case s.Kind != rbacv1.ServiceAccountKind && s.Kind != rbacv1.UserKind && s.Kind != rbacv1.GroupKind:
			out = append(out, "subjects: unknown kind "+s.Kind)
		}
	}
	return out
}

func jobErrors(spec batchv1.JobSpec) []string {
	var out []string
	switch spec.Template.Spec.RestartPolicy {
	case corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure:
	default:
		out = append(out, "template.spec.restartPolicy: a Job needs Never or OnFailure")
	}
	if len(spec.Template.Spec.Containers) == 0 {
		out = append(out, "template.spec.containers: at least one is required")
	}
	for name, n := range map[string]*int32{"parallelism": spec.Parallelism, "completions": spec.Completions, "backoffLimit": spec.BackoffLimit, "ttlSecondsAfterFinished": spec.TTLSecondsAfterFinished} {
		if n != nil && *n < 0 {
			out = append(out, "spec."+name+": must not be negative")
		}
	}
	if s := spec.ActiveDeadlineSeconds; s != nil && *s < 0 {
		out = append(out, "spec.activeDeadlineSeconds: must not be negative")
	}
	return out
}
