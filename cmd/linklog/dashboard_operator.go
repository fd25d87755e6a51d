package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/web"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/links"
	"github.com/linklog/linklog/schemas"
)

// operatorDesk is the dashboard's operator page, done by the same code as the commands. Run owns
// what it does in the background.
type operatorDesk struct {
	parts  *parts
	model  *links.Reader
	spools []string    // admin addresses of redirectors
	begun  chan string // the model to rebuild; one waits at most

	mu    sync.Mutex
	now   web.Rebuild
	meter meter
}

func (p *parts) newOperatorDesk(model *links.Reader, spools []string) *operatorDesk {
	return &operatorDesk{parts: p, model: model, spools: spools, begun: make(chan string, 1)}
}

// healthTime is how long looking at everything may take.
const healthTime = 5 * time.Second

// Health implements web.Operator as the command status does.
func (d *operatorDesk) Health(ctx context.Context) (h web.Health, err error) {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	s, err := d.parts.status(ctx)
	for _, r := range s.Readers {
		h.Readers = append(h.Readers, web.ReaderLag{
			Name: r.Reader, Topic: r.Topic, Records: r.Records, Behind: time.Duration(r.Seconds * float64(time.Second)), Partitions: len(r.Partitions),
		})
	}
	for _, g := range s.Generations {
		if g.Schema != "" {
			h.Generations = append(h.Generations, web.Generation{Model: g.Model, Schema: g.Schema, Use: g.Use, Version: g.Version, Bytes: g.Bytes, Made: g.Made})
		}
	}
	h.DeadLetters = s.DeadLetters
	for _, one := range askSpools(ctx, d.spools) {
		h.Spools = append(h.Spools, web.Spool{
			Admin: one.Admin, Waiting: uint64(one.Waiting), Dropped: uint64(one.Dropped), Bytes: uint64(one.Bytes), Cap: uint64(one.Cap), Error: one.Error,
		})
	}
	return h, err
}

// Blocks implements web.Operator.
func (d *operatorDesk) Blocks(ctx context.Context) ([]links.Blocked, error) {
	return d.model.Blocks(ctx)
}

// DeadLetters implements web.Operator as the command dead-letters list does.
func (d *operatorDesk) DeadLetters(ctx context.Context) (all []web.DeadLetter, err error) {
	letters, err := kafka.ReadDeadLetters(ctx, d.parts.kafka, d.parts.log)
	if err != nil {
		return nil, err
	}
	for _, l := range letters {
		all = append(all, letterOf(lineOf(l)))
	}
	lines, err := parkedLines(ctx, d.model)
	for _, l := range lines {
		all = append(all, letterOf(l))
	}
	return all, err
}

func letterOf(l letterLine) web.DeadLetter {
	w := web.DeadLetter{ID: l.ID, Topic: l.Topic, Key: visible(l.Key), Type: l.Type, Reason: visible(l.Reason), Times: l.Times, Status: l.Status}
	if l.SetAside != nil {
		w.SetAside = *l.SetAside
	}
	return w
}

// DeadLetter implements web.Operator as the command dead-letters show does.
func (d *operatorDesk) DeadLetter(ctx context.Context, id string) (web.DeadLetter, error) {
	picked, err := d.pick(ctx, []string{id})
	if err != nil {
		return web.DeadLetter{}, err
	}
	s := shownOf(picked[0])
	l := letterOf(s.letterLine)
	for _, h := range s.Headers {
		l.Headers = append(l.Headers, web.Header{Name: visible(h.Name), Value: visible(h.Value)})
	}
	l.Payload = s.payload()
	return l, nil
}

// pick reads the records of those ids.
func (d *operatorDesk) pick(ctx context.Context, ids []string) (picked []kafka.Letter, err error) {
	all, err := kafka.ReadDeadLetters(ctx, d.parts.kafka, d.parts.log)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		l, err := find(all, id)
		if err != nil {
			return nil, domain.Errorf(domain.NotFound, "", "%v", err)
		}
		picked = append(picked, l)
	}
	return picked, nil
}

// Retry implements web.Operator as the command dead-letters retry does.
func (d *operatorDesk) Retry(ctx context.Context, ids []string) (refused []string, err error) {
	picked, err := d.pick(ctx, ids)
	if err != nil {
		return nil, err
	}
	good, refused := sortOut(picked)
	if len(good) > 0 {
		err = putBack(ctx, d.parts.kafka, good, d.parts.log)
	}
	return refused, err
}

// Drop implements web.Operator as the command dead-letters drop does.
func (d *operatorDesk) Drop(ctx context.Context, ids []string) error {
	picked, err := d.pick(ctx, ids)
	if err != nil {
		return err
	}
	return handle(ctx, d.parts.kafka, picked, schemas.Dropped, d.parts.log)
}

// Rebuild implements web.Operator: Run does it.
func (d *operatorDesk) Rebuild(model string) error {
	if model != "links" && model != "clicks" {
		return domain.Errorf(domain.Validation, "", "Only links and clicks can be rebuilt.")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.now.Running() {
		return domain.Errorf(domain.Validation, "", "A rebuild of %s is under way. One at a time.", d.now.Model)
	}
	d.now, d.meter = web.Rebuild{Model: model, Began: time.Now()}, meter{}
	d.begun <- model // there is room: the one before was taken
	return nil
}

// Rebuilding implements web.Operator.
func (d *operatorDesk) Rebuilding() web.Rebuild {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.now
	r.Applied, r.Total, r.PerSecond = d.meter.last.Applied, d.meter.last.Total, d.meter.rate()
	r.Left, _ = d.meter.left()
	return r
}

// run rebuilds what is asked for until ctx ends. What is under way then is kept for the next time.
func (d *operatorDesk) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case model := <-d.begun:
			err := d.rebuild(ctx, model)
			if err != nil {
				d.parts.log.Warn("rebuild ended early", "model", model, "error", err)
			}
			d.ended(err)
		}
	}
}

func (d *operatorDesk) rebuild(ctx context.Context, model string) error {
	m := d.parts.readModel(model)
	r, err := d.parts.beginRebuild(ctx, m, false)
	if err != nil {
		return err
	}
	defer r.Close()
	d.mu.Lock()
	d.now.From, d.now.To = r.From.Schema, r.To.Schema
	d.mu.Unlock()
	return r.Run(ctx, m.feeds, d.note)
}

func (d *operatorDesk) note(p projections.Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.meter.note(p, time.Now())
}

func (d *operatorDesk) ended(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now.Ended = time.Now()
	if err != nil {
		d.now.Problem = fmt.Sprintf("%v. What is done is kept, and the next rebuild goes on from there.", err)
	}
	if errors.Is(err, projections.ErrBusy) {
		d.now.Problem = "Another process is rebuilding these tables just now."
	}
}
