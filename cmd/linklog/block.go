package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

type blockCmd struct {
	Add    blockAddCmd    `cmd:"" help:"Put a site, an account or a link out of use."`
	Remove blockRemoveCmd `cmd:"" help:"Take something off the list."`
	List   blockListCmd   `cmd:"" help:"List what is out of use."`
}

// blockChange is what to put on the list or take off it.
type blockChange struct {
	Kind   string      `arg:"" help:"host (destinations on it and below it), account (all its links, and its writes) or link." enum:"host,account,link"`
	Value  string      `arg:"" help:"The host, the account's id (acc_…) or the link's (lnk_…)."`
	Reason string      `help:"Why, for the history."`
	Domain domain.Host `help:"The installation's default short domain, if it has several of its own." placeholder:"HOST"`
	kafkaSettings
	databaseSettings
}

type blockAddCmd struct{ blockChange }

// Help says how fast it works.
func (*blockAddCmd) Help() string {
	return `Every redirector obeys within moments. It needs a running decider, as every change does.

  linklog block add host phishing.example --reason "report 4711"
  linklog block add account acc_…
  linklog block add link lnk_7f3k9x`
}

// Run blocks.
func (c *blockAddCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	return c.change(ctx, t, log, true)
}

type blockRemoveCmd struct{ blockChange }

// Run takes off the list.
func (c *blockRemoveCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	return c.change(ctx, t, log, false)
}

// change has the list changed, like any other command.
func (c *blockChange) change(ctx context.Context, t *terminal, log *slog.Logger, on bool) error {
	block, err := domain.ParseBlock(c.Kind, c.Value)
	if err != nil {
		return err
	}
	err = asOperator(ctx, "block", log, c.kafkaSettings, c.databaseSettings, func(ctx context.Context, p *parts) error {
		model := links.NewReader(p.pool, p.watch)
		own, err := systemDomain(ctx, model, c.Domain)
		if err != nil {
			return err
		}
		return p.operate(ctx, model, domain.Command{Domain: own.Host, Body: domain.SetBlock{Block: block, On: on, Reason: c.Reason}})
	})
	if err != nil {
		return err
	}
	state := "out of use"
	if !on {
		state = "in use again"
	}
	_, err = fmt.Fprintf(t.out, "%s %s is %s\n", block.Kind, block.Value, state)
	return err
}

type blockListCmd struct {
	JSON bool `help:"Answer in JSON."`
	databaseSettings
}

// blockInfo is an entry of the list.
type blockInfo struct {
	Kind   string       `json:"kind"`
	Value  string       `json:"value"`
	Reason string       `json:"reason"`
	At     time.Time    `json:"at"`
	By     domain.KeyID `json:"by"`
}

// Run prints the list.
func (c *blockListCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "block")
	if err != nil {
		return err
	}
	defer pool.Close()
	all, err := links.NewReader(pool, nil).Blocks(ctx)
	if err != nil {
		return err
	}
	shown := make([]blockInfo, len(all))
	for i, b := range all {
		shown[i] = blockInfo{b.Kind.String(), b.Value, b.Reason, b.At, b.By}
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(shown)
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, b := range shown {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", b.Kind, b.Value, b.At.Format(time.RFC3339), b.Reason); err != nil {
			return err
		}
	}
	return w.Flush()
}
