package domain_test

import (
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

func TestRoute(t *testing.T) {
	t.Parallel()
	link := domain.Link{Number: 1, Version: 3, Account: "ann", Destination: "https://example.com/", Expires: dawn}
	target, ok := link.Target()
	if !ok || target != (domain.Target{Link: 1, Version: 3, Account: "ann", Destination: "https://example.com/", Expires: dawn}) {
		t.Fatalf("%+v, %v", target, ok)
	}
	to := func(at time.Time, want domain.Destination, verdict domain.Verdict) {
		t.Helper()
		got, _, v := domain.Route(&target, &domain.Visit{At: at})
		if got != want || v != verdict {
			t.Errorf("at %s: %q, %d", at, got, v)
		}
	}
	to(dawn.Add(-1), "https://example.com/", domain.Redirect)
	to(dawn, "", domain.Gone)
	to(dawn.Add(1), "", domain.Gone)
	target.Expires = time.Time{}
	to(dawn.AddDate(100, 0, 0), "https://example.com/", domain.Redirect)
}

func TestOnlyActiveLinksAreFound(t *testing.T) {
	t.Parallel()
	for _, l := range []domain.Link{{}, {Number: 1, Status: domain.Deleted}, {Number: 1, Status: domain.Parked}} {
		if _, ok := l.Target(); ok {
			t.Errorf("%+v is found", l)
		}
	}
}
