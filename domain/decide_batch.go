package domain

import "errors"

// decideBatch decides the items one after the other, on a fork of the state that has the effects
// of those before. An item that is refused leaves no event; in an atomic batch it refuses all.
func (d *decision) decideBatch(b Batch) error {
	if len(b.Items) == 0 || len(b.Items) > MaxBatch {
		return Errorf(Validation, "links", "a batch has 1 to %d items", MaxBatch)
	}
	d.state, d.batch = d.state.fork(), true
	results := make([]ItemResult, len(b.Items))
	for i, item := range b.Items {
		first := len(d.events)
		err := d.decideItem(item)
		refusal, refused := errors.AsType[*Error](err)
		switch {
		case refused && b.Atomic:
			return refusal.inItem(i)
		case refused:
			d.events = d.events[:first]
			results[i].Rejection = refusal
			continue
		case err != nil:
			return err
		}
		for _, e := range d.events[first:] {
			d.state.Apply(e)
		}
		results[i] = ItemResult{Link: d.link.Number, Version: d.link.Version}
	}
	d.batch = false
	d.happen(0, BatchDecided{Items: results})
	return nil
}

func (d *decision) decideItem(item CommandBody) error {
	switch item.(type) {
	case CreateLink, UpdateLink, DeleteLink:
		return d.decide(item)
	}
	return Errorf(Validation, "", "a batch can't hold %T", item)
}
