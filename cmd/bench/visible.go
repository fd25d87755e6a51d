package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/valyala/fasthttp"
)

// visible measures how long a click takes from its redirect to the analytics answer, one at
// a time, on a link of its own each.
func (o *options) visible(ctx context.Context, s *site) ([]figure, error) {
	const visits = 100
	times := make([]time.Duration, 0, visits)
	for range visits {
		l, err := s.newLink(ctx, "https://example.com/visible")
		if err != nil {
			return nil, err
		}
		took, err := s.visit(ctx, l)
		if err != nil {
			return nil, err
		}
		times = append(times, took)
	}
	slices.Sort(times)
	return []figure{
		{"redirect to analytics, p50", milliseconds(times[visits/2]), "ms", ""},
		{"redirect to analytics, p99", milliseconds(times[visits*99/100]), "ms", "≤ 1000"},
	}, nil
}

// visit follows a link once and asks for its analytics until the click is in them.
func (s *site) visit(ctx context.Context, l link) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(r)
	defer fasthttp.ReleaseResponse(response)
	r.SetRequestURI(s.main.ready.Redirect + "/" + l.Slug)
	r.Header.SetUserAgent(browser)
	if err := fasthttp.DoTimeout(r, response, 5*time.Second); err != nil || response.StatusCode() != fasthttp.StatusFound {
		return 0, fmt.Errorf("visit %s: answered %d: %w", l.Slug, response.StatusCode(), err)
	}
	answered := time.Now()
	for ; ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
		var answer struct {
			Total int `json:"total_clicks"`
		}
		r.Reset()
		r.SetRequestURI(s.main.ready.API + "/v1/links/" + l.ID + "/analytics")
		r.Header.Set("Authorization", "Bearer "+s.main.ready.APIKey)
		if err := s.ask(r, fasthttp.StatusOK, &answer); err != nil {
			return 0, err
		}
		if answer.Total > 0 {
			return time.Since(answered), nil
		}
	}
	return 0, fmt.Errorf("click on %s not in analytics after 30 s", l.Slug)
}
