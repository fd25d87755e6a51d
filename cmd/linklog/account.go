package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

type accountCmd struct {
	Create accountCreateCmd `cmd:"" help:"Create an account and its first API key."`
}

type accountCreateCmd struct {
	databaseSettings
	Email string `help:"The owner's e-mail address." required:""`
	Plan  string `help:"free, pro or enterprise." enum:"free,pro,enterprise" default:"free"`
	JSON  bool   `help:"Answer with one JSON object."`
}

// Help shows an example.
func (*accountCreateCmd) Help() string {
	return "linklog account create --email you@example.com --plan pro --json"
}

// createdAccount is the answer to account create; the key is shown this once.
type createdAccount struct {
	Account domain.AccountID `json:"account"`
	Email   string           `json:"email"`
	Plan    domain.Plan      `json:"plan"`
	KeyID   domain.KeyID     `json:"key_id"`
	APIKey  string           `json:"api_key"`
}

// Run creates an account on the server's database.
func (c *accountCreateCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "account")
	if err != nil {
		return err
	}
	defer pool.Close()
	account, err := postgres.NewAccounts(pool).Create(ctx, c.Email, domain.Plan(c.Plan))
	if err != nil {
		return err
	}
	token, key, err := postgres.NewKeys(pool).New(ctx, account.ID, postgres.NewKey{Name: "first key"})
	if err != nil {
		return err
	}
	made := createdAccount{account.ID, account.Email, account.Plan, key.ID, token}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(made)
	}
	_, err = fmt.Fprintf(t.out, "account  %s (%s)\nAPI key  %s\n\nThe key is shown this once: keep it.\n", made.Account, made.Plan, made.APIKey)
	return err
}
