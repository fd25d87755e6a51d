package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

type devCmd struct {
	Data string `help:"Folder that keeps everything; made if missing." default:"linklog-data" type:"path"`
	JSON bool   `help:"Print one JSON line with addresses and the demo key when ready, and nothing else."`
	kafkaSettings
	databaseSettings
	siteSettings
	listenSettings
}

// Help shows an example.
func (*devCmd) Help() string {
	return `Kafka runs inside the process; Postgres is the one installed here, or is fetched.
Both keep their data in --data, so it survives restarts and crashes. Give --kafka-brokers or
--database-url to use your own instead. The first start makes a demo account.

  linklog dev --data ./linklog-data`
}

// Run serves every role until ctx ends.
func (c *devCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	listeners, err := c.listen(ctx, allRoles)
	if err != nil {
		return err
	}
	defer listeners.close()
	line := listeners.line()
	if c.PublicURL == "" {
		c.PublicURL = line.Redirect
	}
	if _, err := c.domain(); err != nil {
		return err
	}
	stop, err := c.startParts(ctx, log)
	defer stop()
	if err != nil {
		return err
	}
	p, err := connect(ctx, "dev", log, c.kafkaSettings, c.databaseSettings, c.siteSettings)
	if err != nil {
		return err
	}
	defer p.close()
	line.Kafka, line.Database = strings.Join(c.KafkaBrokers, ","), c.DatabaseURL
	if line.APIKey, err = c.demoKey(ctx, p.pool); err != nil {
		return err
	}
	s := newStack(log)
	defer s.stop()
	ready, err := p.start(s, allRoles, listeners, c.Pprof)
	if err != nil {
		return err
	}
	return s.serve(ctx, ready, func() error { return c.greet(t.out, line) })
}

// startParts runs the Kafka and the Postgres that were not given, both at once, and returns
// how to end them.
func (c *devCmd) startParts(ctx context.Context, log *slog.Logger) (stop func(), err error) {
	var mu sync.Mutex
	var ends []func() error
	stop = func() {
		for _, end := range ends {
			if err := end(); err != nil {
				log.Error("stop embedded part", "error", err)
			}
		}
	}
	if err := os.MkdirAll(c.Data, 0o755); err != nil { //nolint:gosec // Postgres may run as another user
		return stop, fmt.Errorf("make data folder: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	if len(c.KafkaBrokers) == 0 {
		group.Go(func() error {
			k, err := embedded.StartKafka(ctx, embedded.KafkaOptions{DataDir: filepath.Join(c.Data, "kafka"), SyncWrites: true, Log: log})
			if err != nil {
				return fmt.Errorf("start embedded Kafka: %w", err)
			}
			mu.Lock()
			defer mu.Unlock()
			ends, c.KafkaBrokers = append(ends, k.Close), []string{k.Addr()}
			return nil
		})
	}
	if c.DatabaseURL == "" {
		group.Go(func() error {
			db, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{DataDir: filepath.Join(c.Data, "postgres")})
			if err != nil {
				return fmt.Errorf("start Postgres: %w", err)
			}
			mu.Lock()
			defer mu.Unlock()
			ends, c.DatabaseURL = append(ends, db.Stop), db.URL()
			return nil
		})
	}
	return stop, group.Wait()
}

// demoEmail marks the demo account. It is on plan enterprise: no hourly limit in the way.
const demoEmail = "demo@linklog.invalid"

// demoKey is the API key of the demo account, which the first start makes. Only a hash of a
// key is in the database, so this one, which opens a playground, is kept beside it.
func (c *devCmd) demoKey(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	path := filepath.Join(c.Data, "demo-key")
	kept, err := os.ReadFile(path) //nolint:gosec // the user's own folder
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read demo key: %w", err)
	}
	account, err := demoAccount(ctx, postgres.NewAccounts(pool))
	if err != nil {
		return "", err
	}
	token, _, err := postgres.NewKeys(pool).New(ctx, account, "demo key", time.Time{})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep demo key: %w", err)
	}
	return token, nil
}

func demoAccount(ctx context.Context, accounts *postgres.Accounts) (domain.AccountID, error) {
	all, err := accounts.List(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range all {
		if a.Email == demoEmail {
			return a.ID, nil
		}
	}
	a, err := accounts.Create(ctx, demoEmail, domain.Enterprise)
	return a.ID, err
}

// greet tells a program or a person where everything is.
func (c *devCmd) greet(out io.Writer, line readyLine) error {
	if c.JSON {
		return json.NewEncoder(out).Encode(line)
	}
	_, err := fmt.Fprintf(out, `
Linklog is running.

  API        %[1]s
  Links      %[2]s
  Admin      %[3]s  (/readyz, /metrics)
  Kafka      %[4]s
  Postgres   %[5]s
  Data       %[6]s  (survives restarts; delete it to start afresh)

  Demo account's API key: %[7]s

Make a link, follow it, read its clicks:

  curl %[1]s/v1/links -H "Authorization: Bearer %[7]s" \
    -H "Content-Type: application/json" -d '{"url":"https://example.com","custom_slug":"hello"}'
  curl -i -A "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" %[2]s/hello
  curl %[1]s/v1/links -H "Authorization: Bearer %[7]s"

Ctrl-C stops it.
`, line.API, line.Redirect, line.Admin, line.Kafka, line.Database, c.Data, line.APIKey)
	return err
}
