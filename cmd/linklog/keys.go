package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

type keysCmd struct {
	Create keysCreateCmd `cmd:"" help:"Create an API key."`
	Rotate keysRotateCmd `cmd:"" help:"Replace an API key by a new one like it."`
	Revoke keysRevokeCmd `cmd:"" help:"End an API key."`
	List   keysListCmd   `cmd:"" help:"List an account's API keys."`
}

// keyOf names an account's keys on the server's database.
type keyOf struct {
	databaseSettings
	Account domain.AccountID `help:"The account, as acc_…" required:""`
	JSON    bool             `help:"Answer in JSON."`
}

// keyInfo is a key as the commands show it; Token only when it was just made.
type keyInfo struct {
	ID       domain.KeyID `json:"id"`
	Name     string       `json:"name"`
	Token    string       `json:"api_key,omitempty"`
	Prefix   string       `json:"prefix"`
	Scopes   []string     `json:"scopes"`
	Created  time.Time    `json:"created_at"`
	LastUsed *time.Time   `json:"last_used_at"`
	Revoked  *time.Time   `json:"revoked_at"`
	Expires  *time.Time   `json:"expires_at"`
}

func shown(k identity.Key, token string) keyInfo {
	return keyInfo{k.ID, k.Name, token, k.Prefix, k.Scopes.Names(), k.Created, unlessZero(k.LastUsed), unlessZero(k.Revoked), unlessZero(k.Expires)}
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// with runs f on the keys of the database.
func (k keyOf) with(ctx context.Context, f func(*postgres.Keys) error) error {
	pool, err := k.open(ctx, "keys")
	if err != nil {
		return err
	}
	defer pool.Close()
	return f(postgres.NewKeys(pool))
}

// made prints a new key.
func (k keyOf) made(t *terminal, token string, key identity.Key) error {
	if k.JSON {
		return json.NewEncoder(t.out).Encode(shown(key, token))
	}
	_, err := fmt.Fprintf(t.out, "%s  %s\n\nThe key is shown this once: keep it.\n", key.ID, token)
	return err
}

type keysCreateCmd struct {
	keyOf
	Name    string    `help:"What the key is for." default:"API key"`
	Expires time.Time `help:"When the key ends, RFC 3339; never if left out." placeholder:"TIME"`
	Scope   []string  `help:"What it may do: read, write, analytics, domains; all of it if left out. May be repeated." placeholder:"SCOPE"`
	Style   string    `help:"The API whose keys it looks like; it opens all of them." enum:"pocolink,linkpack,linxly,spotify,smartlinks" default:"pocolink"`
}

// Run creates a key.
func (c *keysCreateCmd) Run(ctx context.Context, t *terminal) error {
	scopes, err := domain.ParseScopes(c.Scope...)
	if err != nil {
		return err
	}
	return c.with(ctx, func(keys *postgres.Keys) error {
		token, key, err := keys.New(ctx, c.Account, identity.NewKey{Name: c.Name, Style: c.Style, Scopes: scopes, Expires: c.Expires})
		if err != nil {
			return err
		}
		return c.made(t, token, key)
	})
}

type keysRotateCmd struct {
	keyOf
	ID      domain.KeyID  `arg:"" help:"The key, as key_…"`
	Overlap time.Duration `help:"How long the old one goes on working, as 24h, at most 720h; at once it ends if left out."`
}

// Run replaces a key.
func (c *keysRotateCmd) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, func(keys *postgres.Keys) error {
		token, key, err := keys.Rotate(ctx, c.Account, c.ID, c.Overlap)
		if err != nil {
			return err
		}
		return c.made(t, token, key)
	})
}

type keysRevokeCmd struct {
	keyOf
	ID domain.KeyID `arg:"" help:"The key, as key_…"`
}

// Run ends a key.
func (c *keysRevokeCmd) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, func(keys *postgres.Keys) error {
		if err := keys.Revoke(ctx, c.Account, c.ID); err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(t.out).Encode(map[string]domain.KeyID{"revoked": c.ID})
		}
		_, err := fmt.Fprintf(t.out, "%s is revoked.\n", c.ID)
		return err
	})
}

type keysListCmd struct{ keyOf }

// Run lists keys, newest first.
func (c *keysListCmd) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, func(keys *postgres.Keys) error {
		all, err := keys.List(ctx, c.Account)
		if err != nil {
			return err
		}
		list := make([]keyInfo, len(all))
		for i, k := range all {
			list[i] = shown(k, "")
		}
		if c.JSON {
			return json.NewEncoder(t.out).Encode(list)
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "ID\tNAME\tKEY\tSCOPES\tCREATED\tLAST USED\tENDS\tREVOKED")
		for _, k := range list {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s…\t%s\t%s\t%s\t%s\t%s\n",
				k.ID, k.Name, k.Prefix, strings.Join(k.Scopes, ","), day(&k.Created), day(k.LastUsed), day(k.Expires), day(k.Revoked))
		}
		return w.Flush()
	})
}

func day(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}
