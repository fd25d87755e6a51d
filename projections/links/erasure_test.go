package links_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// TestErasureLeavesDigests: the slugs of an account that ends rest, but nobody can read them; whether its
// events were read before its key was destroyed or come after makes no difference.
func TestErasureLeavesDigests(t *testing.T) {
	t.Parallel()
	at := func(e domain.Event, hours int, version uint64) domain.Event {
		e.At, e.Version = dawn.Add(time.Duration(hours)*time.Hour), version
		return e
	}
	key := func(slug string) domain.SlugKey { return domain.SlugKey{Host: "sho.rt", Text: slug} }
	about := func(link domain.LinkNumber, via string, body domain.EventBody) domain.Event {
		return domain.Event{Command: domain.CommandID(via + link.String()), Account: "ann", Via: via, Domain: "sho.rt", Link: link, Body: body}
	}
	others := created(3, "others", 1)
	others.Account = "bob"
	register := registered("sho.rt")
	register.Account = domain.SystemAccount
	log := []domain.Event{
		register, created(1, "first", 1), created(2, "gone", 1), others,
		at(about(1, "", domain.SlugChanged{From: "first", To: "second", FromKey: key("first"), ToKey: key("second")}), 1, 2),
		at(about(2, "", domain.LinkDeleted{Key: key("gone")}), 2, 2),
		at(about(1, domain.ViaErasure, domain.LinkDeleted{Key: key("second")}), 3, 3),
	}
	sealed := make([]domain.Event, len(log))
	for i, e := range log {
		if sealed[i] = e; e.Account == "ann" {
			body := domain.Redacted{}
			for _, k := range e.Touches().Slugs {
				body.Slugs = append(body.Slugs, k.Digest())
			}
			if b, ok := e.Body.(domain.LinkCreated); ok {
				body.Counter = b.Counter
			}
			sealed[i].Body, sealed[i].Via = body, ""
		}
	}
	var states [][]string
	for _, how := range [][][]domain.Event{{log}, {log[:6], log[6:]}, {sealed}} {
		b := setup(t)
		b.started(3)
		offset := int64(0)
		for _, part := range how {
			b.apply(3, offset, part...)
			offset += int64(len(part))
		}
		rows, _ := b.pool.Query(t.Context(), `SELECT r::text FROM `+b.generation.Schema+`.sealed_slug r UNION ALL SELECT r::text FROM `+b.generation.Schema+`.claim r ORDER BY 1`)
		state, err := pgx.CollectRows(rows, pgx.RowTo[string])
		b.must(err)
		states = append(states, state)
		for slug, hours := range map[string]int{"first": 1, "gone": 2, "SECOND": 3} {
			if c, err := b.reader.Claim(t.Context(), "sho.rt", slug); err != nil || c.Account != "ann" || !c.Freed.Equal(dawn.Add(time.Duration(hours)*time.Hour)) {
				t.Errorf("%s: %+v, %v", slug, c, err)
			}
		}
	}
	if len(states[0]) != 4 {
		t.Errorf("claims and digests: %q", states[0])
	}
	for i, s := range states {
		for n := range s {
			if len(s) != len(states[0]) || s[n] != states[0][n] {
				t.Fatalf("way %d ends with %q, not %q", i, s, states[0])
			}
		}
	}
}
