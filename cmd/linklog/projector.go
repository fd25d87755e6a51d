package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// project runs the role projector: it feeds the live generation of each read model.
func (p *parts) project(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		g := p.live[links.Model().Name]
		source := kafka.NewEvents(p.kafka, "linklog-"+g.Schema, p.codec, p.dead, p.log)
		return projections.NewRunner(p.pool, g, source, links.NewFold(), links.Options()).Run(ctx)
	})
	group.Go(func() error {
		g := p.live[clicks.Model().Name]
		source := kafka.NewClicks(p.kafka, "linklog-"+g.Schema, p.dead, p.log)
		return projections.NewRunner(p.pool, g, source, clicks.NewFold(), projections.Options[domain.Click]{AsyncCommit: true}).Run(ctx)
	})
	return group.Wait()
}
