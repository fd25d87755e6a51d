package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// analyticsCmd is linklog analytics.
type analyticsCmd struct {
	remoteSettings
	Link        string   `arg:"" optional:"" name:"link" help:"The link; left out: all links, or those of --tag or --domain."`
	From        string   `help:"Date or datetime; 30 days before the end if left out." env:"-" placeholder:"TIME"`
	To          string   `help:"Date (that day included) or datetime; now if left out." env:"-" placeholder:"TIME"`
	By          []string `help:"Break down by these: country, city, device, browser, os, referrer, language, utm_source, rule and so on, or all." default:"country,device,referrer" env:"-" placeholder:"DIMENSION"`
	Top         int      `help:"Most rows of a breakdown." default:"10" env:"-" placeholder:"N"`
	Granularity string   `help:"Length of a step: 15min, hour, day, week or month." enum:"15min,hour,day,week,month" default:"day" env:"-"`
	Timezone    string   `help:"Time zone that days are of, as Europe/Berlin." env:"-" placeholder:"ZONE"`
	Traffic     string   `help:"Whose clicks: human, bot, head or all." enum:"human,bot,head,all" default:"human" env:"-"`
	Filter      string   `help:"Only clicks with a value, as country:DE, or without, as !country:DE." env:"-" placeholder:"DIMENSION:VALUE"`
	Tag         string   `help:"Clicks of the links with this tag." env:"-" placeholder:"TAG"`
	Domain      string   `help:"Clicks of the links on this domain." env:"-" placeholder:"HOST"`
	Compare     bool     `help:"Beside the period before." env:"-"`
	NoChart     bool     `help:"Leave the chart out." env:"-"`
}

// Help shows an example.
func (*analyticsCmd) Help() string {
	return `  linklog analytics spring-sale
  linklog analytics spring-sale --from 2026-11-01 --to 2026-11-21 --by country,referrer --compare
  linklog analytics --tag sale --granularity hour --from 2026-11-21 --filter device:mobile
  linklog analytics --json --by all | jq .total_clicks` + remoteHelp
}

// remoteAnalytics is what people see of an answer.
type remoteAnalytics struct {
	Total      uint64  `json:"total_clicks"`
	Bots       uint64  `json:"bot_clicks"`
	Heads      uint64  `json:"head_requests"`
	Visitors   *uint64 `json:"unique_visitors"`
	Links      *int    `json:"links"`
	Traffic    string  `json:"traffic"`
	Timezone   string  `json:"timezone"`
	Period     period  `json:"period"`
	Timeseries []point `json:"timeseries"`
	Breakdowns []struct {
		Dimension string `json:"dimension"`
		Total     uint64 `json:"total"`
		Values    int    `json:"values"`
		Rest      uint64 `json:"rest"`
		Without   uint64 `json:"without"`
		Over      uint64 `json:"over"`
		Rows      []struct {
			Value  string `json:"value"`
			Clicks uint64 `json:"clicks"`
		} `json:"rows"`
	} `json:"breakdowns"`
	Previous *struct {
		Period period   `json:"period"`
		Total  uint64   `json:"total_clicks"`
		Change *float64 `json:"change"`
	} `json:"previous"`
}

type period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// point is a step of a time series.
type point struct {
	Date   string `json:"date"`
	Clicks uint64 `json:"clicks"`
}

// Run shows analytics.
func (c *analyticsCmd) Run(ctx context.Context, t *terminal) error {
	if c.Link != "" && (c.Tag != "" || c.Domain != "") {
		return misused("give a link, or --tag or --domain")
	}
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	path := "/analytics"
	if c.Link != "" {
		id, err := r.id(ctx, c.Link)
		if err != nil {
			return err
		}
		path = "/links/" + id + path
	}
	var text json.RawMessage
	if err := r.get(ctx, path, c.query(), &text); err != nil {
		return err
	}
	if c.JSON {
		return printLine(t.out, text)
	}
	var a remoteAnalytics
	if err := json.Unmarshal(text, &a); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return c.showAnalytics(t, &a)
}

func (c *analyticsCmd) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"from": c.From, "to": c.To, "breakdowns": strings.Join(c.By, ","), "granularity": c.Granularity,
		"timezone": c.Timezone, "traffic": c.Traffic, "filter": c.Filter, "tag": c.Tag, "domain": c.Domain,
	} {
		setUnless(q, name, value, "")
	}
	setUnless(q, "top", c.Top, 0)
	if c.Compare {
		q.Set("compare", "previous")
	}
	return q
}

func (c *analyticsCmd) showAnalytics(t *terminal, a *remoteAnalytics) error {
	p := colours(t.out)
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s to %s, %s\n", p.paint(bold, count(a.Total, "click")), a.Period.From, a.Period.To, a.Timezone)
	fmt.Fprintf(&b, "traffic: %s; bots: %d; HEAD requests: %d", a.Traffic, a.Bots, a.Heads)
	if a.Visitors != nil {
		fmt.Fprintf(&b, "; visitors, day by day: %d", *a.Visitors)
	}
	if a.Links != nil {
		fmt.Fprintf(&b, "; links: %d", *a.Links)
	}
	if v := a.Previous; v != nil {
		fmt.Fprintf(&b, "\nbefore: %s, %s to %s", count(v.Total, "click"), v.Period.From, v.Period.To)
		if v.Change != nil {
			fmt.Fprintf(&b, " (%+.0f %%)", 100**v.Change)
		}
	}
	if _, err := fmt.Fprintln(t.out, visibleLines(b.String(), p)); err != nil {
		return err
	}
	if !c.NoChart && a.Total > 0 {
		if _, err := fmt.Fprintf(t.out, "\n%s", chart(a.Timeseries, screenWidth(t.out), p)); err != nil {
			return err
		}
	}
	return a.showBreakdowns(t)
}

// showBreakdowns writes a table for each dimension.
func (a *remoteAnalytics) showBreakdowns(t *terminal) error {
	for _, b := range a.Breakdowns {
		rows := make([][]cell, 0, len(b.Rows)+3)
		add := func(name, style string, clicks uint64) {
			rows = append(rows, []cell{{name, style}, {text: strconv.FormatUint(clicks, 10)}, {share(clicks, b.Total), dim}, {bar(clicks, b.Total), cyan}})
		}
		for _, row := range b.Rows {
			add(row.Value, unstyled, row.Clicks)
		}
		for _, rest := range []struct {
			name   string
			clicks uint64
		}{{"(others)", b.Rest + b.Over}, {"(none)", b.Without}} {
			if rest.clicks > 0 {
				add(rest.name, dim, rest.clicks)
			}
		}
		if _, err := fmt.Fprintln(t.out); err != nil {
			return err
		}
		table := newTable(t.out, column{head: strings.ToUpper(visible(b.Dimension)), elastic: true}, column{head: "CLICKS", right: true}, column{head: "SHARE", right: true}, column{})
		if err := table.page(rows); err != nil {
			return err
		}
	}
	return nil
}

func count(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func share(n, of uint64) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// visibleLines is text whose lines and colours are ours.
func visibleLines(text string, p painter) string {
	if p {
		return text
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = visible(lines[i])
	}
	return strings.Join(lines, "\n")
}
