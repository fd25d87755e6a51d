package linxly

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// As Laravel's paginator shows them.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		current, last int
		want          string
	}{
		{1, 1, "1"},
		{1, 2, "1 2"},
		{13, 13, "1 2 3 4 5 6 7 8 9 10 11 12 13"},
		{1, 14, "1 2 3 4 5 6 7 8 9 10 0 13 14"},
		{7, 30, "1 2 3 4 5 6 7 8 9 10 0 29 30"},
		{8, 30, "1 2 0 5 6 7 8 9 10 11 0 29 30"},
		{23, 30, "1 2 0 20 21 22 23 24 25 26 0 29 30"},
		{24, 30, "1 2 0 21 22 23 24 25 26 27 28 29 30"},
		{30, 30, "1 2 0 21 22 23 24 25 26 27 28 29 30"},
		{99, 30, "1 2 0 21 22 23 24 25 26 27 28 29 30"},
	} {
		p := pages{current: c.current, size: 10, total: c.last * 10}
		var got []string
		for _, n := range p.numbers() {
			got = append(got, strconv.Itoa(n))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("page %d of %d: %s, want %s", c.current, c.last, s, c.want)
		}
	}
}

// Wherever one is, the first, the current and the last page have a button, in order and once.
func TestNumbersAlways(t *testing.T) {
	t.Parallel()
	for last := 1; last < 60; last++ {
		for current := 1; current <= last; current++ {
			before, here := 0, false
			all := (&pages{current: current, size: 7, total: last*7 - 6}).numbers()
			for i, n := range all {
				if n == 0 && (i == 0 || i == len(all)-1 || all[i+1]-all[i-1] < 2) {
					t.Errorf("page %d of %d has a gap at %d: %v", current, last, i, all)
				}
				if n != 0 && n <= before {
					t.Errorf("page %d of %d: %v", current, last, all)
				}
				before, here = max(before, n), here || n == current
			}
			if !here || all[0] != 1 || all[len(all)-1] != last {
				t.Errorf("page %d of %d: %v", current, last, all)
			}
		}
	}
}

func FuzzAlong(f *testing.F) {
	f.Add("page=2&per_page=10&sort_type=asc")
	f.Add("a=%zz&b=%20+&&=x")
	f.Fuzz(func(t *testing.T, query string) {
		once := along(query)
		if again := along(once + "page=7"); again != once {
			t.Errorf("%q becomes %q becomes %q", query, once, again)
		}
	})
}

func TestAlong(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"": "", "page=3": "", "page=1&per_page=10&sort_column=created_at&sort_type=desc": "",
		"per_page=50&page=2&sort_type=asc": "per_page=50&sort_type=asc&", "q=a%26b": "q=a%26b&", "broken=%zz": "",
	} {
		if got := along(query); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

// Ids made of something else are the same for ever, and survive JSON.
func TestStable(t *testing.T) {
	t.Parallel()
	if got := stable("acc_ann"); got != 7134443041220744 {
		t.Errorf("the account's id was 7134443041220744 and is %d", got)
	}
	a := domain.Link{Account: "acc_ann", Traits: domain.Traits{UTM: domain.UTM{Source: "a", Medium: "b"}}}
	b := domain.Link{Account: "acc_bob", Traits: a.Traits}
	c := domain.Link{Account: "acc_ann", Traits: domain.Traits{UTM: domain.UTM{Source: "a", Campaign: "b"}}}
	other := domain.Link{Account: a.Account, Traits: a.Traits}
	if *utmID(a) != *utmID(other) || *utmID(a) == *utmID(b) || *utmID(a) == *utmID(c) || *utmID(a) >= 1<<53 || utmID(domain.Link{}) != nil {
		t.Error("the id of UTM values stands for others too")
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 4, 14, 20, 0, 0, time.FixedZone("CEST", 7200))
	l := domain.Link{Created: at, Updated: at, Traits: domain.Traits{Archived: true, Starts: at}}
	one := showAlone(l)
	if one.CreatedAt != "2026-06-04 12:20:00" || one.UpdatedAt != one.CreatedAt || *one.Schedules[0].StartAt != one.CreatedAt || one.Schedules[0].EndAt != nil {
		t.Errorf("times are not UTC's: %+v", one)
	}
	if showListed(l, 1).Status {
		t.Error("an archived link is active")
	}
}
