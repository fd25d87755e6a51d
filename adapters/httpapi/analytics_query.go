package httpapi

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// topValues is the most rows of a breakdown: all countries, and as many of anything else.
const topValues = 250

// standard are the dimensions of the document's breakdown, and those we put beside them.
var standard = [...]clicks.Dimension{clicks.Country, clicks.Device, clicks.Referrer, clicks.Browser, clicks.OS, clicks.Platform}

// analyticsQuery is what a request wants to know.
type analyticsQuery struct {
	period

	traffic    clicks.Traffic
	top        int
	breakdowns []clicks.Dimension // asked for by name
	filter     clicks.Filter
	compare    bool
}

// parseAnalytics reads the parameters that all questions about clicks have.
func parseAnalytics(q url.Values, now time.Time) (a analyticsQuery, err error) {
	if a.period, err = parsePeriod(q, now); err != nil {
		return a, err
	}
	if a.traffic, err = parseTraffic(q.Get("traffic")); err != nil {
		return a, err
	}
	if a.top, err = parseTop(q.Get("top")); err != nil {
		return a, err
	}
	if a.breakdowns, err = parseBreakdowns(q.Get("breakdowns")); err != nil {
		return a, err
	}
	if filters := q["filter"]; len(filters) > 1 {
		return a, domain.Errorf(domain.Validation, "filter", "there can be one filter only")
	} else if len(filters) == 1 && filters[0] != "" {
		if a.filter, err = clicks.ParseFilter(filters[0]); err != nil {
			return a, err
		}
	}
	switch c := q.Get("compare"); c {
	case "", "none":
	case "previous":
		a.compare = true
	default:
		return a, domain.Errorf(domain.Validation, "compare", "compare must be previous")
	}
	return a, nil
}

func parseTraffic(name string) (clicks.Traffic, error) {
	switch name {
	case "", "human":
		return clicks.Human, nil
	case "bot":
		return clicks.Bot, nil
	case "head":
		return clicks.Heads, nil
	case "all":
		return clicks.All, nil
	}
	return 0, domain.Errorf(domain.Validation, "traffic", "traffic must be human, bot, all or head")
}

func trafficName(t clicks.Traffic) string {
	switch t {
	case clicks.Bot:
		return "bot"
	case clicks.Heads:
		return "head"
	case clicks.All:
		return "all"
	}
	return "human"
}

func parseTop(s string) (int, error) {
	if s == "" {
		return topValues, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > topValues {
		return 0, domain.Errorf(domain.Validation, "top", "top must be a number from 1 to %d", topValues)
	}
	return n, nil
}

// parseBreakdowns reads names with commas between them; all stands for all.
func parseBreakdowns(s string) (all []clicks.Dimension, err error) {
	if s == "all" {
		return clicks.Dimensions(), nil
	}
	for name := range strings.SplitSeq(s, ",") {
		if name == "" {
			continue
		}
		d, err := parseDimension(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all, nil
}

func parseDimension(name string) (clicks.Dimension, error) {
	d, err := clicks.ParseDimension(name)
	if err != nil {
		names := make([]string, 0, len(clicks.Dimensions()))
		for _, d := range clicks.Dimensions() {
			names = append(names, d.String())
		}
		return 0, domain.Errorf(domain.Validation, "breakdowns", "clicks can be broken down by %s, not by %q", strings.Join(names, ", "), name)
	}
	return d, nil
}

// filtered reports whether there is a filter.
func (a *analyticsQuery) filtered() bool { return a.filter != clicks.Filter{} }

// question is what is asked of the clicks model about links.
func (a *analyticsQuery) question(links []domain.LinkNumber) clicks.Question {
	q := clicks.Question{
		Links: links, From: a.from, To: a.to, Granularity: a.granularity, Location: a.from.Location(),
		Traffic: a.traffic, Top: a.top, Filter: a.filter, Breakdowns: slices.Clone(a.breakdowns),
	}
	if a.filtered() {
		return q
	}
	for _, d := range standard {
		if !slices.Contains(q.Breakdowns, d) {
			q.Breakdowns = append(q.Breakdowns, d)
		}
	}
	return q
}

// previous is the question about the period before.
func (a *analyticsQuery) previous(links []domain.LinkNumber) (clicks.Question, period) {
	b := a.before()
	return clicks.Question{
		Links: links, From: b.from, To: b.to, Granularity: b.granularity, Location: b.to.Location(), Traffic: a.traffic, Filter: a.filter,
	}, b
}

// count is how many clicks of the asked traffic there are.
func (a *analyticsQuery) count(c clicks.Counts) uint64 {
	switch a.traffic {
	case clicks.Bot:
		return c.Bot
	case clicks.Heads:
		return c.Heads
	case clicks.All:
		return c.Human + c.Bot
	}
	return c.Human
}
