package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Argo's names of the containers of a step's pod.
const (
	mainContainer = "main"
	waitContainer = "wait"
)

// ending says how an attempt at a step ends whose pod is played: whatever its command is, the stand-in takes its place.
// What is around it, Argo's own containers, is real.
type ending struct {
	Status   string             `json:"status"`    // Succeeded, Failed (the main container), Error (Argo's own)
	Outputs  map[string]*string `json:"outputs"`   // by output parameter; null: it writes nothing at all, or not this one
	ExitCode *int               `json:"exit_code"` // of one that has failed
	Message  string             `json:"message"`   // of Argo's own container
}

// ending gives the one of a node, which is named by its path; that of an attempt has its number behind it.
func (p *plan) ending(node string) *ending {
	try := 0
	ends := p.Places[node]
	if number := attempt.FindString(node); len(ends) == 0 && number != "" {
		ends = p.Places[strings.TrimSuffix(node, number)]
		try, _ = strconv.Atoi(strings.Trim(number, "()"))
	}
	if len(ends) == 0 {
		return &ending{Status: "Succeeded", Outputs: map[string]*string{}}
	}
	return &ends[min(try, len(ends)-1)]
}

// node is the path of a pod's task.
func (r *podRun) node() string {
	if run := r.pod.Labels["workflows.argoproj.io/workflow"]; run != "" {
		return taskPath(run, r.pod.Annotations["workflows.argoproj.io/node-name"])
	}
	return r.pod.Labels["argot.dev/task"]
}

// played is how the step of a pod is to end, if a plan plays it.
func (r *podRun) played() *ending {
	if r.pod.Labels["workflows.argoproj.io/workflow"] == "" {
		return nil
	}
	p := readPlan(r.k.standin, r.pod.Namespace)
	if p.Play != "all" {
		return nil
	}
	return p.ending(r.node())
}

// playedArgv puts the stand-in in the place of what Argo's executor would start.
func playedArgv(argv []string) []string {
	at := slices.Index(argv, "--")
	return append(slices.Clone(argv[:at+1]), "/usr/local/bin/.standin")
}

// play does in a container what an ending says, as Argo's template has the outputs.
func play(end *ending, node string) {
	var template struct {
		Daemon  bool `json:"daemon"`
		Outputs struct {
			Parameters []struct {
				Name      string `json:"name"`
				ValueFrom *struct {
					Path string `json:"path"`
				} `json:"valueFrom"`
			} `json:"parameters"`
			Artifacts []struct {
				Name string `json:"name"`
				Path string `json:"path"`
			} `json:"artifacts"`
		} `json:"outputs"`
	}
	content, err := os.ReadFile("/var/run/argo/template")
	if err == nil {
		err = json.Unmarshal(content, &template)
	}
	if err != nil {
		fmt.Println("stand-in: the template:", err)
		os.Exit(125)
	}
	write := func(path, text string) {
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			fmt.Println("stand-in:", err)
			os.Exit(125)
		}
	}
	if end.Outputs != nil {
		listed := map[string]string{} // the names of a folder's files, by the file that lists them
		for _, output := range template.Outputs.Parameters {
			if output.ValueFrom == nil || output.ValueFrom.Path == "" {
				continue
			}
			text, said := end.Outputs[output.Name]
			if said && text == nil {
				continue
			}
			if text == nil {
				text = new(string)
			}
			listed[output.ValueFrom.Path] = *text
			write(output.ValueFrom.Path, *text)
		}
		for _, output := range template.Outputs.Artifacts {
			text, isFolder := listed[output.Path+".names"]
			if !isFolder {
				write(output.Path, node+"."+output.Name)
				continue
			}
			os.MkdirAll(output.Path, 0o755)
			var names []string
			json.Unmarshal([]byte(text), &names)
			for _, name := range names {
				write(filepath.Join(output.Path, name), node+"."+output.Name+"/"+name)
			}
		}
	}
	fmt.Println("stand-in: played", node, end.Status)
	if end.Status != "Failed" {
		if template.Daemon && end.Status == "Succeeded" {
			time.Sleep(24 * time.Hour)
		}
		os.Exit(0)
	}
	if end.ExitCode != nil && *end.ExitCode != 0 {
		os.Exit(*end.ExitCode)
	}
	os.Exit(1)
}
