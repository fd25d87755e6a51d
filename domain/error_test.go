package domain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

// TestCodesKeepTheirNumbers is the list as it stands in the log. Add at the end, nothing else.
func TestCodesKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	want := "internal invalid_url validation unauthorized forbidden not_found slug_taken " +
		"version_conflict key_reused rate_limited too_large deadline_passed unavailable"
	var names []string
	for _, c := range domain.Codes() {
		names = append(names, c.String())
	}
	if got := strings.Join(names, " "); !strings.HasPrefix(got, want) {
		t.Errorf("codes are %q", got)
	}
	if got := domain.Code(200).String(); got != "code_200" {
		t.Error(got)
	}
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	refusal := domain.Errorf(domain.SlugTaken, "slug", "%q is taken", "sale")
	if c := domain.CodeOf(fmt.Errorf("create: %w", refusal)); c != domain.SlugTaken {
		t.Error(c)
	}
	if c := domain.CodeOf(errors.New("disk full")); c != domain.Internal {
		t.Error(c)
	}
	if got := refusal.Error(); got != `slug_taken: "sale" is taken` {
		t.Error(got)
	}
}

func TestPlans(t *testing.T) {
	t.Parallel()
	for _, p := range []domain.Plan{domain.Free, domain.Pro, domain.Enterprise} {
		if got, err := domain.ParsePlan(string(p)); err != nil || got != p {
			t.Error(p, got, err)
		}
	}
	if _, err := domain.ParsePlan("gold"); domain.CodeOf(err) != domain.Validation {
		t.Error(err)
	}
}
