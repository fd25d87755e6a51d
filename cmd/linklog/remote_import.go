package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/linklog/linklog/adapters/imports"
	"github.com/linklog/linklog/projections"
)

type importCmd struct {
	remoteSettings
	Format      string   `arg:"" help:"yourls, shlink, kutt, bitly, dub, csv or linklog." enum:"yourls,shlink,kutt,bitly,dub,csv,linklog"`
	From        []string `arg:"" optional:"" name:"from" help:"Exported files, or the address of the API."`
	SourceKey   string   `help:"Key of the API that is read; better given as LINKLOG_SOURCE_KEY, as others see command lines." placeholder:"KEY"`
	As          string   `help:"A name for this source instead of the format's, to keep two of a kind apart." env:"-" placeholder:"NAME"`
	Domain      string   `help:"Make all links on this host; left out: on the API's own." env:"-" placeholder:"HOST" xor:"host"`
	KeepDomains bool     `help:"Make each link on the host it has there." env:"-" xor:"host"`
	OnClash     string   `help:"What to do with a slug that is taken or can't be one here: skip the link, rename it, or fail before anything is done." enum:"skip,rename,fail" default:"skip" env:"-"`
	Clicks      string   `help:"history: what is known of single clicks or days; totals: numbers alone, at the link's beginning; none." enum:"history,totals,none" default:"history" env:"-"`
	TimeZone    string   `help:"Zone of times that don't name theirs, as Europe/Berlin." default:"UTC" env:"-" placeholder:"ZONE"`
	DryRun      bool     `help:"Tell what would be done, and do nothing." env:"-"`
}

// Help tells what can be read, and what becomes of it.
func (*importCmd) Help() string {
	return `Reads these formats:

  yourls   a dump by mysqldump (.sql); yourls_url and yourls_log as CSV; yourls-api.php
  shlink   the web client's CSV; the REST API, with every visit
  kutt     answers of its API (.json); its tables links and visits as CSV; the API
  bitly    its CSV; the API, with the clicks of each day
  dub      its CSV; the API, with the clicks of each day or month
  csv      links: url, and if you have them slug, title, tags, created_at, expires_at, ...;
           clicks: link and time, and if you have them country, referrer, user_agent, count, ...
  linklog  what linklog export wrote

Every link gets an external id made of the source's name and the id it has there. A link with
such an id is not made again, so to say the same again after an interruption goes on, and later
brings what is new; what was edited here meanwhile stays. Clicks are marked as imported and
counted once. Visitors are not known, so none of them are unique. A link that has ended is
archived. A slug of yours that leads to the same address already is taken for the same link.
Slugs stay as they are: 1 to 100 letters, digits, hyphens and underscores. A few words, as login
and api, can be slugs only on domains of your own.

  linklog import yourls dump.sql --dry-run
  linklog import shlink https://s.example --on-clash rename
  linklog import csv links.csv clicks.csv --json

With --json: a line for each problem, and a last one with "done". The exit status is 5 if there
were clashes, 1 if links or clicks could not be understood.` + remoteHelp
}

// Run imports.
func (c *importCmd) Run(ctx context.Context, t *terminal) error {
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	source, err := c.open()
	if err != nil {
		return err
	}
	i := &importer{settings: c, remote: r, source: source, name: c.As, report: importReport{terminal: t, json: c.JSON}}
	if i.name == "" {
		i.name = c.Format
	}
	if err := i.learnLimits(ctx); err != nil {
		return err
	}
	err = i.run(ctx)
	if ctx.Err() != nil {
		return errors.New("interrupted: say the same again to go on")
	}
	if err != nil {
		return err
	}
	return i.report.end(c.DryRun)
}

func (c *importCmd) open() (imports.Source, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, misused("--time-zone: %q is no name of the IANA database", c.TimeZone)
	}
	s, err := imports.Open(imports.Format(c.Format), imports.Options{From: c.From, Key: c.SourceKey, Zone: zone})
	if err != nil {
		return nil, misused("%v", err)
	}
	return s, nil
}

// importer brings links, then clicks.
type importer struct {
	settings *importCmd
	remote   *remote
	source   imports.Source
	name     string // of the source
	report   importReport
	progress *gauge
	done     projections.Progress

	largest int                    // operations of one request
	now     time.Time              // for all links alike
	slugs   map[string]bool        // host and slug of what was read
	names   map[string]string      // where what was read leads, by external id
	targets map[string]string      // ids here, by ids there
	totals  []imports.Click        // if only those are brought
	told    map[string]uint64      // clicks read, by ids here
	counted map[string]uint64      // clicks that are counted, by ids here
	waiting map[string]*linkClicks // to be sent
	order   []string               // of what waits
	size    int                    // of what waits, in bytes
	clicks  uint64                 // that wait
}

// learnLimits asks what the account may do.
func (i *importer) learnLimits(ctx context.Context) error {
	var a struct {
		Account struct {
			Limits struct {
				Bulk int `json:"bulk_operations"`
			} `json:"limits"`
		} `json:"account"`
	}
	if err := i.remote.get(ctx, "/account", nil, &a); err != nil {
		return err
	}
	i.largest = min(max(a.Account.Limits.Bulk, 1), 1_000)
	return nil
}

func (i *importer) run(ctx context.Context) error {
	if i.settings.OnClash == "fail" && !i.settings.DryRun {
		if err := i.rehearse(ctx); err != nil {
			return err
		}
	}
	if err := i.passLinks(ctx); err != nil {
		return err
	}
	if i.settings.DryRun || i.settings.Clicks == "none" {
		return nil
	}
	return i.passClicks(ctx)
}

// rehearse looks for clashes before anything is done.
func (i *importer) rehearse(ctx context.Context) error {
	dry := *i.settings
	dry.DryRun = true
	trial := &importer{settings: &dry, remote: i.remote, source: i.source, name: i.name, largest: i.largest, report: importReport{terminal: i.report.terminal, json: i.report.json}}
	if err := trial.passLinks(ctx); err != nil {
		return err
	}
	if n := trial.report.Links.Clashes; n > 0 {
		return &exitError{exitConflict, fmt.Errorf("%s would clash; nothing was done", linkCount(n))}
	}
	return nil
}

// begin starts a pass with a bar: how long it is can only be told of files.
func (i *importer) begin(total int64) {
	i.progress = newGauge(i.report.terminal, false)
	i.done = projections.Progress{Total: total}
}

// step tells that so much more is done.
func (i *importer) step(n int) {
	i.done.Applied += int64(n)
	i.done.Total = max(i.done.Total, i.done.Applied)
	if i.progress.bar {
		i.progress.show(i.done)
	}
}

// end leaves the bar's line.
func (i *importer) end() { i.progress.end() }

// fromFiles reports whether the source can be read as often as one likes.
func (i *importer) fromFiles() bool {
	return len(i.settings.From) > 0 && !strings.Contains(i.settings.From[0], "://")
}

// importReport counts what became of what was read, and tells what went wrong.
type importReport struct {
	terminal *terminal
	json     bool

	Links struct {
		Read     int `json:"read"`
		Created  int `json:"created"` // or would be
		Existing int `json:"existing"`
		Renamed  int `json:"renamed"` // of those created
		Clashes  int `json:"clashes"` // left out
		Unusable int `json:"unusable"`
	} `json:"links"`
	Clicks struct {
		Read     uint64 `json:"read"`
		Added    uint64 `json:"added"`
		Existing uint64 `json:"existing"`
		LeftOut  uint64 `json:"left_out"` // of links that were
		Unusable uint64 `json:"unusable"`
	} `json:"clicks"`
}

// problem is a line about something that isn't as it was.
type problem struct {
	Problem string `json:"problem"` // clash, renamed, unusable, lost
	ID      string `json:"id,omitempty"`
	Slug    string `json:"slug,omitempty"`
	Became  string `json:"became,omitempty"`
	Message string `json:"message"`
}

func (r *importReport) tell(p problem) {
	if r.json {
		_ = json.NewEncoder(r.terminal.out).Encode(p) //nolint:errchkjson // texts
		return
	}
	name := p.Slug
	if name == "" {
		name = p.ID
	}
	r.terminal.notef("")
	_, _ = fmt.Fprintln(r.terminal.out, visible(strings.TrimSpace(fmt.Sprintf("%-8s %s  %s", p.Problem, name, p.Message))))
}

// end tells the outcome.
func (r *importReport) end(dry bool) error {
	if r.json {
		err := json.NewEncoder(r.terminal.out).Encode(struct {
			Done   bool `json:"done"`
			DryRun bool `json:"dry_run"`
			*importReport
		}{true, dry, r})
		if err != nil {
			return err
		}
	} else {
		r.summarise(dry)
	}
	switch {
	case r.Links.Clashes > 0:
		return &exitError{exitConflict, fmt.Errorf("%s left out: their slugs are taken or can't be slugs here", linkCount(r.Links.Clashes))}
	case r.Links.Unusable > 0 || r.Clicks.Unusable > 0:
		return fmt.Errorf("%s and %d clicks could not be understood", linkCount(r.Links.Unusable), r.Clicks.Unusable)
	}
	return nil
}

func (r *importReport) summarise(dry bool) {
	created := "created"
	if dry {
		created = "would be created"
	}
	l, c := &r.Links, &r.Clicks
	r.terminal.sayf("%s read: %d %s (%d of them renamed), %d there already, %d clash, %d unusable", linkCount(l.Read), l.Created, created, l.Renamed, l.Existing, l.Clashes, l.Unusable)
	if !dry {
		r.terminal.sayf("%d clicks read: %d added, %d there already, %d of links that were left out, %d unusable", c.Read, c.Added, c.Existing, c.LeftOut, c.Unusable)
	}
}

// post asks for something that does no harm if it is done twice.
func (i *importer) post(ctx context.Context, path string, body, v any) error {
	return i.remote.ask(ctx, call{method: http.MethodPost, path: path, body: body, twice: true}, v)
}
