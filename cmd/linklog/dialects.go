package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linklog/linklog/adapters/fetch"
	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/linkpack"
	"github.com/linklog/linklog/adapters/httpapi/smartlinks"
	"github.com/linklog/linklog/domain"
)

// dialectNames are the APIs of others that we speak.
var dialectNames = []string{"linkpack", "linxly", "smartlinks", "spotify"}

// serveDialects adds them to the server.
func serveDialects(s *httpapi.Server, secret []byte) {
	s.Serve(linkpack.New(s, linkpack.Options{}))
	s.Serve(smartlinks.New(s, smartlinks.Options{Secret: secret, Fetch: fetchImage}))
}

// fetchImage asks strangers for a picture.
func fetchImage(ctx context.Context, url string) ([]byte, error) {
	a, err := fetch.New(fetch.Options{}).Get(ctx, url, "image/*")
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
