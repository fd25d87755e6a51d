package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// sustained keeps everything in one process busy with a steady stream of visitors, and looks
// meanwhile how long single clicks take to be in the analytics.
func (o *options) sustained(ctx context.Context, s *site) ([]figure, error) {
	const popular, probes, perSecond = 20, 200, 10_000
	var crowd, alone []link
	for range popular + probes {
		l, err := s.newLink(ctx, "https://example.com/sustained")
		if err != nil {
			return nil, err
		}
		if len(crowd) < popular {
			crowd = append(crowd, l)
		} else {
			alone = append(alone, l)
		}
	}
	var run sample
	var failed error
	var crowding sync.WaitGroup
	lasting := max(o.Lasting, 20*time.Second)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	crowding.Go(func() {
		addr := strings.TrimPrefix(s.main.ready.Redirect, "http://")
		run, failed = paced(ctx, addr, 64, perSecond, lasting, http.StatusFound, func(c, n int, r *fasthttp.Request) {
			r.SetRequestURI(s.main.ready.Redirect + "/" + crowd[(c+n)%len(crowd)].Slug)
			r.Header.SetUserAgent(browser)
		})
	})
	var lags []time.Duration
	pause := time.NewTicker(lasting / (probes + 20))
	defer pause.Stop()
	for _, l := range alone {
		<-pause.C
		lag, err := s.visit(ctx, l)
		if err != nil {
			return nil, err
		}
		lags = append(lags, lag)
	}
	crowding.Wait()
	if failed != nil {
		return nil, failed
	}
	slices.Sort(lags)
	return []figure{
		{"sustained redirects, everything in one process", run.perSecond(), "redirects/s", "≥ 10000"},
		{"sustained redirects, p99 from when they were due", milliseconds(run.p99), "ms", ""},
		{fmt.Sprintf("redirect to analytics meanwhile, p99 of %d", len(lags)), milliseconds(lags[len(lags)*99/100]), "ms", "≤ 2000"},
	}, nil
}
