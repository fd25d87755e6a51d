package httpapi_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

const host domain.Host = "pocolink.com"

// world stands for everything behind the API: the real decisions on a state in memory, a clock
// that stands still, and faults on demand.
type world struct {
	state  *domain.State
	now    time.Time
	offset int64
	drawn  int
	fault  string
	clicks map[domain.LinkNumber]clicks.Counts
	spent  map[string]int
	logged *strings.Builder

	revoked atomic.Value // of string: a token that ended
}

func newWorld() *world {
	w := &world{
		state: domain.NewState(), now: time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC),
		clicks: map[domain.LinkNumber]clicks.Counts{}, spent: map[string]int{}, logged: new(strings.Builder),
	}
	w.state.Domains[host] = domain.Domain{Host: host, Account: domain.SystemAccount}
	return w
}

func (w *world) server(tb testing.TB) *httpapi.Server {
	tb.Helper()
	s, err := httpapi.New(httpapi.Options{
		PublicURL: "https://pocolink.com", Clock: func() time.Time { return w.now },
		Log: slog.New(slog.NewJSONHandler(w.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, httpapi.Parts{Commands: w, Links: w, Clicks: w, Keys: w, Allowances: w})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

var errAway = errors.New("connection refused")

// Do implements httpapi.Commands with the domain's own decisions.
func (w *world) Do(_ context.Context, c domain.Command) (domain.Reply, error) {
	unfinished := func(f commands.Fate) (domain.Reply, error) {
		return domain.Reply{}, &commands.Unfinished{Command: c.ID, Fate: f, Cause: errAway}
	}
	switch w.fault {
	case "not done":
		return unfinished(commands.NotDone)
	case "forbidden":
		return domain.Reply{}, domain.Errorf(domain.Forbidden, "", "The account is suspended.")
	case "panic":
		panic("the sky is falling")
	}
	body, err := json.Marshal(c.Body)
	if err != nil {
		return domain.Reply{}, err
	}
	sum := sha256.Sum256(body)
	c.Fingerprint = domain.Fingerprint(sum[:16])
	reply, err := w.decide(c)
	if w.fault == "unknown" {
		return unfinished(commands.Unknown)
	}
	return reply, err
}

func (w *world) decide(c domain.Command) (domain.Reply, error) {
	w.offset++
	w.drawn++
	slugs := []domain.Slug{"k7Jpx2", "mN4tRz", "w9HcQe"}
	chance := domain.Chance{Now: w.now, Slugs: slugs[w.drawn%len(slugs):], Numbering: domain.Numbering{Secret: []byte("secret")}}
	events, err := domain.Decide(w.state, c, w.offset, chance)
	if lack, ok := errors.AsType[*domain.Lack](err); ok {
		for _, k := range lack.Keys.Slugs {
			w.state.Claims[k] = domain.Claim{}
		}
		return w.decide(c)
	}
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		w.state.Remember(c, w.offset, refusal)
		return domain.Reply{Command: c.ID, Rejection: refusal}, refusal
	}
	if err != nil {
		return domain.Reply{}, err
	}
	for _, e := range events {
		w.state.Apply(e)
	}
	done := w.state.Outcomes[c.ID]
	return domain.Reply{Command: c.ID, Link: done.Link, Version: done.Version}, nil
}

// Link implements httpapi.Links.
func (w *world) Link(_ context.Context, n domain.LinkNumber) (domain.Link, error) {
	if w.fault == "reads away" || w.fault == "unseen" && w.state.Links[n].Number != 0 {
		return domain.Link{}, context.DeadlineExceeded
	}
	if w.fault == "broken" {
		return domain.Link{}, errors.New("password is hunter2")
	}
	l, ok := w.state.Links[n]
	if !ok {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link has the id %q", n)
	}
	if w.fault == "parked" {
		l.Status = domain.Parked
	}
	return l, nil
}

// List implements httpapi.Links.
func (w *world) List(_ context.Context, account domain.AccountID, after domain.LinkNumber, limit int) ([]domain.Link, error) {
	var all []domain.Link
	for _, l := range w.state.Links {
		if l.Account == account && l.Status == domain.Active {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b domain.Link) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Number, b.Number))
	})
	if i := slices.IndexFunc(all, func(l domain.Link) bool { return l.Number == after }); i >= 0 {
		all = all[i+1:]
	}
	return all[:min(limit, len(all))], nil
}

// Totals implements httpapi.Clicks.
func (w *world) Totals(context.Context, []domain.LinkNumber) (map[domain.LinkNumber]clicks.Counts, error) {
	return w.clicks, nil
}

// Analyse implements httpapi.Clicks with the clicks of the document's example.
func (w *world) Analyse(_ context.Context, q clicks.Question) (clicks.Analytics, error) {
	if err := q.Check(); err != nil {
		return clicks.Analytics{}, err
	}
	a := clicks.Analytics{
		From: q.From, To: q.To, Total: clicks.Counts{Human: 412, Bot: 57, Heads: 3}, Visitors: 301,
		Broken: clicks.Range{From: q.From.Truncate(time.Hour), To: q.To.Truncate(time.Hour)},
	}
	if (q.Filter == clicks.Filter{}) && len(q.Links) > 0 {
		a.Days = []clicks.Visitors{{Day: q.From.UTC().Truncate(24 * time.Hour), Count: 200}, {Day: q.To.UTC().Truncate(24 * time.Hour), Count: 101}}
	}
	if len(q.Links) == 0 {
		a.Total, a.Visitors = clicks.Counts{}, 0
	}
	for t := q.From; t.Before(q.To); t = t.Add(time.Hour) {
		start := q.Granularity.Start(t)
		if n := len(a.Series); n == 0 || !a.Series[n-1].Start.Equal(start) {
			a.Series = append(a.Series, clicks.Point{Start: start})
		}
		if n := map[string]uint64{"2025-08-19T08": 28, "2025-08-20T07": 30, "2025-08-20T09": 11}[t.Format("2006-01-02T15")]; n > 0 {
			a.Series[len(a.Series)-1].Human += n
		}
	}
	row := func(v string, n uint64) clicks.Row { return clicks.Row{Value: v, Clicks: n} }
	rows := map[clicks.Dimension][]clicks.Row{
		clicks.Country:  {row("US", 198), row("GB", 67), row("CI", 60), row("XK", 40)},
		clicks.Device:   {row("mobile", 289), row("desktop", 112), row("tablet", 11)},
		clicks.Referrer: {row("instagram.com", 201), row("twitter.com", 88)},
		clicks.Browser:  {row("Chrome", 300), row("Safari", 100)},
		clicks.OS:       {row("iOS", 289), row("Windows", 123)},
		clicks.Platform: {row("ios", 289), row("web", 123)},
	}
	for _, d := range q.Breakdowns {
		b := clicks.Breakdown{Dimension: d, Total: 412, Without: 412, Values: len(rows[d])}
		for _, r := range rows[d] {
			b.Without -= r.Clicks
			switch {
			case q.After.Value != "" && r.Clicks >= q.After.Clicks:
				b.Before += r.Clicks
			case q.Top > 0 && len(b.Rows) == q.Top:
				b.Rest += r.Clicks
			default:
				b.Rows = append(b.Rows, r)
			}
		}
		a.Breakdowns = append(a.Breakdowns, b)
	}
	return a, nil
}

func (w *world) revoke(token string) { w.revoked.Store(token) }

// Numbers implements httpapi.Links.
func (w *world) Numbers(_ context.Context, account domain.AccountID, on domain.Host) (all []domain.LinkNumber, err error) {
	for n, l := range w.state.Links {
		if l.Account == account && l.Status == domain.Active && (on == "" || on == l.Domain) {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}

// Recent implements httpapi.Clicks with five clicks.
func (w *world) Recent(_ context.Context, _ domain.LinkNumber, before uint64, limit int) (all []clicks.Single, err error) {
	for n := uint64(5); n > 0 && len(all) < limit; n-- {
		if before > 0 && n >= before {
			continue
		}
		s := clicks.Single{Number: n, At: w.now.Add(-time.Duration(6-n) * time.Minute), Values: map[clicks.Dimension]string{
			clicks.Country: "DE", clicks.Region: "DE/Bavaria", clicks.City: "DE/Bavaria/Munich", clicks.Device: "mobile", clicks.Browser: "Safari",
			clicks.OS: "iOS", clicks.Platform: "ios", clicks.Host: "pocolink.com", clicks.Slug: "counted", clicks.Version: "1",
			clicks.Referrer: "instagram.com", clicks.ReferrerPage: "l.instagram.com/p/1", clicks.UTMSource: "=HYPERLINK(1)",
		}}
		if n == 4 {
			s.Traffic, s.Values = clicks.Bot, map[clicks.Dimension]string{
				clicks.Device: "bot", clicks.BotReason: "crawler", clicks.Trigger: "qr", clicks.Version: "1", clicks.Slug: "counted",
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// Days implements httpapi.Clicks with one day per link.
func (w *world) Days(_ context.Context, links []domain.LinkNumber, from, _ time.Time, d clicks.Dimension, each func(clicks.DayCounts) error) error {
	if w.fault == "reads away" {
		return context.DeadlineExceeded
	}
	for i, l := range links {
		if w.fault == "breaks off" && i > 0 {
			return errAway
		}
		day := clicks.DayCounts{Link: l, Day: from.Truncate(24 * time.Hour), Counts: clicks.Counts{Human: 40, Bot: 2, Heads: 1}, Visitors: 31}
		if d != 0 {
			day.Values = []clicks.ValueCounts{{Value: "DE", Counts: clicks.Counts{Human: 30, Bot: 2}}, {Value: "", Counts: clicks.Counts{Human: 1}}}
		}
		if err := each(day); err != nil {
			return err
		}
	}
	return nil
}

// Authenticate implements httpapi.Keys: a token is a name.
func (w *world) Authenticate(_ context.Context, token string) (domain.Caller, error) {
	if w.fault == "keys away" {
		return domain.Caller{}, errAway
	}
	plan := map[string]domain.Plan{"ann": domain.Free, "bob": domain.Pro, "eve": domain.Enterprise}[token]
	if gone, _ := w.revoked.Load().(string); gone == token {
		plan = ""
	}
	if plan == "" {
		return domain.Caller{}, domain.Errorf(domain.Unauthorized, "", "no")
	}
	return domain.Caller{Account: domain.AccountID("acc_" + token), Key: domain.KeyID("key_" + token), Plan: plan}, nil
}

// Take implements httpapi.Allowances.
func (w *world) Take(_ context.Context, bucket string, limit int, window time.Duration) (int, time.Time, bool, error) {
	if w.fault == "counters away" {
		return 0, time.Time{}, false, errAway
	}
	if w.fault == "spent" {
		w.spent[bucket] = limit
	}
	reset := w.now.Truncate(window).Add(window)
	if w.spent[bucket] >= limit {
		return 0, reset, false, nil
	}
	w.spent[bucket]++
	return limit - w.spent[bucket], reset, true, nil
}

// Anonymous implements httpapi.Allowances.
func (w *world) Anonymous(a netip.Addr) string { return "anonymous:" + a.String() }

// body is r to its end.
func body(tb testing.TB, r io.Reader) string {
	tb.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}
