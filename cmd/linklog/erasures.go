package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

// eraseAgain is when an erasure that failed is tried again.
const eraseAgain = 30 * time.Second

// erasures goes on erasing accounts that were closed, also those that another process left. Several
// processes may do so at once.
type erasures struct {
	accounts *postgres.Accounts
	erase    func(ctx context.Context, id domain.AccountID, by domain.KeyID) error
	wake     chan struct{} // has one if an account was closed
	log      *slog.Logger
}

func newErasures(e eraser, log *slog.Logger) *erasures {
	return &erasures{accounts: e.accounts, erase: e.erase, wake: make(chan struct{}, 1), log: log}
}

// begin closes an account; the rest is done by run.
func (e *erasures) begin(ctx context.Context, id domain.AccountID) error {
	if err := e.accounts.Close(ctx, id); err != nil {
		return err
	}
	select {
	case e.wake <- struct{}{}:
	default: // it looks for all of them anyway
	}
	return nil
}

// run erases what is closed until ctx ends.
func (e *erasures) run(ctx context.Context) {
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-e.wake:
		case <-again.C:
		case <-ctx.Done():
			return
		}
		if !e.all(ctx) {
			again.Reset(eraseAgain)
		}
	}
}

// all reports whether everything was erased that is closed.
func (e *erasures) all(ctx context.Context) bool {
	closed, err := e.accounts.Closed(ctx)
	for _, id := range closed {
		if err = e.erase(ctx, id, "key_operator"); err != nil {
			break
		}
		e.log.InfoContext(ctx, "an account is erased", "account", id)
	}
	if err != nil && ctx.Err() == nil {
		e.log.WarnContext(ctx, "an account is not erased yet", "error", err)
	}
	return err == nil
}
