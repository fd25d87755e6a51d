package domain

import "errors"

// decideBatch decides the items one after the other, on a fork of the state that has the effects
// of those before. An item that is refused leaves no event; in an atomic batch it refuses all.
func (d *decision) decideBatch(b Batch) error {
	switch {
	case len(b.Items) == 0, len(b.Items) > MaxBatch:
		return Errorf(Validation, "links", "a batch has 1 to %d items", MaxBatch)
	case d.command.IfVersion != 0:
		return Errorf(Validation, "If-Match", "a batch concerns many links, so it can't ask for a version")
	}
	d.state, d.batch = d.state.fork(), true
	results, lack, weight := make([]ItemResult, len(b.Items)), (*Lack)(nil), 0
	for i, item := range b.Items {
		first := len(d.events)
		err := d.decideItem(item)
		refusal, refused := errors.AsType[*Error](err)
		missing, lacks := errors.AsType[*Lack](err)
		switch {
		case lacks:
			lack = lack.and(missing)
		case lack != nil && err != nil: // it may be for the lack of what an item before it would have done
		case refused && b.Atomic:
			return refusal.inItem(i)
		case refused:
			results[i].Rejection = refusal
		case err != nil:
			return err
		default:
			for _, e := range d.events[first:] {
				d.state.Apply(e)
				weight += e.weight()
			}
			if weight > maxBatchFacts {
				return Errorf(TooLarge, "links", "the links of the batch hold too much to be changed at once: split it")
			}
			results[i] = ItemResult{Link: d.link.Number, Version: d.link.Version}
			continue
		}
		d.events = d.events[:first]
	}
	if lack != nil {
		return lack
	}
	d.batch = false
	d.happen(0, BatchDecided{Items: results})
	return nil
}

// maxBatchFacts bounds the texts in a batch's events, in bytes: a small wish can set aside large
// rules and scripts, which its events tell.
const maxBatchFacts = 8 << 20

// weight is about how many bytes of text e tells.
func (e Event) weight() int {
	switch b := e.Body.(type) {
	case LinkCreated:
		return b.Traits.weight()
	case LinkChanged:
		return b.From.weight() + b.To.weight()
	}
	return 0
}

// weight counts what can be large.
func (t *Traits) weight() int {
	n := len(t.Note) + len(t.Metadata)
	for _, s := range t.Scripts {
		n += len(s.Content)
	}
	for _, r := range t.Rules {
		n += len(r.To)
		for _, c := range r.When {
			for _, v := range c.Values {
				n += len(v)
			}
		}
	}
	return n
}

// and joins what several items lack, so that it is loaded at once.
func (l *Lack) and(more *Lack) *Lack {
	if l == nil {
		l = &Lack{}
	}
	l.Keys.Add(more.Keys)
	return l
}

func (d *decision) decideItem(item CommandBody) error {
	switch item.(type) {
	case CreateLink, UpdateLink, DeleteLink:
		return d.decide(item)
	}
	return Errorf(Validation, "", "a batch can't hold %T", item)
}
