package httpapi

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// Rows that stand for no value, and for values that are not listed one by one.
const (
	direct = "(direct)"
	other  = "(other)"
)

// analyticsAnswer is the document's, and below the line what is ours.
type analyticsAnswer struct {
	LinkID      string           `json:"link_id,omitempty"`
	TotalClicks uint64           `json:"total_clicks"`
	Period      periodAnswer     `json:"period"`
	Timeseries  []pointAnswer    `json:"timeseries"`
	Breakdown   *breakdownAnswer `json:"breakdown,omitempty"` // not under a filter, where not all of it can be told

	BotClicks      uint64            `json:"bot_clicks"`
	HeadRequests   uint64            `json:"head_requests"`
	UniqueVisitors *uint64           `json:"unique_visitors"`          // the sum of the days'; null under a filter
	DailyVisitors  []visitorsAnswer  `json:"daily_visitors,omitempty"` // of UTC's days, each as a whole
	Granularity    string            `json:"granularity"`
	Traffic        string            `json:"traffic"`
	Timezone       string            `json:"timezone"`
	Domain         string            `json:"domain,omitempty"`
	Tag            string            `json:"tag,omitempty"`
	Links          *int              `json:"links,omitempty"` // how many are summed up
	Filter         string            `json:"filter,omitempty"`
	UnsureClicks   uint64            `json:"unsure_clicks,omitempty"`
	Range          rangeAnswer       `json:"range"`           // of the totals and the series
	BreakdownRange rangeAnswer       `json:"breakdown_range"` // of the breakdowns
	Breakdowns     []dimensionAnswer `json:"breakdowns,omitempty"`
	Previous       *previousAnswer   `json:"previous,omitempty"`
}

type periodAnswer struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// rangeAnswer is what an answer covers, exactly.
type rangeAnswer struct {
	From    string `json:"from"`
	To      string `json:"to"` // outside
	ExactTo string `json:"exact_to"`
}

type pointAnswer struct {
	Date   string `json:"date"`
	Clicks uint64 `json:"clicks"`
}

type visitorsAnswer struct {
	Date     string `json:"date"`
	Visitors uint64 `json:"visitors"`
}

type breakdownAnswer struct {
	Countries []countryAnswer  `json:"countries"`
	Devices   []typeAnswer     `json:"devices"`
	Referrers []referrerAnswer `json:"referrers"`

	Browsers  []nameAnswer `json:"browsers"`
	OS        []nameAnswer `json:"os"`
	Platforms []nameAnswer `json:"platforms"`
}

type countryAnswer struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Clicks uint64 `json:"clicks"`
}

type typeAnswer struct {
	Type   string `json:"type"`
	Clicks uint64 `json:"clicks"`
}

type referrerAnswer struct {
	Domain string `json:"domain"`
	Clicks uint64 `json:"clicks"`
}

type nameAnswer struct {
	Name   string `json:"name"`
	Clicks uint64 `json:"clicks"`
}

// dimensionAnswer is a breakdown as it is. Its parts add up to Total.
type dimensionAnswer struct {
	Dimension string        `json:"dimension"`
	Total     uint64        `json:"total"`
	Values    int           `json:"values"` // different ones, also those that aren't in rows
	Rows      []valueAnswer `json:"rows"`
	Before    uint64        `json:"before,omitempty"` // clicks on the pages before
	Rest      uint64        `json:"rest"`             // clicks of the rows that follow
	Without   uint64        `json:"without"`          // clicks without a value
	Over      uint64        `json:"over"`             // clicks of values beyond what is kept
	Lost      uint64        `json:"lost,omitempty"`   // under a filter: by how much a row may be wrong
}

type valueAnswer struct {
	Value  string `json:"value"`
	Clicks uint64 `json:"clicks"`
}

type previousAnswer struct {
	Period         periodAnswer `json:"period"`
	TotalClicks    uint64       `json:"total_clicks"`
	BotClicks      uint64       `json:"bot_clicks"`
	HeadRequests   uint64       `json:"head_requests"`
	UniqueVisitors *uint64      `json:"unique_visitors"`
	Change         *float64     `json:"change"` // of total_clicks since then: 0.5 is half as many more; null: from none
}

// answer is what was found out about a scope.
func (a *analyticsQuery) answer(of scope, found *clicks.Analytics) analyticsAnswer {
	shown := analyticsAnswer{
		LinkID: of.link, TotalClicks: a.count(found.Total), Period: periodAnswer{a.name(a.from), a.last()}, Timeseries: a.series(found.Series),
		BotClicks: found.Total.Bot, HeadRequests: found.Total.Heads, UniqueVisitors: a.visitors(found), Granularity: a.granularity.String(),
		Traffic: trafficName(a.traffic), Timezone: a.zone(), Domain: of.on, Tag: of.tag, Filter: a.filter.String(), UnsureClicks: found.Unsure,
		Range: a.effective(found), BreakdownRange: a.broken(found),
	}
	if of.link == "" {
		n := len(of.links)
		shown.Links = &n
	}
	if !a.filtered() {
		b := breakdown(found.Breakdowns)
		shown.Breakdown = &b
	}
	for _, d := range found.Days {
		shown.DailyVisitors = append(shown.DailyVisitors, visitorsAnswer{d.Day.Format(time.DateOnly), d.Count})
	}
	for _, b := range found.Breakdowns {
		if slices.Contains(a.breakdowns, b.Dimension) {
			shown.Breakdowns = append(shown.Breakdowns, newDimensionAnswer(&b))
		}
	}
	return shown
}

func (a *analyticsQuery) series(points []clicks.Point) []pointAnswer {
	out := make([]pointAnswer, len(points))
	for i, pt := range points {
		out[i] = pointAnswer{a.name(pt.Start), a.count(pt.Counts)}
	}
	return out
}

func (a *analyticsQuery) visitors(found *clicks.Analytics) *uint64 {
	if a.filtered() {
		return nil
	}
	return &found.Visitors
}

// effective is the range of the totals and the series.
func (a *analyticsQuery) effective(found *clicks.Analytics) rangeAnswer {
	exact := clicks.Quarter
	if a.filtered() {
		exact = clicks.Hour
	}
	return rangeAnswer{found.From.Format(time.RFC3339), found.To.Format(time.RFC3339), exact.String()}
}

// broken is the range of the breakdowns, in UTC, whose hours and days they are counted by.
func (a *analyticsQuery) broken(found *clicks.Analytics) rangeAnswer {
	exact := clicks.Hour
	if a.filtered() {
		exact = clicks.Day
	}
	return rangeAnswer{found.Broken.From.UTC().Format(time.RFC3339), found.Broken.To.UTC().Format(time.RFC3339), exact.String()}
}

func newDimensionAnswer(b *clicks.Breakdown) dimensionAnswer {
	out := dimensionAnswer{
		Dimension: b.Dimension.String(), Total: b.Total, Values: b.Values, Rows: make([]valueAnswer, len(b.Rows)),
		Before: b.Before, Rest: b.Rest, Without: b.Without, Over: b.Over, Lost: b.Lost,
	}
	for i, r := range b.Rows {
		out.Rows[i] = valueAnswer(r)
	}
	return out
}

// breakdownPageAnswer is a page of a breakdown.
type breakdownPageAnswer struct {
	LinkID string `json:"link_id,omitempty"`
	dimensionAnswer
	Traffic    string      `json:"traffic"`
	Domain     string      `json:"domain,omitempty"`
	Tag        string      `json:"tag,omitempty"`
	Filter     string      `json:"filter,omitempty"`
	Range      rangeAnswer `json:"range"`
	NextCursor *string     `json:"next_cursor"`
}

func (a *analyticsQuery) breakdownPage(of scope, found *clicks.Analytics) breakdownPageAnswer {
	b := &found.Breakdowns[0]
	page := breakdownPageAnswer{
		LinkID: of.link, dimensionAnswer: newDimensionAnswer(b), Traffic: trafficName(a.traffic), Domain: of.on, Tag: of.tag, Filter: a.filter.String(),
		Range: a.broken(found),
	}
	if b.Rest > 0 {
		next := rowCursor(b.Rows[len(b.Rows)-1])
		page.NextCursor = &next
	}
	return page
}

// breakdownPage is how many rows a page has; files have all of them.
func breakdownPage(s string, whole bool) (int, error) {
	if s == "" && whole {
		return 0, nil
	}
	if s == "" {
		return DefaultPage, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxRows {
		return 0, domain.Errorf(domain.Validation, "limit", "limit must be a number from 1 to %d", maxRows)
	}
	return n, nil
}

// maxRows is the most rows of a page of a breakdown.
const maxRows = 1_000

// rowCursor names the last row of a page.
func rowCursor(r clicks.Row) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatUint(r.Clicks, 10) + " " + r.Value))
}

func parseRowCursor(s string) (r clicks.Row, err error) {
	if s == "" {
		return r, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(s)
	n, value, _ := strings.Cut(string(text), " ")
	if err == nil {
		r.Value = value
		r.Clicks, err = strconv.ParseUint(n, 10, 64)
	}
	if err != nil || value == "" {
		return r, domain.Errorf(domain.Validation, "cursor", "cursor must be the next_cursor of another page")
	}
	return r, nil
}

func breakdown(all []clicks.Breakdown) (out breakdownAnswer) {
	for _, b := range all {
		switch b.Dimension {
		case clicks.Country:
			out.Countries = rows(b, "ZZ", func(v string, n uint64) countryAnswer { return countryAnswer{v, countryName(v), n} })
		case clicks.Device:
			out.Devices = rows(b, other, func(v string, n uint64) typeAnswer { return typeAnswer{v, n} })
		case clicks.Referrer:
			out.Referrers = rows(b, direct, func(v string, n uint64) referrerAnswer { return referrerAnswer{v, n} })
		case clicks.Browser:
			out.Browsers = rows(b, other, newName)
		case clicks.OS:
			out.OS = rows(b, other, newName)
		case clicks.Platform:
			out.Platforms = rows(b, other, newName)
		}
	}
	return out
}

func newName(v string, n uint64) nameAnswer { return nameAnswer{v, n} }

// rows lists a breakdown so that its clicks add up to the total: most clicked first, then what
// is not listed one by one, then what has no value.
func rows[R any](b clicks.Breakdown, without string, row func(value string, n uint64) R) []R {
	out := make([]R, 0, len(b.Rows)+2)
	for _, r := range b.Rows {
		out = append(out, row(r.Value, r.Clicks))
	}
	rest := b.Rest + b.Over
	if without == other {
		rest, b.Without = rest+b.Without, 0
	}
	if rest > 0 {
		out = append(out, row(other, rest))
	}
	if b.Without > 0 {
		out = append(out, row(without, b.Without))
	}
	return out
}
