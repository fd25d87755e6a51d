package httpapitest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"slices"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// ByExternal implements httpapi.Links.
func (w *World) ByExternal(ctx context.Context, account domain.AccountID, on domain.Host, id string) (domain.Link, error) {
	n := w.State.External[domain.ExternalKey{Account: account, Domain: on, ID: id}]
	if n == 0 {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link on %s has the external id %q", on, id)
	}
	return w.Link(ctx, n)
}

// DomainsOf implements httpapi.Links.
func (w *World) DomainsOf(ctx context.Context, account domain.AccountID) ([]domain.Domain, error) {
	all, err := w.Domains(ctx)
	return slices.DeleteFunc(all, func(d domain.Domain) bool { return d.Account != account }), err
}

// Domain implements httpapi.Links.
func (w *World) Domain(_ context.Context, host domain.Host) (domain.Domain, error) {
	d := w.State.Domains[host]
	if d.Host == "" {
		return d, domain.Errorf(domain.NotFound, "", "%s is not a registered short domain", host)
	}
	return d, nil
}

// Tags implements httpapi.Links.
func (w *World) Tags(_ context.Context, account domain.AccountID) (all []links.TagCount, err error) {
	counts := map[string]int{}
	for _, l := range w.filtered(links.Filter{Account: account}) {
		for _, t := range l.Tags {
			counts[t]++
		}
	}
	for t, n := range counts {
		all = append(all, links.TagCount{Tag: t, Links: n})
	}
	slices.SortFunc(all, func(a, b links.TagCount) int { return cmp.Compare(a.Tag, b.Tag) })
	return all, nil
}

// Usage implements httpapi.Links.
func (w *World) Usage(_ context.Context, account domain.AccountID) (uint64, error) {
	return uint64(len(w.filtered(links.Filter{Account: account, Life: links.Any}))), nil
}

// NumbersOf implements httpapi.Links.
func (w *World) NumbersOf(_ context.Context, f links.Filter) (all []domain.LinkNumber, err error) {
	for _, l := range w.filtered(f) {
		all = append(all, l.Number)
	}
	slices.Sort(all)
	return all, nil
}

// lookupTXT is the DNS of the world: what was put into Records.
func (w *World) lookupTXT(_ context.Context, name string) ([]string, error) {
	if w.Fault == "dns away" {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	if records, ok := w.Records[name]; ok {
		return records, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// fetchImage knows one picture.
func (*World) fetchImage(_ context.Context, address string) ([]byte, error) {
	if address != "https://example.com/logo.gif" {
		return nil, errors.New("address not allowed")
	}
	return []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), nil
}

// KeepLogo implements smartlinks.Logos.
func (w *World) KeepLogo(_ context.Context, account domain.AccountID, picture []byte) ([32]byte, error) {
	sum := sha256.Sum256(picture)
	w.logos[string(account)+string(sum[:])] = picture
	return sum, nil
}

// Logo implements smartlinks.Logos.
func (w *World) Logo(_ context.Context, account domain.AccountID, sum [32]byte) ([]byte, error) {
	picture, ok := w.logos[string(account)+string(sum[:])]
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "", "the account has no such picture")
	}
	return picture, nil
}
