package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
)

// creates measures POST /v1/links, answered only when the link can be read everywhere.
func (o *options) creates(ctx context.Context, s *site) ([]figure, error) {
	var found []figure
	for _, connections := range []int{1, 64} {
		var rates, fast, slow []float64
		for range o.Rounds {
			run, err := o.createLoad(ctx, s, connections)
			if err != nil {
				return nil, err
			}
			rates = append(rates, run.perSecond())
			fast, slow = append(fast, milliseconds(run.p50)), append(slow, milliseconds(run.p99))
		}
		name := fmt.Sprintf("creates at %d connection(s)", connections)
		row := []figure{
			{name, median(rates), "creates/s", ""},
			{name + ", p50", median(fast), "ms", ""},
			{name + ", p99", median(slow), "ms", ""},
		}
		if connections == 1 {
			row[1].Wanted = "≤ 15"
		} else {
			row[0].Wanted = "≥ 1500"
		}
		found = append(found, row...)
	}
	return found, nil
}

func (o *options) createLoad(ctx context.Context, s *site, connections int) (sample, error) {
	addr := strings.TrimPrefix(s.main.ready.API, "http://")
	return load(ctx, addr, connections, o.Lasting, http.StatusCreated, func(c, n int, r *fasthttp.Request) {
		s.fillCreate(r, fmt.Sprintf("https://example.com/%d/%d", c, n))
	})
}
