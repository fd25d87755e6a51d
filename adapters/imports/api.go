package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// How a foreign API is asked.
const (
	apiTimeout  = 30 * time.Second
	apiAttempts = 5
	apiPause    = time.Second // after the first failure; twice as long after each
	apiPatience = time.Minute // the longest that it may ask to be left alone
	apiAnswer   = 32 << 20    // bytes
	apiPages    = 1_000_000   // more are a circle
)

// api is another shortener's API.
type api struct {
	base   string
	key    string
	header [2]string // that the key goes into
	client *http.Client
	zone   *time.Location
}

func newAPI(o Options) (*api, error) {
	u, err := url.Parse(o.From[0])
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("the address must look like https://s.example, not %q", o.From[0])
	}
	client := &http.Client{Timeout: apiTimeout}
	if o.HTTP != nil {
		client = &http.Client{Timeout: o.HTTP.Timeout, Transport: o.HTTP.Transport}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &api{base: strings.TrimRight(u.String(), "/"), key: o.Key, client: client, zone: o.Zone}, nil
}

// get asks for a path and reads the answer into v.
func (a *api) get(ctx context.Context, path string, q url.Values, v any) error {
	address := a.base + path
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return a.ask(ctx, v, func() (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	})
}

// post sends a form and reads the answer into v.
func (a *api) post(ctx context.Context, form url.Values, v any) error {
	return a.ask(ctx, v, func() (*http.Request, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base, strings.NewReader(form.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return r, err
	})
}

// passing is a failure that may pass.
type passing struct {
	error

	after time.Duration // at least
}

func (a *api) ask(ctx context.Context, v any, request func() (*http.Request, error)) error {
	for attempt := 1; ; attempt++ {
		body, err := a.attempt(request)
		if err == nil {
			if err := json.Unmarshal(body, v); err != nil {
				return fmt.Errorf("read answer of %s: %w", a.base, err)
			}
			return nil
		}
		p, ok := errors.AsType[*passing](err)
		if !ok || attempt == apiAttempts || p.after > apiPatience || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		timer := time.NewTimer(max(p.after, apiPause<<(attempt-1)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

func (a *api) attempt(request func() (*http.Request, error)) ([]byte, error) {
	r, err := request()
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Accept", "application/json")
	if a.header[0] != "" {
		r.Header.Set(a.header[0], a.header[1]+a.key)
	}
	resp, err := a.client.Do(r)
	if err != nil {
		return nil, &passing{fmt.Errorf("reach %s: %w", a.base, err), 0}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, apiAnswer))
	switch {
	case err != nil:
		return nil, &passing{fmt.Errorf("read answer of %s: %w", a.base, err), 0}
	case resp.StatusCode == http.StatusOK:
		return body, nil
	}
	err = fmt.Errorf("%s answered %s: %s", a.base, resp.Status, shortened(clean(string(body))))
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return nil, &passing{err, time.Duration(min(max(seconds, 0), 86_400)) * time.Second}
	}
	return nil, err
}

// page is the parameters of a page.
func page(name string, n int, sizeName string, size int) url.Values {
	return url.Values{name: {strconv.Itoa(n)}, sizeName: {strconv.Itoa(size)}}
}

// count is how many clicks there were in some time, which began then.
type count struct {
	At     moment
	Clicks uint64
}

// tellCounts hands on counts, which are in their order.
func tellCounts(link string, counts []count, each func(Click) error) error {
	for _, c := range counts {
		if c.Clicks == 0 || c.At.IsZero() {
			continue
		}
		if err := each(Click{Link: link, Time: c.At.Time, Count: c.Clicks}); err != nil {
			return err
		}
	}
	return nil
}
