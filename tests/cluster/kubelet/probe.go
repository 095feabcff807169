package main

import (
	"context"
	"fmt"
	"log"
	"os/exec"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"
	tcpprobe "k8s.io/kubernetes/pkg/probe/tcp"
)

// podIP is the address of every pod: all share this machine's network.
const podIP = "127.0.0.1"

var (
	httpProber = httpprobe.New(false)
	tcpProber  = tcpprobe.New()
)

// watch runs the probes of a container until it ends, in the order of the kubelet: the others begin once the startup
// probe has succeeded. A container that fails its startup or liveness probe is ended.
func (r *podRun) watch(c *ctr, exited <-chan struct{}) {
	ready := c.spec.ReadinessProbe == nil
	if p := c.spec.StartupProbe; p != nil {
		started := false
		r.answers(c, p, exited, func(ok bool) bool {
			if started = ok; !ok {
				r.unhealthy(c, p, "startup")
			}
			return false
		})
		if !started {
			return
		}
		r.set(c, exited, func() { c.started, c.ready = true, ready })
	}
	if p := c.spec.LivenessProbe; p != nil {
		go r.answers(c, p, exited, func(ok bool) bool {
			if !ok && !r.isStopping() {
				r.unhealthy(c, p, "liveness")
			}
			return ok
		})
	}
	if p := c.spec.ReadinessProbe; p != nil {
		r.answers(c, p, exited, func(ok bool) bool {
			r.set(c, exited, func() { c.ready = ok })
			return true
		})
	}
}

// set changes how a container is, unless it has ended, and reports it.
func (r *podRun) set(c *ctr, exited <-chan struct{}, change func()) {
	r.mu.Lock()
	before := [2]bool{c.ready, c.started}
	select {
	case <-exited:
	default:
		change()
	}
	changed := before != [2]bool{c.ready, c.started}
	r.mu.Unlock()
	if changed {
		r.report()
	}
}

// unhealthy ends a container whose probe has failed.
func (r *podRun) unhealthy(c *ctr, p *v1.Probe, kind string) {
	log.Println(r.pod.Namespace, r.pod.Name, c.spec.Name, kind, "probe failed")
	grace := int64(30)
	if seconds := r.pod.Spec.TerminationGracePeriodSeconds; seconds != nil {
		grace = *seconds
	}
	if p.TerminationGracePeriodSeconds != nil {
		grace = *p.TerminationGracePeriodSeconds
	}
	stop(c, time.Duration(grace)*time.Second)
}

// answers runs a probe again and again until the container ends, and hands on what is the same as often as the
// probe's thresholds ask for, until no more is wanted.
func (r *podRun) answers(c *ctr, p *v1.Probe, exited <-chan struct{}, heard func(ok bool) (more bool)) {
	wait, last, times := time.Duration(p.InitialDelaySeconds)*time.Second, false, int32(0)
	for {
		select {
		case <-exited:
			return
		case <-time.After(wait):
		}
		wait = time.Duration(p.PeriodSeconds) * time.Second
		ok, err := r.probe(c, p)
		if err != nil { // as in the kubelet, what cannot be asked changes nothing
			log.Println(r.pod.Namespace, r.pod.Name, c.spec.Name, "probe:", err)
			continue
		}
		if times++; ok != last {
			last, times = ok, 1
		}
		threshold := p.FailureThreshold
		if ok {
			threshold = p.SuccessThreshold
		}
		if times >= threshold && !heard(ok) {
			return
		}
	}
}

// probe asks once.
func (r *podRun) probe(c *ctr, p *v1.Probe) (bool, error) {
	timeout := time.Duration(p.TimeoutSeconds) * time.Second
	healthy := func(result probe.Result, _ string, err error) (bool, error) {
		return result == probe.Success || result == probe.Warning, err
	}
	switch {
	case p.Exec != nil:
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		err := inContainer(ctx, c, p.Exec.Command).Run()
		if _, failed := err.(*exec.ExitError); failed || ctx.Err() != nil {
			return false, nil
		}
		return err == nil, err
	case p.HTTPGet != nil:
		request, err := httpprobe.NewRequestForHTTPGetAction(p.HTTPGet, c.spec, podIP, "probe")
		if err != nil {
			return false, err
		}
		return healthy(httpProber.Probe(request, timeout))
	case p.TCPSocket != nil:
		host := p.TCPSocket.Host
		if host == "" {
			host = podIP
		}
		port, err := probe.ResolveContainerPort(p.TCPSocket.Port, c.spec)
		if err != nil {
			return false, err
		}
		return healthy(tcpProber.Probe(host, port, timeout))
	}
	return false, fmt.Errorf("a probe of a kind that is not known")
}
