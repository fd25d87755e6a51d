package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

type accountCmd struct {
	Create accountCreateCmd `cmd:"" help:"Create an account with its owner and a first API key."`
	List   accountListCmd   `cmd:"" help:"List accounts."`
	Set    accountSetCmd    `cmd:"" help:"Change what an account may."`
	Erase  accountEraseCmd  `cmd:"" help:"Delete an account with everything of it, for good."`

	LostSecondFactor lostSecondFactorCmd `cmd:"" help:"Let somebody who has lost their second factor sign in with the password alone."`
}

type accountCreateCmd struct {
	databaseSettings
	Email         string `help:"The owner's e-mail address, with which they sign in." required:""`
	Name          string `help:"What the account is called; the address if left out."`
	Plan          string `help:"free, pro or enterprise." enum:"free,pro,enterprise" default:"free"`
	Requests      *int   `help:"Requests an hour of each of its keys; what the plan says if left out." name:"requests-per-hour" placeholder:"N"`
	PasswordStdin bool   `help:"Read the owner's password from standard input. Without one they set it by a mail, or with the link that is printed."`
	DashboardURL  string `help:"Where the dashboard is, for the link with which the owner sets a password." name:"dashboard-url" placeholder:"URL"`
	JSON          bool   `help:"Answer with one JSON object."`
}

// Help shows an example.
func (*accountCreateCmd) Help() string {
	return `linklog account create --email you@example.com --plan pro --json
  linklog account create --email you@example.com --plan enterprise --requests-per-hour 50000
  linklog account create --email you@example.com --name "Our shop" --dashboard-url https://links.example.com`
}

// createdAccount is the answer to account create; the key is shown this once.
type createdAccount struct {
	Account     domain.AccountID  `json:"account"`
	Email       string            `json:"email"`
	Plan        domain.Plan       `json:"plan"`
	Requests    int               `json:"requests_per_hour,omitempty"`
	KeyID       domain.KeyID      `json:"key_id"`
	APIKey      string            `json:"api_key"`
	Name        string            `json:"name"`
	Person      identity.PersonID `json:"person"`
	PasswordURL string            `json:"password_url,omitempty"`
}

// Run creates an account on the server's database.
func (c *accountCreateCmd) Run(ctx context.Context, t *terminal) error {
	wanted := identity.NewPerson{Email: c.Email, Account: c.Name, Plan: domain.Plan(c.Plan)}
	if c.PasswordStdin {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read password: %w", err)
		}
		if wanted.Password = strings.TrimRight(line, "\r\n"); wanted.Password == "" {
			return errors.New("there is no password on standard input")
		}
	}
	pool, err := c.open(ctx, "account")
	if err != nil {
		return err
	}
	defer pool.Close()
	made, err := c.create(ctx, pool, wanted)
	if err != nil {
		return err
	}
	return c.show(t, made)
}

func (c *accountCreateCmd) create(ctx context.Context, pool *pgxpool.Pool, wanted identity.NewPerson) (made createdAccount, err error) {
	people, err := newPeople(ctx, pool)
	if err != nil {
		return made, err
	}
	id, account, err := people.Create(ctx, wanted)
	if err != nil {
		return made, err
	}
	a, err := postgres.NewAccounts(pool).Entitle(ctx, account, nil, c.Requests)
	if err != nil {
		return made, err
	}
	token, key, err := postgres.NewKeys(pool).New(ctx, account, identity.NewKey{Name: "first key"})
	if err != nil {
		return made, err
	}
	made = createdAccount{Account: a.ID, Email: a.Email, Plan: a.Plan, Requests: a.Requests, KeyID: key.ID, APIKey: token, Name: a.Name, Person: id}
	if c.DashboardURL != "" && wanted.Password == "" {
		reset, err := people.Forgotten(ctx, a.Email)
		if err != nil {
			return made, err
		}
		made.PasswordURL = passwordURL(c.DashboardURL, reset)
	}
	return made, nil
}

// passwordURL is the dashboard's page on which a token sets a password.
func passwordURL(dashboard, token string) string {
	return strings.TrimRight(dashboard, "/") + "/reset/" + url.PathEscape(token)
}

// newPeople keeps people with the installation's secret for them.
func newPeople(ctx context.Context, pool *pgxpool.Pool) (*postgres.People, error) {
	secret, err := postgres.Secret(ctx, pool, "people")
	if err != nil {
		return nil, err
	}
	return postgres.NewPeople(pool, secret), nil
}

func (c *accountCreateCmd) show(t *terminal, made createdAccount) error {
	if c.JSON {
		return json.NewEncoder(t.out).Encode(made)
	}
	_, err := fmt.Fprintf(t.out, "account  %s (%s)\nowner    %s\nAPI key  %s\n\nThe key is shown this once: keep it.\n", made.Account, made.Plan, made.Email, made.APIKey)
	if err == nil && made.PasswordURL != "" {
		_, err = fmt.Fprintf(t.out, "The owner sets a password within an hour at\n  %s\n", made.PasswordURL)
	}
	return err
}

type accountListCmd struct {
	databaseSettings
	JSON bool `help:"Answer in JSON."`
}

// accountInfo is an account as the list shows it.
type accountInfo struct {
	ID       domain.AccountID `json:"id"`
	Name     string           `json:"name"`
	Email    string           `json:"email"`
	Plan     domain.Plan      `json:"plan"`
	Requests int              `json:"requests_per_hour,omitempty"` // as agreed; 0: what the plan says
	Created  time.Time        `json:"created_at"`
	Erased   *time.Time       `json:"erased_at"`
}

func shownAccount(a postgres.Account) accountInfo {
	return accountInfo{a.ID, a.Name, a.Email, a.Plan, a.Requests, a.Created, unlessZero(a.Erased)}
}

// Run lists accounts, oldest first.
func (c *accountListCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "account")
	if err != nil {
		return err
	}
	defer pool.Close()
	all, err := postgres.NewAccounts(pool).List(ctx)
	if err != nil {
		return err
	}
	list := make([]accountInfo, len(all))
	for i, a := range all {
		list[i] = shownAccount(a)
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(list)
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tNAME\tOWNER\tPLAN\tCREATED\tERASED")
	for _, a := range list {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, a.Name, a.Email, a.Plan, day(&a.Created), day(a.Erased))
	}
	return w.Flush()
}
