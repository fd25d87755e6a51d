package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// sample is what one load run saw.
type sample struct {
	requests int
	elapsed  time.Duration
	p50, p99 time.Duration
}

func (s sample) perSecond() float64 { return float64(s.requests) / s.elapsed.Seconds() }

// load drives addr with a number of connections for a while. fill prepares the n-th request
// of a connection; an answer of another status than want ends the run with an error.
func load(ctx context.Context, addr string, connections int, lasting time.Duration, want int,
	fill func(connection, n int, r *fasthttp.Request),
) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, lasting)
	defer cancel()
	var wg sync.WaitGroup
	times := make([][]time.Duration, connections)
	errs := make([]error, connections)
	start := time.Now()
	for c := range connections {
		wg.Go(func() { times[c], errs[c] = drive(ctx, addr, c, want, fill) })
	}
	wg.Wait()
	elapsed := time.Since(start)
	all := slices.Concat(times...)
	slices.Sort(all)
	if err := errors.Join(errs...); err != nil || len(all) == 0 {
		return sample{}, fmt.Errorf("load %s: %d requests: %w", addr, len(all), err)
	}
	return sample{len(all), elapsed, all[len(all)/2], all[len(all)*99/100]}, nil
}

// drive is one connection: ask, wait, note how long it took.
func drive(ctx context.Context, addr string, connection, want int, fill func(int, int, *fasthttp.Request)) ([]time.Duration, error) {
	client := &fasthttp.HostClient{Addr: addr, MaxConns: 1, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	var times []time.Duration
	for n := 0; ctx.Err() == nil; n++ {
		fill(connection, n, request)
		asked := time.Now()
		if err := client.Do(request, response); err != nil {
			return times, fmt.Errorf("request: %w", err)
		}
		times = append(times, time.Since(asked))
		if response.StatusCode() != want {
			return times, fmt.Errorf("answered %d: %s", response.StatusCode(), response.Body())
		}
	}
	return times, nil
}

// median of the rounds, by whatever is being looked at.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
