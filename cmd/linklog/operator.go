package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// asOperator runs f with parts that commands can be given with.
func asOperator(ctx context.Context, name string, log *slog.Logger, k kafkaSettings, d databaseSettings, f func(context.Context, *parts) error) error {
	p, err := openParts(ctx, name, log, k, d)
	if err != nil {
		return err
	}
	defer p.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan error, 1)
	go func() { watched <- p.watch.Run(ctx) }()
	err = f(ctx, p)
	cancel()
	if ended := <-watched; err == nil && ended != nil && !errors.Is(ended, context.Canceled) {
		err = ended
	}
	return err
}

// operate has a command of the operator's done, of which c has the domain, the version and the body.
func (p *parts) operate(ctx context.Context, model *links.Reader, c domain.Command) error {
	return p.withBus(model, func(bus *commands.Bus) error {
		c.ID, c.Account, c.By, c.Via = operatorID(), domain.SystemAccount, "key_operator", "cli"
		c.Deadline = time.Now().Add(commandTime)
		_, err := bus.Do(ctx, c)
		return err
	})
}

// withBus runs f with a way to have commands done.
func (p *parts) withBus(model *links.Reader, f func(*commands.Bus) error) error {
	outbox, err := kafka.NewOutbox(p.kafka, p.codec)
	if err != nil {
		return err
	}
	defer func() { _ = outbox.Close() }()
	bus := p.newBus(outbox, model)
	bus.Start()
	defer bus.Stop()
	return f(bus)
}

// operatorID names a command that nobody repeats.
func operatorID() domain.CommandID {
	return domain.CommandID(fmt.Sprintf("operator %d", time.Now().UnixNano()))
}
