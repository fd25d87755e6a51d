package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

type accountEraseCmd struct {
	ID  domain.AccountID `arg:"" help:"The account, as acc_…"`
	Yes bool             `help:"Really do so: nobody can undo it."`
	kafkaSettings
	databaseSettings
}

// Help says what happens.
func (*accountEraseCmd) Help() string {
	return `Its keys end at once, and the people who are in no other account are deleted. Then its links are
deleted, and with them their analytics, and its domains are given up. At last the key is destroyed
that its content in the log is sealed with, so that nobody can read it any more, backups of the log
included. Slugs rest for 30 days before others may have them, known by a digest alone; only clicks in
the log still say which short URL was visited. It needs a running decider and projector. If it is
interrupted, say the same again.

  linklog account erase acc_… --yes`
}

// Run erases an account.
func (c *accountEraseCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	if !c.Yes {
		return errors.New("erasing an account can't be undone: add --yes if that is what you want")
	}
	err := asOperator(ctx, "account", log, c.kafkaSettings, c.databaseSettings, func(ctx context.Context, p *parts) error {
		model := links.NewReader(p.pool, p.watch)
		return p.withBus(model, func(bus *commands.Bus) error {
			tell := func(deleted, of int) { _, _ = fmt.Fprintf(t.err, "%d of %d links deleted\n", deleted, of) }
			_, _ = fmt.Fprintf(t.err, "%s is closed first; what was asked for before may take %v to end\n", c.ID, settleTime)
			return eraser{postgres.NewAccounts(p.pool), bus, model, tell}.erase(ctx, c.ID, "key_operator")
		})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s is erased.\n", c.ID)
	return err
}
