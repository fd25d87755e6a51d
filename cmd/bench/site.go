package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/valyala/fasthttp"
)

// site is a Linklog under measurement: everything in one process, its data in a folder that
// is thrown away afterwards.
type site struct {
	options *options
	data    string
	main    *process
	shelf   shelf
}

func (o *options) open(ctx context.Context) (*site, time.Duration, error) {
	data, err := os.MkdirTemp("", "linklog-bench-")
	if err != nil {
		return nil, 0, fmt.Errorf("make data folder: %w", err)
	}
	if err := os.Chmod(data, 0o755); err != nil { //nolint:gosec // Postgres may run as another user
		return nil, 0, fmt.Errorf("open data folder: %w", err)
	}
	s := &site{options: o, data: data}
	took, err := s.launch(ctx)
	if err != nil {
		_ = os.RemoveAll(data)
	}
	return s, took, err
}

func (s *site) launch(ctx context.Context) (time.Duration, error) {
	args := []string{
		"dev", "--json", "--log-level=warn", "--data", s.data,
		"--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0",
	}
	if s.options.Brokers != "" {
		args = append(args, "--kafka-brokers="+s.options.Brokers, "--topic-prefix="+s.prefix())
	}
	p, took, err := launch(ctx, nil, s.options.Binary, args...)
	s.main = p
	return took, err
}

// prefix keeps the topics of this run apart on a Kafka that others use too.
func (s *site) prefix() string { return fmt.Sprintf("bench-%d-", os.Getpid()) }

// topicPrefix is the prefix, if there is need of one.
func (s *site) topicPrefix() string {
	if s.options.Brokers == "" {
		return ""
	}
	return s.prefix()
}

// restart ends the installation and starts it again on the same data.
func (s *site) restart(ctx context.Context) (time.Duration, error) {
	s.main.close()
	return s.launch(ctx)
}

// redirector starts a redirector process of its own beside the rest.
func (s *site) redirector(ctx context.Context) (*process, error) {
	args := []string{
		"serve", "redirector", "--json", "--log-level=warn", "--kafka-brokers=" + s.main.ready.Kafka,
		"--database-url=" + s.main.ready.Database, "--public-url=" + s.main.ready.Redirect,
		"--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0", "--spool=" + filepath.Join(s.data, "redirector"),
	}
	if s.options.Brokers != "" {
		args = append(args, "--topic-prefix="+s.prefix())
	}
	p, _, err := launch(ctx, nil, s.options.Binary, args...)
	return p, err
}

func (s *site) close() {
	if s.main != nil {
		s.main.close()
	}
	_ = os.RemoveAll(s.data)
}

// link is the part of an answer that measurements need.
type link struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
}

// create makes one link and returns its slug.
func (s *site) create(ctx context.Context, url string) (string, error) {
	l, err := s.newLink(ctx, url)
	return l.Slug, err
}

func (s *site) newLink(_ context.Context, url string) (link, error) {
	var answer struct{ Link link }
	r := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(r)
	s.fillCreate(r, url)
	err := s.ask(r, fasthttp.StatusCreated, &answer)
	return answer.Link, err
}

func (s *site) fillCreate(r *fasthttp.Request, url string) {
	s.fillAsk(r, fasthttp.MethodPost, "/v1/links")
	r.SetBodyString(`{"url":"` + url + `"}`)
}

// fillAsk prepares a request of the demo account's.
func (s *site) fillAsk(r *fasthttp.Request, method, path string) {
	r.SetRequestURI(s.main.ready.API + path)
	r.Header.SetMethod(method)
	r.Header.SetContentType("application/json")
	r.Header.Set("Authorization", "Bearer "+s.main.ready.APIKey)
}

// ask sends one request and reads its JSON answer.
func (s *site) ask(r *fasthttp.Request, want int, answer any) error {
	response := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(response)
	if err := fasthttp.DoTimeout(r, response, 30*time.Second); err != nil {
		return fmt.Errorf("ask %s: %w", r.URI(), err)
	}
	if response.StatusCode() != want {
		return fmt.Errorf("ask %s: answered %d: %s", r.URI(), response.StatusCode(), response.Body())
	}
	if err := json.Unmarshal(response.Body(), answer); err != nil {
		return fmt.Errorf("read answer of %s: %w", r.URI(), err)
	}
	return nil
}
