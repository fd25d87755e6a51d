package clicks_test

import (
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// importedStream is n clicks of a link that another shortener recorded.
func importedStream(link domain.LinkNumber, n int) []domain.Click {
	all := make([]domain.Click, n)
	for i := range all {
		c := &all[i]
		c.ID.Node, c.ID.Epoch = domain.ImportedBy("acc_1", link, "shlink")
		c.ID.Sequence, c.Link, c.Imported, c.At = uint64(i), link, "shlink", time.Date(2020, 1, 1+i/50, 0, 0, 0, 0, time.UTC)
	}
	return all
}

// TestImportedCountOnce: two importers of the same link, each of which was cut off and began again
// where it was acknowledged, or before.
func TestImportedCountOnce(t *testing.T) {
	db, all := newTable(t), importedStream(1, 300)
	for _, part := range [][2]int{{0, 100}, {0, 60}, {100, 200}, {60, 300}, {0, 300}, {200, 300}} {
		db.apply(t, all[part[0]:part[1]])
	}
	once := db.another(t)
	once.apply(t, all)
	if db.hash(t) != once.hash(t) {
		t.Error("sent again they give other rows")
	}
	r := clicks.NewReader(db.pool)
	totals, err := r.Totals(t.Context(), []domain.LinkNumber{1})
	if err != nil || totals[1] != (clicks.Counts{Human: 300}) {
		t.Errorf("counted %+v, %v", totals, err)
	}
	node, epoch := domain.ImportedBy("acc_1", 1, "shlink")
	counted, err := r.Counted(t.Context(), []clicks.Recorder{{1, node, epoch}, {0, node, epoch}, {0, node + 1, epoch}})
	if err != nil || !slices.Equal(counted, []uint64{0, 300, 0}) {
		t.Errorf("counted up to %d, %v", counted, err)
	}
}

// What another shortener counted without telling the user agent is a visit on no device; one of
// ours without is a robot's.
func TestImportedWithoutAgent(t *testing.T) {
	for _, test := range []struct {
		click domain.Click
		want  clicks.Traffic
	}{
		{domain.Click{}, clicks.Bot},
		{domain.Click{Imported: "bitly"}, clicks.Human},
		{domain.Click{Imported: "bitly", Method: domain.Head}, clicks.Heads},
		{domain.Click{Imported: "yourls", UserAgent: "curl/7.74.0"}, clicks.Bot},
	} {
		got, values := clicks.ValuesOf(&test.click)
		if _, device := values[clicks.Device]; got != test.want || device != (test.click.Imported != "bitly") {
			t.Errorf("%+v is %v with %v", test.click, got, values)
		}
	}
}

// Ids of imported clicks differ by everything that tells them apart.
func TestImportedBy(t *testing.T) {
	type id struct{ node, epoch uint64 }
	seen := map[id]bool{}
	for _, account := range []domain.AccountID{"a", "b", "a\x001"} {
		for _, link := range []domain.LinkNumber{1, 2, 11} {
			for _, source := range []string{"x", "1x", ""} {
				var one id
				one.node, one.epoch = domain.ImportedBy(account, link, source)
				seen[one] = true
			}
		}
	}
	if len(seen) != 27 {
		t.Errorf("%d of 27 differ", len(seen))
	}
}
