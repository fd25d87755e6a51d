package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/linklog/linklog/adapters/imports"
	"github.com/linklog/linklog/projections"
)

type exportCmd struct {
	remoteSettings
	linkFilters
	What   string `arg:"" optional:"" help:"links, clicks or all." enum:"links,clicks,all" default:"links"`
	Output string `help:"Where it goes: file.csv, file.jsonl, or - for standard output." short:"o" default:"-" env:"-" placeholder:"FILE"`
	Format string `help:"jsonl or csv; left out: what the file's name ends with, else jsonl." enum:",jsonl,csv" default:"" env:"-" placeholder:"FORMAT"`
}

// Help shows an example.
func (*exportCmd) Help() string {
	return `Links are told as the API tells them, and clicks as the stream does, single ones, as far back
as the log goes. Filters are about links; without --status archived ones come too. A table holds
links or clicks, not both; texts that a spreadsheet would take for formulas have a ' before them.
A file appears when it is complete.

  linklog export all -o everything.jsonl
  linklog export links -o links.csv --tag sale
  linklog import linklog everything.jsonl --api https://elsewhere.example --key -` + remoteHelp
}

// Run exports.
func (c *exportCmd) Run(ctx context.Context, t *terminal) error {
	format := c.Format
	if format == "" && strings.HasSuffix(c.Output, ".csv") {
		format = "csv"
	}
	if format == "csv" && c.What == "all" {
		return misused("a table holds links or clicks: export each to a file of its own, or all to .jsonl")
	}
	if c.What == "clicks" && c.linkFilters != (linkFilters{}) {
		return misused("filters are about links: leave them out, or export links")
	}
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	if c.Output == "-" {
		return c.write(ctx, r, t.out, format == "csv")
	}
	return c.writeFile(ctx, r, format == "csv")
}

// writeFile writes beside the file until it is complete.
func (c *exportCmd) writeFile(ctx context.Context, r *remote, asCSV bool) (err error) {
	f, err := os.Create(c.Output + ".part")
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := c.write(ctx, r, f, asCSV); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	return os.Rename(f.Name(), c.Output)
}

func (c *exportCmd) write(ctx context.Context, r *remote, to io.Writer, asCSV bool) error {
	var lines exportLines = objectLines{to}
	if asCSV {
		columns := imports.TableMembers
		if c.What == "clicks" {
			columns = imports.TableClicks
		}
		lines = &csvLines{csv.NewWriter(to), columns, false}
	}
	if c.What != "clicks" {
		if err := c.writeLinks(ctx, r, lines); err != nil {
			return err
		}
	}
	if c.What != "links" {
		if err := c.writeClicks(ctx, r, lines); err != nil {
			return err
		}
	}
	return lines.end()
}

func (c *exportCmd) writeLinks(ctx context.Context, r *remote, lines exportLines) error {
	q := c.query()
	if c.Status == "" {
		q.Set("status", "any")
	}
	q.Set("sort", "created_at")
	q.Set("order", "asc")
	return r.links(ctx, q, 0, func(page []foundLink) error {
		for i := range page {
			if err := lines.write(page[i].all); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeClicks writes clicks as they come: there may be more than fit in memory.
func (*exportCmd) writeClicks(ctx context.Context, r *remote, lines exportLines) error {
	body, err := r.open(ctx, "/clicks/export", nil)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // it was only read
	progress, n := newGauge(r.terminal, false), int64(0)
	defer progress.end()
	in := bufio.NewScanner(body)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if err := lines.write(in.Bytes()); err != nil {
			return err
		}
		if n++; progress.bar {
			progress.show(projections.Progress{Applied: n, Total: n})
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("the answer broke off: %w", r.unreachable(ctx, err))
	}
	return nil
}

// open asks a question whose answer may be long. There is no limit to how long it takes, and once
// it has begun it isn't asked again.
func (r *remote) open(ctx context.Context, path string, q url.Values) (io.ReadCloser, error) {
	req, err := r.request(ctx, call{method: http.MethodGet, path: path, query: q}, nil)
	if err != nil {
		return nil, err
	}
	client := *r.http
	client.Timeout = 0
	resp, err := client.Do(req)
	if err != nil {
		return nil, r.unreachable(ctx, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, largestAnswer))
	if err != nil {
		return nil, r.unreachable(ctx, err)
	}
	return nil, r.refused(resp, text)
}

// exportLines are what objects are written to.
type exportLines interface {
	write(object json.RawMessage) error
	end() error
}

// objectLines has an object on each line.
type objectLines struct{ io.Writer }

func (l objectLines) write(object json.RawMessage) error { return printLine(l.Writer, object) }
func (objectLines) end() error                           { return nil }

// csvLines has an object in each row.
type csvLines struct {
	*csv.Writer

	columns []string
	headed  bool
}

func (l *csvLines) head() error {
	if l.headed {
		return nil
	}
	l.headed = true
	return l.Write(l.columns)
}

func (l *csvLines) write(object json.RawMessage) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	cells := make([]string, len(l.columns))
	for i, name := range l.columns {
		value := string(members[name])
		var text string
		if json.Unmarshal(members[name], &text) == nil {
			value = text // null is none
		}
		cells[i] = imports.Cell(value)
	}
	if err := l.head(); err != nil {
		return err
	}
	return l.Write(cells)
}

func (l *csvLines) end() error {
	if err := l.head(); err != nil {
		return err
	}
	l.Flush()
	return l.Error()
}
