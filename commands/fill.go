package commands

import (
	"context"
	"fmt"

	"github.com/linklog/linklog/domain"
)

// fill makes the overlay anew: every event that the read model may lack, applied to what the
// read model has under the keys they touch.
//
// What was loaded may have some of the events already. Applying them again is harmless as long as
// all later ones follow: events set values, and counts change by what becomes of links. That takes
// links and counts of the same moment, so all is loaded at once.
func (w *writer) fill(ctx context.Context) error {
	_, base, err := w.load(ctx, domain.Keys{})
	if err != nil {
		return err
	}
	entries, err := w.entries(ctx, base)
	if err != nil {
		return err
	}
	var keys domain.Keys
	for _, e := range entries {
		keys.Add(e.Event.Touches())
	}
	loaded, next, err := w.load(ctx, keys)
	if err != nil {
		return err
	}
	if next < base {
		return errWentBack
	}
	state, fresh := domain.NewState(), newOverlay(base)
	fresh.lay(state, loaded, keys)
	for _, e := range entries {
		state.Apply(e.Event)
	}
	for _, e := range entries {
		fresh.absorb(state, e)
	}
	w.overlay = fresh
	return nil
}

// entries reads the events from base to the end of the log.
func (w *writer) entries(ctx context.Context, base int64) ([]Entry, error) {
	var entries []Entry
	_, err := w.partition.Events(ctx, base, func(e Entry) error {
		if len(entries) == w.MaxLag {
			return errBehind
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read events from %d: %w", base, err)
	}
	return entries, nil
}

func (w *writer) load(ctx context.Context, keys domain.Keys) (*domain.State, int64, error) {
	state, next, err := w.model.Load(ctx, w.partition.Number(), keys)
	if err != nil {
		return nil, 0, fmt.Errorf("load from the read model: %w", err)
	}
	return state, next, nil
}

// learn adds keys to view as they are at present.
func (w *writer) learn(ctx context.Context, view *domain.State, keys domain.Keys) error {
	loaded, next, err := w.load(ctx, keys)
	if err != nil {
		return err
	}
	if next < w.overlay.base {
		return errWentBack
	}
	w.overlay.prune(next)
	if w.overlay.size() > w.MaxLag {
		return errBehind
	}
	w.overlay.lay(view, loaded, keys)
	w.refusals.lay(view, keys.Commands)
	for host, d := range view.Domains {
		if d.Host != "" {
			w.cases[host] = d.Cases
		}
	}
	return nil
}
