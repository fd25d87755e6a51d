package linkpack

import (
	"regexp"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// One link has one id: whatever is read as a number is written the same again.
func FuzzParseID(f *testing.F) {
	f.Add(id(domain.Numbering{Secret: []byte("x")}.Number(7)))
	f.Add("00000000-0000-4000-8000-000000000000")
	f.Add("0000000000000000000000000000000000")
	f.Fuzz(func(t *testing.T, raw string) {
		n, err := parseID(raw)
		if err != nil {
			if domain.CodeOf(err) != domain.NotFound {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if !strings.EqualFold(id(n), raw) {
			t.Errorf("%q is read as %d, which is %q", raw, n, id(n))
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for counter := range uint64(1000) {
		n := domain.Numbering{Partition: int32(counter % 1000), Secret: []byte("x")}.Number(counter + 1) //nolint:gosec // small
		made := id(n)
		if back, err := parseID(made); err != nil || back != n || !uuid.MatchString(made) {
			t.Fatalf("%d is %q is %d: %v", n, made, back, err)
		}
		if back, err := parseID(strings.ToUpper(made)); err != nil || back != n {
			t.Fatalf("%q in capitals is %d: %v", made, back, err)
		}
		for i := range made { // every digit counts
			other := []byte(made)
			other[i] = '1' + made[i]%2
			if _, err := parseID(string(other)); string(other) != made && err == nil {
				t.Fatalf("%q is read as well as %q", other, made)
			}
		}
	}
}

// Clients keep ids: these were given away.
func TestIDsStay(t *testing.T) {
	t.Parallel()
	for n, want := range map[domain.LinkNumber]string{
		1<<43 + 1: "2e8cf60e-ced0-4d25-8500-080000000001",
		1<<53 - 1: "b46a8b66-05d6-4db0-871f-ffffffffffff",
	} {
		if got := id(n); got != want {
			t.Errorf("%d is %q", n, got)
		}
	}
}
