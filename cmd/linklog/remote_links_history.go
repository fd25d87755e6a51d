package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

type linksHistoryCmd struct {
	remoteSettings
	Link  string `arg:"" name:"link" help:"The link; of a deleted one the id."`
	Limit int    `help:"At most so many changes; 0: all." default:"0" env:"-" placeholder:"N"`
}

// Help shows an example.
func (*linksHistoryCmd) Help() string {
	return `  linklog links history spring-sale
  linklog links history lnk_7f3k9x --limit 5 --json` + remoteHelp
}

// remoteChange is what the table shows of a change.
type remoteChange struct {
	Version uint64 `json:"version"`
	At      string `json:"at"`
	Event   string `json:"event"`
	By      struct {
		Key string `json:"key"`
	} `json:"by"`
	Via     string `json:"via"`
	Changes map[string]struct {
		From json.RawMessage `json:"from"`
		To   json.RawMessage `json:"to"`
	} `json:"changes"`
}

// Run shows what happened to a link.
func (c *linksHistoryCmd) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 0 {
		return misused("--limit must be 0 or more")
	}
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	id, err := r.id(ctx, c.Link)
	if err != nil {
		return err
	}
	table := newTable(t.out, column{head: "VERSION", right: true}, column{head: "AT"}, column{head: "EVENT"},
		column{head: "KEY"}, column{head: "VIA"}, column{head: "CHANGES", elastic: true})
	return pages(ctx, r, "/links/"+id+"/history", url.Values{}, c.Limit, func(page json.RawMessage) (int, error) {
		var a struct {
			History []json.RawMessage `json:"history"`
		}
		if err := json.Unmarshal(page, &a); err != nil {
			return 0, fmt.Errorf("read answer: %w", err)
		}
		if !c.JSON {
			rows, err := changeRows(a.History)
			if err != nil {
				return 0, err
			}
			return len(rows), table.page(rows)
		}
		for _, change := range a.History {
			if err := printLine(t.out, change); err != nil {
				return 0, err
			}
		}
		return len(a.History), nil
	})
}

func changeRows(history []json.RawMessage) ([][]cell, error) {
	rows := make([][]cell, len(history))
	for i, text := range history {
		var c remoteChange
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, fmt.Errorf("read answer: %w", err)
		}
		rows[i] = []cell{
			{text: strconv.FormatUint(c.Version, 10)}, {text: minute(c.At)}, {text: c.Event}, {text: c.By.Key}, {text: c.Via}, {text: c.summary()},
		}
	}
	return rows, nil
}

// summary is every change as "name: from → to", by name.
func (c *remoteChange) summary() string {
	all := make([]string, 0, len(c.Changes))
	for name, change := range c.Changes {
		from, to := plainText(change.From), plainText(change.To)
		switch {
		case from == "":
			all = append(all, name+": "+to)
		case to == "":
			all = append(all, name+": "+from+" → none")
		default:
			all = append(all, name+": "+from+" → "+to)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}
