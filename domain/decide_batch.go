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
	results, lack := make([]ItemResult, len(b.Items)), (*Lack)(nil)
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
