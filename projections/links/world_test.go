package links_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

var dawn = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// world makes random histories of one partition with the real decisions, and keeps the state
// that decisions would have with perfect memory.
type world struct {
	testing.TB
	rand    *rand.Rand
	state   *domain.State
	numbers domain.Numbering
	host    domain.Host
	now     time.Time
	offset  int64 // of the next command
	links   []domain.LinkNumber
	slugs   map[domain.SlugKey]bool
	ids     []domain.CommandID
}

func newWorld(t testing.TB, seed uint64, partition int32) *world {
	return &world{
		TB: t, rand: rand.New(rand.NewPCG(seed, 7)), state: domain.NewState(),
		numbers: domain.Numbering{Partition: partition, Secret: []byte("secret")},
		host:    domain.Host(fmt.Sprintf("s%d.example", partition)), now: dawn, slugs: map[domain.SlugKey]bool{},
	}
}

// next is what one more command, or a mishap to a record, adds to the log. It may be nothing.
func (w *world) next() []domain.Event {
	w.offset++
	w.now = w.now.Add(time.Duration(w.rand.IntN(20)) * time.Hour)
	events := w.decide(w.command())
	for i := range events {
		if w.rand.IntN(40) == 0 {
			events[i].Body = w.spoil(events[i])
		}
		w.state.Apply(events[i])
	}
	return events
}

// spoil is what a reader gets who can't read e.
func (w *world) spoil(e domain.Event) domain.EventBody {
	var counter uint64
	if b, ok := e.Body.(domain.LinkCreated); ok {
		counter = b.Counter
	}
	var slugs []domain.SlugDigest
	for _, k := range e.Touches().Slugs {
		slugs = append(slugs, k.Digest())
	}
	if w.rand.IntN(3) == 0 {
		return domain.Redacted{Slugs: slugs, Counter: counter}
	}
	return domain.Unreadable{Reason: "broken", Slugs: slugs, Counter: counter}
}

func (w *world) decide(c domain.Command) []domain.Event {
	slugs := []domain.Slug{w.slug(), w.slug(), domain.Slug(fmt.Sprintf("r%d", w.offset))}
	w.learn(c.Needs(slugs))
	for {
		events, err := domain.Decide(w.state, c, w.offset, domain.Chance{Now: w.now, Slugs: slugs, Numbering: w.numbers})
		if lack, ok := errors.AsType[*domain.Lack](err); ok {
			w.learn(lack.Keys)
			continue
		}
		for i, e := range events {
			if e.More != (i < len(events)-1) {
				w.Fatalf("event %d of %d says More: %v", i, len(events), e.More)
			}
			w.learn(e.Touches())
		}
		return events
	}
}

// learn notes keys that matter, as known to be absent where nothing is known of them.
func (w *world) learn(keys domain.Keys) {
	for _, k := range keys.Slugs {
		w.slugs[k] = true
		if _, known := w.state.Claims[k]; !known {
			w.state.Claims[k] = domain.Claim{}
		}
	}
	for _, l := range keys.Links {
		if l != 0 && w.state.Links[l].Number == 0 {
			w.links = append(w.links, l)
			w.state.Links[l] = domain.Link{}
		}
	}
	for _, k := range keys.Usage {
		w.state.Usage[k] += 0
	}
	for _, k := range keys.External {
		w.state.External[k] += 0
	}
}

func (w *world) command() domain.Command {
	c := domain.Command{
		ID: domain.CommandID(fmt.Sprintf("%s-%d", w.host, w.offset)), Account: domain.AccountID(fmt.Sprint("acc", w.rand.IntN(3))),
		By: "key", Domain: w.host, Deadline: w.now, Fingerprint: domain.Fingerprint{byte(w.offset)},
	}
	if len(w.ids) > 0 && w.rand.IntN(10) == 0 {
		c.ID = w.ids[w.rand.IntN(len(w.ids))] // a retry, or a clash
	}
	w.ids = append(w.ids, c.ID)
	if w.offset == 1 {
		c.Account, c.Body = domain.SystemAccount, domain.RegisterDomain{Cases: domain.CasePolicy(w.rand.IntN(2))}
		return c
	}
	if w.rand.IntN(12) == 0 {
		c.Account, c.Body = domain.SystemAccount, w.about()
		return c
	}
	if w.rand.IntN(6) > 0 {
		c.Body = w.item(&c)
		return c
	}
	b := domain.Batch{Atomic: w.rand.IntN(4) == 0}
	for range 1 + w.rand.IntN(5) {
		b.Items = append(b.Items, w.item(&c))
	}
	c.Body = b
	return c
}

// about is a wish about the domain or the blocklist.
func (w *world) about() domain.CommandBody {
	switch w.rand.IntN(5) {
	case 0:
		return domain.RegisterDomain{Cases: domain.CasePolicy(w.rand.IntN(2))}
	case 1:
		return domain.ChangeDomain{To: domain.DomainSettings{
			RedirectStatus: uint16(301 + w.rand.IntN(2)), NotFound: w.destination(), Robots: fmt.Sprint("User-agent: ", w.rand.IntN(3)), //nolint:gosec // small
		}}
	default:
		b := []domain.Block{{Kind: domain.BlockHost, Value: "bad.example"}, {Kind: domain.BlockAccount, Value: "acc2"}, {Kind: domain.BlockLink, Value: "lnk_1"}}
		return domain.SetBlock{Block: b[w.rand.IntN(len(b))], On: w.rand.IntN(3) > 0, Reason: fmt.Sprint("because ", w.rand.IntN(9))}
	}
}

// item is a wish about one link. Mostly c gets the account that may wish it.
func (w *world) item(c *domain.Command) domain.CommandBody {
	link := domain.LinkNumber(1)
	if len(w.links) > 0 {
		link = w.links[w.rand.IntN(len(w.links))]
		if c.Body == nil && w.rand.IntN(3) > 0 && w.state.Links[link].Account != "" {
			c.Account = w.state.Links[link].Account
		}
	}
	switch w.rand.IntN(6) {
	case 0, 1:
		create := domain.CreateLink{Host: w.host, Destination: w.destination(), Expires: w.expiry(), Upsert: w.rand.IntN(2) == 0}
		if w.rand.IntN(2) == 0 {
			create.Slug = w.slug()
		}
		if w.rand.IntN(2) == 0 {
			create.Traits = w.patch().On(domain.Traits{})
		}
		return create
	case 2, 3, 4:
		return w.update(link)
	default:
		return domain.DeleteLink{Link: link}
	}
}

// patch sets one trait in three.
func (w *world) patch() (p domain.Patch) {
	all := domain.Traits{
		Title: fmt.Sprint("Title ", w.rand.IntN(4)), Note: fmt.Sprint("a \x7f note ", w.rand.IntN(9)),
		Tags:     []string{"a", fmt.Sprint("tag", w.rand.IntN(3))},
		Metadata: domain.Metadata(fmt.Sprintf(`{"campaign":%d,"nested":{"a":[1]},"who":"ann"}`, w.rand.IntN(3))),
		External: fmt.Sprint("ext", w.rand.IntN(4)), Disabled: w.rand.IntN(2) == 0, Archived: w.rand.IntN(2) == 0,
		Starts: w.expiry(), ExpiredURL: w.destination(), Password: fmt.Sprint("hash", w.rand.IntN(3)), ClickLimit: w.rand.Uint64N(5),
		RedirectStatus: 301, ForwardQuery: true, ForwardPath: w.rand.IntN(2) == 0,
		UTM:     domain.UTM{Source: "s", Medium: "m", Campaign: fmt.Sprint(w.rand.IntN(3)), Term: "t", Content: "c"},
		Rules:   []domain.Rule{{ID: "r1", To: w.destination(), Percent: 40, When: []domain.Condition{{Kind: domain.ByCountry, Values: []string{"AT"}, Starts: dawn}}}},
		Scripts: []domain.Script{{ID: "x", InBody: true, Content: "alert(1)"}}, Indexed: w.rand.IntN(2) == 0,
		Preview: domain.Preview{Title: "p", Description: "d", Image: "i"},
	}
	if w.rand.IntN(4) == 0 {
		all = domain.Traits{}
	}
	for f := domain.FieldTitle; f <= domain.FieldIndexed; f++ {
		if w.rand.IntN(3) == 0 {
			p.Set = p.Set.With(f)
		}
	}
	return domain.Patch{Set: p.Set, To: domain.Patch{Set: p.Set, To: all}.On(domain.Traits{})}
}

func (w *world) update(link domain.LinkNumber) domain.UpdateLink {
	u := domain.UpdateLink{Link: link}
	if w.rand.IntN(2) == 0 {
		u.Destination = new(w.destination())
	}
	if w.rand.IntN(2) == 0 {
		u.Slug = new(w.slug())
	}
	if w.rand.IntN(2) == 0 {
		u.Expires = new(w.expiry())
	}
	if w.rand.IntN(2) == 0 {
		u.Patch = w.patch()
	}
	return u
}

func (w *world) slug() domain.Slug {
	return domain.Slug([]string{"sale", "Sale", "winter", "spring", "SUMMER", "summer", "a-b", "promo", "Promo"}[w.rand.IntN(9)])
}

func (w *world) destination() domain.Destination {
	return domain.Destination(fmt.Sprintf("https://example.com/%d", w.rand.IntN(5)))
}

func (w *world) expiry() time.Time {
	if w.rand.IntN(2) == 0 {
		return time.Time{}
	}
	return w.now.Add(time.Duration(1+w.rand.IntN(1000)) * time.Hour)
}

// keys are all the keys that ever mattered.
func (w *world) keys() domain.Keys {
	k := domain.Keys{Hosts: []domain.Host{w.host, "example.com"}, Links: w.links, Commands: w.ids}
	for s := range w.slugs {
		k.Slugs = append(k.Slugs, s)
	}
	for u := range w.state.Usage {
		k.Usage = append(k.Usage, u)
	}
	for x := range w.state.External {
		k.External = append(k.External, x)
	}
	for b := range w.state.Blocks {
		k.Blocks = append(k.Blocks, b)
	}
	return k
}
