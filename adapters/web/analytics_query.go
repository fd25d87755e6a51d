package web

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// What the pages of analytics show of a breakdown.
const (
	rowsShown   = 8   // in a card
	rowsPerPage = 50  // on a page of its own
	topAsked    = 250 // all countries, for the map
)

// choices are the parameters that a link to the pages keeps, in their order.
var choices = []string{"link", "domain", "tag", "range", "from", "to", "granularity", "timezone", "traffic", "filter", "compare"}

// asked is what an address of the pages asks for. All of it is in the address, so that it can be
// kept, sent to somebody and gone back to.
type asked struct {
	period

	values  url.Values // as they came
	traffic clicks.Traffic
	filter  clicks.Filter
	compare bool
	tabs    map[string]clicks.Dimension // what each card shows, by the card's name
}

// askedOf reads an address. Zone is the browser's, for addresses that name none. What is wrong is
// a domain.Validation error; what could be read is there all the same.
func askedOf(values url.Values, zone string, now time.Time) (a asked, err error) {
	a = asked{values: url.Values{}, compare: values.Get("compare") != "none", tabs: map[string]clicks.Dimension{}}
	for _, name := range choices {
		for _, v := range values[name] {
			if v != "" {
				a.values.Add(name, v)
			}
		}
	}
	if a.values.Get("timezone") == "" && zone != "" {
		if _, err := time.LoadLocation(zone); err == nil {
			a.values.Set("timezone", zone)
		}
	}
	if a.period, err = periodOf(a.values, now); err != nil {
		return a, err
	}
	if a.traffic, err = trafficOf(values.Get("traffic")); err != nil {
		return a, err
	}
	if a.filter, err = filterOf(a.values["filter"]); err != nil {
		return a, err
	}
	return a, a.chooseTabs(values)
}

// chooseTabs is what each card shows: as asked, or else the first thing that can be known.
func (a *asked) chooseTabs(values url.Values) error {
	for _, c := range cards {
		possible := a.possible(c)
		if len(possible) > 0 {
			a.tabs[c.name] = possible[0]
		}
		name := values.Get(c.name)
		if name == "" {
			continue
		}
		d, err := clicks.ParseDimension(name)
		if err != nil || !slices.Contains(c.dimensions, d) {
			return domain.Errorf(domain.Validation, "", "There is no breakdown by %q here.", name)
		}
		a.tabs[c.name] = d // whether it goes with the filter is the model's to say
		a.values.Set(c.name, name)
	}
	return nil
}

// possible are the breakdowns of a card that can be told under the filter.
func (a *asked) possible(c card) []clicks.Dimension {
	return slices.DeleteFunc(slices.Clone(c.dimensions), func(d clicks.Dimension) bool { return !slices.Contains(a.filter.Breakdowns(), d) })
}

func trafficOf(name string) (clicks.Traffic, error) {
	switch name {
	case "", "human":
		return clicks.Human, nil
	case "bot":
		return clicks.Bot, nil
	case "all":
		return clicks.All, nil
	}
	return 0, domain.Errorf(domain.Validation, "traffic", "traffic must be human, bot or all")
}

func filterOf(all []string) (clicks.Filter, error) {
	switch len(all) {
	case 0:
		return clicks.Filter{}, nil
	case 1:
		return clicks.ParseFilter(all[0])
	}
	return clicks.Filter{}, domain.Errorf(domain.Validation, "filter",
		"Clicks are kept by pairs of values, so one filter at a time can be answered, not %d. Choose one of them.", len(all))
}

// filtered reports whether only some clicks are asked for.
func (a *asked) filtered() bool { return a.filter.Dimension != 0 }

// question is what to ask the clicks model.
func (a *asked) question(of []domain.LinkNumber, top int, breakdowns ...clicks.Dimension) clicks.Question {
	return clicks.Question{
		Links: of, From: a.from, To: a.to, Granularity: a.granularity, Location: a.from.Location(),
		Breakdowns: breakdowns, Traffic: a.traffic, Top: top, Filter: a.filter,
	}
}

// count is how many clicks of the asked traffic there are.
func (a *asked) count(c clicks.Counts) uint64 {
	switch a.traffic {
	case clicks.Bot:
		return c.Bot
	case clicks.All:
		return c.Human + c.Bot
	}
	return c.Human
}

// with is the address with parameters changed: names and values in turn, an empty value takes one
// away.
func (a *asked) with(pairs ...string) templ.SafeURL { return a.at("/analytics", pairs...) }

func (a *asked) at(path string, pairs ...string) templ.SafeURL {
	v := url.Values{}
	maps.Copy(v, a.values)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		} else {
			v[pairs[i]] = []string{pairs[i+1]}
		}
	}
	if len(v) == 0 {
		return templ.SafeURL(path)
	}
	return templ.SafeURL(path + "?" + v.Encode())
}

// filteredBy is the address under another filter. Cards go back to what can be told under it.
func (a *asked) filteredBy(f clicks.Filter) templ.SafeURL {
	pairs := []string{"filter", f.String()}
	for _, c := range cards {
		if d, ok := a.tabs[c.name]; ok && !slices.Contains(f.Breakdowns(), d) {
			pairs = append(pairs, c.name, "")
		}
	}
	return a.with(pairs...)
}

// export is the address of the same at the native API.
func (a *asked) export(path, format string) templ.SafeURL {
	v := url.Values{"format": {format}, "from": {a.stamp(a.from)}, "to": {a.lastStamp()}, "granularity": {a.granularity.String()}}
	for _, name := range []string{"domain", "tag", "timezone", "traffic", "filter"} {
		if value := a.values.Get(name); value != "" {
			v.Set(name, value)
		}
	}
	if link := a.values.Get("link"); link != "" {
		path = "/links/" + url.PathEscape(link) + path
	}
	return templ.SafeURL("/v1" + path + "?" + v.Encode())
}

// opposite is the filter that leaves what this one takes away.
func (a *asked) opposite() clicks.Filter {
	f := a.filter
	f.Exclude = !f.Exclude
	return f
}

// rangeName is what the choice of ranges shows.
func (a *asked) rangeName() string {
	switch name := a.values.Get("range"); {
	case name != "":
		return name
	case a.values.Get("from") != "" || a.values.Get("to") != "":
		return ownDates
	}
	return defaultRange
}

// plain is the address without a filter, with each card as it begins.
func (a *asked) plain() templ.SafeURL {
	pairs := []string{"filter", ""}
	for _, c := range cards {
		pairs = append(pairs, c.name, "")
	}
	return a.with(pairs...)
}
