package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/valyala/fasthttp"
)

// tenRules are one of every kind; no visit of ours meets any, so all are looked at.
const tenRules = `[
	{"url":"https://example.com/1","conditions":[{"kind":"country","values":["FR","ES","IT"]}]},
	{"url":"https://example.com/2","conditions":[{"kind":"device","values":["mobile","tablet"]}]},
	{"url":"https://example.com/3","conditions":[{"kind":"os","values":["iOS","Android"]}]},
	{"url":"https://example.com/4","conditions":[{"kind":"browser","values":["Firefox","Safari"]}]},
	{"url":"https://example.com/5","conditions":[{"kind":"language","values":["de","fr"]}]},
	{"url":"https://example.com/6","conditions":[{"kind":"referrer","values":["google.com","bing.com"]}]},
	{"url":"https://example.com/7","conditions":[{"kind":"query","name":"ref","values":["partner"]}]},
	{"url":"https://example.com/8","conditions":[{"kind":"date","starts":"2020-01-01T00:00:00Z","ends":"2020-02-01T00:00:00Z"}]},
	{"url":"https://example.com/9","conditions":[{"kind":"country","values":["US"]},{"kind":"weekday","weekdays":["sat","sun"],"zone":"America/New_York"}]},
	{"url":"https://example.com/10","conditions":[{"kind":"city","values":["Berlin"]},{"kind":"time","from":"22:00","to":"06:00","zone":"Europe/Berlin"}]}
]`

// rules compares what a redirect costs with ten rules and without, in turn, in one process.
func (o *options) rules(ctx context.Context, s *site) ([]figure, error) {
	plain, err := s.create(ctx, "https://example.com/landing")
	if err != nil {
		return nil, err
	}
	ruled, err := s.createRuled()
	if err != nil {
		return nil, err
	}
	p, err := s.redirector(ctx)
	if err != nil {
		return nil, err
	}
	defer p.close()
	var without, with, more []float64
	for range o.Rounds {
		_, one, err := o.hit(ctx, p, plain)
		if err != nil {
			return nil, err
		}
		_, ten, err := o.hit(ctx, p, ruled)
		if err != nil {
			return nil, err
		}
		without, with, more = append(without, one), append(with, ten), append(more, ten-one)
	}
	return []figure{
		{"redirect of a plain link, CPU", median(without), "µs each", ""},
		{"redirect of a link with 10 rules, CPU", median(with), "µs each", ""},
		{"what the rules add", median(more), "µs each", "≤ 2"},
	}, nil
}

// createRuled makes a link with rules and returns its slug.
func (s *site) createRuled() (string, error) {
	r := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(r)
	s.fillAsk(r, fasthttp.MethodPost, "/v1/links")
	r.SetBodyString(`{"url":"https://example.com/landing","rules":` + tenRules + `}`)
	var answer struct {
		Link struct {
			link

			Rules []json.RawMessage `json:"rules"`
		} `json:"link"`
	}
	if err := s.ask(r, fasthttp.StatusCreated, &answer); err != nil {
		return "", err
	}
	if n := len(answer.Link.Rules); n != 10 {
		return "", fmt.Errorf("the link has %d rules instead of 10", n)
	}
	return answer.Link.Slug, nil
}
