package httpapi

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/linklog/linklog/domain"
)

// Those who wait for a turn too long are sent away, and turns come back.
func TestPasswordsTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := passwords{make(chan struct{}, 1)}
		p.turns <- struct{}{}
		if _, err := p.hash(t.Context(), "secret", [bcryptSaltSize]byte{}); domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("nobody's turn: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.hash(gone, "secret", [bcryptSaltSize]byte{}); err == nil {
			t.Error("somebody who went away had a turn")
		}
		<-p.turns
		if _, err := p.hash(t.Context(), "secret", [bcryptSaltSize]byte{}); err != nil {
			t.Error(err)
		}
		if len(p.turns) != 0 {
			t.Error("the turn was kept")
		}
	})
}
