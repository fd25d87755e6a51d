package projections

import "testing"

func FuzzParseNews(f *testing.F) {
	f.Add(advanced{"links_1", 3, 77, 12}.payload())
	f.Add(swapped{"links", "links_2", 4}.payload())
	f.Add("advanced links_1 3 77 x")
	f.Add("advanced links_1 99999999999 77 1")
	f.Fuzz(func(t *testing.T, payload string) {
		var again string
		switch n := parseNews(payload).(type) {
		case advanced:
			again = n.payload()
		case swapped:
			again = n.payload()
		default:
			return
		}
		if parseNews(again) != parseNews(payload) {
			t.Errorf("%q is read differently when written again as %q", payload, again)
		}
	})
}

func TestNewsIsReadBack(t *testing.T) {
	for _, n := range []any{advanced{"links_1", 3, 77, -1}, swapped{"links", "links_2", 4}} {
		payload := n.(interface{ payload() string }).payload()
		if got := parseNews(payload); got != n {
			t.Errorf("%q is read as %+v", payload, got)
		}
	}
	for _, bad := range []string{"", "advanced", "advanced links_1 3 77 x", "swapped links links_2", "renamed links"} {
		if got := parseNews(bad); got != nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
}
