package domain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// A small wish can bring about large facts: taking large scripts off many links tells what they
// were. Such a batch is refused, and half of it is not.
func TestBatchOfLargeFacts(t *testing.T) {
	t.Parallel()
	s := domain.NewState()
	s.Domains["sho.rt"] = domain.Domain{Host: "sho.rt", Account: domain.SystemAccount}
	var off domain.Batch
	for n := range domain.LinkNumber(1000) {
		l := domain.Link{Number: n + 1, Domain: "sho.rt", Host: "sho.rt", Slug: domain.Slug(fmt.Sprint("s", n)), Account: "ann", Version: 1}
		l.Scripts = []domain.Script{{ID: "1", Content: strings.Repeat("x", 10<<10)}}
		s.Links[l.Number] = l
		off.Items = append(off.Items, domain.UpdateLink{Link: l.Number, Patch: domain.Patch{Set: domain.Fields(0).With(domain.FieldScripts)}})
	}
	decide := func(b domain.Batch) error {
		c := domain.Command{ID: "c", Account: "ann", Domain: "sho.rt", Deadline: dawn.Add(time.Minute), Body: b}
		events, err := domain.Decide(s, c, 1, domain.Chance{Now: dawn})
		if err == nil && len(events) != len(b.Items)+1 {
			t.Errorf("%d events", len(events))
		}
		return err
	}
	if err := decide(off); domain.CodeOf(err) != domain.TooLarge {
		t.Errorf("got %v, want TooLarge", err)
	}
	if err := decide(domain.Batch{Items: off.Items[:500]}); err != nil {
		t.Error(err)
	}
}
