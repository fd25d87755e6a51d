package links_test

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// becoming are what may become of a link after it was the last of a page.
var becoming = map[string]func(domain.LinkNumber) []domain.EventBody{
	"changed": func(l domain.LinkNumber) []domain.EventBody {
		return []domain.EventBody{
			domain.SlugChanged{
				From: slugOf(l), To: "zz" + slugOf(l), FromKey: domain.SlugKey{Host: "sho.rt", Text: string(slugOf(l))},
				ToKey: domain.SlugKey{Host: "sho.rt", Text: "zz" + string(slugOf(l))},
			},
			domain.DestinationChanged{To: "https://zz.example.com/"},
			domain.LinkChanged{Set: domain.Fields(0).With(domain.FieldTitle).With(domain.FieldArchived), To: domain.Traits{Title: "zz", Archived: true}},
		}
	},
	"deleted": func(l domain.LinkNumber) []domain.EventBody {
		return []domain.EventBody{domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: string(slugOf(l))}}}
	},
}

func slugOf(l domain.LinkNumber) domain.Slug { return domain.Slug(fmt.Sprintf("s%02d", l)) }

// A list goes on where a page ended, whatever became of the link there: all other links follow, each
// once, in every order.
func TestListsGoOnAfterLinksThatChanged(t *testing.T) {
	t.Parallel()
	for name, become := range becoming {
		for _, by := range []links.Sort{"", links.ByUpdated, links.BySlugText, links.ByTitle, links.ByDestination} {
			for _, ascending := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%s/ascending=%v", name, by, ascending), func(t *testing.T) {
					t.Parallel()
					walkChanging(t, links.ListQuery{
						Filter: links.Filter{Account: "ann", Life: links.Any}, Sort: by, Ascending: ascending, Limit: 3,
					}, become)
				})
			}
		}
	}
}

func walkChanging(t *testing.T, q links.ListQuery, become func(domain.LinkNumber) []domain.EventBody) {
	t.Helper()
	const n = 12
	b := setup(t)
	b.started(0)
	events := []domain.Event{registered("sho.rt")}
	for i := range n {
		l := domain.LinkNumber(i + 1) //nolint:gosec // small
		e := created(l, slugOf(l), 1)
		body, _ := e.Body.(domain.LinkCreated)
		body.Destination = domain.Destination(fmt.Sprintf("https://%c.example.com/", 'a'+i))
		if i%3 > 0 {
			body.Traits.Title = fmt.Sprintf("%c", 'a'+i)
		}
		e.At, e.Body = dawn.Add(time.Duration(i)*time.Hour), body
		events = append(events, e)
	}
	b.apply(0, 0, events...)
	all, err := b.reader.NumbersOf(t.Context(), q.Filter)
	b.must(err)
	at := int64(len(events))
	var seen, gone []domain.LinkNumber
	for range 4 * n { // a list that never ends is wrong too
		page, err := b.reader.List(t.Context(), q)
		b.must(err)
		for _, l := range page.Links {
			if !slices.Contains(gone, l.Number) { // it may be met again, further down
				seen = append(seen, l.Number)
			}
		}
		if !page.More {
			break
		}
		q.After = page.Next
		last := page.Links[len(page.Links)-1].Number
		if slices.Contains(gone, last) {
			continue
		}
		gone = append(gone, last)
		for i, body := range become(last) {
			b.apply(0, at, domain.Event{
				Command: domain.CommandID(fmt.Sprint("later", at)), Account: "ann", Domain: "sho.rt", Link: last,
				Version: uint64(i + 2), At: dawn.Add(time.Duration(at) * 24 * time.Hour), Body: body, //nolint:gosec // small
			})
			at++
		}
	}
	if slices.Sort(seen); !slices.Equal(seen, all) {
		t.Errorf("\n saw %v\nwant %v", seen, all)
	}
}

// What is no cursor of the list is refused; what can be taken for one does no harm.
func TestCursorsThatNobodyGave(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	b.apply(0, 0, append([]domain.Event{registered("sho.rt")}, creations(0, 5)...)...)
	made := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	newest := links.ListQuery{Filter: links.Filter{Account: "ann"}, Limit: 2}
	page, err := b.reader.List(t.Context(), newest)
	b.must(err)

	expect := func(q links.ListQuery, cursor string, refused bool) {
		t.Helper()
		q.Account, q.Limit, q.After = "ann", 2, cursor
		switch _, err := b.reader.List(t.Context(), q); {
		case refused && domain.CodeOf(err) != domain.Validation, !refused && err != nil:
			t.Errorf("%+v: %v", q, err)
		}
	}
	expect(newest, page.Next, false)
	expect(links.ListQuery{Sort: links.ByCreated}, page.Next, false)
	expect(links.ListQuery{Ascending: true}, page.Next, true)
	expect(links.ListQuery{Sort: links.ByUpdated}, page.Next, true)
	for _, s := range []string{
		"3", "x", "\xff\x00", page.Next + "=", page.Next + "AA", page.Next[:len(page.Next)/2], made("{}"), made("null"), made(`[1]`),
		made(`{"sort":"created_at","n":1.5}`), made(`{"sort":"created_at","n":99999999999999999999}`), made(`{"sort":"created_at","text":"\u0000"}`),
		made(`{"sort":"created_at","at":9223372036854775807}`), made(`{"sort":"created_at","at":-9223372036854775808}`), made(`{"sort":"' OR 1=1"}`),
	} {
		expect(newest, s, true)
	}
	for _, at := range []int64{-62_135_596_800_000_000, 0, 253_402_300_799_999_999} {
		expect(newest, made(fmt.Sprintf(`{"sort":"created_at","at":%d,"n":%d}`, at, int64(math.MinInt64))), false)
	}
	for _, by := range []links.Sort{links.BySlugText, links.ByTitle, links.ByDestination} {
		expect(links.ListQuery{Sort: by}, made(fmt.Sprintf(`{"sort":%q,"text":"\ud800 %% ' \\"}`, by)), false)
	}
}
