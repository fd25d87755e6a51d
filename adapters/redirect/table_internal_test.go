package redirect

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

var morning = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func active(n domain.LinkNumber, to domain.Destination) domain.Link {
	return domain.Link{Number: n, Domain: "go.example", Host: "go.example", Slug: "sale", Destination: to, Account: "acc_1", Version: 1}
}

func loaded(limit int) *table {
	t := newTable(limit, "go.example")
	t.start(map[int32]int64{1: 10}, []domain.Domain{{Host: "go.example", Account: domain.SystemAccount}}, nil, true)
	return t
}

// TestOlderLookUp: a database that was set back brings old rows; they don't replace what is known.
func TestOlderLookUp(t *testing.T) {
	t.Parallel()
	tab := loaded(1000)
	const k = "go.example/sale"
	if _, ok := tab.fill(k, domain.Link{}, -1, 0, morning); ok {
		t.Error("believed an absence from a model that doesn't know the domain")
	}
	if _, ok := tab.fill(k, active(1, "https://old.example/"), 1, 9, morning); ok {
		t.Error("took a row from before the first load")
	}
	if e, ok := tab.fill(k, active(1, "https://new.example/"), 1, 20, morning); !ok || e == nil {
		t.Fatal("refused a newer row")
	}
	if e, ok := tab.fill(k, active(1, "https://old.example/"), 1, 15, morning); !ok || e.target.Destination != "https://new.example/" {
		t.Errorf("got %+v %v", e, ok)
	}
	if e, ok := tab.fill(k, domain.Link{}, 1, 21, morning); !ok || e != nil {
		t.Error("refused the news that it is gone")
	}
	if e, ok := tab.fill(k, active(1, "https://old.example/"), 1, 15, morning.Add(time.Hour)); !ok || e != nil {
		t.Error("a gone link came back from an older row")
	}
}

// TestMoveUnknown: renaming a link that isn't held makes its new slug a case for a look-up, and the table incomplete.
func TestMoveUnknown(t *testing.T) {
	t.Parallel()
	tab := loaded(1000)
	to := domain.SlugKey{Host: "go.example", Text: "offer"}
	if _, ok := tab.fill(to.String(), domain.Link{}, 1, 10, morning); !ok {
		t.Fatal("refused")
	}
	tab.apply(1, 10, domain.Event{Link: 4, Version: 2, At: morning, Body: domain.SlugChanged{
		FromKey: domain.SlugKey{Host: "go.example", Text: "sale"}, ToKey: to,
	}})
	if e, absent := tab.find([]byte(to.String()), morning); e != nil || absent {
		t.Errorf("the new slug: %v %v", e, absent)
	}
	if e, absent := tab.find([]byte("go.example/sale"), morning); e != nil || !absent {
		t.Errorf("the old slug: %v %v", e, absent)
	}
	if tab.complete.Load() {
		t.Error("the table calls itself complete")
	}
}

// TestSpelling: a slug may change to another spelling of itself.
func TestSpelling(t *testing.T) {
	t.Parallel()
	tab := loaded(1000)
	k := domain.SlugKey{Host: "go.example", Text: "sale"}
	tab.admit(k, active(1, "https://a.example/"))
	tab.apply(1, 10, domain.Event{Link: 1, Version: 2, Body: domain.SlugChanged{From: "sale", To: "SALE", FromKey: k, ToKey: k}})
	if e, _ := tab.find([]byte(k.String()), morning); e == nil || e.slug != "SALE" || e.target.Version != 2 {
		t.Errorf("got %+v", e)
	}
}

// TestConcurrentUse lets the race detector see readers, look-ups and several partitions of the tail at once.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	tab := loaded(100)
	var using sync.WaitGroup
	for worker := range int32(6) {
		using.Go(func() {
			for i := range int64(2000) {
				k := domain.SlugKey{Host: "go.example", Text: fmt.Sprintf("slug-%d", i%300)}
				at := morning.Add(time.Duration(i) * time.Second)
				switch worker {
				case 0:
					_, s := tab.hosts.find([]byte("x.go.example"))
					if e, _ := tab.find([]byte(k.String()), at); e != nil {
						domain.Route(&e.target, &domain.Visit{At: at})
						tab.blocks.bar(&e.target, e.target.Destination)
					}
					if s != nil { // the domain comes and goes with the events
						tab.blocks.barAccount(s.Account)
					}
				case 1:
					tab.fill(k.String(), active(1, "https://a.example/"), 2, i, at)
				default:
					for _, body := range happenings(k, i) {
						tab.apply(worker, i, domain.Event{Account: "acc_1", Domain: "go.example", Link: 1, Version: 2, At: at, Body: body})
					}
				}
			}
		})
	}
	using.Wait()
	if live, absent := tab.size(); live > shards*tab.room || absent > shards*tab.spare {
		t.Errorf("%d links, %d absent", live, absent)
	}
}

// happenings are events of every kind that concerns the table.
func happenings(k domain.SlugKey, i int64) []domain.EventBody {
	other := domain.SlugKey{Host: k.Host, Text: k.Text + "-x"}
	hide := domain.Fields(0).With(domain.FieldDisabled).With(domain.FieldRules)
	all := []domain.EventBody{
		domain.LinkCreated{Host: k.Host, Key: k, Destination: "https://b.example/", Traits: domain.Traits{UTM: domain.UTM{Source: "x"}}},
		domain.LinkChanged{Key: k, Set: hide, To: domain.Traits{Disabled: i%2 == 0, Rules: []domain.Rule{{ID: "r", Percent: 50, To: "https://c.example/"}}}},
		domain.SlugChanged{FromKey: k, ToKey: other}, domain.SlugChanged{FromKey: other, ToKey: k}, domain.LinkDeleted{Key: k},
		domain.DomainRegistered{}, domain.DomainVerified{}, domain.DomainChanged{To: domain.DomainSettings{Root: "https://a.example/"}}, domain.DomainReleased{},
		domain.BlockChanged{Block: domain.Block{Kind: domain.BlockAccount, Value: "acc_1"}, On: i%2 == 0},
		domain.BatchDecided{}, domain.NothingChanged{},
	}
	return all[:1+i%int64(len(all))]
}

// TestUnhide: a link that changes while the table thinks its slug leads nowhere is looked up again.
func TestUnhide(t *testing.T) {
	t.Parallel()
	tab := loaded(1000)
	k := domain.SlugKey{Host: "go.example", Text: "sale"}
	change := domain.Event{Link: 1, Version: 2, At: morning, Body: domain.LinkChanged{Key: k, Set: domain.Fields(0).With(domain.FieldDisabled)}}
	if _, ok := tab.fill(k.String(), domain.Link{}, 1, 20, morning); !ok {
		t.Fatal("refused")
	}
	tab.apply(1, 19, change) // the look-up knew
	if _, absent := tab.find([]byte(k.String()), morning); !absent {
		t.Error("forgot what it knew")
	}
	tab.apply(1, 20, change)
	if e, absent := tab.find([]byte(k.String()), morning); e != nil || absent || tab.complete.Load() {
		t.Errorf("got %v, absent %v, complete %v", e, absent, tab.complete.Load())
	}
}

// TestHeldTraits: of a link's traits only what visitors meet is held, and a plain link holds none.
func TestHeldTraits(t *testing.T) {
	t.Parallel()
	l := active(1, "https://a.example/")
	l.Traits = domain.Traits{Title: "a", Note: "b", Tags: []string{"c"}, Metadata: "{}", External: "d"}
	if e := newEntry(l, 0); e.target.Traits != nil {
		t.Errorf("held: %+v", e.target.Traits)
	}
	l.ForwardQuery = true
	e := newEntry(l, 0)
	if want := (domain.Traits{ForwardQuery: true}); fmt.Sprint(*e.target.Traits) != fmt.Sprint(want) {
		t.Errorf("held: %+v", e.target.Traits)
	}
	e = e.after(domain.Event{Link: 1, Version: 2, Body: domain.LinkChanged{Set: domain.Fields(0).With(domain.FieldForwardQuery)}}, 7)
	if e.target.Traits != nil || e.asOf != 8 {
		t.Errorf("plain again, and held: %+v as of %d", e.target.Traits, e.asOf)
	}
}

// seen is a recorder that looks at one fact.
type seen struct{ visitor uint64 }

func (s *seen) Record(c *domain.Click) { s.visitor = c.Visitor }

// exampleVisit is a browser's request without a network.
func exampleVisit(tb testing.TB, x domain.Traits) (h *handler, visit func()) {
	tb.Helper()
	s, err := New(Config{
		Recorder: new(seen), DefaultHost: "go.example",
		LoadSalt: func(context.Context, time.Time) ([]byte, error) { return make([]byte, 32), nil },
		Classify: func(string) (domain.Agent, bool) {
			return domain.Agent{Device: "desktop", OS: "Windows", Browser: "Chrome"}, false
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	s.table.start(nil, []domain.Domain{{Host: "go.example", Account: domain.SystemAccount}}, nil, true)
	l := active(1, "https://a.example/")
	l.Traits = x
	s.table.admit(domain.SlugKey{Host: "go.example", Text: "sale"}, l)
	close(s.loaded)
	if err := s.handler.observer.salts.refresh(tb.Context(), time.Now()); err != nil {
		tb.Fatal(err)
	}
	var req fasthttp.Request
	req.SetRequestURI("/sale?utm_source=news&qr=1")
	req.Header.SetHost("go.example:8081")
	req.Header.SetUserAgent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36")
	req.Header.SetReferer("https://news.example/today/story?id=42")
	req.Header.Set("Accept-Language", "de-CH,de;q=0.9")
	ctx := new(fasthttp.RequestCtx)
	ctx.Init(&req, &net.TCPAddr{IP: net.IPv4(8, 8, 8, 8), Port: 4711}, nil)
	now, slug := time.Now(), []byte("sale")
	return s.handler, func() { // what serve does, at a time of its own
		c := call{ctx: ctx, at: now}
		c.host, c.site = s.table.hosts.find(ctx.Host())
		var err error
		if c.entry, err = s.handler.resolve(&c, slug); err != nil || c.entry == nil {
			tb.Fatal(c.entry, err)
		}
		s.handler.visit(&c)
	}
}

func TestNoAllocation(t *testing.T) {
	h, visit := exampleVisit(t, domain.Traits{})
	if n := testing.AllocsPerRun(1000, visit); n >= 1 {
		t.Errorf("%.2f allocations for each redirect", n)
	}
	h.table.blocks.set(domain.Block{Kind: domain.BlockHost, Value: "bad.example"}, true)
	if n := testing.AllocsPerRun(1000, visit); n > 1 { // the link's id as text
		t.Errorf("%.2f allocations with a blocklist", n)
	}
	if h.tally.redirects.Load() == 0 || h.recorder.(*seen).visitor == 0 {
		t.Error("that was no full redirect")
	}
}

func BenchmarkHandler(b *testing.B) {
	_, visit := exampleVisit(b, domain.Traits{})
	b.ReportAllocs()
	for b.Loop() {
		visit()
	}
}

// BenchmarkRules is the same for a link with ten rules, of which the last applies.
func BenchmarkRules(b *testing.B) {
	var rules []domain.Rule
	for i, c := range []domain.Condition{
		{Kind: domain.ByCountry, Values: []string{"CH", "LI"}}, {Kind: domain.ByCity, Values: []string{"Zürich"}},
		{Kind: domain.ByDevice, Values: []string{"mobile"}}, {Kind: domain.ByOS, Values: []string{"iOS"}}, {Kind: domain.ByBrowser, Values: []string{"Safari"}},
		{Kind: domain.ByLanguage, Values: []string{"fr"}}, {Kind: domain.ByReferrer, Values: []string{"other.example"}},
		{Kind: domain.ByWeekday, Zone: "Europe/Zurich"}, {Kind: domain.ByQuery, Name: "vip"}, {Kind: domain.ByCountry, Values: []string{"US"}},
	} {
		rules = append(rules, domain.Rule{ID: fmt.Sprint(i), When: []domain.Condition{c}, To: "https://b.example/"})
	}
	_, visit := exampleVisit(b, domain.Traits{Rules: rules})
	b.ReportAllocs()
	for b.Loop() {
		visit()
	}
}

func BenchmarkFind(b *testing.B) {
	tab := loaded(1_000_000)
	var keys [1024][]byte
	for i := range 1_000_000 {
		k := domain.SlugKey{Host: "go.example", Text: fmt.Sprintf("slug-%d", i)}
		tab.admit(k, active(domain.LinkNumber(i+1), "https://a.example/"))
		keys[i%len(keys)] = []byte(k.String())
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for i := 0; p.Next(); i++ {
			if e, _ := tab.find(keys[i%len(keys)], morning); e == nil {
				b.Error("not found")
				return
			}
		}
	})
}
