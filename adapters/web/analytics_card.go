package web

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/linklog/linklog/projections/clicks"
)

// card is a part of the page that shows one of several breakdowns.
type card struct {
	name, title string
	dimensions  []clicks.Dimension
}

// cards are all of them. Their names are parameters of the address: they stay.
var cards = []card{
	{"places", "Places", []clicks.Dimension{clicks.Country, clicks.Region, clicks.City}},
	{"sources", "Sources", []clicks.Dimension{clicks.Referrer, clicks.ReferrerPage, clicks.Trigger}},
	{"devices", "Devices", []clicks.Dimension{clicks.Device, clicks.Browser, clicks.OS, clicks.Platform, clicks.Language}},
	{"campaigns", "Campaigns", []clicks.Dimension{clicks.UTMSource, clicks.UTMMedium, clicks.UTMCampaign, clicks.UTMTerm, clicks.UTMContent}},
	{"routing", "Links", []clicks.Dimension{clicks.Slug, clicks.Rule, clicks.Host, clicks.Version}},
	{"bots", "Bots", []clicks.Dimension{clicks.BotReason}},
}

// label is what people call a dimension, and what they call having no value of it.
var labels = map[clicks.Dimension]struct{ name, none string }{
	clicks.Country: {"Country", "Unknown"}, clicks.Region: {"Region", "Unknown"}, clicks.City: {"City", "Unknown"},
	clicks.Device: {"Device", "Unknown"}, clicks.Browser: {"Browser", "Unknown"}, clicks.OS: {"System", "Unknown"},
	clicks.Platform: {"Platform", "Unknown"}, clicks.Language: {"Language", "Unknown"},
	clicks.Referrer: {"Referrer", "Direct"}, clicks.ReferrerPage: {"Page", "Direct"}, clicks.Trigger: {"QR or link", "Link"},
	clicks.UTMSource: {"Source", "None"}, clicks.UTMMedium: {"Medium", "None"}, clicks.UTMCampaign: {"Campaign", "None"},
	clicks.UTMTerm: {"Term", "None"}, clicks.UTMContent: {"Content", "None"},
	clicks.Rule: {"Rule", "The link's own destination"}, clicks.BotReason: {"Why a bot", "No bot"},
	clicks.Host: {"Domain", "Unknown"}, clicks.Slug: {"Slug", "Unknown"}, clicks.Version: {"Version", "Unknown"},
}

// ranking is a breakdown as it is shown.
type ranking struct {
	Card      string
	Title     string
	Dimension clicks.Dimension
	Tabs      []tabLink
	Rows      []rank
	Rest      uint64 // clicks of values that are not among the rows
	Values    int
	Over      uint64
	Lost      uint64
	All       templ.SafeURL // the page with all rows; empty: they are here
}

type tabLink struct {
	Name string
	To   templ.SafeURL
	Here bool
}

// rank is a value and its clicks.
type rank struct {
	Name    string
	Code    string // the value as it is filtered by
	Clicks  uint64
	Share   string // of all clicks, in percent
	Width   string // of its bar: the first row's is the longest
	Only    templ.SafeURL
	Without templ.SafeURL
	Chosen  bool // it is what is filtered by
}

// ranked is a breakdown with links that filter by its values. Limit is how many rows; 0: all.
func (a *asked) ranked(b *clicks.Breakdown, limit int) ranking {
	r := ranking{Dimension: b.Dimension, Title: labels[b.Dimension].name, Rest: b.Rest, Values: b.Values, Over: b.Over, Lost: b.Lost}
	rows := b.Rows
	if limit > 0 && len(rows) > limit {
		for _, cut := range rows[limit:] {
			r.Rest += cut.Clicks
		}
		rows = rows[:limit]
	}
	most := b.Without
	if len(rows) > 0 {
		most = max(most, rows[0].Clicks)
	}
	for _, row := range rows {
		r.Rows = append(r.Rows, a.rank(b, row, most))
	}
	if b.Without > 0 && b.Before == 0 {
		r.Rows = append(r.Rows, a.rank(b, clicks.Row{Clicks: b.Without}, most))
	}
	return r
}

func (a *asked) rank(b *clicks.Breakdown, row clicks.Row, most uint64) rank {
	only := clicks.Filter{Dimension: b.Dimension, Value: row.Value}
	r := rank{
		Name: valueName(b.Dimension, row.Value), Code: row.Value, Clicks: row.Clicks,
		Share: percent(row.Clicks, b.Total), Width: width(row.Clicks, most), Chosen: a.filter == only,
	}
	r.Only = a.filteredBy(only)
	if r.Chosen {
		r.Only = a.filteredBy(clicks.Filter{})
	}
	only.Exclude = true
	r.Without = a.filteredBy(only)
	return r
}

// valueName is what people call a value.
func valueName(d clicks.Dimension, value string) string {
	if value == "" {
		return labels[d].none
	}
	switch d {
	case clicks.Country:
		return countryName(value)
	case clicks.Region, clicks.City:
		parts := strings.Split(value, "/")
		return parts[len(parts)-1] + ", " + countryName(parts[0])
	case clicks.Language:
		if tag, err := language.Parse(value); err == nil {
			if name := display.English.Languages().Name(tag); name != "" {
				return name
			}
		}
	case clicks.Trigger:
		return strings.ToUpper(value) + " code"
	case clicks.Platform:
		if value == "ios" {
			return "iOS"
		}
		return strings.ToUpper(value[:1]) + value[1:]
	case clicks.Device:
		return strings.ToUpper(value[:1]) + value[1:]
	case clicks.Version:
		return "Version " + value
	}
	return value
}

// countryName is the English name of an ISO 3166 code, or the code if it has none.
func countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.English.Regions().Name(region); name != "" {
		return name
	}
	return code
}

func percent(n, of uint64) string {
	if of == 0 {
		return ""
	}
	p := 100 * float64(n) / float64(of)
	if p > 0 && p < 1 {
		return "<1 %"
	}
	return fmt.Sprintf("%.0f %%", p)
}

func width(n, most uint64) string {
	if most == 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(most))
}

// grouped writes a number with thin spaces between thousands.
func grouped(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// told is a filter in words.
func told(f clicks.Filter) string {
	is := "is"
	if f.Exclude {
		is = "is not"
	}
	return labels[f.Dimension].name + " " + is + " " + valueName(f.Dimension, f.Value)
}
