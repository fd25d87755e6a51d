package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// board is an installation as an operator sees it, made up.
type board struct {
	d       *desk
	away    error
	letters []DeadLetter
	done    []string
	rebuild Rebuild
}

// newBoard is a desk whose Ann operates the installation.
func newBoard(t *testing.T) *board {
	t.Helper()
	b := &board{d: newDesk(t, func(o *Options) { o.Operators = []string{"ann@example.com"} })}
	b.d.server.Operator = b
	b.letters = []DeadLetter{
		{ID: "clicks/3/17", Topic: "clicks", Key: "lnk_1", Reason: "unknown format", Status: "waiting", SetAside: b.d.Now, Times: 2, Payload: "<garbage>", Headers: []Header{{"ce_type", "click"}}},
		{ID: "clicks/3/18", Topic: "clicks", Reason: "unknown format", Status: "dropped"},
		{ID: "links.events/1/4", Topic: "links.events", Reason: "newer version", Status: "parked"},
	}
	return b
}

func (b *board) Health(context.Context) (Health, error) {
	return Health{
		Readers:     []ReaderLag{{"decider", "links.commands", 0, 0, 8}, {"clicks", "clicks", 12_345, 90 * time.Second, 8}},
		Generations: []Generation{{"clicks", "clicks_7", "live", 3, 5 << 20, b.d.Now}},
		Spools:      []Spool{{Admin: "http://r1:9090", Waiting: 42, Bytes: 1 << 20, Cap: 1 << 30}, {Admin: "http://r2:9090", Error: "connection refused"}},
		DeadLetters: 2,
	}, b.away
}

func (b *board) DeadLetters(context.Context) ([]DeadLetter, error) {
	return slices.Clone(b.letters), nil
}

func (b *board) DeadLetter(_ context.Context, id string) (DeadLetter, error) {
	for _, l := range b.letters {
		if l.ID == id {
			return l, nil
		}
	}
	return DeadLetter{}, domain.Errorf(domain.NotFound, "", "There is no such record.")
}

func (b *board) Retry(_ context.Context, ids []string) (refused []string, err error) {
	for _, id := range ids {
		if id == "clicks/3/17" {
			b.done = append(b.done, "retry "+id)
		} else {
			refused = append(refused, id+": a fact")
		}
	}
	return refused, nil
}

func (b *board) Drop(_ context.Context, ids []string) error {
	for _, id := range ids {
		b.done = append(b.done, "drop "+id)
	}
	return nil
}

func (b *board) Rebuild(model string) error {
	if b.rebuild.Running() {
		return domain.Errorf(domain.Validation, "", "One rebuild at a time.")
	}
	b.rebuild = Rebuild{Model: model, From: model + "_7", To: model + "_8", Began: b.d.Now, Applied: 25, Total: 100, PerSecond: 5, Left: 15 * time.Second}
	return nil
}

func (b *board) Rebuilding() Rebuild { return b.rebuild }

func (b *board) Blocks(context.Context) (all []links.Blocked, err error) {
	for block, on := range b.d.State.Blocks {
		if on {
			all = append(all, links.Blocked{Block: block, Reason: "report 4711", At: b.d.Now})
		}
	}
	return all, nil
}

func TestOperatorIsForOperators(t *testing.T) {
	t.Parallel()
	b := newBoard(t)
	b.d.get("/operator").want(200, "Health", "Operator")
	for _, path := range []string{"/operator", "/operator/rebuild", "/operator/dead-letters", "/operator/dead-letters/clicks/3/17", "/operator/blocks"} {
		d := newDesk(t)
		d.server.Operator = b
		d.get(path).want(403).lacks("Health")
		newDoor(t).get(path).want(200, "Sign in")
		nowhere := newDesk(t, func(o *Options) { o.Operators = []string{"ann@example.com"} })
		nowhere.get(path).want(404)
	}
	upper := newDesk(t, func(o *Options) { o.Operators = []string{" Ann@Example.com "} })
	upper.server.Operator = b
	upper.get("/operator").want(200, "Health")
	upper.house.people["usr_ann"].Verified = false // who says that the address is hers?
	upper.get("/operator").want(403)
	d := newDesk(t)
	d.server.Operator = b
	d.hx("POST", "/operator/rebuild", url.Values{"model": {"clicks"}}).want(403)
	if b.rebuild.Running() {
		t.Error("somebody else began a rebuild")
	}
	b.d.house.people["usr_ann"].Verified = false // an address that anybody could have typed
	b.d.get("/operator").want(403)
}

// TestOperatorPages looks at what every page has to keep to.
func TestOperatorPages(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/operator", "/operator/rebuild", "/operator/dead-letters", "/operator/dead-letters/clicks/3/17", "/operator/blocks"} {
		b := newBoard(t)
		b.d.State.Blocks[domain.Block{Kind: domain.BlockHost, Value: "phishing.example"}] = true
		b.rebuild = Rebuild{Model: "links", Began: b.d.Now}
		s := b.d.get(path).want(200)
		checkHeaders(t, s)
		checkWeight(t, s)
		checkTree(t, s)
	}
}

func TestOperatorSeesHealth(t *testing.T) {
	t.Parallel()
	b := newBoard(t)
	b.d.get("/operator").want(200, "links.commands", "level", "12 345", "1 min 30 s", "clicks_7", "live", "5.0 MB", "42", "1.0 MB of 1.0 GB", "connection refused", "2 entries")
	b.away = errors.New("dial kafka:9092: connection refused")
	b.d.get("/operator").want(200, "can't be told just now: dial kafka:9092: connection refused.")
}

func TestOperatorRebuilds(t *testing.T) {
	t.Parallel()
	b := newBoard(t)
	s := b.d.get("/operator/rebuild").want(200, "Read the log again")
	s = s.form("/operator/rebuild", "clicks").send().want(200, "The rebuild has begun", "Clicks", "under way", "25 of 100", "15 s", "clicks_8")
	polls := false
	for n := range s.tree.Descendants() {
		polls = polls || attr(n, "id") == "rebuild" && attr(n, "hx-trigger") == "every 1s"
	}
	if !polls {
		t.Error("the page doesn't ask for progress")
	}
	b.d.get("/operator").want(200, "Clicks is being rebuilt: 25 %")
	b.d.hx("POST", "/operator/rebuild", url.Values{"model": {"links"}}).want(422, "One rebuild at a time.")
	b.rebuild.Ended, b.rebuild.Problem = b.d.Now.Add(time.Minute), "the disk is full"
	b.d.get("/operator/rebuild").want(200, "ended early", "the disk is full", "1 min 00 s")
}

func TestOperatorHandlesDeadLetters(t *testing.T) {
	t.Parallel()
	b := newBoard(t)
	s := b.d.get("/operator/dead-letters").want(200, "clicks/3/17", "waiting", "unknown format", "parked").lacks("clicks/3/18")
	b.d.get("/operator/dead-letters?handled=yes").want(200, "clicks/3/18", "dropped")
	f := s.form("/operator/dead-letters")
	f.values["do"] = []string{"retry"}
	f.send().want(422, "Choose at least one record")
	f.set("id", "clicks/3/17").send().want(200, "One record put back.")
	f.set("id", "clicks/3/17", "links.events/1/4").send().want(422, "One record put back, 1 not: links.events/1/4: a fact")
	f = b.d.get("/operator/dead-letters/clicks/3/17").want(200, "<garbage>", "ce_type", "2 times").form("/operator/dead-letters")
	f.values["do"] = []string{"drop"}
	f.send().want(200, "One record will not be listed any more")
	if want := []string{"retry clicks/3/17", "retry clicks/3/17", "drop clicks/3/17"}; !slices.Equal(b.done, want) {
		t.Errorf("done: %v", b.done)
	}
	b.d.get("/operator/dead-letters/clicks/9/9").want(404)
	b.letters = nil
	b.d.get("/operator/dead-letters").want(200, "There are none")
}

func TestOperatorBlocks(t *testing.T) {
	t.Parallel()
	b := newBoard(t)
	s := b.d.get("/operator/blocks").want(200, "Nothing is blocked")
	s = s.form("/operator/blocks", "yes").set("kind", "host").set("value", "Phishing.example").set("reason", "report 4711").send().
		want(200, "Host phishing.example is out of use.", "report 4711")
	if !b.d.State.Blocks[domain.Block{Kind: domain.BlockHost, Value: "phishing.example"}] {
		t.Fatalf("blocked: %v", b.d.State.Blocks)
	}
	s.form("/operator/blocks", "yes").set("value", "not a host").send().want(422).form("/operator/blocks", "not a host")
	s.form("/operator/blocks", "phishing.example").send().want(200, "is in use again", "Nothing is blocked")
}
