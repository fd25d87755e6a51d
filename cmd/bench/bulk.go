package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// batchSize is how many links one request makes: the most that plans allow.
const batchSize = 1_000

// writers is how many connections make links in bulk.
const writers = 4

// shelf is the links that lists are asked of.
type shelf struct {
	made    int
	elapsed time.Duration
}

// bulk measures POST /v1/links/bulk, each answered only when all its links can be read everywhere,
// by making the links that lists are asked of.
func (o *options) bulk(ctx context.Context, s *site) ([]figure, error) {
	before, err := s.spent()
	if err != nil {
		return nil, err
	}
	if err := s.stock(ctx, o.Listed); err != nil {
		return nil, err
	}
	after, err := s.spent()
	if err != nil {
		return nil, err
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(s.shelf.made) }
	name := fmt.Sprintf("%d links made in bulk, %d a request, %d connections", s.shelf.made, batchSize, writers)
	return []figure{
		{name, float64(s.shelf.made) / s.shelf.elapsed.Seconds(), "links/s", "≥ 10000"},
		{name + ", CPU of the process", each(after.main - before.main), "µs each", ""},
		{name + ", CPU of Postgres", each(after.postgres - before.postgres), "µs each", ""},
	}, nil
}

// spent is the processor time that an installation has used.
type spent struct{ main, postgres time.Duration }

func (s *site) spent() (now spent, err error) {
	if now.main, err = s.main.cpu(); err != nil {
		return now, err
	}
	now.postgres, err = s.postgresCPU()
	return now, err
}

// stock makes links until the account has as many as wanted, if it hasn't.
func (s *site) stock(ctx context.Context, wanted int) error {
	if s.shelf.made > 0 {
		return nil
	}
	requests := make(chan int)
	failed := make(chan error, writers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	start := time.Now()
	for range writers {
		wg.Go(func() {
			for n := range requests {
				if err := s.makeMany(n*batchSize, min(batchSize, wanted-n*batchSize)); err != nil {
					failed <- err
					cancel()
					return
				}
			}
		})
	}
	for n := range (wanted + batchSize - 1) / batchSize {
		select {
		case requests <- n:
		case <-ctx.Done():
		}
	}
	close(requests)
	wg.Wait()
	s.shelf.made, s.shelf.elapsed = wanted, time.Since(start)
	select {
	case err := <-failed:
		return err
	default:
		return ctx.Err()
	}
}

// Of so many links one has a word, and one a tag, that is asked for.
const (
	wordEvery = 10_007
	tagEvery  = 100
	tags      = 100 // different ones
)

// operation is one of a bulk request's.
type operation struct {
	Op   string   `json:"op"`
	URL  string   `json:"url"`
	Tags []string `json:"tags,omitempty"`
}

// makeMany makes n links from a number on.
func (s *site) makeMany(from, n int) error {
	all := make([]operation, n)
	for i := range all {
		all[i] = operation{Op: "create", URL: fmt.Sprintf("https://shop.example.com/products/%d?page=%d", from+i, i)}
		if (from+i)%tagEvery == 0 {
			all[i].Tags = []string{tag((from + i) / tagEvery)}
		}
		if (from+i)%wordEvery == 0 {
			all[i].URL = fmt.Sprintf("https://shop.example.com/%s/%d", word((from+i)/wordEvery), i)
		}
	}
	body, err := json.Marshal(map[string]any{"operations": all})
	if err != nil {
		return fmt.Errorf("encode operations: %w", err)
	}
	r := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(r)
	s.fillAsk(r, fasthttp.MethodPost, "/v1/links/bulk")
	r.SetBodyRaw(body)
	var answer struct {
		Failed  int
		Results []link
	}
	switch err := s.ask(r, http.StatusOK, &answer); {
	case err != nil:
		return err
	case answer.Failed > 0 || len(answer.Results) != n:
		return fmt.Errorf("make %d links: %d failed, %d results", n, answer.Failed, len(answer.Results))
	}
	return nil
}

func tag(n int) string { return fmt.Sprintf("campaign-%d", n%tags) }

func word(n int) string { return strings.Repeat(string(rune('a'+n%26)), 3) + "needle" }
