package links_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(3)
	b.apply(3, 0, registered("sho.rt"), created(1, "sale", 1), created(2, "gone", 1), created(3, "news", 1))
	b.apply(3, 4, domain.Event{
		Command: "delete", Account: "ann", Domain: "sho.rt", Link: 2, Version: 2, At: dawn,
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: "gone"}},
	})
	expect := func(account domain.AccountID, on domain.Host, want ...domain.LinkNumber) {
		t.Helper()
		got, err := b.reader.Numbers(t.Context(), account, on)
		b.must(err)
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%s on %q: %s", account, on, diff)
		}
	}
	expect("ann", "", 1, 3)
	expect("ann", "sho.rt", 1, 3)
	expect("ann", "other.example")
	expect("bob", "")
}
