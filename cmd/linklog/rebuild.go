package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/linklog/linklog/projections"
)

type rebuildCmd struct {
	Model string `arg:"" help:"links or clicks." enum:"links,clicks"`
	Undo  bool   `help:"Go back to the generation that was live before, after bringing it to the present." xor:"what"`
	Drop  bool   `help:"Drop the generation that is kept for --undo." xor:"what"`
	Fresh bool   `help:"Begin anew instead of going on where an interrupted rebuild was." xor:"what"`
	JSON  bool   `help:"Print progress and outcome as JSON lines."`

	CPUProfile string `help:"Write a profile to this file." name:"cpu-profile" hidden:"" type:"path"`
	kafkaSettings
	databaseSettings
}

// Help says what a rebuild does to those who are using the system.
func (*rebuildCmd) Help() string {
	return `Reads the whole log again into new tables beside the live ones, then swaps. Nobody who reads
or writes meanwhile notices. Ctrl-C keeps what is done: the next rebuild goes on from there.
The tables that were live are kept for --undo until --drop or the next rebuild.

  linklog rebuild clicks --kafka-brokers K:9092 --database-url postgres://…`
}

// rebuiltLine is the outcome for programs.
type rebuiltLine struct {
	Done    bool    `json:"done"`
	Live    string  `json:"live"`
	Kept    string  `json:"kept,omitempty"`
	Records int64   `json:"records"` // applied by this run
	Seconds float64 `json:"seconds"`
}

// Run rebuilds one read model.
func (c *rebuildCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	p, err := openParts(ctx, "rebuild", log, c.kafkaSettings, c.databaseSettings)
	if err != nil {
		return err
	}
	defer p.close()
	if c.Drop {
		return c.drop(ctx, t, p)
	}
	m := p.readModel(c.Model)
	r, err := c.begin(ctx, p, m)
	if err != nil {
		return err
	}
	defer r.Close()
	if !c.JSON {
		_, _ = fmt.Fprintf(t.err, "%s %s, while %s serves\n", c.doing(r), r.To.Schema, r.From.Schema)
	}
	roomy()
	stop, err := profile(c.CPUProfile)
	if err != nil {
		return err
	}
	defer stop()
	g, began := newGauge(t, c.JSON), time.Now()
	err = r.Run(ctx, m.feeds, g.show)
	g.end()
	if ctx.Err() != nil && err != nil {
		return fmt.Errorf("interrupted; what is done is kept in %s, and the next rebuild goes on from there", r.To.Schema)
	}
	if err != nil {
		return err
	}
	return c.tell(t, r, g.last.Applied-g.last.Before, time.Since(began))
}

func (c *rebuildCmd) begin(ctx context.Context, p *parts, m readModel) (*projections.Rebuild, error) {
	if !c.Undo {
		return p.beginRebuild(ctx, m, c.Fresh)
	}
	r, err := projections.BeginUndo(ctx, p.pool, m.Model)
	if errors.Is(err, projections.ErrNothingToUndo) {
		return nil, fmt.Errorf("%w: there is nothing to go back to", err)
	}
	return r, err
}

// beginRebuild prepares a rebuild if the log still holds all that it takes. Otherwise what is
// kept for an undo is better left alone.
func (p *parts) beginRebuild(ctx context.Context, m readModel, fresh bool) (*projections.Rebuild, error) {
	for _, f := range m.feeds {
		if _, err := f.Ends(ctx); err != nil {
			return nil, fmt.Errorf("rebuild %s: %w", m.Name, err)
		}
	}
	return projections.BeginRebuild(ctx, p.pool, m.Model, fresh)
}

func (c *rebuildCmd) doing(r *projections.Rebuild) string {
	switch {
	case c.Undo:
		return "bringing to the present"
	case r.Resumed:
		return "going on with"
	}
	return "filling"
}

func (c *rebuildCmd) tell(t *terminal, r *projections.Rebuild, records int64, took time.Duration) error {
	if c.JSON {
		return json.NewEncoder(t.out).Encode(rebuiltLine{true, r.To.Schema, r.From.Schema, records, took.Seconds()})
	}
	_, err := fmt.Fprintf(t.out, "%s is live: %d records in %s (%s/s). %s is kept: --undo goes back to it, --drop removes it.\n",
		r.To.Schema, records, took.Round(time.Millisecond), short(float64(records)/took.Seconds()), r.From.Schema)
	return err
}

// drop removes what was kept.
func (c *rebuildCmd) drop(ctx context.Context, t *terminal, p *parts) error {
	dropped, err := projections.DropOld(ctx, p.pool, c.Model)
	if err != nil {
		return err
	}
	names := []string{}
	for _, g := range dropped {
		names = append(names, g.Schema)
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(map[string][]string{"dropped": names})
	}
	_, err = fmt.Fprintf(t.out, "dropped %d old generations %v\n", len(names), names)
	return err
}

// readModel is the one of that name, which there must be.
func (p *parts) readModel(name string) readModel {
	all := p.readModels()
	return all[slices.IndexFunc(all, func(m readModel) bool { return m.Name == name })]
}

// roomy lets garbage lie until the memory is needed: a rebuild makes much, and has the process for
// itself. A limit that was set from outside stays.
func roomy() {
	const heap = 900 << 20
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(heap)
		debug.SetGCPercent(-1)
	}
}

// profile records where processor time goes until stop is called, if a file is named.
func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("make profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("start profile: %w", err), f.Close())
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, nil
}
