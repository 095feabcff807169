package values

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"argot/conformance/judge"
)

var scripts = []string{
	"echo", "echo\n", "\n\necho\n\n", " echo \n", "\techo\t", "a\r\nb\r\n", "a\rb", "é 日本 😀 \u2028 \ufeff\n", "\U000f0000 \x1b[1m \x7f \a",
	"echo $(date) ${x} $x $1 $? 5$", "echo $$", "echo $$$", "kill $$; $(date)", "$", "a $", "$(", "$(a", "$(a $(HOME))", "echo $(ARGO_POD_NAME)", "$(ARGO_WORKFLOW_NAME)",
	"$(HOME)", "$(X)", "$(x)", "$(a.b)", "$( ARGO_POD_NAME )", "$$(ARGO_POD_NAME)", "$($(ARGO_POD_NAME))", "$()", "$(ARGO_POD_NAME",
	"{{ .Values.x }}", "{{workflow.name}}", "{{=1+1}}", "{{", "}}", "a {{ b", "f'{{x}}'", "{ {x} }", "${{ x }}", "{%x%}", "{", "{}",
	`"quoted" 'single' \n \\ \u0041`, "<a> & <b>", "--- \n...\n", "a: b\n- c\n# d\n", "\\", "yes", "null", "012",
	strings.Repeat("x\n", 40_000), strings.Repeat("echo $(date) $x\n", 5_000), strings.Repeat("é\"\\\n", 12_000), strings.Repeat("\"", 60_000), strings.Repeat("<", 60_000), strings.Repeat("\x1b", 60_000),
	strings.Repeat("é $$ {{x}} $(HOME)\n", 8_000), strings.Repeat("x", 300_000), strings.Repeat("# line\n", 8_000) + "$(x)",
}

// A script reaches its interpreter to the letter, whether it stands in the
// template or in the ConfigMap that the compiler adds.
func TestScripts(t *testing.T) {
	s := &suite{t: t}
	mounted, refused := 0, 0
	for i, text := range scripts {
		place := fmt.Sprintf("%.30q", text)
		dir := t.TempDir()
		write(t, dir, "scripts.argot", "component run() {\n    image = \"busybox:1.37\"\n    command = [\"sh\"]\n    script = file(\"./given/script.txt\")\n}\npipeline scripts() {\n    run()\n}\n")
		write(t, dir, "given/script.txt", text)
		name := fmt.Sprintf("scripts-%d", i)
		manifest, refusal := compile(t, dir, "scripts.argot", "--name", name)
		if refusal != "" {
			refused++
			t.Errorf("%s: refused: %s", place, refusal)
			continue
		}
		d := s.document(manifest, name)
		template := templateOf(d, "run")
		if container, ok := template["container"].(map[string]any); ok {
			mounted++
			if got := mountedScript(t, manifest, template, container); got != text {
				t.Errorf("%s: the ConfigMap has %.100q", place, got)
			}
			continue
		}
		s.run(place, d, nil, "", map[string]pod{"run": {command: []any{"sh"}, args: staged, env: map[string]any{}, source: text}})
	}
	s.askArgo()
	t.Logf("values: %d scripts in templates, %d in ConfigMaps, %d refused", len(s.answers), mounted, refused)
}

func templateOf(d judge.Document, name string) map[string]any {
	for _, t := range d.WorkflowSpec()["templates"].([]any) {
		if t, ok := t.(map[string]any); ok && t["name"] == name {
			return t
		}
	}
	return nil
}

// mountedScript follows the interpreter's last argument through mount and
// volume to the data of the ConfigMap.
func mountedScript(t *testing.T, manifest []byte, template, container map[string]any) string {
	t.Helper()
	var words []string
	for _, key := range []string{"command", "args"} {
		list, _ := container[key].([]any)
		for _, word := range list {
			words = append(words, word.(string))
		}
	}
	if len(words) != 2 || words[0] != "sh" {
		t.Errorf("the container runs %q", words)
		return ""
	}
	docs, _ := judge.ReadText("scripts", manifest)
	each := func(list any, visit func(map[string]any)) {
		list2, _ := list.([]any)
		for _, item := range list2 {
			visit(item.(map[string]any))
		}
	}
	found := "nothing at " + words[1]
	each(container["volumeMounts"], func(mount map[string]any) {
		each(template["volumes"], func(volume map[string]any) {
			source, _ := volume["configMap"].(map[string]any)
			if source == nil || volume["name"] != mount["name"] {
				return
			}
			each(source["items"], func(item map[string]any) {
				at := slices.IndexFunc(docs, func(d judge.Document) bool { return d.Kind() == "ConfigMap" && d.Name() == source["name"] })
				if at >= 0 && fmt.Sprint(mount["mountPath"], "/", item["path"]) == words[1] {
					found, _ = docs[at].Object["data"].(map[string]any)[item["key"].(string)].(string)
				}
			})
		})
	})
	return found
}

// A value of the run cannot leave its place in a podSpecPatch: either it is a
// quantity, or there is no pod.
func TestResources(t *testing.T) {
	dir := fixtures(t, "plain")
	manifest, refusal := compile(t, dir, "values.argot", "--pipeline", "resources", "--as", "workflow-template", "--name", "resources")
	if refusal != "" {
		t.Fatal(refusal)
	}
	s := &suite{t: t}
	d := s.document(manifest, "resources")
	for _, v := range append([]string{"1Gi", "500M", "1.5Gi", "0", "1e3", `1Gi"}}, "x": {"`, `1Gi"}}}],"hostNetwork":true,"x":[{"y":{"z":"`, "1Gi'", `\`, "1Gi }}", "$$", "$(X)"}, awkward...) {
		before := len(s.answers)
		s.run(fmt.Sprintf("%.20q resources", v), d, map[string]string{"memory": v}, "", nil)
		if len(s.answers) == before || argued(v) {
			continue
		}
		got := s.answers[before]
		if got.err != nil {
			if !strings.Contains(got.err.Error(), "quantit") && !strings.Contains(got.err.Error(), "unable to parse") {
				t.Errorf("%s: %v", got.place, got.err)
			}
			continue
		}
		must := fmt.Sprintf(`{"containers":[{"name":"main","resources":{"limits":{"memory":%[1]s},"requests":{"memory":%[1]s}}}],"volumes":[{"emptyDir":{"sizeLimit":%[1]s},"name":"scratch"}]}`, marshal(v))
		if got.pod.PodSpecPatch != must {
			t.Errorf("%s: the patch is %s", got.place, got.pod.PodSpecPatch)
		}
	}
	s.askArgo()
	t.Logf("values: %d amounts", len(s.answers))
}
