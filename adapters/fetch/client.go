package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Options are the limits of a [Client]. The zero value has sensible ones.
type Options struct {
	// Timeout is for a whole call with all its redirects; ten seconds if zero.
	Timeout time.Duration
	// MaxBody is the longest answer, in bytes; 1 MiB if zero.
	MaxBody int64
	// MaxRedirects is how many redirects are followed; five if zero, none if negative.
	MaxRedirects int
	// UserAgent says who is asking; "Linklog" if empty.
	UserAgent string
	// Ports may be asked beside 80 and 443.
	Ports []uint16
	// Allow names networks that may be asked although they aren't public, at any port: for tests
	// and development, such as 127.0.0.0/8.
	Allow []netip.Prefix
	// Deny names networks that may not be asked whatever else is said: an organisation's own
	// public addresses, or its NAT64 prefix.
	Deny []netip.Prefix
	// Resolver finds the addresses of names; the machine's own if nil.
	Resolver *net.Resolver
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.MaxRedirects == 0 {
		o.MaxRedirects = 5
	}
	if o.UserAgent == "" {
		o.UserAgent = "Linklog"
	}
	return o
}

// Client asks for addresses that strangers name. It is safe for use by several goroutines, and has
// nothing to close.
type Client struct {
	options Options
	// The transport, since http.Client has opinions about redirects.
	transport *http.Transport
}

// New makes a client with these limits.
func New(o Options) *Client {
	o = o.withDefaults()
	dialer := &net.Dialer{ControlContext: o.control, Resolver: o.Resolver}
	return &Client{
		options: o,
		transport: &http.Transport{
			DialContext:            dialer.DialContext,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
}

// Answer is what the other side said.
type Answer struct {
	Body        []byte
	ContentType string   // as the other side calls it, which need not be so
	URL         *url.URL // where it came from, after all redirects
}

// Get asks for the document at an address, following redirects. Accept says which media types
// are wanted, in the form of the header of that name; empty means any. An answer other than 2xx
// is a [StatusError].
func (c *Client) Get(ctx context.Context, address, accept string) (*Answer, error) {
	header := http.Header{}
	if accept != "" {
		header.Set("Accept", accept)
	}
	return limited(ctx, c, func(ctx context.Context) (*Answer, error) {
		res, err := c.follow(ctx, address, c.asking(http.MethodGet, header), nil)
		if err != nil {
			return nil, err
		}
		return c.read(res)
	})
}

// PostForm sends values as a form, and follows no redirect. An answer other than 2xx is a
// [StatusError].
func (c *Client) PostForm(ctx context.Context, address string, values url.Values) (*Answer, error) {
	return limited(ctx, c, func(ctx context.Context) (*Answer, error) {
		u, err := parse(address)
		if err != nil {
			return nil, err
		}
		header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		res, err := c.do(ctx, http.MethodPost, u, header, strings.NewReader(values.Encode()))
		if err != nil {
			return nil, err
		}
		return c.read(res)
	})
}

// do sends one request and takes the answer's head. The caller closes the body.
func (c *Client) do(ctx context.Context, method string, u *url.URL, header http.Header, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, bare(err))
	}
	maps.Copy(req.Header, header)
	req.Header.Set("User-Agent", c.options.UserAgent)
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Hostname(), err)
	}
	return res, nil
}

// bare is an error without the address, whose path and query are nothing for a log.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// read takes the body of an answer that has what was asked for, and closes it in any case.
func (c *Client) read(res *http.Response) (*Answer, error) {
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, &StatusError{Status: res.StatusCode}
	}
	if res.ContentLength > c.options.MaxBody {
		return nil, c.tooLarge()
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, c.options.MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(body)) > c.options.MaxBody {
		return nil, c.tooLarge()
	}
	return &Answer{Body: body, ContentType: res.Header.Get("Content-Type"), URL: res.Request.URL}, nil
}

func (c *Client) tooLarge() error {
	return fmt.Errorf("%w: more than %d bytes", ErrTooLarge, c.options.MaxBody)
}

// limited runs a call within the client's time, and tells its end from that of the caller's.
func limited[T any](ctx context.Context, c *Client, call func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.options.Timeout, ErrTooSlow)
	defer cancel()
	answer, err := call(ctx)
	if err != nil && context.Cause(ctx) == ErrTooSlow { //nolint:errorlint // the very one set above
		return answer, fmt.Errorf("%w: more than %s", ErrTooSlow, c.options.Timeout)
	}
	return answer, err
}
