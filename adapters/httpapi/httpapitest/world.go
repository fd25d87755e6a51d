// Package httpapitest is the world behind an HTTP API, for the tests of all dialects: the real
// decisions on a state in memory, a clock that stands still, and faults on demand; and files of
// requests with the answers they must get.
package httpapitest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
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

// Host is the short domain of the world.
const Host domain.Host = "pocolink.com"

// World stands for everything behind the API: the real decisions on a state in memory, a clock
// that stands still, and faults on demand.
type World struct {
	State  *domain.State
	Now    time.Time
	Offset int64                               // of the newest command
	Fault  string                              // what breaks
	Clicks map[domain.LinkNumber]clicks.Counts // of each link
	Spent  map[string]int                      // requests by bucket
	Logged *strings.Builder
	Scopes domain.Scopes // of all keys; 0: all of them
	Agreed int           // requests an hour of all keys; 0: what plans say

	Imported []domain.Click // in the order they came

	Sessions func(*http.Request) (domain.Caller, bool) // see httpapi.Parts
	Pages    http.Handler

	DialectHosts map[domain.Host]string // this and what follows: see httpapi.Options
	Plans        map[domain.Plan]httpapi.Plan
	Origins      []string

	Records map[string][]string // of type TXT, by name

	logos map[string][]byte // by account and digest
	drawn int
	log   []domain.Event // all that happened

	revoked atomic.Value // of string: a token that ended
}

// New is a world with one short domain and three keys: ann (free), bob (pro), eve (enterprise).
func New() *World {
	w := &World{
		State: domain.NewState(), Now: time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC),
		Clicks: map[domain.LinkNumber]clicks.Counts{}, Spent: map[string]int{}, Logged: new(strings.Builder),
		Records: map[string][]string{}, logos: map[string][]byte{},
	}
	w.State.Domains[Host] = domain.Domain{Host: Host, Account: domain.SystemAccount}
	return w
}

// Server is the API over the world, with dialects beside the native one.
func (w *World) Server(tb testing.TB, dialects ...func(*httpapi.Server) httpapi.Dialect) *httpapi.Server {
	tb.Helper()
	s, err := httpapi.New(httpapi.Options{
		PublicURL: "https://pocolink.com", DialectHosts: w.DialectHosts, Plans: w.Plans, Origins: w.Origins, Clock: func() time.Time { return w.Now },
		Log: slog.New(slog.NewJSONHandler(w.Logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, httpapi.Parts{Commands: w, Links: w, Clicks: w, Keys: w, Allowances: w, Size: w.Size, Imports: w, Webhooks: newWebhooks(w), Sessions: w.Sessions, Pages: w.Pages,
		LookupTXT: w.lookupTXT, DomainSecret: []byte("secret"), FetchImage: w.fetchImage, OpenAPI: os.DirFS(filepath.Join(root(tb), "schemas", "openapi"))})
	if err != nil {
		tb.Fatal(err)
	}
	for _, d := range dialects {
		s.Serve(d(s))
	}
	return s
}

var errAway = errors.New("connection refused")

// Do implements httpapi.Commands with the domain's own decisions.
func (w *World) Do(_ context.Context, c domain.Command) (domain.Reply, error) {
	unfinished := func(f commands.Fate) (domain.Reply, error) {
		return domain.Reply{}, &commands.Unfinished{Command: c.ID, Fate: f, Cause: errAway}
	}
	switch w.Fault {
	case "not done":
		return unfinished(commands.NotDone)
	case "forbidden":
		return domain.Reply{}, domain.Errorf(domain.Forbidden, "", "The account is suspended.")
	case "panic":
		panic("the sky is falling")
	case "not done on " + string(c.Domain):
		return unfinished(commands.NotDone)
	case "overtaken": // by somebody who changes the domain's settings
		d := w.State.Domains[c.Domain]
		d.Version++
		d.Settings.Robots = "User-agent: theirs"
		w.State.Domains[c.Domain], w.Fault = d, ""
	case "full":
		c.Limits.Links = 1
	case "fixed":
		c.Limits.FixedURLs = true
	}
	body, err := json.Marshal(c.Body)
	if err != nil {
		return domain.Reply{}, err
	}
	sum := sha256.Sum256(body)
	c.Fingerprint = domain.Fingerprint(sum[:16])
	w.Offset++
	w.drawn++
	reply, err := w.decide(c)
	if w.Fault == "unknown" {
		return unfinished(commands.Unknown)
	}
	return reply, err
}

func (w *World) decide(c domain.Command) (domain.Reply, error) {
	slugs := []domain.Slug{"k7Jpx2", "mN4tRz", "w9HcQe"}
	chance := domain.Chance{Now: w.Now, Slugs: slugs[w.drawn%len(slugs):], Numbering: domain.Numbering{Secret: []byte("secret")}}
	events, err := domain.Decide(w.State, c, w.Offset, chance)
	if lack, ok := errors.AsType[*domain.Lack](err); ok {
		w.learn(lack.Keys)
		return w.decide(c)
	}
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		w.State.Remember(c, w.Offset, refusal)
		return domain.Reply{Command: c.ID, Rejection: refusal}, refusal
	}
	if err != nil {
		return domain.Reply{}, err
	}
	for _, e := range events {
		w.State.Apply(e)
	}
	w.log = append(w.log, events...)
	done := w.State.Outcomes[c.ID]
	return domain.Reply{Command: c.ID, Link: done.Link, Version: done.Version, Items: done.Items}, nil
}

// learn makes keys known to be absent, and links counted.
func (w *World) learn(keys domain.Keys) {
	for _, k := range keys.Slugs {
		w.State.Claims[k] = domain.Claim{}
	}
	for _, l := range keys.Links {
		w.State.Links[l] = domain.Link{}
	}
	for _, x := range keys.External {
		w.State.External[x] = 0
	}
	for _, u := range keys.Usage {
		for _, l := range w.State.Links {
			if l.Account == u.Account && l.Domain == u.Domain && l.Counts() {
				w.State.Usage[u]++
			}
		}
		w.State.Usage[u] += 0 // known, if only to be none
	}
}

// Link implements httpapi.Links.
func (w *World) Link(_ context.Context, n domain.LinkNumber) (domain.Link, error) {
	if w.Fault == "reads away" || w.Fault == "unseen" && w.State.Links[n].Number != 0 {
		return domain.Link{}, context.DeadlineExceeded
	}
	if w.Fault == "broken" {
		return domain.Link{}, errors.New("password is hunter2")
	}
	l, ok := w.State.Links[n]
	if !ok {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link has the id %q", n)
	}
	if w.Fault == "parked" {
		l.Status = domain.Parked
	}
	return l, nil
}

// Many implements httpapi.Links.
func (w *World) Many(ctx context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error) {
	all := map[domain.LinkNumber]domain.Link{}
	for _, n := range numbers {
		l, err := w.Link(ctx, n)
		if err != nil && domain.CodeOf(err) != domain.NotFound {
			return nil, err
		}
		if err == nil && l.Number != 0 {
			all[n] = l
		}
	}
	return all, nil
}

// Size is the length of a command, if it were written as JSON.
func (*World) Size(c domain.Command) (int, error) {
	text, err := json.Marshal(c.Body)
	return len(text), err
}

// BySlug implements httpapi.Links.
func (w *World) BySlug(ctx context.Context, host domain.Host, slug string) (domain.Link, error) {
	claim := w.State.Claims[w.State.Domains[host].Cases.Key(host, domain.Slug(slug))]
	if claim.Link == 0 || !claim.Freed.IsZero() {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link has the slug %q", slug)
	}
	return w.Link(ctx, claim.Link)
}

// Domains implements httpapi.Links.
func (w *World) Domains(context.Context) ([]domain.Domain, error) {
	all := slices.Collect(maps.Values(w.State.Domains))
	slices.SortFunc(all, func(a, b domain.Domain) int { return cmp.Compare(a.Host, b.Host) })
	return slices.DeleteFunc(all, func(d domain.Domain) bool { return d.Host == "" }), nil
}

// Totals implements httpapi.Clicks.
func (w *World) Totals(context.Context, []domain.LinkNumber) (map[domain.LinkNumber]clicks.Counts, error) {
	return w.Clicks, nil
}

// Analyse implements httpapi.Clicks with the clicks of the document's example.
func (w *World) Analyse(_ context.Context, q clicks.Question) (clicks.Analytics, error) {
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

// Revoke ends a token.
func (w *World) Revoke(token string) { w.revoked.Store(token) }

// Numbers implements httpapi.Links.
func (w *World) Numbers(_ context.Context, account domain.AccountID, on domain.Host) (all []domain.LinkNumber, err error) {
	for n, l := range w.State.Links {
		if l.Account == account && l.Status == domain.Active && (on == "" || on == l.Domain) {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}

// Recent implements httpapi.Clicks with five clicks.
func (w *World) Recent(_ context.Context, _ domain.LinkNumber, before uint64, limit int) (all []clicks.Single, err error) {
	for n := uint64(5); n > 0 && len(all) < limit; n-- {
		if before > 0 && n >= before {
			continue
		}
		s := clicks.Single{Number: n, At: w.Now.Add(-time.Duration(6-n) * time.Minute), Values: map[clicks.Dimension]string{
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
func (w *World) Days(_ context.Context, links []domain.LinkNumber, from, _ time.Time, d clicks.Dimension, each func(clicks.DayCounts) error) error {
	if w.Fault == "reads away" {
		return context.DeadlineExceeded
	}
	for i, l := range links {
		if w.Fault == "breaks off" && i > 0 {
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
func (w *World) Authenticate(_ context.Context, token string) (domain.Caller, error) {
	if w.Fault == "keys away" {
		return domain.Caller{}, errAway
	}
	plan := map[string]domain.Plan{"ann": domain.Free, "bob": domain.Pro, "eve": domain.Enterprise}[token]
	if gone, _ := w.revoked.Load().(string); gone == token {
		plan = ""
	}
	if plan == "" {
		return domain.Caller{}, domain.Errorf(domain.Unauthorized, "", "no")
	}
	who := domain.Caller{Account: domain.AccountID("acc_" + token), Key: domain.KeyID("key_" + token), Plan: plan, Requests: w.Agreed, Scopes: domain.AllScopes}
	if w.Scopes != 0 {
		who.Scopes = w.Scopes
	}
	return who, nil
}

// Take implements httpapi.Allowances.
func (w *World) Take(_ context.Context, bucket string, limit int, window time.Duration) (int, time.Time, bool, error) {
	if w.Fault == "counters away" {
		return 0, time.Time{}, false, errAway
	}
	if w.Fault == "spent" {
		w.Spent[bucket] = limit
	}
	reset := w.Now.Truncate(window).Add(window)
	if w.Spent[bucket] >= limit {
		return 0, reset, false, nil
	}
	w.Spent[bucket]++
	return limit - w.Spent[bucket], reset, true, nil
}

// Anonymous implements httpapi.Allowances.
func (w *World) Anonymous(a netip.Addr) string { return "anonymous:" + a.String() }
