package domain

import (
	"strings"
	"testing"
)

// FuzzCanonical holds the quick look at a name against what it saves: a name that is taken for
// canonical is what IDNA would make of it.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"example.com", "a_b.c-d", "-a.b", "a-.b", "ab--cd.e", "xn--bcher-kva.example", "a..b", "A.b", "a.b.", "bücher", strings.Repeat("a", 64), "_dmarc.x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !canonical(name) {
			return
		}
		if made, err := names.ToASCII(name); err != nil || made != name {
			t.Errorf("%q was taken for canonical; IDNA makes %q of it (%v)", name, made, err)
		}
	})
}
