package main

import (
	"context"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/projections/links"
)

// decide runs the role decider: it decides the commands of the partitions it is given.
func (p *parts) decide(ctx context.Context) error {
	secret, err := postgres.Secret(ctx, p.pool, "link numbers")
	if err != nil {
		return err
	}
	decider := commands.NewDecider(links.NewReader(p.pool, p.watch), commands.Settings{
		Partitions: p.kafka.LinkPartitions(), Secret: secret, Clock: time.Now, Random: randomInt, Log: p.log,
	})
	return kafka.NewLog(p.kafka, p.codec, p.dead, p.log).Run(ctx, decider.Work)
}
