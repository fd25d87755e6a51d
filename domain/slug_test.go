package domain_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

func TestParseSlug(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"abc", "A-1", "---", "summer-sale-2026", strings.Repeat("x", 50), "apis"} {
		if s, err := domain.ParseSlug(good); err != nil || string(s) != good {
			t.Errorf("%q: %q, %v", good, s, err)
		}
	}
	for _, bad := range []string{
		"", "ab", strings.Repeat("x", 51), "a.b", "a/b", "a_b", "a b", "süß", "🙂🙂🙂", "a%b", "abc\n", "api", "API", "Dashboard", "well-known",
	} {
		if s, err := domain.ParseSlug(bad); domain.CodeOf(err) != domain.Validation {
			t.Errorf("%q: %q, %v", bad, s, err)
		}
	}
}

func FuzzParseSlug(f *testing.F) {
	for _, seed := range []string{"summer-sale", "a.b", "API", "süß"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := domain.ParseSlug(raw)
		if err != nil {
			return
		}
		if again, err := domain.ParseSlug(string(s)); err != nil || again != s || string(s) != raw {
			t.Errorf("%q: %q, then %q, %v", raw, s, again, err)
		}
		if strings.Trim(strings.ToLower(raw), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(raw) < 3 || len(raw) > 50 {
			t.Errorf("%q is let through", raw)
		}
		if domain.IgnoreCase.Key("h", s) != domain.IgnoreCase.Key("h", domain.Slug(strings.ToUpper(raw))) {
			t.Errorf("%q and its capitals are two slugs", raw)
		}
	})
}

func TestDrawnSlugsAreGoodSlugs(t *testing.T) {
	t.Parallel()
	seen := map[domain.Slug]bool{}
	for range 10_000 {
		s := domain.DrawSlug(domain.KeepCase, rand.IntN)
		if _, err := domain.ParseSlug(string(s)); err != nil || len(s) != domain.RandomSlug || strings.ContainsAny(string(s), "0O1lI") {
			t.Fatalf("drew %q: %v", s, err)
		}
		seen[s] = true
		if folded := domain.DrawSlug(domain.IgnoreCase, rand.IntN); strings.ToLower(string(folded)) != string(folded) {
			t.Fatalf("drew %q where case is ignored", folded)
		}
	}
	if len(seen) < 9_990 {
		t.Errorf("only %d of 10,000 slugs differ", len(seen))
	}
}

// TestReservedWordsAreNotDrawn leads the dice to "assets", then elsewhere.
func TestReservedWordsAreNotDrawn(t *testing.T) {
	t.Parallel()
	const letters = "23456789abcdefghijkmnpqrstuvwxyz"
	rolls := "assetsbbbbbb"
	s := domain.DrawSlug(domain.IgnoreCase, func(int) int {
		n := strings.IndexByte(letters, rolls[0])
		rolls = rolls[1:]
		return n
	})
	if s != "bbbbbb" {
		t.Errorf("drew %q", s)
	}
}

func TestCasePolicyNames(t *testing.T) {
	t.Parallel()
	for _, p := range []domain.CasePolicy{domain.KeepCase, domain.IgnoreCase} {
		if again, err := domain.ParseCasePolicy(p.String()); err != nil || again != p {
			t.Errorf("%v: %v, %v", p, again, err)
		}
	}
	if _, err := domain.ParseCasePolicy("Keep"); domain.CodeOf(err) != domain.Validation {
		t.Error(err)
	}
}

func TestParseForeignSlug(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"1", "a", "_", "a_B-c", "login", strings.Repeat("x", 100), "lnk", "LNK_1"} {
		if s, err := domain.ParseForeignSlug(good); err != nil || string(s) != good {
			t.Errorf("%q: %q, %v", good, s, err)
		}
	}
	for _, bad := range []string{"", strings.Repeat("x", 101), "a.b", "a/b", "a+", "a b", "süß", "a%b", "a\n", "lnk_1x2y3z"} {
		if s, err := domain.ParseForeignSlug(bad); domain.CodeOf(err) != domain.Validation {
			t.Errorf("%q: %q, %v", bad, s, err)
		}
	}
}

// FuzzParseForeignSlug: whatever may be a slug may come from elsewhere, and no path is one.
func FuzzParseForeignSlug(f *testing.F) {
	for _, seed := range []string{"summer-sale", "a_b", "1", "lnk_1", "a.b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := domain.ParseForeignSlug(raw)
		if _, strict := domain.ParseSlug(raw); strict == nil && err != nil {
			t.Errorf("%q is a slug, but not from elsewhere: %v", raw, err)
		}
		if err == nil && (string(s) != raw || strings.ContainsAny(raw, "/+.%?# \x00") || len(raw) > domain.MaxForeignSlug) {
			t.Errorf("%q is let through as %q", raw, s)
		}
	})
}
