package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
)

// years is how long ago the first click of a link with a long history was.
const years = 2

// analytics asks for the usual answer (30 days by day, the top ten of each breakdown) about a
// link with a long history, and about one with a short one.
func (o *options) analytics(ctx context.Context, s *site) ([]figure, error) {
	ship, err := kafka.NewShipper(kafka.Config{Brokers: []string{s.main.ready.Kafka}, Prefix: s.topicPrefix()}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer func() { _ = ship.Close() }()
	var found []figure
	for i, clicks := range []int{1_000, o.Deep} {
		l, err := s.newLink(ctx, "https://example.com/analytics")
		if err != nil {
			return nil, err
		}
		number, err := domain.ParseLinkNumber(l.ID)
		if err != nil {
			return nil, err
		}
		h := newHistory(2, clicks)
		h.length(years * 365 * 24 * time.Hour)
		h.only, h.epoch = number, uint64(i)+1 //nolint:gosec // one or two
		if err := s.write(ctx, ship, h, clicks); err != nil {
			return nil, err
		}
		if err := s.counted(ctx); err != nil {
			return nil, err
		}
		for _, zone := range []string{"UTC", "Asia/Kathmandu"} {
			p50, p99, err := s.askAnalytics(l, zone)
			if err != nil {
				return nil, err
			}
			name := fmt.Sprintf("analytics of %d clicks over %d years, %s", clicks, years, zone)
			found = append(found, figure{name + ", p50", milliseconds(p50), "ms", ""}, figure{name + ", p99", milliseconds(p99), "ms", "≤ 10"})
		}
	}
	return found, nil
}

// askAnalytics asks the same question many times, one at a time.
func (s *site) askAnalytics(l link, zone string) (p50, p99 time.Duration, err error) {
	const asked = 1_000
	r := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(r)
	r.SetRequestURI(s.main.ready.API + "/v1/links/" + l.ID + "/analytics?granularity=day&breakdowns=all&top=10&timezone=" + zone)
	r.Header.Set("Authorization", "Bearer "+s.main.ready.APIKey)
	times := make([]time.Duration, 0, asked)
	for range asked {
		var answer struct {
			Total int `json:"total_clicks"`
		}
		begun := time.Now()
		if err := s.ask(r, fasthttp.StatusOK, &answer); err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(begun))
		if answer.Total == 0 {
			return 0, 0, fmt.Errorf("analytics of %s have no clicks in the last 30 days", l.ID)
		}
	}
	slices.Sort(times)
	return times[asked/2], times[asked*99/100], nil
}
