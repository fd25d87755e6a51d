package schemas

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/linklog/linklog/domain"
)

// EncodeEvent writes an event. The record's key is its registered short domain. A body that
// stands for what could not be read is not a fact and can't be written.
func (c *Codec) EncodeEvent(ctx context.Context, e domain.Event) (Message, error) {
	payload, err := eventPayload(e)
	if err != nil {
		return Message{}, err
	}
	if !plain(string(e.Command)) || !plain(string(e.Account)) || !plain(string(e.Domain)) {
		return Message{}, unusable("an event needs a command, an account and a domain")
	}
	offset, index := strconv.FormatInt(e.CommandOffset, 10), strconv.Itoa(e.Index)
	id := string(e.Domain) + "/" + offset + "/" + index
	m := newMessage([]byte(e.Domain), eventType(e.Body), sourceDecider, id, 11)
	m.set(ceDataSchema, schemaOf(eventNeeds(e.Body)))
	m.set(ceTime, timeText(e.At))
	if e.Link != 0 {
		m.set(ceSubject, e.Link.String())
	}
	m.set(ceAccount, string(e.Account))
	m.set(ceCommandID, string(e.Command))
	m.set(ceCommandOffset, offset)
	m.set(ceIndex, index)
	if e.More {
		m.set(ceMore, "1")
	}
	m.set(ceLinkVersion, numberText(e.Version))
	m.set(ceCounter, numberText(counterOf(e.Body)))
	m.set(ceSlugs, slugsText(slugsOf(e.Body)))
	if err := c.seal(ctx, e.Account, &m, payload); err != nil {
		return Message{}, fmt.Errorf("write event %s: %w", id, err)
	}
	return m, nil
}

// DecodeEvent reads an event. One whose circumstances are readable is always an event: its
// body is [domain.Redacted] if the account's key was destroyed, [domain.Unreadable] if the
// payload is damaged.
func (c *Codec) DecodeEvent(ctx context.Context, m Message) (domain.Event, error) {
	if err := admit(m, eventKind); err != nil {
		return domain.Event{}, fmt.Errorf("read event: %w", err)
	}
	h := envelope{m: m}
	e := domain.Event{
		Command:       domain.CommandID(h.text(ceCommandID)),
		CommandOffset: h.number(ceCommandOffset, 63),
		Index:         int(h.number(ceIndex, 31)),
		More:          h.number(ceMore, 1) != 0,
		Account:       domain.AccountID(h.text(ceAccount)),
		Domain:        h.host(),
		Link:          h.link(),
		Version:       uint64(h.number(ceLinkVersion, 63)), //nolint:gosec // never negative
		At:            h.time(ceTime),
	}
	slugs, counter := h.slugs(), uint64(h.number(ceCounter, 63)) //nolint:gosec // never negative
	if h.err != nil {
		return domain.Event{}, fmt.Errorf("read event: %w", h.err)
	}
	plaintext, err := c.open(ctx, e.Account, m)
	if errors.Is(err, domain.ErrNoKey) {
		e.Body = domain.Redacted{Slugs: slugs, Counter: counter}
		return e, nil
	}
	if err == nil {
		err = eventContent(&e, plaintext, counter)
	}
	if kind, _ := m.Get(ceType); err == nil && kind != eventType(e.Body) {
		err = errContent
	}
	if errors.Is(err, errSeal) || errors.Is(err, errContent) {
		e.By, e.Via, e.Fingerprint = "", "", domain.Fingerprint{}
		e.Body = domain.Unreadable{Reason: err.Error(), Slugs: slugs, Counter: counter}
		return e, nil
	}
	if err != nil {
		return domain.Event{}, fmt.Errorf("read event: %w", err)
	}
	return e, nil
}

// Continues reports whether an event says, as far as can be told without decoding it, that others
// of its command follow.
func Continues(m Message) bool {
	more, _ := m.Get(ceMore)
	return more == "1"
}

func counterOf(b domain.EventBody) uint64 {
	if created, ok := b.(domain.LinkCreated); ok {
		return created.Counter
	}
	return 0
}

// slugsOf lists the slugs an event is about, so that they count as taken if it can't be read.
func slugsOf(b domain.EventBody) []domain.SlugKey {
	switch b := b.(type) {
	case domain.LinkCreated:
		return []domain.SlugKey{b.Key}
	case domain.DestinationChanged:
		return []domain.SlugKey{b.Key}
	case domain.SlugChanged:
		return []domain.SlugKey{b.FromKey, b.ToKey}
	case domain.ExpiryChanged:
		return []domain.SlugKey{b.Key}
	case domain.LinkChanged:
		return []domain.SlugKey{b.Key}
	case domain.LinkDeleted:
		return []domain.SlugKey{b.Key}
	}
	return nil
}
