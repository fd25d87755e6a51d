package smartlinks

import (
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

// One link has one id: whatever is read as a number is written the same again.
func FuzzParseID(f *testing.F) {
	f.Add("link_abc123")
	f.Add(id(domain.Numbering{Secret: []byte("x")}.Number(7)))
	f.Fuzz(func(t *testing.T, raw string) {
		n, err := parseID(raw)
		if err != nil {
			if domain.CodeOf(err) != domain.NotFound {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if id(n) != raw {
			t.Errorf("%q is read as %d, which is %q", raw, n, id(n))
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for counter := range uint64(1000) {
		n := domain.Numbering{Partition: int32(counter % 1000), Secret: []byte("x")}.Number(counter + 1) //nolint:gosec // small
		if back, err := parseID(id(n)); err != nil || back != n || !strings.HasPrefix(id(n), "link_") {
			t.Fatalf("%d is %q is %d: %v", n, id(n), back, err)
		}
	}
}
