package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

// readers is how many connections ask for lists.
const readers = 2

// lists measures GET /v1/links of an account with very many, each time another page.
func (o *options) lists(ctx context.Context, s *site) ([]figure, error) {
	if err := s.stock(ctx, o.Listed); err != nil {
		return nil, err
	}
	progress("walking through the list")
	cursors, err := s.walk()
	if err != nil {
		return nil, err
	}
	var found []figure
	for _, l := range []struct {
		name string
		path func(*rand.Rand) string
	}{
		{"first page", func(*rand.Rand) string { return "" }},
		{"page somewhere deep", func(r *rand.Rand) string {
			return "&cursor=" + url.QueryEscape(cursors[r.IntN(len(cursors))])
		}},
		{"by tag", func(r *rand.Rand) string { return "&tag=" + tag(r.IntN(tags)) }},
		{"search for something rare", func(r *rand.Rand) string { return "&search=" + url.QueryEscape(word(r.IntN(26))) }},
		{"search for something in every link", func(*rand.Rand) string { return "&search=products" }},
		{"search for nothing there is", func(r *rand.Rand) string { return fmt.Sprintf("&search=nowhere%d", r.IntN(1_000_000)) }},
	} {
		progress("asking for lists: " + l.name)
		row, err := o.listLoad(ctx, s, l.name, l.path)
		if err != nil {
			return nil, err
		}
		found = append(found, row...)
	}
	return found, nil
}

// walk goes through the whole list and returns cursors from all over it.
func (s *site) walk() (cursors []string, err error) {
	const every = 50
	r := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(r)
	next := ""
	for n := 1; ; n++ {
		s.fillAsk(r, fasthttp.MethodGet, "/v1/links?limit=100"+next)
		var page struct {
			Next *string `json:"next_cursor"`
		}
		if err := s.ask(r, http.StatusOK, &page); err != nil {
			return nil, err
		}
		if page.Next == nil && len(cursors) == 0 {
			return nil, errors.New("the list is too short to walk through")
		}
		if page.Next == nil {
			return cursors, nil
		}
		if n%every == 0 || len(cursors) == 0 {
			cursors = append(cursors, *page.Next)
		}
		next = "&cursor=" + url.QueryEscape(*page.Next)
	}
}

// listLoad asks for one kind of list in all rounds.
func (o *options) listLoad(ctx context.Context, s *site, name string, path func(*rand.Rand) string) ([]figure, error) {
	addr := strings.TrimPrefix(s.main.ready.API, "http://")
	var fast, slow []float64
	for round := range o.Rounds {
		rngs := make([]*rand.Rand, readers)
		for c := range rngs {
			rngs[c] = rand.New(rand.NewPCG(uint64(round), uint64(c))) //nolint:gosec // not a secret
		}
		run, err := load(ctx, addr, readers, o.Lasting, http.StatusOK, func(c, _ int, r *fasthttp.Request) {
			s.fillAsk(r, fasthttp.MethodGet, "/v1/links?limit=50"+path(rngs[c]))
		})
		if err != nil {
			return nil, fmt.Errorf("list, %s: %w", name, err)
		}
		fast, slow = append(fast, milliseconds(run.p50)), append(slow, milliseconds(run.p99))
	}
	name = fmt.Sprintf("list of %d links, %s", s.shelf.made, name)
	return []figure{{name + ", p50", median(fast), "ms", ""}, {name + ", p99", median(slow), "ms", "≤ 20"}}, nil
}
