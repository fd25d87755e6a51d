package main

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// readModel is a read model with the topic that it is made of.
type readModel struct {
	projections.Model

	topic  string
	follow func(ctx context.Context) error // feeds the live generation; all processes that do share the work
	feeds  []projections.Feed              // for rebuilds and comparisons
}

// readModels are all there are.
func (p *parts) readModels() []readModel {
	inBulk := projections.Options[domain.Click]{AsyncCommit: true}
	allClicks := kafka.NewClickRange(p.kafka, p.log)
	clicksFeed := feedOf(p, allClicks, func() projections.Fold[domain.Click] { return clicks.NewFold() }, inBulk)
	clicksFeed.Ends = p.endsOfClicks(allClicks)
	events := projections.Options[domain.Event]{AsyncCommit: true, Mark: links.Options().Mark} // the swap makes it durable
	return []readModel{
		{links.Model(), kafka.TopicEvents, func(ctx context.Context) error {
			source := kafka.NewEvents(p.kafka, "linklog-links", p.codec, p.dead, p.log)
			return projections.NewLiveRunner(p.pool, links.Model(), source, links.NewFold(), links.Options()).Run(ctx)
		}, []projections.Feed{feedOf(p, kafka.NewEventRange(p.kafka, p.codec, p.log), func() projections.Fold[domain.Event] { return links.NewFold() }, events)}},
		{clicks.Model(), kafka.TopicClicks, p.followClicks, []projections.Feed{
			clicksFeed,
			p.deletionsFeed(kafka.NewEventRange(p.kafka, p.codec, p.log)),
		}},
	}
}

// followClicks counts clicks, and erases those of links as they are deleted.
func (p *parts) followClicks(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		source := kafka.NewClicks(p.kafka, "linklog-clicks", p.dead, p.log)
		return projections.NewLiveRunner(p.pool, clicks.Model(), source, clicks.NewFold(), projections.Options[domain.Click]{AsyncCommit: true}).Run(ctx)
	})
	group.Go(func() error {
		source := clicks.Deletions(kafka.NewEvents(p.kafka, "linklog-deletions", p.codec, p.dead, p.log))
		return projections.NewLiveRunner(p.pool, clicks.Model(), source, clicks.Erasure{}, projections.Options[domain.Event]{AsyncCommit: true}).Run(ctx)
	})
	return group.Wait()
}

// deletionsFeed reads links.events for the deletions in it.
func (p *parts) deletionsFeed(whole *kafka.Range[domain.Event]) projections.Feed {
	return projections.Feed{
		Run: func(ctx context.Context, g projections.Generation, to map[int32]int64) error {
			source := whole
			if to != nil {
				source = whole.To(clicks.EventPartitions(to))
			}
			return projections.NewRunner(p.pool, g, clicks.Deletions(source), clicks.Erasure{}, projections.Options[domain.Event]{AsyncCommit: true}).Run(ctx)
		},
		Ends: func(ctx context.Context) (map[int32]int64, error) {
			ends, err := whole.Ends(ctx)
			return clicks.DeletionPartitions(ends), err
		},
	}
}

// feedOf reads a whole topic into one generation.
func feedOf[E any](p *parts, whole *kafka.Range[E], fold func() projections.Fold[E], o projections.Options[E]) projections.Feed {
	return projections.Feed{
		Run: func(ctx context.Context, g projections.Generation, to map[int32]int64) error {
			source := whole
			if to != nil {
				source = whole.To(to)
			}
			return projections.NewRunner(p.pool, g, source, fold(), o).Run(ctx)
		},
		Ends: whole.Ends,
	}
}

// project runs the role projector: it feeds the live generation of each read model, and
// rebuilds those that an older version of the program has made.
func (p *parts) project(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, m := range p.readModels() {
		group.Go(func() error { return m.follow(ctx) })
		group.Go(func() error { p.upgrade(ctx, m); return nil })
	}
	return group.Wait()
}

// How long a process waits for the one that is rebuilding, and for what keeps it from
// rebuilding to go away.
const (
	upgradePause  = 2 * time.Second
	obstaclePause = 30 * time.Second
)

// upgrade rebuilds a model if its live generation was made by an older version of it. Whoever
// is first does it; other processes wait and see. One made by a newer version is left alone:
// this program is about to be replaced too.
func (p *parts) upgrade(ctx context.Context, m readModel) {
	for {
		live, err := projections.Live(ctx, p.pool, m.Name)
		switch {
		case err == nil && live.Version == m.Version:
			return
		case err == nil && live.Version > m.Version:
			p.log.Warn("not feeding a read model that a newer version of the program has made", "model", m.Name, "generation", live.Schema)
			return
		case err == nil:
			err = p.rebuild(ctx, m)
		}
		if ctx.Err() != nil {
			return
		}
		rest := upgradePause
		if err != nil && !errors.Is(err, projections.ErrBusy) {
			rest = obstaclePause
			p.log.Error("can't rebuild a read model; trying on", "model", m.Name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest):
		}
	}
}

// rebuild rebuilds a model and logs how it goes.
func (p *parts) rebuild(ctx context.Context, m readModel) error {
	r, err := p.beginRebuild(ctx, m, false)
	if err != nil {
		return err
	}
	defer r.Close()
	p.log.Info("rebuilding a read model that an older version of the program has made", "model", m.Name, "from", r.From.Schema, "to", r.To.Schema)
	meter, logged := meter{}, time.Now()
	err = r.Run(ctx, m.feeds, func(progress projections.Progress) {
		meter.note(progress, time.Now())
		if time.Since(logged) > 10*time.Second {
			logged = time.Now()
			p.log.Info("rebuilding", "model", m.Name, "progress", meter.String())
		}
	})
	if err == nil {
		p.log.Info("rebuilt", "model", m.Name, "live", r.To.Schema, "records", meter.last.Applied)
	}
	return err
}
