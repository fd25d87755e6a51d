package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/linklog/linklog/domain"
)

type accountEraseCmd struct {
	ID  domain.AccountID `arg:"" help:"The account, as acc_…"`
	Yes bool             `help:"Really do so: nobody can undo it."`
	kafkaSettings
	databaseSettings
}

// Run erases an account.
func (c *accountEraseCmd) Run(context.Context, *terminal, *slog.Logger) error {
	if !c.Yes {
		return errors.New("erasing an account can't be undone: add --yes if that is what you want")
	}
	return errors.New("not built yet")
}
