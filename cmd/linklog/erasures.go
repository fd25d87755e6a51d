package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/linklog/linklog/domain"
)

const (
	eraseAgain = 30 * time.Second // from a failure to the next try
	eraseLook  = 10 * time.Minute // between two looks for what a process left that doesn't come back
)

// erasures goes on erasing accounts that were closed, also those that another process left. Several
// processes may do so at once.
type erasures struct {
	shut   func(ctx context.Context, id domain.AccountID) error
	closed func(ctx context.Context) ([]domain.AccountID, error)
	erase  func(ctx context.Context, id domain.AccountID, by domain.KeyID) error
	wake   chan struct{} // has one if an account was closed
	log    *slog.Logger
}

func newErasures(e eraser, log *slog.Logger) *erasures {
	return &erasures{shut: e.accounts.Close, closed: e.accounts.Closed, erase: e.erase, wake: make(chan struct{}, 1), log: log}
}

// begin closes an account; the rest is done by run.
func (e *erasures) begin(ctx context.Context, id domain.AccountID) error {
	if err := e.shut(ctx, id); err != nil {
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
		if e.all(ctx) {
			again.Reset(eraseLook)
		} else {
			again.Reset(eraseAgain)
		}
	}
}

// all reports whether everything was erased that is closed. One that can't be doesn't stand in the
// way of others.
func (e *erasures) all(ctx context.Context) bool {
	closed, err := e.closed(ctx)
	if err != nil && ctx.Err() == nil {
		e.log.WarnContext(ctx, "it isn't known which accounts are to be erased", "error", err)
	}
	done := err == nil
	for _, id := range closed {
		if err := e.erase(ctx, id, "key_operator"); ctx.Err() != nil {
			return false
		} else if err != nil {
			e.log.WarnContext(ctx, "an account is not erased yet", "account", id, "error", err)
			done = false
			continue
		}
		e.log.InfoContext(ctx, "an account is erased", "account", id)
	}
	return done
}
