package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

const browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// redirects compares a redirector that records every click with an empty handler, in turn.
func (o *options) redirects(ctx context.Context, s *site) ([]figure, error) {
	slug, err := s.create(ctx, "https://example.com/landing")
	if err != nil {
		return nil, err
	}
	ours, err := s.redirector(ctx)
	if err != nil {
		return nil, err
	}
	defer ours.close()
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own binary: %w", err)
	}
	empty, _, err := launch(ctx, nil, self, "empty")
	if err != nil {
		return nil, err
	}
	defer empty.close()
	var rates, cpus, bareRates, bareCPUs, ratios, slow []float64
	for range o.Rounds {
		bare, bareCPU, err := o.hit(ctx, empty, slug)
		if err != nil {
			return nil, err
		}
		run, cpu, err := o.hit(ctx, ours, slug)
		if err != nil {
			return nil, err
		}
		rates, cpus = append(rates, run.perSecond()), append(cpus, cpu)
		bareRates, bareCPUs = append(bareRates, bare.perSecond()), append(bareCPUs, bareCPU)
		ratios, slow = append(ratios, cpu/bareCPU), append(slow, milliseconds(run.p99))
	}
	half := min(median(rates), median(bareRates)) / 2
	var late, bareLate []float64
	for range o.Rounds {
		bare, err := o.stroll(ctx, empty, slug, half)
		if err != nil {
			return nil, err
		}
		run, err := o.stroll(ctx, ours, slug, half)
		if err != nil {
			return nil, err
		}
		late, bareLate = append(late, milliseconds(run.p99)), append(bareLate, milliseconds(bare.p99))
	}
	return []figure{
		{"empty net/http handler", median(bareRates), "redirects/s", ""},
		{"empty net/http handler, CPU", median(bareCPUs), "µs each", ""},
		{"redirector, clicks recorded", median(rates), "redirects/s", ""},
		{"redirector, CPU", median(cpus), "µs each", ""},
		{"redirector, p99 at full load", median(slow), "ms", ""},
		{"redirector CPU / empty handler CPU", median(ratios), "×", "≤ 1.0"},
		{fmt.Sprintf("empty net/http handler, p99 at %.0f/s", half), median(bareLate), "ms", ""},
		{fmt.Sprintf("redirector, p99 at %.0f/s", half), median(late), "ms", fmt.Sprintf("≤ %.3g", median(bareLate)+2)},
	}, nil
}

// hit loads one server with 64 connections and returns its CPU microseconds per request.
func (o *options) hit(ctx context.Context, p *process, slug string) (sample, float64, error) {
	before, err := p.cpu()
	if err != nil {
		return sample{}, 0, err
	}
	addr := strings.TrimPrefix(p.ready.Redirect, "http://")
	run, err := load(ctx, addr, 64, o.Lasting, http.StatusFound, func(_, _ int, r *fasthttp.Request) {
		r.SetRequestURI(p.ready.Redirect + "/" + slug)
		r.Header.SetUserAgent(browser)
	})
	if err != nil {
		return sample{}, 0, err
	}
	after, err := p.cpu()
	return run, float64((after - before).Microseconds()) / float64(run.requests), err
}

// stroll loads one server with a number of redirects per second.
func (o *options) stroll(ctx context.Context, p *process, slug string, perSecond float64) (sample, error) {
	addr := strings.TrimPrefix(p.ready.Redirect, "http://")
	return paced(ctx, addr, 64, perSecond, o.Lasting, http.StatusFound, func(_, _ int, r *fasthttp.Request) {
		r.SetRequestURI(p.ready.Redirect + "/" + slug)
		r.Header.SetUserAgent(browser)
	})
}

// serveEmpty is what redirects are compared with: net/http, one header, no body, no record.
func serveEmpty(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Printf("{\"redirect\":\"http://%s\"}\n", l.Addr())
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://example.com/landing")
		w.WriteHeader(http.StatusFound)
	})}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
