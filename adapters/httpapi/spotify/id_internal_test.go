package spotify

import (
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

// One link has one id: whatever is read as a number is written the same again.
func FuzzParseID(f *testing.F) {
	f.Add("00000012gosa7pa")
	f.Add(id(domain.Numbering{Secret: []byte("x")}.Number(7)))
	f.Fuzz(func(t *testing.T, raw string) {
		n, err := parseID(raw)
		if err != nil {
			if domain.CodeOf(err) != domain.NotFound {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if id(n) != raw || n >= 1<<53 {
			t.Errorf("%q is read as %d, which is %q", raw, n, id(n))
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for counter := range uint64(1000) {
		n := domain.Numbering{Partition: int32(counter % domain.MaxPartitions), Secret: []byte("x")}.Number(counter + 1) //nolint:gosec // small
		raw := id(n)
		if back, err := parseID(raw); err != nil || back != n {
			t.Fatalf("%d is %q is %d: %v", n, raw, back, err)
		}
		if len(raw) != 15 || strings.Trim(raw, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || seen[raw] {
			t.Errorf("%q is no id of PocketBase's, or another link's", raw)
		}
		seen[raw] = true
	}
	for _, raw := range []string{"", "000000000000000", "zzzzzzzzzzzzzzz", strings.ToUpper(id(1 << 43)), strings.TrimLeft(id(1<<43), "0"), "0" + id(1<<43), id(1<<43 - 1)} {
		if n, err := parseID(raw); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%q is read as %d", raw, n)
		}
	}
}
