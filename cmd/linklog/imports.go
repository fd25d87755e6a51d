package main

import (
	"context"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// clickImports brings the clicks of other shorteners into the log, one request after the other.
type clickImports struct {
	shipper *kafka.Shipper
	counts  *clicks.Reader
	turn    chan struct{} // holds one token: shipments of a process must not overlap
}

func (p *parts) newClickImports() (*clickImports, error) {
	shipper, err := kafka.NewShipper(p.kafka, p.log)
	if err != nil {
		return nil, err
	}
	return &clickImports{shipper, clicks.NewReader(p.pool), make(chan struct{}, 1)}, nil
}

// Append implements httpapi.ClickImports.
func (i *clickImports) Append(ctx context.Context, all []domain.Click) error {
	select {
	case i.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-i.turn }()
	return i.shipper.Ship(ctx, all)
}

// Counted implements httpapi.ClickImports.
func (i *clickImports) Counted(ctx context.Context, account domain.AccountID, source string, links []domain.LinkNumber) ([]uint64, error) {
	recorders := make([]clicks.Recorder, len(links))
	for n, link := range links {
		recorders[n].Partition = i.shipper.Partition(link)
		recorders[n].Node, recorders[n].Epoch = domain.ImportedBy(account, link, source)
	}
	return i.counts.Counted(ctx, recorders)
}
