package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/adapters/spool"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
	"github.com/linklog/linklog/schemas"
)

// shipGrace is how long recorded clicks may take to reach Kafka when the process ends. What
// does not get there waits in the spool for the next start.
const shipGrace = 5 * time.Second

// spoolSettings say where clicks wait until Kafka has them.
type spoolSettings struct {
	Spool      string      `help:"Folder in which clicks wait until Kafka has them; one per redirector, on a local disk. Left out: linklog-spool here, or spool in the --data of dev." type:"path"`
	SpoolCap   int64       `help:"Most bytes the spool may take. Beyond it clicks are dropped, and counted." default:"4294967296"`
	SpoolFsync spool.Fsync `help:"What a power loss may take: none (what the system had not written), interval (the last second), batch (nothing; each redirect waits for the disk). A killed process loses nothing under any." enum:"none,interval,batch" default:"interval"`
}

// redirector is the role redirector: the server, and the spool that outlives it.
type redirector struct {
	server *redirect.Server
	spool  *spool.Spool
	ship   *kafka.Shipper
}

func (p *parts) newRedirector() (*redirector, error) {
	ship, err := kafka.NewShipper(p.kafka, p.log)
	if err != nil {
		return nil, err
	}
	clicks, err := spool.Open(p.site.Spool, spool.Options{
		Node: nodeNumber(), Cap: p.site.SpoolCap, Fsync: p.site.SpoolFsync, Log: p.log,
		Encode: func(dst []byte, c *domain.Click) []byte { return schemas.AppendClick(dst, *c) },
		Stamp:  schemas.AppendClickID,
		Ship:   func(ctx context.Context, batch []spool.Record) error { return ship.ShipMessages(ctx, messages(batch)) },
	})
	if err != nil {
		return nil, errors.Join(err, ship.Close())
	}
	server, err := redirect.New(redirect.Config{
		Links: links.NewReader(p.pool, p.watch), Tail: kafka.NewTail(p.kafka, p.codec, p.log).Follow,
		Recorder: clicks, DefaultHost: p.domain, Log: p.log,
		LoadSalt: postgres.NewSalts(p.pool).Salt,
		Proxies:  redirect.Proxies{Trusted: p.site.TrustedProxies, CountryHeader: p.site.CountryHeader},
	})
	if err != nil {
		return nil, err
	}
	return &redirector{server: server, spool: clicks, ship: ship}, nil
}

// messages are spooled clicks as Kafka gets them.
func messages(batch []spool.Record) []schemas.Message {
	all := make([]schemas.Message, len(batch))
	for i, r := range batch {
		all[i] = schemas.ClickMessage(domain.Click{ID: r.ID, Link: r.Link, At: r.At}, r.Payload)
	}
	return all
}

// run serves on l until ctx ends, then ships the clicks in hand.
func (r *redirector) run(ctx context.Context, l net.Listener) error {
	err := r.server.Run(ctx, l)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shipGrace)
	defer cancel()
	return errors.Join(err, r.spool.Close(grace), r.ship.Close())
}
