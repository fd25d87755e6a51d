package commands

import (
	"fmt"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// What can't be seen from outside: that memory is given back, and that a panic stays inside.

var dawn = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

type still struct{ Partition }

func (still) Number() int32 { return 0 }

func TestAPanicIsTheFailureOfItsCommand(t *testing.T) {
	t.Parallel()
	r := &round{writer: &writer{Decider: &Decider{Settings: Settings{Partitions: 1}}, partition: still{}}}
	events, err := r.attempt(Received{Command: domain.Command{ID: "x"}}, nil) // there is no view
	if events != nil || err == nil || domain.CodeOf(err) != domain.Internal {
		t.Error(events, err)
	}
}

func TestWhatTheReadModelHasIsForgotten(t *testing.T) {
	t.Parallel()
	o, s := newOverlay(0), domain.NewState()
	absorb := func(offset int64, e domain.Event) {
		e.Command = domain.CommandID(fmt.Sprint(offset))
		s.Apply(e)
		o.absorb(s, Entry{offset, e})
	}
	key := domain.SlugKey{Host: "sho.rt", Text: "sale"}
	absorb(0, domain.Event{Domain: "sho.rt", Body: domain.DomainRegistered{}})
	absorb(2, domain.Event{Link: 1, Version: 1, Body: domain.LinkCreated{Key: key, Counter: 1}})
	absorb(4, domain.Event{Link: 1, Version: 2, Body: domain.LinkDeleted{Key: key}})
	absorb(6, domain.Event{Link: 2, Version: 1, Body: domain.Unreadable{Slugs: []domain.SlugDigest{{1}}}})

	o.prune(4)
	if len(o.domains) != 0 || len(o.links) != 2 || len(o.claims) != 1 || len(o.outcomes) != 2 || len(o.sealed) != 1 || o.base != 4 {
		t.Errorf("after half: %+v", o)
	}
	if o.links[1].value.Version != 2 {
		t.Error("the newer value was forgotten with the older one")
	}
	o.prune(3)
	if o.base != 4 {
		t.Error("the base went back")
	}
	o.prune(7)
	if n := len(o.domains) + len(o.links) + len(o.claims) + len(o.outcomes) + len(o.sealed) + o.size(); n != 0 || o.base != 7 {
		t.Errorf("%d values are left: %+v", n, o)
	}
}

func TestRefusalsAreForgottenInTime(t *testing.T) {
	t.Parallel()
	r := newRefusals()
	refuse := func(id domain.CommandID, until time.Duration) {
		r.note(id, domain.Outcome{Rejection: domain.Errorf(domain.SlugTaken, "", ""), Until: dawn.Add(until)})
	}
	refuse("a", time.Second)
	refuse("b", time.Minute)
	refuse("c", time.Second)
	r.note("d", domain.Outcome{Rejection: domain.Errorf(domain.KeyReused, "", ""), Until: dawn.Add(time.Hour)})
	r.note("e", domain.Outcome{Rejection: domain.Errorf(domain.Internal, "", "")})
	r.forget(dawn.Add(time.Second))
	if len(r.known) != 3 {
		t.Errorf("too early: %v", r.known)
	}
	r.note("c", domain.Outcome{})
	r.forget(dawn.Add(2 * time.Second))
	if _, ok := r.known["b"]; !ok || len(r.known) != 1 {
		t.Errorf("%v, want b alone", r.known)
	}
	for i := range maxRefusals + 10 {
		refuse(domain.CommandID(fmt.Sprint(i)), time.Hour)
	}
	r.forget(dawn)
	if len(r.known) != maxRefusals || len(r.order) != maxRefusals {
		t.Errorf("%d refusals in %d places", len(r.known), len(r.order))
	}
}
