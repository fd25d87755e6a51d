package schemas_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// untold fails the test if m still tells a fact.
func untold(t *testing.T, what string, like any, m schemas.Message) {
	t.Helper()
	got, err := decode(like, m)
	if errors.Is(err, schemas.ErrUnusable) || errors.Is(err, schemas.ErrUnknown) {
		return
	}
	if e, ok := got.(domain.Event); ok && err == nil {
		if _, unreadable := e.Body.(domain.Unreadable); unreadable {
			return
		}
	}
	t.Errorf("%s: read %+v, %v", what, got, err)
}

func sealedSamples(t *testing.T) map[string]any {
	t.Helper()
	sealed := map[string]any{}
	for _, s := range samples() {
		switch s.value.(type) {
		case domain.Command, domain.Event, domain.Reply:
			sealed[s.name] = s.value
		}
	}
	return sealed
}

func mustEncode(t *testing.T, value any) schemas.Message {
	t.Helper()
	m, err := encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestFlippedByte: no damage to a sealed payload turns it into another fact.
func TestFlippedByte(t *testing.T) {
	for name, value := range sealedSamples(t) {
		m := mustEncode(t, value)
		for i := range m.Value {
			damaged := m
			damaged.Value = slices.Clone(m.Value)
			damaged.Value[i] ^= 1 << (i % 8)
			untold(t, name, value, damaged)
		}
		for n := range m.Value {
			damaged := m
			damaged.Value = m.Value[:n]
			untold(t, name, value, damaged)
		}
	}
}

// TestMovedPayload: a payload opens in its own message only.
func TestMovedPayload(t *testing.T) {
	all := sealedSamples(t)
	for from, source := range all {
		for to, target := range all {
			if from == to {
				continue
			}
			m := mustEncode(t, named(target, to))
			m.Value = mustEncode(t, named(source, from)).Value
			untold(t, from+" in "+to, target, m)
		}
	}
}

// named is the sealed value as of a command of that name.
func named(value any, id string) any {
	switch v := value.(type) {
	case domain.Command:
		v.ID = domain.CommandID(id)
		return v
	case domain.Event:
		v.Command = domain.CommandID(id)
		return v
	case domain.Reply:
		v.Command = domain.CommandID(id)
		return v
	}
	return nil
}

// TestEditedEnvelope: nothing that stands in clear can be changed beside a sealed payload.
func TestEditedEnvelope(t *testing.T) {
	for name, value := range sealedSamples(t) {
		m := mustEncode(t, value)
		for i, h := range m.Headers {
			if !strings.HasPrefix(h.Key, "ce_") {
				continue
			}
			edited := m
			edited.Headers = slices.Clone(m.Headers)
			edited.Headers[i].Value += "1"
			untold(t, name+" with another "+h.Key, value, edited)
			edited.Headers = slices.Delete(slices.Clone(m.Headers), i, i+1)
			untold(t, name+" without "+h.Key, value, edited)
		}
		edited := m
		edited.Key = []byte("other.example")
		untold(t, name+" under another key", value, edited)
	}
}

// TestForeignHeaders: what others add on the way does no harm.
func TestForeignHeaders(t *testing.T) {
	for name, value := range sealedSamples(t) {
		m := mustEncode(t, value)
		m.Headers = append([]schemas.Header{{Key: "_watermill_message_uuid", Value: "x"}}, append(m.Headers, schemas.Header{Key: "traceparent", Value: "y"})...)
		if got, err := decode(value, m); err != nil || !reflect.DeepEqual(got, value) {
			t.Errorf("%s: read %+v, %v", name, got, err)
		}
	}
}

// TestErased: with its account's key destroyed, a command and a reply are unusable and an
// event is redacted, all circumstances left.
func TestErased(t *testing.T) {
	ctx := context.Background()
	for name, value := range sealedSamples(t) {
		m := mustEncode(t, value)
		switch want := value.(type) {
		case domain.Command:
			got, err := erased.DecodeCommand(ctx, m)
			if !errors.Is(err, schemas.ErrUnusable) || !errors.Is(err, domain.ErrNoKey) {
				t.Errorf("%s: %v", name, err)
			}
			told := domain.Command{ID: want.ID, Account: want.Account, Domain: want.Domain, Deadline: want.Deadline}
			if !reflect.DeepEqual(got, told) {
				t.Errorf("%s: read %+v", name, got)
			}
			if _, err := erased.EncodeCommand(ctx, want); !errors.Is(err, domain.ErrNoKey) {
				t.Errorf("%s: written with %v", name, err)
			}
		case domain.Reply:
			if _, err := erased.DecodeReply(ctx, m); !errors.Is(err, schemas.ErrUnusable) {
				t.Errorf("%s: %v", name, err)
			}
		case domain.Event:
			created, _ := want.Body.(domain.LinkCreated)
			want.By, want.Via, want.Fingerprint, want.Body = "", "", domain.Fingerprint{}, redacted(want, created.Counter)
			if got, err := erased.DecodeEvent(ctx, m); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: read %+v, %v", name, got, err)
			}
		}
	}
}

// redacted is what is left of an event: that it was, and of which slugs.
func redacted(e domain.Event, counter uint64) domain.Redacted {
	r := domain.Redacted{Counter: counter}
	for _, k := range schemas.SlugsOf(e.Body) {
		r.Slugs = append(r.Slugs, k.Digest())
	}
	return r
}

// TestUnreadableEvent keeps the slugs taken and the numbering right.
func TestUnreadableEvent(t *testing.T) {
	for name, value := range sealedSamples(t) {
		e, ok := value.(domain.Event)
		if !ok {
			continue
		}
		m := mustEncode(t, e)
		want := domain.Unreadable{Reason: "the payload does not open"}
		for _, key := range e.Touches().Slugs {
			want.Slugs = append(want.Slugs, key.Digest())
		}
		if created, ok := e.Body.(domain.LinkCreated); ok {
			want.Counter = created.Counter
		}
		got, err := otherKeys.DecodeEvent(context.Background(), m)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, ok := got.Body.(domain.Unreadable)
		if !ok || body.Reason != want.Reason || body.Counter != want.Counter {
			t.Errorf("%s: read %+v", name, got.Body)
		}
		for _, d := range want.Slugs {
			if !slices.Contains(body.Slugs, d) {
				t.Errorf("%s: a slug it touched is open", name)
			}
		}
		if got.Link != e.Link || got.Version != e.Version || !got.At.Equal(e.At) || got.CommandOffset != e.CommandOffset {
			t.Errorf("%s: read %+v", name, got)
		}
	}
}

// TestKeysAway: a reader that can't have the key now tries again, and gives nothing up.
func TestKeysAway(t *testing.T) {
	ctx := context.Background()
	check := func(name string, err error) {
		t.Helper()
		if !errors.Is(err, errAway) || errors.Is(err, schemas.ErrUnusable) || errors.Is(err, schemas.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, value := range sealedSamples(t) {
		var err error
		switch m := mustEncode(t, value); v := value.(type) {
		case domain.Command:
			_, err = keysAway.DecodeCommand(ctx, m)
		case domain.Event:
			_, err = keysAway.DecodeEvent(ctx, m)
			_, writing := keysAway.EncodeEvent(ctx, v)
			check(name, writing)
		case domain.Reply:
			_, err = keysAway.DecodeReply(ctx, m)
		}
		check(name, err)
	}
	short := schemas.New(fixedKey("short"))
	if _, err := short.EncodeCommand(ctx, newSource(1).command()); err == nil {
		t.Error("a key of five bytes was used")
	}
}
