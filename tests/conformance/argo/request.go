//go:build argo

package main

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
)

// request is one question to render: about a leaf template, a DAG task, or
// expressions.
type request struct {
	Document string   `json:"document"` // metadata.name; the first Argo document if empty
	Workflow workflow `json:"workflow"`
	Template string   `json:"template"`
	Inputs   inputs   `json:"inputs"`
	Task     *task    `json:"task"`
	Eval     []eval   `json:"eval"`
}

type workflow struct {
	Name       string            `json:"name"`
	Namespace  string            `json:"namespace"`
	Parameters map[string]string `json:"parameters"`
	Globals    map[string]string `json:"globals"` // e.g. "workflow.status"
}

type inputs struct {
	Parameters map[string]string          `json:"parameters"`
	Artifacts  map[string]json.RawMessage `json:"artifacts"`
}

type task struct {
	Template string              `json:"template"`
	Name     string              `json:"name"`
	Outputs  map[string]producer `json:"outputs"`
	Render   bool                `json:"render"` // go on to the leaf template
}

// producer is a finished task. A null parameter is one that a skipped task
// left absent.
type producer struct {
	Status     string             `json:"status"`
	Result     *string            `json:"result"`
	ExitCode   string             `json:"exitCode"`
	Parameters map[string]*string `json:"parameters"`
}

type eval struct {
	Expression string            `json:"expression"`
	Parameters map[string]string `json:"parameters"`
	Variables  map[string]string `json:"variables"` // others, e.g. "workflow.name"
}

// answer is what render prints for one request.
type answer struct {
	*leaf
	*resolved
	Results []evaluated `json:"results,omitempty"`
	Refused string      `json:"refused,omitempty"` // by the controller, before it starts anything
	Error   string      `json:"error,omitempty"`
}

// leaf is a main container as its process sees it.
type leaf struct {
	Image        string                      `json:"image"`
	Command      []string                    `json:"command"`
	Args         []string                    `json:"args"`
	Env          map[string]string           `json:"env"`
	Source       string                      `json:"source,omitempty"`
	PodSpecPatch string                      `json:"podSpecPatch,omitempty"`
	Resources    corev1.ResourceRequirements `json:"resources"`
	Volumes      []corev1.Volume             `json:"volumes,omitempty"`
	VolumeMounts []corev1.VolumeMount        `json:"volumeMounts,omitempty"`
}

// resolved is a DAG task as it is when it starts.
type resolved struct {
	Arguments map[string]string `json:"arguments"`
	When      string            `json:"when,omitempty"`
	Runs      bool              `json:"runs"`
	Items     []resolved        `json:"items,omitempty"` // of a looped task
	Pod       *leaf             `json:"pod,omitempty"`
	Failure   string            `json:"failure,omitempty"` // why this one cannot start
}

type evaluated struct {
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}
