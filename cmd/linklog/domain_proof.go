package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/linklog/linklog/adapters/postgres"
)

// domainProofs are how accounts show that domains are theirs.
type domainProofs struct {
	secret    []byte
	lookupTXT func(ctx context.Context, name string) ([]string, error) // nil: as the machine does
}

func (p *parts) domainProofs(ctx context.Context) (d domainProofs, err error) {
	if d.secret, err = postgres.Secret(ctx, p.pool, "domains"); err != nil {
		return d, err
	}
	d.lookupTXT, err = p.site.lookupTXT()
	return d, err
}

// lookupTXT asks the DNS for the records that prove whose domains are; nil if the machine knows whom
// to ask.
func (s siteSettings) lookupTXT() (func(ctx context.Context, name string) ([]string, error), error) {
	if s.DNSServer == "" {
		return nil, nil
	}
	if host, _, err := net.SplitHostPort(s.DNSServer); err != nil || host == "" {
		return nil, fmt.Errorf("--dns-server must look like 192.0.2.53:53, not %q", s.DNSServer)
	}
	r := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.DNSServer)
	}}
	return func(ctx context.Context, name string) ([]string, error) {
		return r.LookupTXT(ctx, strings.TrimSuffix(name, ".")+".") // no search list
	}, nil
}
