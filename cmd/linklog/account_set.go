package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

type accountSetCmd struct {
	databaseSettings
	Account  domain.AccountID `arg:"" help:"Its id (acc_…)."`
	Plan     *domain.Plan     `help:"free, pro or enterprise."`
	Requests *int             `help:"Requests an hour of each of its keys; 0 for what the plan says." name:"requests-per-hour" placeholder:"N"`
	JSON     bool             `help:"Answer in JSON."`
}

// Help shows an example.
func (*accountSetCmd) Help() string {
	return `What isn't named stays. Every process goes by it within a second.

  linklog account set acc_… --plan enterprise --requests-per-hour 50000
  linklog account set acc_… --plan free --requests-per-hour 0`
}

// Run changes an account and prints what it may then.
func (c *accountSetCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "account")
	if err != nil {
		return err
	}
	defer pool.Close()
	a, err := postgres.NewAccounts(pool).Entitle(ctx, c.Account, c.Plan, c.Requests)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(shownAccount(a))
	}
	requests := "requests as the plan says"
	if a.Requests > 0 {
		requests = fmt.Sprintf("%d requests an hour of each key", a.Requests)
	}
	_, err = fmt.Fprintf(t.out, "%s is on plan %s, with %s\n", a.ID, a.Plan, requests)
	return err
}
