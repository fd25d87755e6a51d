package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// ask sends one request to an address.
type ask func(context.Context, *url.URL) (*http.Response, error)

// Resolve is where an address leads in the end: it follows redirects without reading what is
// there. It ends early at the first address, the given one included, that arrived says is the
// one: that is not asked for any more. A nil arrived never says so. An answer that is neither
// 2xx nor a redirect is a [StatusError].
func (c *Client) Resolve(ctx context.Context, address string, arrived func(*url.URL) bool) (*url.URL, error) {
	return limited(ctx, c, func(ctx context.Context) (*url.URL, error) {
		var end *url.URL
		res, err := c.follow(ctx, address, c.probe, func(u *url.URL) bool {
			end = u
			return arrived != nil && arrived(u)
		})
		if err != nil {
			return nil, err
		}
		if res == nil { // arrived
			return end, nil
		}
		res.Body.Close()
		if res.StatusCode > 299 {
			return nil, &StatusError{Status: res.StatusCode}
		}
		return end, nil
	})
}

// follow asks for an address and for those it is redirected to, up to the first answer that is no
// redirect. If arrived is not nil it sees every address before it is asked for, and there is no
// answer at all when it says that this one is enough.
func (c *Client) follow(ctx context.Context, address string, ask ask, arrived func(*url.URL) bool) (*http.Response, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	for redirects := 0; ; redirects++ {
		if arrived != nil && arrived(u) {
			return nil, nil
		}
		if redirects > max(c.options.MaxRedirects, 0) {
			return nil, fmt.Errorf("%w: more than %d", ErrTooManyRedirects, max(c.options.MaxRedirects, 0))
		}
		res, err := ask(ctx, u)
		if err != nil {
			return nil, err
		}
		location := res.Header.Get("Location")
		if !isRedirect(res.StatusCode) || location == "" {
			return res, nil
		}
		res.Body.Close()
		if u, err = next(u, location); err != nil {
			return nil, fmt.Errorf("follow a redirect: %w", err)
		}
	}
}

// asking is one request without a body.
func (c *Client) asking(method string, header http.Header) ask {
	return func(ctx context.Context, u *url.URL) (*http.Response, error) {
		return c.do(ctx, method, u, header, nil)
	}
}

// probe asks with HEAD, and if that is answered with an error with GET.
func (c *Client) probe(ctx context.Context, u *url.URL) (*http.Response, error) {
	res, err := c.do(ctx, http.MethodHead, u, nil, nil)
	if err != nil || res.StatusCode < 400 {
		return res, err
	}
	res.Body.Close()
	return c.do(ctx, http.MethodGet, u, nil, nil)
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// parse takes an address only if it is one of the web.
func parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, bare(err))
	}
	return u, check(u)
}

// next is the address a Location leads to, which may be relative to the one that answered. A
// fragment lives on unless there is a new one, as in a browser.
func next(from *url.URL, location string) (*url.URL, error) {
	u, err := from.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, bare(err))
	}
	if u.Fragment == "" {
		u.Fragment, u.RawFragment = from.Fragment, from.RawFragment
	}
	return u, check(u)
}

func check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: its scheme is %q", ErrURL, u.Scheme)
	case u.Hostname() == "":
		return fmt.Errorf("%w: it has no host", ErrURL)
	case u.User != nil:
		return fmt.Errorf("%w: it has a user name", ErrURL)
	}
	return nil
}
