package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linklog/linklog/adapters/imports"
)

// How much one request brings.
const (
	importClicks = 5_000 // counting what stands for several as often
	importLinks  = 500
	importBytes  = 2 << 20
)

// mostCounted is how many clicks of a link are made of mere numbers: a billion of a day would be as
// many records that all say the same.
const mostCounted = 1_000_000

// linkClicks are clicks of a link that wait to be sent.
type linkClicks struct {
	ID       string            `json:"id"`
	Position uint64            `json:"position"`
	Clicks   []json.RawMessage `json:"clicks"`
}

// passClicks brings all clicks.
func (i *importer) passClicks(ctx context.Context) error {
	i.told, i.counted = map[string]uint64{}, map[string]uint64{}
	i.forget()
	each := i.source.Clicks
	if i.settings.Clicks == "totals" {
		each = func(_ context.Context, tell func(imports.Click) error) error {
			for _, c := range i.totals {
				if err := tell(c); err != nil {
					return err
				}
			}
			return nil
		}
	}
	total := int64(0)
	if i.fromFiles() {
		if err := each(ctx, func(c imports.Click) error { total += int64(c.Times()); return nil }); err != nil { //nolint:gosec // a number for a bar
			return err
		}
	}
	i.begin(total)
	defer i.end()
	made := map[string]uint64{}
	err := each(ctx, func(c imports.Click) error { return i.takeClick(ctx, c, made) })
	if err != nil {
		return err
	}
	return i.send(ctx)
}

// takeClick lets a click wait; made is how many were made of mere numbers, by link.
func (i *importer) takeClick(ctx context.Context, c imports.Click, made map[string]uint64) error {
	i.report.Clicks.Read += c.Times()
	if c.Err != nil {
		i.report.Clicks.Unusable += c.Times()
		i.report.tell(problem{Problem: "unusable", ID: c.Link, Message: "a click: " + c.Err.Error()})
		return nil
	}
	id := i.targets[c.Link]
	if id == "" {
		i.report.Clicks.LeftOut += c.Times()
		return nil
	}
	if id == c.Link && i.settings.Format == string(imports.Linklog) { // brought back to where it came from
		i.report.Clicks.Existing += c.Times()
		return nil
	}
	left := c.Times()
	if left > 1 {
		if left = min(left, mostCounted-made[id]); left < c.Times() {
			i.report.Clicks.LeftOut += c.Times() - left
			i.report.tell(problem{Problem: "lost", ID: c.Link, Message: fmt.Sprintf("comes without %d of its clicks, of which only the number is known", c.Times()-left)})
		}
		made[id] += left
	}
	for left > 0 {
		part := min(left, importClicks)
		left -= part
		if c.Count = 0; part > 1 {
			c.Count = part
		}
		if err := i.wait(ctx, id, c); err != nil {
			return err
		}
	}
	return nil
}

// wait puts a click behind those that wait.
func (i *importer) wait(ctx context.Context, id string, c imports.Click) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode click: %w", err)
	}
	if i.clicks+c.Times() > importClicks || i.size+len(text) > importBytes || len(i.order) == importLinks {
		if err := i.send(ctx); err != nil {
			return err
		}
	}
	w := i.waiting[id]
	if w == nil {
		w = &linkClicks{ID: id, Position: i.told[id]}
		i.waiting[id] = w
		i.order = append(i.order, id)
	}
	w.Clicks = append(w.Clicks, text)
	i.told[id] += c.Times()
	i.clicks, i.size = i.clicks+c.Times(), i.size+len(text)
	return nil
}

func (i *importer) forget() {
	i.waiting, i.order, i.clicks, i.size = map[string]*linkClicks{}, nil, 0, 0
}

// send brings what waits, but for what is counted already, and waits until it is counted.
func (i *importer) send(ctx context.Context) error {
	defer i.forget()
	if err := i.learnPositions(ctx); err != nil {
		return err
	}
	var links []*linkClicks
	for _, id := range i.order {
		if i.told[id] > i.counted[id] {
			links = append(links, i.waiting[id])
		}
	}
	added := uint64(0)
	if len(links) > 0 {
		var a struct {
			Clicks uint64 `json:"clicks"`
		}
		if err := i.post(ctx, "/imports/clicks", map[string]any{"source": i.name, "links": links}, &a); err != nil {
			return err
		}
		added = a.Clicks
	}
	for _, id := range i.order {
		i.counted[id] = max(i.counted[id], i.told[id])
	}
	i.report.Clicks.Added += added
	i.report.Clicks.Existing += i.clicks - added
	i.step(int(i.clicks)) //nolint:gosec // a request's
	return nil
}

// learnPositions asks how many clicks are counted of links that it wasn't asked about.
func (i *importer) learnPositions(ctx context.Context) error {
	var ids []string
	for _, id := range i.order {
		if _, known := i.counted[id]; !known {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var a struct {
		Positions map[string]uint64 `json:"positions"`
	}
	if err := i.post(ctx, "/imports/clicks/positions", map[string]any{"source": i.name, "links": ids}, &a); err != nil {
		return err
	}
	for _, id := range ids {
		i.counted[id] = a.Positions[id]
	}
	return nil
}
