package links_test

import (
	"slices"
	"testing"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// TestParked: what waits is listed, the unreadable event and those behind it.
func TestParked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(3)
	b.apply(3, 0, registered("sho.rt"), created(1, "sale", 1), created(2, "other", 1))
	if events, err := b.reader.Parked(t.Context(), 10); err != nil || len(events) > 0 {
		t.Errorf("before anything is parked: %+v, %v", events, err)
	}
	later := func(link domain.LinkNumber, version uint64, body domain.EventBody) domain.Event {
		return domain.Event{Command: "later", Account: "ann", Domain: "sho.rt", Link: link, Version: version, At: dawn, Body: body}
	}
	changed := domain.DestinationChanged{From: "https://a.example/", To: "https://b.example/"}
	b.apply(3, 3, later(1, 2, domain.Unreadable{Reason: "broken"}), later(2, 2, changed), later(1, 3, changed))
	want := []links.ParkedEvent{
		{Position: domain.Position{Partition: 3, Offset: 3}, Link: 1, Reason: "broken"},
		{Position: domain.Position{Partition: 3, Offset: 5}, Link: 1, Reason: "an earlier event of the link can't be read"},
	}
	for limit, want := range map[int][]links.ParkedEvent{10: want, 1: want[:1]} {
		events, err := b.reader.Parked(t.Context(), limit)
		b.must(err)
		if !slices.Equal(events, want) {
			t.Errorf("got %+v, want %+v", events, want)
		}
	}
}
