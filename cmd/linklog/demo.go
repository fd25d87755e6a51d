package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

// demoEmail marks the demo account. It is on plan enterprise: no hourly limit in the way.
const demoEmail = "demo@linklog.invalid"

// demoKey is the API key of the demo account, which the first start makes. Only a hash of a
// key is in the database, so this one, which opens a playground, is kept beside it.
func demoKey(ctx context.Context, pool *pgxpool.Pool, path string) (string, error) {
	kept, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read demo key: %w", err)
	}
	account, err := demoAccount(ctx, postgres.NewAccounts(pool))
	if err != nil {
		return "", err
	}
	token, _, err := postgres.NewKeys(pool).New(ctx, account, postgres.NewKey{Name: "demo key"})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep demo key: %w", err)
	}
	return token, nil
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
	a, err := accounts.Create(ctx, demoEmail, domain.Enterprise)
	return a.ID, err
}
