package postgres_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/postgres"
)

func TestDayHasOneSalt(t *testing.T) {
	salts := postgres.NewSalts(migrated(t))
	noon := time.Now().UTC().Truncate(24 * time.Hour).Add(36 * time.Hour) // tomorrow's, fetched ahead
	got := make([][]byte, 6)
	var g errgroup.Group
	for i := range got {
		g.Go(func() (err error) {
			got[i], err = salts.Salt(t.Context(), noon.Add(time.Duration(i)*time.Hour))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, s := range got {
		if len(s) != 32 || !bytes.Equal(s, got[0]) {
			t.Fatalf("salts %x and %x", s, got[0])
		}
	}
	next, err := salts.Salt(t.Context(), noon.Add(12*time.Hour))
	if err != nil || bytes.Equal(next, got[0]) {
		t.Errorf("the next day's is %x, %v", next, err)
	}
}

func TestOldSaltsAreDestroyed(t *testing.T) {
	pool := migrated(t)
	salts := postgres.NewSalts(pool)
	exec(t, pool, "INSERT INTO identity.daily_salt SELECT current_date - 2, decode(repeat('00', 32), 'hex')")
	if _, err := salts.Salt(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, "SELECT count(*) FROM identity.daily_salt WHERE day = current_date - 2"); n != 0 {
		t.Error("the salt of two days ago is still there")
	}
	if _, err := salts.Salt(t.Context(), time.Now().Add(-48*time.Hour)); !errors.Is(err, postgres.ErrSaltGone) {
		t.Errorf("a new salt was drawn for a past day: %v", err)
	}
}
