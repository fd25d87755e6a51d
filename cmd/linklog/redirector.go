package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/projections/links"
)

// shipGrace is how long clicks in hand may take to reach Kafka when the process ends.
const shipGrace = 5 * time.Second

// redirector is the role redirector: the server, and the recorder that outlives it.
type redirector struct {
	server *redirect.Server
	buffer *redirect.Buffer
	ship   *kafka.Shipper
}

func (p *parts) newRedirector() (*redirector, error) {
	ship, err := kafka.NewShipper(p.kafka, p.log)
	if err != nil {
		return nil, err
	}
	buffer := redirect.NewBuffer(nodeNumber(), 0, ship.Ship, p.log)
	server, err := redirect.New(redirect.Config{
		Links: links.NewReader(p.pool, p.watch), Tail: kafka.NewTail(p.kafka, p.codec, p.log).Follow,
		Recorder: buffer, DefaultHost: p.domain, Log: p.log,
		LoadSalt: postgres.NewSalts(p.pool).Salt,
		Proxies:  redirect.Proxies{Trusted: p.site.TrustedProxies, CountryHeader: p.site.CountryHeader},
	})
	if err != nil {
		return nil, err
	}
	return &redirector{server: server, buffer: buffer, ship: ship}, nil
}

// run serves on l until ctx ends, then ships the clicks in hand.
func (r *redirector) run(ctx context.Context, l net.Listener) error {
	err := r.server.Run(ctx, l)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shipGrace)
	defer cancel()
	return errors.Join(err, r.buffer.Close(grace), r.ship.Close())
}
