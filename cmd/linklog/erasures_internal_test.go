package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/linklog/linklog/domain"
)

// An account that can't be erased just now keeps no other from it.
func TestErasuresGoOnAfterOneThatFails(t *testing.T) {
	var erased []domain.AccountID
	fail := true
	e := &erasures{
		closed: func(context.Context) ([]domain.AccountID, error) {
			return []domain.AccountID{"acc_stuck", "acc_ann"}, nil
		},
		erase: func(_ context.Context, id domain.AccountID, _ domain.KeyID) error {
			if fail && id == "acc_stuck" {
				return errors.New("a broker is away")
			}
			erased = append(erased, id)
			return nil
		},
		log: slog.New(slog.DiscardHandler),
	}
	if e.all(t.Context()) || !slices.Equal(erased, []domain.AccountID{"acc_ann"}) {
		t.Errorf("erased are %v", erased)
	}
	fail = false
	if !e.all(t.Context()) || len(erased) != 3 {
		t.Errorf("erased are %v", erased)
	}
}
