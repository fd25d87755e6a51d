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

// paced drives addr with a number of requests per second, whatever the answers take, as visitors
// do who don't know of each other. How long a request took is counted from when it was due, so a
// server that stalls is charged for everybody who had to wait behind.
func paced(ctx context.Context, addr string, connections int, perSecond float64, lasting time.Duration, want int,
	fill func(connection, n int, r *fasthttp.Request),
) (sample, error) {
	var wg sync.WaitGroup
	times := make([][]time.Duration, connections)
	errs := make([]error, connections)
	every := time.Duration(float64(time.Second) * float64(connections) / perSecond)
	start := time.Now().Add(10 * time.Millisecond)
	for c := range connections {
		first := start.Add(every * time.Duration(c) / time.Duration(connections))
		wg.Go(func() {
			due := func(n int) time.Time { return first.Add(every * time.Duration(n)) }
			times[c], errs[c] = keepPace(ctx, addr, c, want, due, start.Add(lasting), fill)
		})
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

// keepPace is one connection: it sends the n-th request when it is due, or as soon as it can.
func keepPace(ctx context.Context, addr string, connection, want int, due func(n int) time.Time, end time.Time,
	fill func(int, int, *fasthttp.Request),
) ([]time.Duration, error) {
	client := &fasthttp.HostClient{Addr: addr, MaxConns: 1, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	var times []time.Duration
	for n := 0; ctx.Err() == nil && due(n).Before(end); n++ {
		fill(connection, n, request)
		time.Sleep(time.Until(due(n)))
		if err := client.Do(request, response); err != nil {
			return times, fmt.Errorf("request: %w", err)
		}
		times = append(times, time.Since(due(n)))
		if response.StatusCode() != want {
			return times, fmt.Errorf("answered %d: %s", response.StatusCode(), response.Body())
		}
	}
	return times, ctx.Err()
}
