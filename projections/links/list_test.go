package links_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// listed makes links of an account that differ in all that lists look at.
func listed(b *bundle, n int) (all []domain.Link) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	b.started(0)
	events := []domain.Event{registered("sho.rt")}
	for i := range n {
		e := created(domain.LinkNumber(i*37%n+1), domain.Slug(fmt.Sprintf("%s%d", pick("Ab", "aB", "z_", "m"), i)), 1) //nolint:gosec // small
		e.At = dawn.Add(time.Duration(r.IntN(n)) * time.Hour)
		body, _ := e.Body.(domain.LinkCreated)
		body.Host = domain.Host(pick("sho.rt", "sho.rt", "go.sho.rt"))
		body.Key = domain.SlugKey{Host: body.Host, Text: string(body.Slug)}
		body.Destination = domain.Destination(pick("https://", "http://") + pick("www.", "") + pick("Shop", "odd") + fmt.Sprintf(".example.com/100%%_off/%d", r.IntN(5)))
		if r.IntN(3) == 0 {
			body.Expires = dawn.Add(time.Duration(r.IntN(2*n)) * time.Hour)
		}
		if r.IntN(2) == 0 {
			body.Traits = domain.Traits{
				Title: pick("", "Über Sale", "Winter", "winter"), Tags: strings.Fields(pick("", "web", "spring web")),
				Metadata: domain.Metadata(pick("", `{"n":1}`, `{"n":"1","who":"ann"}`, `{"deep":{"a":[1]}}`)),
				Disabled: r.IntN(4) == 0, Archived: r.IntN(4) == 0, External: fmt.Sprint("x", i),
			}
			if r.IntN(4) == 0 {
				body.Traits.Starts = dawn.Add(time.Duration(r.IntN(2*n)) * time.Hour)
			}
			if len(body.Traits.Tags) == 0 {
				body.Traits.Tags = nil
			}
		}
		e.Body = body
		events = append(events, e)
		all = append(all, domain.Link{}.Apply(e))
		if r.IntN(3) == 0 {
			c := e
			c.Command, c.Version, c.At = c.Command+" changed", 2, c.At.Add(time.Duration(r.IntN(n))*time.Hour)
			c.Body = domain.DestinationChanged{To: body.Destination + "?changed"}
			events = append(events, c)
			all[len(all)-1] = all[len(all)-1].Apply(c)
		}
	}
	other := created(9999, "bobs", 1)
	other.Account = "bob"
	b.apply(0, 0, append(events, other)...)
	return all
}

// matches is what a filter means.
func matches(f links.Filter, l *domain.Link, found func(links.Filter, *domain.Link) bool) bool {
	ended, early := !l.Expires.IsZero() && !l.Expires.After(f.Now), l.Starts.After(f.Now)
	life := map[links.Life]bool{
		links.Any: true, links.Archived: l.Archived, links.Shown: !l.Archived, links.Disabled: !l.Archived && l.Disabled,
		links.Expired: !l.Archived && ended, links.Scheduled: !l.Archived && early, links.Working: !l.Archived && !l.Disabled && !ended && !early,
	}
	value := map[string]string{`{"n":1}`: "1", `{"n":"1","who":"ann"}`: "1"}[string(l.Metadata)]
	return life[f.Life] && (f.Host == "" || l.Host == f.Host) && (f.Tag == "" || slices.Contains(l.Tags, f.Tag)) &&
		(f.Search == "" || found(f, l)) && (f.External == "" || l.External == f.External) &&
		(f.MetadataKey == "" || value != "" && (f.MetadataValue == "" || f.MetadataValue == value)) &&
		!l.Created.Before(f.CreatedFrom) && (f.CreatedTo.IsZero() || l.Created.Before(f.CreatedTo)) &&
		(f.Destination == "" || l.Destination == f.Destination) && (f.Numbers == nil || slices.Contains(f.Numbers, l.Number))
}

// finding is what a search means: in an account with more than few links, letters in the middle of
// slugs and addresses are found in the newest only.
func finding(all []domain.Link, few int) func(links.Filter, *domain.Link) bool {
	newest := slices.DeleteFunc(slices.Clone(all), func(l domain.Link) bool { return l.Archived })
	slices.SortFunc(newest, func(a, b domain.Link) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.Number, a.Number))
	})
	young := map[domain.LinkNumber]bool{}
	for _, l := range newest[:min(few, len(newest))] {
		young[l.Number] = true
	}
	return func(f links.Filter, l *domain.Link) bool {
		text, title := strings.ToLower(f.Search), strings.ToLower(l.Title)
		everywhere := len(all) <= few || f.Numbers != nil || f.External != ""
		_, address, _ := strings.Cut(string(l.Destination), "://")
		letters := strings.Contains(strings.ToLower(string(l.Slug)), text) || strings.Contains(strings.ToLower(string(l.Destination)), text)
		if (everywhere || young[l.Number]) && letters || strings.Contains(title, text) && (everywhere || len(text) > 2) || strings.HasPrefix(title, text) {
			return true
		}
		split := func(s string) []string {
			return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		}
		theirs, wanted := split(string(l.Slug)+" "+address+" "+title), split(text)
		return len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w string) bool {
			return !slices.ContainsFunc(theirs, func(word string) bool { return strings.HasPrefix(word, w) })
		})
	}
}

// sorted is what a sort means: numbers of links in its order.
func sorted(q links.ListQuery, all []domain.Link, found func(links.Filter, *domain.Link) bool) (numbers []domain.LinkNumber) {
	address := func(l *domain.Link) string {
		_, rest, _ := strings.Cut(strings.ToLower(string(l.Destination)), "://")
		return rest
	}
	by := map[links.Sort]func(a, b *domain.Link) int{
		"":              func(a, b *domain.Link) int { return a.Created.Compare(b.Created) },
		links.ByUpdated: func(a, b *domain.Link) int { return a.Updated.Compare(b.Updated) },
		links.BySlugText: func(a, b *domain.Link) int {
			return cmp.Compare(strings.ToLower(string(a.Slug)), strings.ToLower(string(b.Slug)))
		},
		links.ByDestination: func(a, b *domain.Link) int { return cmp.Compare(address(a), address(b)) },
		links.ByTitle: func(a, b *domain.Link) int {
			if a.Title == "" && b.Title == "" {
				return a.Created.Compare(b.Created)
			}
			return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
		},
	}[q.Sort]
	slices.SortFunc(all, func(a, b domain.Link) int {
		if q.Sort == links.ByTitle && (a.Title == "") != (b.Title == "") {
			return cmp.Compare(b.Title, "") - cmp.Compare(a.Title, "") // those without come last
		}
		c := cmp.Or(by(&a, &b), cmp.Compare(a.Number, b.Number))
		if !q.Ascending {
			c = -c
		}
		return c
	})
	for _, l := range all {
		if matches(q.Filter, &l, found) {
			numbers = append(numbers, l.Number)
		}
	}
	return numbers
}

var filters = map[string]links.Filter{
	"none": {}, "host": {Host: "go.sho.rt"}, "tag": {Tag: "spring"}, "common tag": {Tag: "web"}, "no tag": {Tag: "never"},
	"external": {External: "x3"}, "key": {MetadataKey: "n"}, "value": {MetadataKey: "n", MetadataValue: "1"},
	"tag and value": {Tag: "web", MetadataKey: "n", MetadataValue: "1"}, "any": {Life: links.Any}, "archived": {Life: links.Archived},
	"disabled": {Life: links.Disabled}, "expired": {Life: links.Expired}, "scheduled": {Life: links.Scheduled}, "working": {Life: links.Working},
	"archived tag": {Life: links.Archived, Tag: "web"}, "any on host": {Life: links.Any, Host: "go.sho.rt"},
	"period":      {CreatedFrom: dawn.Add(20 * time.Hour), CreatedTo: dawn.Add(70 * time.Hour)},
	"destination": {Destination: "https://odd.example.com/100%_off/3"}, "numbers": {Numbers: []domain.LinkNumber{3, 5, 7, 9999}}, "no numbers": {Numbers: []domain.LinkNumber{}},
	"search address": {Search: "ODD.example"}, "search letters": {Search: "%_off/3?"}, "search title": {Search: "ÜBER s"}, "search slug": {Search: "z_1"}, "search two": {Search: "wi"},
	"search words": {Search: "5 examp odd"}, "search middle": {Search: "xample"}, "search end": {Search: "ale"}, "search number": {Search: "z_14"}, "search one letter": {Search: "w"},
	"search word and tag": {Search: "example shop", Tag: "web"}, "search middle and tag": {Search: "hop", Tag: "web"}, "search archived": {Search: "off 2", Life: links.Archived},
	"search middle in all": {Search: "dd.ex", Life: links.Any}, "search nothing": {Search: "//"}, "search quotes": {Search: `it's \ "so"`}, "search numbers": {Search: "hop", Numbers: []domain.LinkNumber{1, 2, 3, 4}},
}

// Every filter, in every order, page by page both ways: the same links as going through all of them
// gives, whether the reader takes the account for a small one or a large one.
func TestLists(t *testing.T) {
	t.Parallel()
	b := setup(t)
	all := listed(b, 150)
	for _, few := range []int{3000, 20, 100} {
		b.reader.Few(few)
		found := finding(all, few)
		for name, f := range filters {
			f.Account, f.Now = "ann", dawn.Add(75*time.Hour)
			for _, by := range []links.Sort{"", links.ByUpdated, links.BySlugText, links.ByTitle, links.ByDestination} {
				q := links.ListQuery{Filter: f, Sort: by, Ascending: len(name)%2 == 0, Limit: 17}
				b.list(fmt.Sprintf("few=%d, %s by %q", few, name, by), q, sorted(q, all, found))
			}
		}
	}
}

// list reads a list by cursor and by page number.
func (b *bundle) list(name string, q links.ListQuery, want []domain.LinkNumber) {
	b.Helper()
	read := func(next func(links.Page)) (got []domain.LinkNumber) {
		for {
			page, err := b.reader.List(b.Context(), q)
			b.must(err)
			for _, l := range page.Links {
				got = append(got, l.Number)
			}
			if !page.More {
				return got
			}
			next(page)
		}
	}
	if got := read(func(p links.Page) { q.After = p.Next }); !slices.Equal(got, want) {
		b.Errorf("%s, by cursor:\n got %v\nwant %v", name, got, want)
	}
	q.After = ""
	if got := read(func(p links.Page) { q.Offset += len(p.Links) }); !slices.Equal(got, want) {
		b.Errorf("%s, by number:\n got %v\nwant %v", name, got, want)
	}
	n, err := b.reader.Count(b.Context(), q.Filter)
	b.must(err)
	numbers, err := b.reader.NumbersOf(b.Context(), q.Filter)
	b.must(err)
	if slices.Sort(want); n != len(want) || !slices.Equal(numbers, want) {
		b.Errorf("%s: count %d, numbers %v, want %v", name, n, numbers, want)
	}
}

// A search that didn't look everywhere says so, and only then.
func TestPartialSearches(t *testing.T) {
	t.Parallel()
	b := setup(t)
	listed(b, 150)
	for _, c := range []struct {
		few     int
		f       links.Filter
		partial bool
	}{
		{3000, links.Filter{Search: "nowhere"}, false},
		{20, links.Filter{Search: "nowhere"}, true},
		{20, links.Filter{Search: "z_1"}, true},
		{20, links.Filter{Search: "example"}, true},
		{20, links.Filter{}, false},
		{20, links.Filter{Search: "nowhere", External: "x3"}, false},
	} {
		b.reader.Few(c.few)
		c.f.Account = "ann"
		page, err := b.reader.List(t.Context(), links.ListQuery{Filter: c.f, Limit: 5})
		b.must(err)
		if page.Partial != c.partial {
			t.Errorf("few=%d %+v: partial %v", c.few, c.f, page.Partial)
		}
	}
}
