package domain_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/linklog/linklog/domain"
)

// TestABatchAsksForAllAtOnce changes a thousand links by their external ids and moves them: what is
// needed for that is only known bit by bit, but not link by link.
func TestABatchAsksForAllAtOnce(t *testing.T) {
	t.Parallel()
	const n = domain.MaxBatch
	all := domain.NewState()
	all.Apply(domain.Event{Account: domain.SystemAccount, Domain: "sho.rt", Version: 1, Body: domain.DomainRegistered{}})
	var batch domain.Batch
	for i := range uint64(n) {
		id, slug := fmt.Sprint("x", i), domain.Slug(fmt.Sprintf("slug-%d", i))
		all.Apply(domain.Event{Account: "ann", Domain: "sho.rt", Link: numbering.Number(i + 1), Version: 1, At: dawn, Body: domain.LinkCreated{
			Host: "go.sho.rt", Slug: slug, Key: domain.SlugKey{Host: "go.sho.rt", Text: string(slug)}, Destination: "https://example.com/",
			Traits: domain.Traits{External: id}, Counter: i + 1,
		}})
		batch.Items = append(batch.Items, domain.CreateLink{Host: "sho.rt", Slug: slug, Destination: "https://example.com/new", Traits: domain.Traits{External: id}, Upsert: true})
	}
	c := domain.Command{ID: "c", Account: "ann", Domain: "sho.rt", Deadline: dawn, Body: batch}
	view, keys := domain.NewState(), c.Needs(nil)
	for asked := 1; ; asked++ {
		know(view.Domains, all.Domains, keys.Hosts)
		know(view.Links, all.Links, keys.Links)
		know(view.Claims, all.Claims, keys.Slugs)
		know(view.External, all.External, keys.External)
		events, err := domain.Decide(view, c, 1, domain.Chance{Now: dawn, Numbering: numbering})
		if lack, ok := errors.AsType[*domain.Lack](err); ok {
			keys = lack.Keys
			continue
		}
		if err != nil || len(events) != 2*n+1 || asked > 2 {
			t.Fatalf("%d events after %d loads, %v", len(events), asked, err)
		}
		return
	}
}

// BenchmarkDecideBatch creates a thousand links at once.
func BenchmarkDecideBatch(b *testing.B) {
	var batch domain.Batch
	for i := range domain.MaxBatch {
		batch.Items = append(batch.Items, domain.CreateLink{
			Host: "sho.rt", Slug: domain.Slug(fmt.Sprintf("slug-%d", i)), Destination: "https://example.com/", Traits: domain.Traits{Tags: []string{"a"}},
		})
	}
	c := domain.Command{ID: "c", Account: "ann", Domain: "sho.rt", Deadline: dawn, Body: batch, Limits: domain.Limits{Links: 5000}}
	b.ReportAllocs()
	for b.Loop() {
		s := domain.NewState()
		s.Domains["sho.rt"] = domain.Domain{Host: "sho.rt", Account: domain.SystemAccount}
		learn(s, c.Needs(nil))
		if events, err := domain.Decide(s, c, 1, domain.Chance{Now: dawn, Numbering: numbering}); err != nil || len(events) != domain.MaxBatch+1 {
			b.Fatal(len(events), err)
		}
	}
}
