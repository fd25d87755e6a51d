package links_test

import (
	"testing"

	"github.com/linklog/linklog/domain"
)

// A slug that rests is told from one that nobody ever had, and from one that somebody has.
func TestClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(3)
	b.apply(3, 0, registered("sho.rt"), created(1, "sale", 1), created(2, "gone", 1))
	b.apply(3, 3, domain.Event{
		Command: "delete", Account: "ann", Domain: "sho.rt", Link: 2, Version: 2, At: dawn,
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: "gone"}},
	})
	for slug, want := range map[string]domain.Claim{
		"sale":      {Link: 1, Account: "ann"},
		"SALE":      {Link: 1, Account: "ann"},
		"gone":      {Link: 2, Account: "ann", Freed: dawn},
		"never":     {},
		"a\x00\xff": {},
	} {
		claim, err := b.reader.Claim(t.Context(), "sho.rt", slug)
		b.must(err)
		if claim.Link != want.Link || claim.Account != want.Account || !claim.Freed.Equal(want.Freed) {
			t.Errorf("%q: %+v, want %+v", slug, claim, want)
		}
	}
	if claim, err := b.reader.Claim(t.Context(), "elsewhere.example", "sale"); err != nil || claim.Link != 0 {
		t.Errorf("elsewhere: %+v, %v", claim, err)
	}
}
