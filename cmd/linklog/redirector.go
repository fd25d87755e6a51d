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
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
	"github.com/linklog/linklog/schemas"
)

// shipGrace is how long recorded clicks may take to reach Kafka when the process ends. What
// does not get there waits in the spool for the next start.
const shipGrace = 5 * time.Second

// redirectSettings say where clicks wait until Kafka has them, and how visitors are told apart.
type redirectSettings struct {
	Spool      string      `help:"Folder in which clicks wait until Kafka has them; one per redirector, on a local disk. Left out: linklog-spool here, or spool in the --data of dev." type:"path"`
	SpoolCap   int64       `help:"Most bytes the spool may take. Beyond it clicks are dropped, and counted." default:"4294967296"`
	SpoolFsync spool.Fsync `help:"What a power loss may take: none (what the system had not written), interval (the last second), batch (nothing; each redirect waits for the disk). A killed process loses nothing under any." enum:"none,interval,batch" default:"interval"`

	GuessLimit int    `help:"Slugs that don't exist a visitor may ask for in a row, then one a second; more get 429. Links in memory are served all the same. 0: any number." default:"100"`
	CityHeader string `help:"Header in which a trusted proxy names the visitor's city, as CF-IPCity; routing rules may ask for it."`
	CityFile   string `help:"File that knows countries, regions and cities by address, in MaxMind's format: GeoLite2 City, GeoIP2 City, DB-IP City. A new one put in its place is read within a minute. Left out: countries alone, from a table of our own." placeholder:"FILE" type:"path"`
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
	visits, err := spool.Open(p.site.Spool, spool.Options{
		Node: nodeNumber(), Cap: p.site.SpoolCap, Fsync: p.site.SpoolFsync, Log: p.log,
		Encode: func(dst []byte, c *domain.Click) []byte { return schemas.AppendClick(dst, *c) },
		Stamp:  schemas.AppendClickID,
		Ship:   func(ctx context.Context, batch []spool.Record) error { return ship.ShipMessages(ctx, messages(batch)) },
	})
	if err != nil {
		return nil, errors.Join(err, ship.Close())
	}
	model, counts := links.NewReader(p.pool, p.watch), clicks.NewReader(p.pool)
	r := &redirector{spool: visits, ship: ship}
	r.server, err = redirect.New(redirect.Config{
		Links: model, Tail: kafka.NewTail(p.kafka, p.codec, p.log).Follow,
		Recorder: visits, DefaultHost: p.domain, Log: p.log,
		LoadSalt: postgres.NewSalts(p.pool).Salt, Classify: clicks.Classifier(), GuessLimit: p.site.GuessLimit,
		Blocked: func(ctx context.Context) ([]domain.Block, error) { return blocklist(ctx, model) },
		Clicks: func(ctx context.Context, link domain.LinkNumber) (uint64, error) {
			return humanVisits(ctx, counts, link)
		},
		Proxies:  redirect.Proxies{Trusted: p.site.TrustedProxies, CountryHeader: p.site.CountryHeader, CityHeader: p.site.CityHeader},
		CityFile: p.site.CityFile,
	})
	if err != nil {
		return nil, errors.Join(err, r.close(context.Background()))
	}
	return r, nil
}

// blocklist is what the operator has put out of use.
func blocklist(ctx context.Context, model *links.Reader) ([]domain.Block, error) {
	found, err := model.Blocks(ctx)
	all := make([]domain.Block, len(found))
	for i, b := range found {
		all[i] = b.Block
	}
	return all, err
}

// humanVisits is how many visits of people the analytics count for a link.
func humanVisits(ctx context.Context, counts *clicks.Reader, link domain.LinkNumber) (uint64, error) {
	totals, err := counts.Totals(ctx, []domain.LinkNumber{link})
	return totals[link].Human, err
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
	return errors.Join(r.server.Run(ctx, l), r.close(context.WithoutCancel(ctx)))
}

func (r *redirector) close(ctx context.Context) error {
	grace, cancel := context.WithTimeout(ctx, shipGrace)
	defer cancel()
	return errors.Join(r.spool.Close(grace), r.ship.Close())
}
