package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// How a remote API is waited for.
const (
	remoteTimeout  = 30 * time.Second       // for one answer
	remotePatience = 30 * time.Second       // for all attempts of one request
	firstPause     = 200 * time.Millisecond // after the first attempt; twice as long after each
	longestPause   = 5 * time.Second
	unheardOf      = 3        // attempts to reach somebody who never answers
	largestAnswer  = 64 << 20 // bytes
)

// remote is the native API somewhere else.
type remote struct {
	base, key string
	http      *http.Client
	terminal  *terminal
}

func newRemote(base, key string, t *terminal) *remote {
	return &remote{base: base, key: key, terminal: t, http: &http.Client{
		Timeout: remoteTimeout,
		// A key is for the address it was given with, and a write that is sent on becomes a read.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// call is a request: everything but what all of them have in common.
type call struct {
	method, path string
	query        url.Values
	body         any
	key          string // Idempotency-Key; made for a write without one
	version      uint64 // If-Match, unless 0
	twice        bool   // to do it a second time does no harm
}

// remoteAnswer is a 2xx answer.
type remoteAnswer struct {
	header http.Header
	body   []byte
}

// get reads the answer to a question into v.
func (r *remote) get(ctx context.Context, path string, q url.Values, v any) error {
	return r.ask(ctx, call{method: http.MethodGet, path: path, query: q}, v)
}

// ask does c and reads the answer into v.
func (r *remote) ask(ctx context.Context, c call, v any) error {
	a, err := r.do(ctx, c)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		return fmt.Errorf("read answer of %s: %w", r.base, err)
	}
	return nil
}

// do sends a request until it is answered for good. All attempts of a write have the same
// Idempotency-Key, so it is done once.
func (r *remote) do(ctx context.Context, c call) (*remoteAnswer, error) {
	if c.key == "" && c.method != http.MethodGet {
		c.key = rand.Text()
	}
	var body []byte
	if c.body != nil {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
	}
	ends, unsure := time.Now().Add(remotePatience), false
	for attempt := 1; ; attempt++ {
		a, after, err := r.attempt(ctx, c, body)
		if err == nil || !passing(err) || ctx.Err() != nil {
			return a, err
		}
		after, unsure = max(after, pause(attempt)), unsure || mayBeDone(err)
		if _, silent := errors.AsType[*exitError](err); silent && attempt == unheardOf || time.Now().Add(after).After(ends) {
			if err = givenUp(err, after); unsure && c.key != "" && !c.twice {
				err = fmt.Errorf("%w; it may be done: say it again with --idempotency-key %s", err, c.key)
			}
			return nil, err
		}
		if err := r.wait(ctx, after, err); err != nil {
			return nil, err
		}
	}
}

// attempt sends a request once. If it fails, after is how long the API wants to be left alone.
func (r *remote) attempt(ctx context.Context, c call, body []byte) (a *remoteAnswer, after time.Duration, err error) {
	req, err := r.request(ctx, c, body)
	if err != nil {
		return nil, 0, err
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, 0, r.unreachable(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, largestAnswer))
	if err != nil {
		return nil, 0, r.unreachable(ctx, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, retryAfter(resp.Header.Get("Retry-After"), time.Now()), r.refused(resp, text)
	}
	return &remoteAnswer{resp.Header, text}, 0, nil
}

func (r *remote) request(ctx context.Context, c call, body []byte) (*http.Request, error) {
	address := r.base + "/v1" + c.path
	if len(c.query) > 0 {
		address += "?" + c.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, c.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+r.key)
	req.Header.Set("User-Agent", "linklog/"+version())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		req.Header.Set("Idempotency-Key", c.key)
	}
	if c.version != 0 {
		req.Header.Set("If-Match", strconv.Quote(strconv.FormatUint(c.version, 10)))
	}
	return req, nil
}

// refused is the API's error, or what can be said of an answer that isn't the API's.
func (r *remote) refused(resp *http.Response, text []byte) error {
	var f struct {
		Error refusal `json:"error"`
	}
	if err := json.Unmarshal(text, &f); err == nil && f.Error.Message != "" {
		f.Error.HTTP, f.Error.Field = resp.StatusCode, resp.Header.Get("Error-Field")
		return &f.Error
	}
	message := fmt.Sprintf("%s answered %s, not as a Linklog API does: is the address right?", r.base, resp.Status)
	if to := resp.Header.Get("Location"); to != "" {
		message = fmt.Sprintf("%s leads on to %s: give the address of the API itself", r.base, to)
	}
	return &refusal{HTTP: resp.StatusCode, Message: message}
}

// unreachable is the error of somebody who didn't answer.
func (r *remote) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // its text repeats the whole address
	}
	return &exitError{exitUnreachable, fmt.Errorf("reach %s: %w", r.base, err)}
}

// retryAfter reads the header: seconds or, from a proxy, a time. What it can't read is no wait.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		const day = 24 * 60 * 60
		return time.Duration(min(max(seconds, 0), day)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now).Round(time.Second), 0)
	}
	return 0
}

// passing reports whether the same request may succeed a little later.
func passing(err error) bool {
	if f, ok := errors.AsType[*refusal](err); ok {
		return f.exitStatus() == exitRateLimited || f.exitStatus() == exitUnreachable
	}
	e, ok := errors.AsType[*exitError](err)
	if !ok || e.status != exitUnreachable {
		return false
	}
	dns, ok := errors.AsType[*net.DNSError](err)
	return !ok || !dns.IsNotFound
}

// mayBeDone reports whether a write that failed so may have been done all the same.
func mayBeDone(err error) bool {
	if f, ok := errors.AsType[*refusal](err); ok {
		return f.Fate != "not_done" && f.exitStatus() == exitUnreachable
	}
	op, ok := errors.AsType[*net.OpError](err)
	return !ok || op.Op != "dial"
}

// pause is how long to wait after an attempt: longer each time, and not all callers alike.
func pause(attempt int) time.Duration {
	p := min(firstPause<<min(attempt-1, 10), longestPause)
	return p/2 + mathrand.N(p/2) //nolint:gosec // spreads load, hides nothing
}

// givenUp tells how long the API wants to be left alone, if that is longer than anybody waits.
func givenUp(err error, after time.Duration) error {
	if f, ok := errors.AsType[*refusal](err); ok && after > remotePatience {
		f.Message = strings.TrimRight(f.Message, ".") + fmt.Sprintf("; try again in %s", after)
	}
	return err
}

// wait lets some time pass and, on a terminal, says why.
func (r *remote) wait(ctx context.Context, d time.Duration, why error) error {
	r.terminal.notef("%s, waiting %s", why, d.Round(100*time.Millisecond))
	defer r.terminal.notef("")
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
