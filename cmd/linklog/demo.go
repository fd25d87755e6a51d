package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// demoEmail is whose account the demo's is. It is on plan enterprise: no hourly limit in the way.
const demoEmail = "demo@linklog.invalid"

// demo is what opens the demo account, which the first start makes. Only hashes are in the
// database, so these, which open a playground, are kept beside it.
type demo struct{ key, password string }

// openDemo is the demo of a data folder.
func openDemo(ctx context.Context, pool *pgxpool.Pool, folder string) (d demo, err error) {
	people, err := newPeople(ctx, pool)
	if err != nil {
		return d, err
	}
	d.password, err = kept(filepath.Join(folder, "demo-password"), func() (string, error) { return demoPassword(ctx, people) })
	if err != nil {
		return d, err
	}
	d.key, err = kept(filepath.Join(folder, "demo-key"), func() (string, error) {
		account, err := demoAccount(ctx, postgres.NewAccounts(pool))
		if err != nil {
			return "", err
		}
		token, _, err := postgres.NewKeys(pool).New(ctx, account, identity.NewKey{Name: "demo key"})
		return token, err
	})
	return d, err
}

// kept is what a file holds, which is made if there is none.
func kept(path string, made func() (string, error)) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read what the demo is opened with: %w", err)
	}
	secret, err := made()
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep what the demo is opened with: %w", err)
	}
	return secret, nil
}

// demoPassword gives the demo's owner, who is made if missing, a new password.
func demoPassword(ctx context.Context, people *postgres.People) (string, error) {
	password := strings.ToLower(rand.Text()[:16])
	_, _, err := people.Create(ctx, identity.NewPerson{Email: demoEmail, Name: "Demo", Password: password, Account: "Demo", Plan: domain.Enterprise})
	if domain.CodeOf(err) != domain.Validation {
		return password, err
	}
	token, err := people.Forgotten(ctx, demoEmail) // from before there were passwords, or the file is lost
	if err != nil {
		return "", err
	}
	_, err = people.Reset(ctx, token, password)
	return password, err
}

func demoAccount(ctx context.Context, accounts *postgres.Accounts) (domain.AccountID, error) {
	all, err := accounts.List(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range all {
		if a.Email == demoEmail {
			return a.ID, nil
		}
	}
	a, err := accounts.Create(ctx, "Demo", domain.Enterprise)
	return a.ID, err
}
