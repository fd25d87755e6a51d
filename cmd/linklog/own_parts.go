package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/embedded"
)

// ownParts are the Kafka and the Postgres that dev runs itself; nil if others were given.
type ownParts struct {
	kafka    *embedded.Kafka
	postgres *embedded.Postgres
}

// start runs what was not given, both at once, and enters the addresses in c's settings.
func (o *ownParts) start(ctx context.Context, c *devCmd, log *slog.Logger) error {
	if err := os.MkdirAll(c.Data, 0o755); err != nil { //nolint:gosec // Postgres may run as another user
		return fmt.Errorf("make data folder: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	if len(c.KafkaBrokers) == 0 {
		group.Go(func() (err error) {
			o.kafka, err = embedded.StartKafka(ctx, embedded.KafkaOptions{DataDir: filepath.Join(c.Data, "kafka"), SyncWrites: true, Log: log})
			if err != nil {
				return fmt.Errorf("start embedded Kafka: %w", err)
			}
			c.KafkaBrokers = []string{o.kafka.Addr()}
			return nil
		})
	}
	if c.DatabaseURL == "" {
		group.Go(func() (err error) {
			o.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{DataDir: filepath.Join(c.Data, "postgres")})
			if err != nil {
				return fmt.Errorf("start Postgres: %w", err)
			}
			c.DatabaseURL = o.postgres.URL()
			return nil
		})
	}
	return group.Wait()
}

// watch fails when Postgres ends by itself: then this process has to end as well, or it would
// wait for it for ever.
func (o *ownParts) watch(ctx context.Context) error {
	var ended <-chan struct{}
	if o.postgres != nil {
		ended = o.postgres.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-ended:
		return errors.New("it ended by itself; start again, nothing is lost")
	}
}

func (o *ownParts) stop(log *slog.Logger) {
	if o.kafka != nil {
		if err := o.kafka.Close(); err != nil {
			log.Error("stop embedded Kafka", "error", err)
		}
	}
	if o.postgres != nil {
		if err := o.postgres.Stop(); err != nil {
			log.Error("stop Postgres", "error", err)
		}
	}
}
