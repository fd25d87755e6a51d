package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
	"github.com/linklog/linklog/schemas"
)

// parts is what the roles of one process share.
type parts struct {
	log    *slog.Logger
	site   siteSettings
	domain domain.Host
	pool   *pgxpool.Pool
	kafka  kafka.Config
	codec  *schemas.Codec
	dead   *kafka.DeadLetters
	watch  *projections.Watch
}

// connect opens the database and the log and makes sure that both are what they have to be.
func connect(ctx context.Context, name string, log *slog.Logger, k kafkaSettings, d databaseSettings, site siteSettings) (*parts, error) {
	host, err := site.domain()
	if err != nil {
		return nil, err
	}
	p, err := openParts(ctx, name, log, k, d)
	if err != nil {
		return nil, err
	}
	p.site, p.domain = site, host
	return p, nil
}

// openParts is connect for tools that know of no site.
func openParts(ctx context.Context, name string, log *slog.Logger, k kafkaSettings, d databaseSettings) (*parts, error) {
	config, err := k.config(name)
	if err != nil {
		return nil, err
	}
	pool, err := d.open(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &parts{
		log: log, pool: pool, kafka: config,
		codec: schemas.New(postgres.NewKeyring(pool)), watch: projections.NewWatch(pool, log),
	}
	if err := p.prepare(ctx, name); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *parts) prepare(ctx context.Context, name string) (err error) {
	err = kafka.Ensure(ctx, p.kafka)
	if _, mismatch := errors.AsType[*kafka.MismatchError](err); err != nil && (mismatch || name != roleRedirector) {
		return err
	}
	if err != nil { // visitors needn't know: links come from Postgres, and clicks wait in the spool
		p.log.Warn("serving without Kafka until it is back", "error", err)
	}
	if p.dead, err = kafka.NewDeadLetters(p.kafka, p.log); err != nil {
		return err
	}
	for _, m := range []projections.Model{links.Model(), clicks.Model()} {
		_, err := projections.Ensure(ctx, p.pool, m)
		if errors.Is(err, projections.ErrNeedsRebuild) {
			p.log.Warn("this program serves what another version of it has made", "model", m.Name, "reason", err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (p *parts) close() {
	if p.dead != nil {
		if err := p.dead.Close(); err != nil {
			p.log.Warn("close dead letters", "error", err)
		}
	}
	p.pool.Close()
}

// randomInt is a uniform number below n that nobody can foretell.
func randomInt(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(fmt.Sprintf("the system has no randomness: %v", err))
	}
	return int(v.Int64())
}

// nodeNumber tells this machine's clicks from another's; the epoch, drawn at every start,
// makes ids unique.
func nodeNumber() uint64 {
	d := domain.SlugKey{Host: domain.Host(hostname())}.Digest()
	return binary.BigEndian.Uint64(d[:8])
}

// commandTime is how long a command may take from asking to being decided.
const commandTime = 10 * time.Second
