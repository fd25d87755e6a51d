package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/linklog/linklog/adapters/fetch"
	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/linkpack"
	"github.com/linklog/linklog/adapters/httpapi/linxly"
	"github.com/linklog/linklog/adapters/httpapi/smartlinks"
	"github.com/linklog/linklog/adapters/httpapi/spotify"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

// dialectNames are the APIs of others that we speak.
var dialectNames = []string{"linkpack", "linxly", "smartlinks", "spotify"}

// serveDialects adds them to the server.
func (p *parts) serveDialects(s *httpapi.Server, secret []byte) {
	s.Serve(linkpack.New(s, linkpack.Options{}))
	s.Serve(linxly.New(s))
	s.Serve(smartlinks.New(s, smartlinks.Options{Secret: secret, Logos: postgres.NewLogos(p.pool)}))
	s.Serve(spotify.New(s, p.spotifyOptions()))
}

// outside asks strangers.
func (p *parts) outside() *fetch.Client { return fetch.New(fetch.Options{Allow: p.site.FetchAllow}) }

// fetchImage asks strangers for a picture.
func (p *parts) fetchImage(ctx context.Context, url string) ([]byte, error) {
	a, err := p.outside().Get(ctx, url, "image/*")
	if err != nil {
		return nil, err
	}
	return a.Body, nil
}

// spotifyOptions are what the Spotify dialect asks of the outside and of the database.
func (p *parts) spotifyOptions() spotify.Options {
	o := spotify.Options{Maintenance: postgres.NewMaintenance(p.pool).On, Resolve: p.resolve}
	if p.site.TurnstileSecret != "" {
		o.Human = spotify.Turnstile{Secret: p.site.TurnstileSecret, URL: p.site.TurnstileURL, Post: p.post}.Human
	}
	return o
}

// resolve follows strangers' redirects. Why that fails is only told here.
func (p *parts) resolve(ctx context.Context, address string, arrived func(*url.URL) bool) (*url.URL, error) {
	u, err := p.outside().Resolve(ctx, address, arrived)
	if err != nil {
		p.log.InfoContext(ctx, "a short link could not be expanded", "error", err)
	}
	return u, err
}

// post sends a form to strangers.
func (p *parts) post(ctx context.Context, address string, form url.Values) ([]byte, error) {
	a, err := p.outside().PostForm(ctx, address, form)
	if err != nil {
		return nil, err
	}
	return a.Body, nil
}

// dialectHosts are the hosts that speak a dialect alone.
func (s siteSettings) dialectHosts() (map[domain.Host]string, error) {
	hosts := map[domain.Host]string{}
	for raw, name := range s.DialectHost {
		host, err := domain.ParseHost(raw)
		if err != nil || !slices.Contains(dialectNames, name) {
			return nil, fmt.Errorf("--dialect-host must look like api.example.com=smartlinks with one of %s, not %s=%s", strings.Join(dialectNames, ", "), raw, name)
		}
		hosts[host] = name
	}
	return hosts, nil
}
