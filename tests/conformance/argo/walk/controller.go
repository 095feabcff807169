//go:build argo

// Package controller: this file is compiled into Argo's own package of that
// name (see ../build), because what it drives is not exported. It walks a
// workflow through the real controller without a cluster: the pods that the
// controller creates end as a scenario says, and time is moved instead of
// waited for.
package controller

import (
	"bufio"

	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	gosync "sync"
	"time"

	apiv1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/yaml"

	"github.com/argoproj/argo-workflows/v4/persist/sqldb"
	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	fakewfclientset "github.com/argoproj/argo-workflows/v4/pkg/client/clientset/versioned/fake"
	wfextv "github.com/argoproj/argo-workflows/v4/pkg/client/informers/externalversions"
	"github.com/argoproj/argo-workflows/v4/util/telemetry"
	"github.com/argoproj/argo-workflows/v4/workflow/artifactrepositories"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	controllercache "github.com/argoproj/argo-workflows/v4/workflow/controller/cache"
	"github.com/argoproj/argo-workflows/v4/workflow/controller/entrypoint"
	"github.com/argoproj/argo-workflows/v4/workflow/controller/estimation"
	"github.com/argoproj/argo-workflows/v4/workflow/controller/pod"
	hydratorfake "github.com/argoproj/argo-workflows/v4/workflow/hydrator/fake"
	"github.com/argoproj/argo-workflows/v4/workflow/metrics"
	wfutil "github.com/argoproj/argo-workflows/v4/workflow/util"
	syncpkg "github.com/argoproj/pkg/sync"
)

const (
	walkNamespace = "default"
	walkRounds    = 1000
)

// WalkRequest is one workflow and what its pods do.
type WalkRequest struct {
	YAML       string                `json:"yaml"`
	Name       string                `json:"name"`       // of the workflow, or of the template or cron workflow to submit
	Parameters map[string]string     `json:"parameters"` // of the submission
	Steps      map[string][]WalkStep `json:"steps"`      // by template
	Places     map[string][]WalkStep `json:"places"`     // by place: one for each attempt
	Default    *WalkStep             `json:"default"`
	Order      string                `json:"order"` // which pods end in a round: all (default), oldest, newest
	Pods       bool                  `json:"pods"`  // report the pods' main containers too
	Log        string                `json:"log"`   // level of the controller's log on stderr: "" for none
}

// WalkStep says how a pod ends that it matches.
type WalkStep struct {
	Match struct {
		Inputs map[string]string `json:"inputs"`
	} `json:"match"`
	Path       string             `json:"path"`    // a part of the node's path, or "=" and all of it
	Attempt    *int               `json:"attempt"` // of a retry, from 0
	Status     string             `json:"status"`  // Succeeded (default), Failed, Error, Running (for ever)
	Outputs    map[string]*string `json:"outputs"` // null: the file is missing
	Result     *string            `json:"result"`
	Artifacts  *[]string          `json:"artifacts"` // those it makes; default: all
	ExitCode   json.RawMessage    `json:"exit_code"` // of the main containers, as text or number
	Message    string             `json:"message"`   // why the container ended
	PodMessage string             `json:"pod_message"`
	After      int                `json:"after"` // rounds that it runs before it ends
}

// WalkReport is what became of the workflow.
type WalkReport struct {
	Phase         string     `json:"phase"`
	Hung          bool       `json:"hung"`
	Message       string     `json:"message"`
	Outputs       *WalkData  `json:"outputs"`
	GlobalOutputs *WalkData  `json:"global_outputs,omitempty"`
	Rounds        int        `json:"rounds"`
	Claims        []string   `json:"claims,omitempty"`
	Nodes         []WalkNode `json:"nodes"`
	Refused       string     `json:"refused,omitempty"` // the request, not the workflow
	Log           []string   `json:"log,omitempty"`
}

// WalkNode is a node of the workflow's status.
type WalkNode struct {
	Path     string           `json:"path"`
	Place    string           `json:"place"`
	Type     string           `json:"type"`
	Template string           `json:"template,omitempty"`
	Phase    string           `json:"phase"`
	Message  string           `json:"message,omitempty"`
	Inputs   *WalkData        `json:"inputs,omitempty"`
	Outputs  *WalkData        `json:"outputs,omitempty"`
	Attempt  *int             `json:"attempt,omitempty"` // one of a retried node
	Hooked   bool             `json:"hooked,omitempty"`
	Daemon   bool             `json:"daemon,omitempty"` // it ran as a daemon, until its DAG ended
	CacheHit *bool            `json:"cache_hit,omitempty"`
	Round    int              `json:"round"`
	Pod      *apiv1.Container `json:"pod,omitempty"`
	Volumes  []apiv1.Volume   `json:"volumes,omitempty"`
}

// WalkData is what a node is given, or made.
type WalkData struct {
	Parameters map[string]*string        `json:"parameters,omitempty"`
	Artifacts  map[string]map[string]any `json:"artifacts,omitempty"`
	Result     *string                   `json:"result,omitempty"`
	ExitCode   string                    `json:"exit_code,omitempty"`
}

// walkQueue notes when the controller wants to look again.
type walkQueue struct {
	workqueue.TypedRateLimitingInterface[string]
	mutex gosync.Mutex
	after []time.Duration
}

func (q *walkQueue) Add(string)            {}
func (q *walkQueue) AddRateLimited(string) {}
func (q *walkQueue) Forget(string)         {}
func (q *walkQueue) AddAfter(_ string, d time.Duration) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.after = append(q.after, d)
}

type walkEvents struct{}

// walkImages gives every image an entrypoint, where the controller would ask its registry.
type walkImages struct{}

func (walkImages) Lookup(context.Context, string, entrypoint.Options) (*entrypoint.Image, error) {
	return &entrypoint.Image{Entrypoint: []string{"image-entrypoint"}}, nil
}

type walkShared struct {
	once    gosync.Once
	metrics *metrics.Metrics
	err     error
}

var walkOnce walkShared

type walker struct {
	ctx      context.Context
	request  WalkRequest
	wfc      *WorkflowController
	kube     *fake.Clientset
	wfs      *fakewfclientset.Clientset
	queue    *walkQueue
	wf       *wfv1.Workflow
	timers   []time.Duration // since the walk began, as time is moved
	skipped  time.Duration
	began    time.Time
	round    int
	created  map[string]time.Time // of nodes
	rounds   map[string]int       // in which nodes were created
	daemons  map[string]bool
	born     map[string]int           // pods: the round of their creation
	birthday map[string]time.Duration // pods: when they were created
	pods     map[string]*apiv1.Pod    // by node: for the report
}

// Walk runs one workflow to its end, or until nothing happens any more.
func Walk(ctx context.Context, request WalkRequest, logs io.Writer) (report WalkReport) {
	defer func() {
		if r := recover(); r != nil {
			report.Refused = fmt.Sprintf("panic: %v", r)
		}
	}()
	ctx, cancel := context.WithCancel(walkLogged(ctx, request.Log, logs))
	defer cancel()
	w := &walker{ctx: ctx, request: request, began: time.Now(),
		created: map[string]time.Time{}, rounds: map[string]int{}, daemons: map[string]bool{},
		born: map[string]int{}, birthday: map[string]time.Duration{}, pods: map[string]*apiv1.Pod{}}
	if err := w.start(); err != nil {
		return WalkReport{Refused: err.Error()}
	}
	defer w.stop()
	hung := w.run()
	return w.report(hung)
}

// start reads the documents and makes a controller that has seen them.
func (w *walker) start() error {
	var wfObjects, kubeObjects []runtime.Object
	var workflows []*wfv1.Workflow
	var templates []*wfv1.WorkflowTemplate
	var clusterTemplates []*wfv1.ClusterWorkflowTemplate
	var crons []*wfv1.CronWorkflow
	var configMaps []*apiv1.ConfigMap
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(w.request.YAML)))
	for {
		doc, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var head metav1.TypeMeta
		if err := yaml.Unmarshal(doc, &head); err != nil {
			return err
		}
		var obj metav1.Object
		switch head.Kind {
		case "":
			continue
		case "Workflow":
			x := &wfv1.Workflow{}
			workflows, obj = append(workflows, x), x
		case "WorkflowTemplate":
			x := &wfv1.WorkflowTemplate{}
			templates, obj = append(templates, x), x
		case "ClusterWorkflowTemplate":
			x := &wfv1.ClusterWorkflowTemplate{}
			clusterTemplates, obj = append(clusterTemplates, x), x
		case "CronWorkflow":
			x := &wfv1.CronWorkflow{}
			crons, obj = append(crons, x), x
		case "ConfigMap":
			x := &apiv1.ConfigMap{}
			configMaps, obj = append(configMaps, x), x
		default:
			continue // claims, accounts, roles: nothing that the controller reads
		}
		if err := yaml.Unmarshal(doc, obj); err != nil {
			return fmt.Errorf("%s: %w", head.Kind, err)
		}
		if head.Kind != "ClusterWorkflowTemplate" {
			obj.SetNamespace(walkNamespace)
		}
		switch x := obj.(type) {
		case *wfv1.Workflow:
		case *apiv1.ConfigMap:
			kubeObjects = append(kubeObjects, x)
		default:
			wfObjects = append(wfObjects, obj.(runtime.Object))
		}
	}
	wf, err := w.choose(workflows, templates, clusterTemplates, crons)
	if err != nil {
		return err
	}
	wfObjects = append(wfObjects, wf)
	w.wf = wf
	if err := w.controller(wfObjects, kubeObjects); err != nil {
		return err
	}
	for _, x := range templates {
		_ = w.wfc.wftmplInformer.Informer().GetIndexer().Add(x)
	}
	for _, x := range clusterTemplates {
		_ = w.wfc.cwftmplInformer.Informer().GetIndexer().Add(x)
	}
	for _, x := range configMaps {
		if _, ok := x.Labels[common.LabelKeyConfigMapType]; ok {
			_ = w.wfc.configMapInformer.GetIndexer().Add(x)
		}
	}
	return w.wfc.wfInformer.GetIndexer().Add(wf)
}

// choose finds the workflow to submit and gives it its identity.
func (w *walker) choose(workflows []*wfv1.Workflow, templates []*wfv1.WorkflowTemplate, clusterTemplates []*wfv1.ClusterWorkflowTemplate, crons []*wfv1.CronWorkflow) (*wfv1.Workflow, error) {
	wanted := func(x metav1.Object) bool {
		return w.request.Name == "" || w.request.Name == x.GetName() || w.request.Name == x.GetGenerateName()
	}
	var wf *wfv1.Workflow
	for _, x := range workflows {
		if wf == nil && wanted(x) {
			wf = x
		}
	}
	for _, x := range crons {
		if wf == nil && wanted(x) {
			wf = common.ConvertCronWorkflowToWorkflow(x)
		}
	}
	for _, x := range templates {
		if wf == nil && wanted(x) {
			wf = common.NewWorkflowFromWorkflowTemplate(x.Name, false)
		}
	}
	for _, x := range clusterTemplates {
		if wf == nil && wanted(x) {
			wf = common.NewWorkflowFromWorkflowTemplate(x.Name, true)
		}
	}
	if wf == nil {
		return nil, fmt.Errorf("nothing to submit is named %q", w.request.Name)
	}
	wf.Namespace = walkNamespace
	if wf.Name == "" {
		wf.Name = wf.GenerateName + "walk"
	}
	wf.UID = types.UID("00000000-0000-4000-8000-000000000001")
	wf.CreationTimestamp = metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for name, value := range w.request.Parameters {
		set := wfv1.Parameter{Name: name, Value: wfv1.AnyStringPtr(value)}
		at := slices.IndexFunc(wf.Spec.Arguments.Parameters, func(p wfv1.Parameter) bool { return p.Name == name })
		if at < 0 {
			wf.Spec.Arguments.Parameters = append(wf.Spec.Arguments.Parameters, set)
		} else {
			wf.Spec.Arguments.Parameters[at] = set
		}
	}
	return wf, nil
}

// controller makes one whose informers never run: what they would have seen is put into their stores.
func (w *walker) controller(wfObjects, kubeObjects []runtime.Object) error {
	walkOnce.once.Do(func() {
		walkOnce.metrics, walkOnce.err = metrics.New(w.ctx, "walk", "walk", &telemetry.Config{}, metrics.Callbacks{})
	})
	if walkOnce.err != nil {
		return walkOnce.err
	}
	w.queue = &walkQueue{}
	w.kube = fake.NewSimpleClientset(kubeObjects...)
	w.kube.PrependReactor("get", "serviceaccounts", func(action k8stesting.Action) (bool, runtime.Object, error) {
		name := action.(k8stesting.GetAction).GetName()
		return true, &apiv1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: walkNamespace}, Secrets: []apiv1.ObjectReference{{Name: name + "-token"}}}, nil
	})
	w.wfs = fakewfclientset.NewSimpleClientset(wfObjects...)
	wfc := &WorkflowController{
		namespace:        walkNamespace,
		cliExecutorImage: "argoexec",
		artifactRepositories: artifactrepositories.New(w.kube, walkNamespace, &wfv1.ArtifactRepository{S3: &wfv1.S3ArtifactRepository{
			S3Bucket: wfv1.S3Bucket{Endpoint: "s3", Bucket: "b"},
		}}),
		cliExecutorLogFormat: "text",
		kubeclientset:        w.kube,
		wfclientset:          w.wfs,
		workflowKeyLock:      syncpkg.NewKeyLock(),
		wfArchive:            sqldb.NullWorkflowArchive,
		hydrator:             hydratorfake.Noop,
		estimatorFactory:     estimation.DummyEstimatorFactory,
		eventRecorderManager: walkEvents{},
		archiveLabelSelector: labels.Everything(),
		cacheFactory:         controllercache.NewCacheFactory(w.kube, walkNamespace),
		maxStackDepth:        maxAllowedStackDepth,
		lastWrittenVersions:  lastWrittenVersions{versions: map[types.UID]lastWrittenVersion{}},
		metrics:              walkOnce.metrics,
		entrypoint:           walkImages{},
		wfQueue:              w.queue,
	}
	wfc.rateLimiter = wfc.newRateLimiter()
	wfc.throttler = wfc.newThrottler()
	informers := wfextv.NewSharedInformerFactory(w.wfs, 0).Argoproj().V1alpha1()
	wfc.wfInformer = cache.NewSharedIndexInformer(&cache.ListWatch{}, &unstructured.Unstructured{}, 0, cache.Indexers{})
	wfc.wftmplInformer = informers.WorkflowTemplates()
	wfc.cwftmplInformer = informers.ClusterWorkflowTemplates()
	wfc.wfTaskSetInformer = informers.WorkflowTaskSets()
	wfc.artGCTaskInformer = informers.WorkflowArtifactGCTasks()
	wfc.taskResultInformer, wfc.configMapInformer = walkInformers(w.ctx, wfc)
	wfc.PodController = pod.NewController(w.ctx, &wfc.Config, nil, walkNamespace, w.kube, wfc.wfInformer, wfc.metrics, wfc.enqueueWfFromPodLabel)
	wfc.createSynchronizationManager(w.ctx)
	w.wfc = wfc
	return nil
}

// stop ends what the pod controller's queue started: Run gives up at once when its context is done.
func (w *walker) stop() {
	done, cancel := context.WithCancel(w.ctx)
	cancel()
	w.wfc.PodController.Run(done, 0)
}

func (w *walker) now() time.Duration { return time.Since(w.began) + w.skipped }

// run operates until the end; it tells whether the workflow hangs.
func (w *walker) run() bool {
	still := 0
	for w.round = 0; w.round < walkRounds; w.round++ {
		woc := walkOperation(w.ctx, w.wf, w.wfc)
		woc.operate(w.ctx)
		w.observe(woc)
		for _, d := range w.queue.after {
			w.timers = append(w.timers, w.now()+d)
		}
		w.queue.after = nil
		if w.wf.Status.Fulfilled() {
			return false
		}
		moved, stuck := w.endPods(woc)
		if w.resume() {
			moved = true
		}
		if woc.updated || moved {
			still = 0
			continue
		}
		if still++; still < 2 {
			continue
		}
		if !w.advance(woc, stuck) {
			return true
		}
		still = 0
	}
	return true
}

// observe takes the workflow over as the API server would give it back.
func (w *walker) observe(woc *wfOperationCtx) {
	for id, node := range woc.wf.Status.Nodes {
		if _, ok := w.created[id]; !ok {
			w.created[id], w.rounds[id] = node.StartedAt.Time, w.round
		}
		if node.IsDaemoned() {
			w.daemons[id] = true
		}
	}
	text, err := json.Marshal(woc.wf)
	if err != nil {
		panic(err)
	}
	w.wf = &wfv1.Workflow{}
	if err := json.Unmarshal(text, w.wf); err != nil {
		panic(err)
	}
}

// endPods moves the pods on: pods whose node has ended are forgotten, as when they
// are labelled completed; daemons get ready; all others end as the scenario says.
func (w *walker) endPods(woc *wfOperationCtx) (moved bool, stuck []*apiv1.Pod) {
	pods := w.wfc.kubeclientset.CoreV1().Pods(walkNamespace)
	list, err := pods.List(w.ctx, metav1.ListOptions{})
	if err != nil {
		panic(err)
	}
	store := w.wfc.PodController.TestingPodInformer().GetIndexer()
	var live []*apiv1.Pod
	for i := range list.Items {
		p := &list.Items[i]
		id := woc.nodeID(p)
		if _, ok := w.born[p.Name]; !ok {
			w.born[p.Name], w.birthday[p.Name] = w.round, w.now()
			w.pods[id] = p.DeepCopy()
			p.Status.Phase = apiv1.PodPending
			w.update(p)
		}
		node, err := w.wf.Status.Nodes.Get(id)
		if err == nil && node.Fulfilled() && !node.IsDaemoned() {
			if p.Status.Phase == apiv1.PodRunning { // killed: its executor reports what it has
				w.finish(id, nil)
				moved = true
			}
			_ = store.Delete(p)
			_ = pods.Delete(w.ctx, p.Name, metav1.DeleteOptions{})
			continue
		}
		if err == nil && p.Status.Phase != apiv1.PodSucceeded && p.Status.Phase != apiv1.PodFailed {
			live = append(live, p)
		}
	}
	age := func(p *apiv1.Pod) (int, int64) {
		id := woc.nodeID(p)
		return w.rounds[id], w.created[id].UnixNano()
	}
	sort.Slice(live, func(i, j int) bool {
		a, b := live[i], live[j]
		if w.request.Order == "newest" {
			a, b = b, a
		}
		ar, at := age(a)
		br, bt := age(b)
		if ar != br {
			return ar < br
		}
		if at != bt {
			return at < bt
		}
		return a.Name < b.Name
	})
	for _, p := range live {
		if moved && (w.request.Order == "oldest" || w.request.Order == "newest") {
			break
		}
		node, _ := w.wf.Status.Nodes.Get(woc.nodeID(p))
		tmpl := w.executorTemplate(p)
		step := w.step(node, tmpl)
		status := step.Status
		if status == "" {
			status = "Succeeded"
		}
		switch {
		case tmpl.IsDaemon() && status == "Succeeded":
			if p.Status.Phase == apiv1.PodRunning {
				continue
			}
			p.Status.Phase, p.Status.PodIP = apiv1.PodRunning, fmt.Sprintf("10.0.0.%d", len(w.daemons)+1)
			for _, c := range p.Spec.Containers {
				p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, apiv1.ContainerStatus{Name: c.Name, Ready: true,
					State: apiv1.ContainerState{Running: &apiv1.ContainerStateRunning{StartedAt: metav1.Now()}}})
			}
		case status == "Running" || w.round-w.born[p.Name] < step.After:
			if status == "Running" {
				stuck = append(stuck, p)
			} else {
				moved = true
			}
			if p.Status.Phase == apiv1.PodRunning {
				continue
			}
			p.Status.Phase = apiv1.PodRunning
		default:
			w.end(woc, p, node, tmpl, step, status)
		}
		moved = true
		w.update(p)
	}
	return moved, stuck
}

func (w *walker) update(p *apiv1.Pod) {
	updated, err := w.wfc.kubeclientset.CoreV1().Pods(walkNamespace).Update(w.ctx, p, metav1.UpdateOptions{})
	if err != nil {
		panic(err)
	}
	_ = w.wfc.PodController.TestingPodInformer().GetIndexer().Update(updated)
}

// executorTemplate is the template as the executor in the pod reads it.
func (w *walker) executorTemplate(p *apiv1.Pod) *wfv1.Template {
	tmpl := &wfv1.Template{}
	text := walkEnv(p, common.EnvVarTemplate)
	if text == common.EnvVarTemplateOffloaded {
		if cm, err := w.kube.CoreV1().ConfigMaps(walkNamespace).Get(w.ctx, p.Name, metav1.GetOptions{}); err == nil {
			text = cm.Data[common.EnvVarTemplate]
		}
	}
	_ = json.Unmarshal([]byte(text), tmpl)
	return tmpl
}

func walkEnv(p *apiv1.Pod, name string) string {
	for _, c := range append(slices.Clone(p.Spec.InitContainers), p.Spec.Containers...) {
		for _, e := range c.Env {
			if e.Name == name {
				return e.Value
			}
		}
	}
	return ""
}

// step finds what the scenario has for a node.
func (w *walker) step(node *wfv1.NodeStatus, tmpl *wfv1.Template) WalkStep {
	name := wfutil.GetTemplateFromNode(*node)
	given := map[string]string{}
	if node.Inputs != nil {
		for _, p := range node.Inputs.Parameters {
			if p.Value != nil {
				given[p.Name] = p.Value.String()
			}
		}
	}
	at := w.path(node)
	attempt := walkAttempt(node)
	if ends := w.request.Places[w.place(node)]; len(ends) > 0 {
		if attempt != nil {
			return ends[min(*attempt, len(ends)-1)]
		}
		return ends[0]
	}
	for _, s := range w.request.Steps[name] {
		fits := true
		for k, v := range s.Match.Inputs {
			if got, ok := given[k]; !ok || got != v {
				fits = false
			}
		}
		if exact, ok := strings.CutPrefix(s.Path, "="); ok {
			fits = fits && exact == at
		} else {
			fits = fits && strings.Contains(at, s.Path)
		}
		if s.Attempt != nil {
			fits = fits && attempt != nil && *attempt == *s.Attempt
		}
		if fits {
			return s
		}
	}
	if w.request.Default != nil {
		return *w.request.Default
	}
	return WalkStep{}
}

// walkAttempt is which one of a retried node's attempts a node is.
func walkAttempt(node *wfv1.NodeStatus) *int {
	if node.NodeFlag == nil || !node.NodeFlag.Retried {
		return nil
	}
	open := strings.LastIndex(node.Name, "(")
	if open < 0 || !strings.HasSuffix(node.Name, ")") {
		return nil
	}
	n, err := strconv.Atoi(node.Name[open+1 : len(node.Name)-1])
	if err != nil {
		return nil
	}
	return &n
}

func (w *walker) path(node *wfv1.NodeStatus) string {
	if node.Name == w.wf.Name {
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(node.Name, w.wf.Name), ".")
}

// place is a node's path in which turns have their number only, attempts have
// nothing, and hooks are named by ":exit".
func (w *walker) place(node *wfv1.NodeStatus) string {
	local, at := w.path(node), ""
	if boundary, err := w.wf.Status.Nodes.Get(node.BoundaryID); err == nil && node.BoundaryID != node.ID {
		local = strings.TrimPrefix(strings.TrimPrefix(node.Name, boundary.Name), ".")
		if at = w.place(boundary); at != "" {
			at += "."
		}
	}
	if walkAttempt(node) != nil {
		local = local[:strings.LastIndex(local, "(")]
	}
	name, hooked := strings.CutSuffix("."+local, ".onExit")
	name = strings.TrimPrefix(name, ".")
	if name, item, ok := strings.Cut(name, "("); ok {
		number, _, _ := strings.Cut(item, ":")
		at += name + "(" + number + ")"
	} else {
		at += name
	}
	if hooked {
		at += ":exit"
	}
	return at
}

// end ends a pod, with the outputs that its executor would report.
func (w *walker) end(woc *wfOperationCtx, p *apiv1.Pod, node *wfv1.NodeStatus, tmpl *wfv1.Template, step WalkStep, status string) {
	code := 0
	if status == "Failed" {
		code = 1
	}
	if text := strings.Trim(string(step.ExitCode), `"`); text != "" && text != "null" {
		if n, err := strconv.Atoi(text); err == nil {
			code = n
		}
	}
	var outputs *wfv1.Outputs
	var failure string
	if status == "Succeeded" || step.Outputs != nil || step.Artifacts != nil || step.Result != nil {
		outputs, failure = w.outputs(p, tmpl, step)
		if failure != "" && status == "Succeeded" {
			status = "Error"
			step.Message = failure
		}
	}
	finished := metav1.Now()
	p.Status.Phase = apiv1.PodSucceeded
	if status != "Succeeded" {
		p.Status.Phase = apiv1.PodFailed
		p.Status.Message = step.PodMessage
	}
	ended := func(name string, code int, message string) {
		reason := "Completed"
		if code != 0 {
			reason = "Error"
		}
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, apiv1.ContainerStatus{Name: name, State: apiv1.ContainerState{
			Terminated: &apiv1.ContainerStateTerminated{ExitCode: int32(code), Reason: reason, Message: message, FinishedAt: finished}}})
	}
	p.Status.ContainerStatuses = nil
	for _, c := range p.Spec.Containers {
		switch {
		case tmpl.IsMainContainerName(c.Name):
			message := ""
			if status == "Failed" {
				message = step.Message
			}
			ended(c.Name, code, message)
		case c.Name == common.WaitContainerName:
			if status == "Error" {
				ended(c.Name, 1, step.Message)
			} else {
				ended(c.Name, 0, "")
			}
		default:
			ended(c.Name, 0, "")
		}
	}
	w.finish(node.ID, outputs)
}

// finish is the executor's last report.
func (w *walker) finish(id string, outputs *wfv1.Outputs) {
	result := &wfv1.WorkflowTaskResult{
		ObjectMeta: metav1.ObjectMeta{Name: id, Namespace: walkNamespace, Labels: map[string]string{
			common.LabelKeyWorkflow: w.wf.Name, common.LabelKeyReportOutputsCompleted: "true",
		}},
		NodeResult: wfv1.NodeResult{Outputs: outputs},
	}
	_ = w.wfc.taskResultInformer.GetIndexer().Add(result)
}

// outputs are what the executor saves; the text tells what it could not find.
func (w *walker) outputs(p *apiv1.Pod, tmpl *wfv1.Template, step WalkStep) (*wfv1.Outputs, string) {
	out := tmpl.Outputs.DeepCopy()
	failure := ""
	for i := range out.Parameters {
		param := &out.Parameters[i]
		if param.ValueFrom == nil {
			continue
		}
		text, listed := step.Outputs[param.Name]
		switch {
		case listed && text != nil:
			param.Value = wfv1.AnyStringPtr(strings.TrimSuffix(*text, "\n"))
		case listed && param.ValueFrom.Default != nil:
			param.Value = param.ValueFrom.Default
		case listed:
			failure = fmt.Sprintf("open %s: no such file or directory", param.ValueFrom.Path)
		default:
			param.Value = wfv1.AnyStringPtr("")
		}
	}
	var saved wfv1.Artifacts
	for _, art := range out.Artifacts {
		if step.Artifacts != nil && !slices.Contains(*step.Artifacts, art.Name) {
			if !art.Optional {
				failure = fmt.Sprintf("failed to save artifact %s: %s no such file or directory", art.Name, art.Path)
			}
			continue
		}
		if err := walkSave(&art, tmpl.ArchiveLocation); err != nil {
			failure = err.Error()
			continue
		}
		saved = append(saved, art)
	}
	out.Artifacts = saved
	if walkEnv(p, common.EnvVarIncludeScriptOutput) == "true" {
		text := ""
		if step.Result != nil {
			text = *step.Result
		}
		out.Result = &text
	}
	if !out.HasOutputs() {
		return nil, failure
	}
	return out, failure
}

// walkSave gives an artifact its place in the repository.
func walkSave(art *wfv1.Artifact, archive *wfv1.ArtifactLocation) error {
	if art.HasKey() {
		return nil
	}
	file := art.Name + ".tgz"
	if art.Archive != nil && art.Archive.None != nil {
		file = path.Base(art.Path)
	} else if art.Archive != nil && art.Archive.Zip != nil {
		file = art.Name + ".zip"
	}
	key, err := archive.GetKey()
	if err != nil {
		return err
	}
	location, err := archive.Get()
	if err != nil {
		return err
	}
	if err := art.SetType(location); err != nil {
		return err
	}
	return art.SetKey(path.Join(key, file))
}

// resume ends suspended nodes for which the scenario has an entry.
func (w *walker) resume() bool {
	moved := false
	for id, node := range w.wf.Status.Nodes {
		if !node.IsActiveSuspendNode() || len(w.request.Steps[wfutil.GetTemplateFromNode(node)]) == 0 {
			continue
		}
		step := w.step(&node, nil)
		if step.Status == "Running" {
			continue
		}
		node.Phase = wfv1.NodeSucceeded
		if step.Status != "" {
			node.Phase = wfv1.NodePhase(step.Status)
		}
		if node.Outputs != nil {
			for i := range node.Outputs.Parameters {
				param := &node.Outputs.Parameters[i]
				if text := step.Outputs[param.Name]; text != nil {
					param.Value = wfv1.AnyStringPtr(*text)
					param.ValueFrom = nil
				}
			}
		}
		node.Message = step.Message
		node.FinishedAt = metav1.Now()
		w.wf.Status.Nodes[id] = node
		moved = true
	}
	return moved
}

// advance moves the time to the next thing that waits for it.
func (w *walker) advance(woc *wfOperationCtx, stuck []*apiv1.Pod) bool {
	now := w.now()
	if woc.workflowDeadline != nil && time.Now().After(*woc.workflowDeadline) && len(stuck) > 0 {
		for _, p := range stuck {
			w.kill(woc, p, "")
		}
		return true
	}
	for _, p := range stuck {
		if p.Spec.ActiveDeadlineSeconds != nil {
			at := w.birthday[p.Name] + time.Duration(*p.Spec.ActiveDeadlineSeconds)*time.Second
			if at <= now {
				w.kill(woc, p, "Pod was active on the node longer than the specified deadline")
				return true
			}
			w.timers = append(w.timers, at)
		}
	}
	next := time.Duration(-1)
	for _, t := range w.timers {
		if t > now && (next < 0 || t < next) {
			next = t
		}
	}
	if next < 0 {
		return false
	}
	by := next - now + 2*time.Second // times are kept in whole seconds
	w.skipped += by
	back := func(t *metav1.Time) {
		if !t.IsZero() {
			t.Time = t.Add(-by)
		}
	}
	back(&w.wf.Status.StartedAt)
	for id, node := range w.wf.Status.Nodes {
		back(&node.StartedAt)
		back(&node.FinishedAt)
		w.wf.Status.Nodes[id] = node
	}
	return true
}

func (w *walker) kill(woc *wfOperationCtx, p *apiv1.Pod, message string) {
	node, err := w.wf.Status.Nodes.Get(woc.nodeID(p))
	if err != nil {
		return
	}
	step := WalkStep{ExitCode: json.RawMessage("143"), PodMessage: message}
	w.end(woc, p, node, w.executorTemplate(p), step, "Failed")
	w.update(p)
}

func (w *walker) report(hung bool) WalkReport {
	status := w.wf.Status
	out := WalkReport{Phase: string(status.Phase), Hung: hung, Message: status.Message, Rounds: w.round + 1, Nodes: []WalkNode{}}
	if out.Phase == "" {
		out.Phase = "Pending"
	}
	if entry, err := w.wf.GetNodeByName(w.wf.Name); err == nil {
		out.Outputs = walkOutputs(entry.Outputs)
	}
	out.GlobalOutputs = walkOutputs(status.Outputs)
	for _, claim := range status.PersistentVolumeClaims {
		out.Claims = append(out.Claims, claim.Name)
	}
	ids := make([]string, 0, len(status.Nodes))
	for id := range status.Nodes {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool {
		a, b := ids[i], ids[j]
		if w.rounds[a] != w.rounds[b] {
			return w.rounds[a] < w.rounds[b]
		}
		if at, bt := w.created[a], w.created[b]; !at.Equal(bt) {
			return at.Before(bt)
		}
		return status.Nodes[a].Name < status.Nodes[b].Name
	})
	for _, id := range ids {
		node := status.Nodes[id]
		n := WalkNode{
			Path: w.path(&node), Place: w.place(&node), Type: string(node.Type), Template: wfutil.GetTemplateFromNode(node),
			Phase: string(node.Phase), Message: node.Message, Outputs: walkOutputs(node.Outputs),
			Attempt: walkAttempt(&node), Daemon: w.daemons[id], Round: w.rounds[id],
			Hooked: node.NodeFlag != nil && node.NodeFlag.Hooked,
		}
		if node.Inputs != nil {
			n.Inputs = &WalkData{Parameters: walkParameters(node.Inputs.Parameters), Artifacts: walkArtifacts(node.Inputs.Artifacts)}
		}
		if node.MemoizationStatus != nil {
			n.CacheHit = &node.MemoizationStatus.Hit
		}
		if p := w.pods[id]; p != nil && w.request.Pods {
			for i := range p.Spec.Containers {
				if p.Spec.Containers[i].Name == common.MainContainerName {
					n.Pod = &p.Spec.Containers[i]
				}
			}
			n.Volumes = p.Spec.Volumes
		}
		out.Nodes = append(out.Nodes, n)
	}
	return out
}

func walkOutputs(o *wfv1.Outputs) *WalkData {
	if o == nil {
		return nil
	}
	out := &WalkData{Parameters: walkParameters(o.Parameters), Artifacts: walkArtifacts(o.Artifacts), Result: o.Result}
	if o.ExitCode != nil {
		out.ExitCode = *o.ExitCode
	}
	return out
}

func walkParameters(list []wfv1.Parameter) map[string]*string {
	out := map[string]*string{}
	for _, p := range list {
		out[p.Name] = nil
		if p.Value != nil {
			text := p.Value.String()
			out[p.Name] = &text
		}
	}
	return out
}

func walkArtifacts(list []wfv1.Artifact) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, a := range list {
		fields := map[string]any{}
		text, err := json.Marshal(a)
		if err == nil {
			_ = json.Unmarshal(text, &fields)
		}
		delete(fields, "name")
		if key, err := a.GetKey(); err == nil && key != "" {
			fields["key"] = key
		}
		out[a.Name] = fields
	}
	return out
}
