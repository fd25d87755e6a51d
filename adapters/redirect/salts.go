package redirect

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// LoadSalt gives the salt of the UTC day that begins at day: 32 bytes, the same to every process.
type LoadSalt func(ctx context.Context, day time.Time) ([]byte, error)

// How the salts of a day come and go.
const (
	day           = 24 * time.Hour
	saltLead      = 6 * time.Hour   // fetched this long before their day
	saltGrace     = 5 * time.Minute // forgotten this long after it
	saltPatience  = 5 * time.Second // for one fetch
	saltEvery     = time.Minute     // between two looks at the clock
	saltDaysAhead = 2               // yesterday at most, today, tomorrow
)

// salts holds the salts of the days around now, so that no request waits for one.
type salts struct {
	load LoadSalt
	held atomic.Pointer[map[int64]*secret] // by day since 1970

	own   secret        // of this process, for when there is none
	tried chan struct{} // closed by run after the first refresh
}

func newSalts(load LoadSalt) *salts {
	s := &salts{load: load, tried: make(chan struct{})}
	s.held.Store(&map[int64]*secret{})
	_, _ = rand.Read(s.own[:]) // never fails
	return s
}

// standIn is a salt of this process alone for the day t lies in. Hashes with it must not be recorded: other processes make others.
func (s *salts) standIn(t time.Time) *secret {
	salt := sha256.Sum256(binary.BigEndian.AppendUint64(s.own[:], uint64(dayOf(t)))) //nolint:gosec // only mixed in
	return &salt
}

// at is the salt of the day t lies in, nil if there is none.
func (s *salts) at(t time.Time) *secret { return (*s.held.Load())[dayOf(t)] }

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

// run keeps the salts right until ctx ends.
func (s *salts) run(ctx context.Context, now func() time.Time, log *slog.Logger) {
	if s.load == nil {
		close(s.tried)
		return
	}
	every := time.NewTicker(saltEvery)
	defer every.Stop()
	for first := true; ; first = false {
		if err := s.refresh(ctx, now()); err != nil && ctx.Err() == nil {
			log.Warn("fetch the salt of visitor hashes", "error", err)
		}
		if first {
			close(s.tried)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// refresh forgets the salts that had their time and fetches those that are due. What it could not fetch is missing until next time.
func (s *salts) refresh(ctx context.Context, now time.Time) error {
	old := *s.held.Load()
	held := make(map[int64]*secret, saltDaysAhead+1)
	var failed error
	for d := dayOf(now.Add(-saltGrace)); d <= dayOf(now.Add(saltLead)); d++ {
		if held[d] = old[d]; held[d] != nil {
			continue
		}
		salt, err := s.fetch(ctx, d)
		if err != nil {
			failed = err
			delete(held, d)
			continue
		}
		held[d] = &salt
	}
	s.held.Store(&held)
	return failed
}

func (s *salts) fetch(ctx context.Context, d int64) (salt secret, err error) {
	ctx, cancel := context.WithTimeout(ctx, saltPatience)
	defer cancel()
	b, err := s.load(ctx, time.Unix(d*int64(day/time.Second), 0).UTC())
	if err != nil {
		return salt, err
	}
	if len(b) != len(salt) {
		return salt, fmt.Errorf("a salt has %d bytes, not %d", len(salt), len(b))
	}
	return secret(b), nil
}
