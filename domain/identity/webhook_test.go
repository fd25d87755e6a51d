package identity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestRetriesLastADay(t *testing.T) {
	t.Parallel()
	for _, chance := range []float64{0, 1} {
		var all, before time.Duration
		attempt := 1
		for ; ; attempt++ {
			pause, ok := identity.RetryDelay(attempt, chance)
			if !ok {
				break
			}
			if pause < before {
				t.Errorf("the pause behind attempt %d is %s, shorter than the one before", attempt, pause)
			}
			all, before = all+pause, pause
		}
		if all < 23*time.Hour || all > 30*time.Hour {
			t.Errorf("%d attempts last %s", attempt, all)
		}
	}
	if _, ok := identity.RetryDelay(0, 0); ok {
		t.Error("there is a pause before the first attempt")
	}
}

func TestParseWebhookURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://example.com/hook":          "https://example.com/hook",
		"\thttp://example.com:8443/a?b=c\n": "http://example.com:8443/a?b=c",
		"https://example.com/#part":         "https://example.com/",
		"":                                  "",
		"example.com/hook":                  "",
		"ftp://example.com":                 "",
		"https://":                          "",
		"https://ann:secret@example.com":    "",
		"https://example.com/%zz":           "",
		"https://example.com/" + strings.Repeat("a", identity.MaxWebhookURL): "",
	} {
		got, err := identity.ParseWebhookURL(raw)
		if got != want || (want == "") != (domain.CodeOf(err) == domain.Validation) {
			t.Errorf("%q: %q, %v; want %q", raw, got, err, want)
		}
	}
}

func TestParseNoticeKinds(t *testing.T) {
	t.Parallel()
	got, err := identity.ParseNoticeKinds([]string{"click", "link.created", "click"})
	if want := []identity.NoticeKind{identity.LinkCreated, identity.Clicked}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	for _, bad := range [][]string{nil, {"test"}, {"link.created", "links.created"}} {
		if got, err := identity.ParseNoticeKinds(bad); domain.CodeOf(err) != domain.Validation {
			t.Errorf("%v: %v, %v", bad, got, err)
		}
	}
}
