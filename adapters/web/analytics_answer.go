package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/linklog/linklog/projections/clicks"
)

// analyticsPage is all that the page shows.
type analyticsPage struct {
	*asked

	Of      scope
	Problem string // why there is nothing to show
	Map     string // the address of the world's

	Stats    []stat
	Chart    chart
	Points   []point
	Rankings []ranking
	World    []country
	Hidden   string // which breakdowns can't be told, and why
	Whole    string // the days of the breakdowns, where they are others than those of the totals
	Unsure   uint64
	Clicks   uint64 // of all kinds: none makes an empty state
}

// stat is a figure, and how it has changed.
type stat struct {
	Name   string
	Value  string
	Change string
	Up     bool
	Hint   string
}

// chart is what app's script draws, as JSON.
type chart struct {
	Zone   string   `json:"zone"`
	Step   string   `json:"step"`
	Times  []int64  `json:"times"` // seconds since 1970
	Clicks []uint64 `json:"clicks"`
	Before []uint64 `json:"before,omitempty"` // the period before, point by point
	Bots   []uint64 `json:"bots,omitempty"`   // of Clicks, where both are shown
}

// point is a line of the table beside the chart.
type point struct {
	When          string
	Clicks, Human uint64
	Bots          uint64
	Before        string
}

// country is one of the map's: what to say of it, and where a click on it goes.
type country struct {
	Code   string        `json:"code"`
	Name   string        `json:"name"`
	Clicks uint64        `json:"clicks"`
	Level  int           `json:"level"` // 1 … 5, by the root of its share of the first
	To     templ.SafeURL `json:"to"`
}

// answered fills the page with what was found out, before is that of the period before or nil.
func (p *analyticsPage) answered(now, before *clicks.Analytics) {
	p.Clicks, p.Unsure = now.Total.Human+now.Total.Bot+now.Total.Heads, now.Unsure
	p.Stats = p.stats(now, before)
	p.draw(now, before)
	for _, b := range now.Breakdowns {
		if b.Dimension == clicks.Country {
			p.World = p.countries(&b)
		}
	}
	for _, c := range cards {
		if r, ok := p.cardOf(c, now); ok {
			p.Rankings = append(p.Rankings, r)
		}
	}
	if p.filtered() {
		p.Hidden = hiddenBy(p.filter)
		if b := now.Broken; !b.From.Equal(now.From) || !b.To.Equal(now.To) {
			whole := period{from: b.From, to: b.To}
			p.Whole = whole.String()
		}
	}
}

// hiddenBy tells what a filter leaves to be known.
func hiddenBy(f clicks.Filter) string {
	var names []string
	for _, d := range f.Breakdowns() {
		if d != f.Dimension {
			names = append(names, strings.ToLower(labels[d].name))
		}
	}
	word := strings.ToLower(labels[f.Dimension].name)
	if len(names) == 0 {
		return fmt.Sprintf("Clicks by %s are counted by themselves, not together with other values: no other breakdown can be told under this filter.", word)
	}
	return fmt.Sprintf("Clicks by %s are counted together with %s: other breakdowns, and visitors, can't be told under this filter.",
		word, strings.Join(names, ", "))
}

// cardOf is a card with its breakdown, if there is something to show.
func (p *analyticsPage) cardOf(c card, found *clicks.Analytics) (ranking, bool) {
	i := slices.IndexFunc(found.Breakdowns, func(b clicks.Breakdown) bool { return b.Dimension == p.tabs[c.name] })
	if i < 0 || !slices.Contains(c.dimensions, p.tabs[c.name]) || c.name == "bots" && p.traffic == clicks.Human {
		return ranking{}, false
	}
	r := p.ranked(&found.Breakdowns[i], rowsShown)
	r.Card, r.Title = c.name, c.title
	if r.Rest > 0 {
		r.All = p.at("/analytics/"+r.Dimension.String(), c.name, "")
	}
	for _, d := range p.possible(c) {
		r.Tabs = append(r.Tabs, tabLink{labels[d].name, p.with(c.name, d.String()), d == r.Dimension})
	}
	return r, true
}

func (p *analyticsPage) stats(now, before *clicks.Analytics) []stat {
	name := map[clicks.Traffic]string{clicks.Human: "Clicks", clicks.Bot: "Clicks by bots", clicks.All: "Clicks, bots included"}[p.traffic]
	total := stat{Name: name, Value: grouped(p.count(now.Total))}
	people := stat{Name: "Visitors, day by day", Value: "–", Hint: "The sum of each day's different visitors: who comes on two days counts twice."}
	bots := stat{Name: "Bots", Value: grouped(now.Total.Bot), Hint: "Programs that follow links: crawlers, previews, monitors."}
	looks := stat{Name: "HEAD requests", Value: grouped(now.Total.Heads), Hint: "Somebody asked where the link leads, without going there."}
	if !p.filtered() {
		people.Value = grouped(now.Visitors)
	} else {
		people.Hint = "Visitors can't be told under a filter."
	}
	if before != nil {
		total.change(p.count(now.Total), p.count(before.Total))
		bots.change(now.Total.Bot, before.Total.Bot)
		if !p.filtered() {
			people.change(now.Visitors, before.Visitors)
		}
	}
	return []stat{total, people, bots, looks}
}

func (s *stat) change(now, before uint64) {
	switch {
	case before == 0 && now == 0:
	case before == 0:
		s.Change, s.Up = "none before", true
	default:
		s.Change, s.Up = fmt.Sprintf("%+.0f %%", 100*(float64(now)/float64(before)-1)), now >= before
	}
}

// draw is the chart, and the table that says the same.
func (p *analyticsPage) draw(now, before *clicks.Analytics) {
	p.Chart = chart{Zone: p.from.Location().String(), Step: p.granularity.String()}
	if p.Chart.Zone == "Local" {
		p.Chart.Zone = "UTC"
	}
	for i, at := range now.Series {
		n := p.count(at.Counts)
		p.Chart.Times, p.Chart.Clicks = append(p.Chart.Times, at.Start.Unix()), append(p.Chart.Clicks, n)
		row := point{When: p.when(at), Clicks: n, Human: at.Human, Bots: at.Bot}
		if before != nil {
			var b uint64 // a day of 25 hours has a point that the one before hasn't
			if i < len(before.Series) {
				b = p.count(before.Series[i].Counts)
			}
			p.Chart.Before, row.Before = append(p.Chart.Before, b), grouped(b)
		}
		if p.traffic == clicks.All {
			p.Chart.Bots = append(p.Chart.Bots, at.Bot)
		}
		p.Points = append(p.Points, row)
	}
}

func (p *analyticsPage) when(at clicks.Point) string {
	switch p.granularity {
	case clicks.Quarter, clicks.Hour:
		return at.Start.Format("Mon 2 Jan, 15:04")
	case clicks.Week:
		return "Week of " + at.Start.Format("2 Jan 2006")
	case clicks.Month:
		return at.Start.Format("January 2006")
	}
	return at.Start.Format("Mon 2 Jan 2006")
}

// countries are those of the map.
func (p *analyticsPage) countries(b *clicks.Breakdown) []country {
	all := make([]country, 0, len(b.Rows))
	for _, row := range b.Rows {
		only := p.rank(b, row, 0)
		all = append(all, country{row.Value, countryName(row.Value), row.Clicks, level(row.Clicks, b.Rows[0].Clicks), only.Only})
	}
	return all
}

// levels of the map's colours.
const levels = 5

// level is how dark a country is. The root keeps small ones apart beside a giant.
func level(n, most uint64) int {
	for l := uint64(1); l < levels; l++ {
		if n*levels*levels <= most*l*l {
			return int(l) //nolint:gosec // below levels
		}
	}
	return levels
}
