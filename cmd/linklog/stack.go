package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
)

// stack runs things that block until told to stop, and stops them last one first: what
// stands on another is gone before the other goes.
type stack struct {
	log    *slog.Logger
	failed chan error // the first part that ended unasked
	parts  []*part
}

type part struct {
	name string
	stop context.CancelFunc
	done chan struct{} // closed when run has returned
}

func newStack(log *slog.Logger) *stack {
	return &stack{log: log, failed: make(chan error, 1)}
}

// start runs a part in a goroutine of its own. A part that returns before it was told to
// stop ends the whole process.
func (s *stack) start(name string, run func(ctx context.Context) error) {
	// Not the caller's context: that one ends everything at once, and parts stop in order.
	ctx, cancel := context.WithCancel(context.Background())
	p := &part{name: name, stop: cancel, done: make(chan struct{})}
	s.parts = append(s.parts, p)
	go func() {
		defer close(p.done)
		err := run(ctx)
		if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
			return
		}
		if err == nil {
			err = errors.New("ended unexpectedly")
		}
		select {
		case s.failed <- fmt.Errorf("%s: %w", name, err):
		default:
		}
	}()
}

// serve calls announce once ready opens, and blocks until ctx ends (nil) or a part fails (its
// error).
func (s *stack) serve(ctx context.Context, ready *gate, announce func() error) error {
	opened := ready.open
	for {
		select {
		case <-opened:
			if err := announce(); err != nil {
				return fmt.Errorf("announce: %w", err)
			}
			opened = nil // once
		case <-ctx.Done():
			return nil
		case err := <-s.failed:
			return err
		}
	}
}

// stop ends the parts in reverse order and waits for each.
func (s *stack) stop() {
	for _, p := range slices.Backward(s.parts) {
		s.log.Debug("stopping", "part", p.name)
		p.stop()
		<-p.done
	}
	s.parts = nil
}

// gate collects what has to be true before a process is ready to serve.
type gate struct {
	mu      sync.Mutex
	waiting map[string]struct{}
	open    chan struct{} // closed once nothing is waited for
}

func newGate(names ...string) *gate {
	g := &gate{waiting: map[string]struct{}{}, open: make(chan struct{})}
	for _, n := range names {
		g.waiting[n] = struct{}{}
	}
	return g
}

// pass marks one condition as true; saying so twice does no harm.
func (g *gate) pass(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		return
	}
	delete(g.waiting, name)
	if len(g.waiting) == 0 {
		close(g.open)
	}
}

// missing lists what is still waited for.
func (g *gate) missing() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var names []string
	for n := range g.waiting {
		names = append(names, n)
	}
	return names
}
