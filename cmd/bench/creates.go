package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
)

// creates measures POST /v1/links, answered only when the link can be read everywhere. The CPU
// is of all roles, and of the broker if it is the embedded one, without Postgres.
func (o *options) creates(ctx context.Context, s *site) ([]figure, error) {
	var found []figure
	for _, connections := range []int{1, 64} {
		var rates, fast, slow, cpus []float64
		for range o.Rounds {
			run, cpu, err := o.createLoad(ctx, s, connections)
			if err != nil {
				return nil, err
			}
			cpus = append(cpus, cpu)
			rates = append(rates, run.perSecond())
			fast, slow = append(fast, milliseconds(run.p50)), append(slow, milliseconds(run.p99))
		}
		name := fmt.Sprintf("creates at %d connection(s)", connections)
		row := []figure{
			{name, median(rates), "creates/s", ""},
			{name + ", p50", median(fast), "ms", ""},
			{name + ", p99", median(slow), "ms", ""},
			{name + ", CPU of the process", median(cpus), "µs", ""},
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

// createLoad is one round, with the microseconds of CPU that the process took for each creation.
func (o *options) createLoad(ctx context.Context, s *site, connections int) (run sample, cpu float64, err error) {
	addr := strings.TrimPrefix(s.main.ready.API, "http://")
	before, err := s.main.cpu()
	if err != nil {
		return run, 0, err
	}
	run, err = load(ctx, addr, connections, o.Lasting, http.StatusCreated, func(c, n int, r *fasthttp.Request) {
		s.fillCreate(r, fmt.Sprintf("https://example.com/%d/%d", c, n))
	})
	if err != nil {
		return run, 0, err
	}
	after, err := s.main.cpu()
	return run, float64((after - before).Microseconds()) / float64(run.requests), err
}
