package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
)

// Account is one customer.
type Account struct {
	ID      domain.AccountID
	Email   string // empty: none, or erased
	Plan    domain.Plan
	Created time.Time
	Erased  time.Time // zero: not erased
}

// Accounts keeps the installation's accounts.
type Accounts struct{ pool *pgxpool.Pool }

// NewAccounts keeps accounts in pool's database.
func NewAccounts(pool *pgxpool.Pool) *Accounts { return &Accounts{pool} }

// Create makes an account with its sealing key. The e-mail address may be empty; one that is
// taken or is none is a Validation error.
func (a *Accounts) Create(ctx context.Context, email string, plan domain.Plan) (Account, error) {
	email, err := parseEmail(email)
	if err != nil {
		return Account{}, err
	}
	made := Account{ID: domain.AccountID(newID("acc_")), Email: email, Plan: plan}
	err = pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		const insert = `INSERT INTO identity.account (id, email, plan) VALUES ($1, nullif($2, ''), $3) RETURNING created`
		if err := tx.QueryRow(ctx, insert, made.ID, email, plan).Scan(&made.Created); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO identity.account_key (account, key) VALUES ($1, $2)`, made.ID, newSecret())
		return err
	})
	if violates(err, "account_email_key") {
		return Account{}, domain.Errorf(domain.Validation, "email", "email %s has an account already", email)
	}
	if err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	return made, nil
}

// List is every account, oldest first.
func (a *Accounts) List(ctx context.Context) ([]Account, error) {
	rows, _ := a.pool.Query(ctx, `
		SELECT id, coalesce(email, ''), plan, created, coalesce(erased, '0001-01-01Z')
		FROM identity.account ORDER BY created, id`)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return all, nil
}

// Erase destroys the account's sealing key, and with it everything the log holds of the
// account, for good. Its API keys end and its e-mail address is forgotten.
func (a *Accounts) Erase(ctx context.Context, id domain.AccountID) error {
	if id == domain.SystemAccount || id == domain.AnonymousAccount {
		return domain.Errorf(domain.Forbidden, "account", "account %s is the installation's own and can't be erased", id)
	}
	err := pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE identity.account SET email = NULL, erased = coalesce(erased, now()) WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return domain.Errorf(domain.NotFound, "account", "no account has the id %q", id)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM identity.api_key WHERE account = $1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM identity.account_key WHERE account = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase account: %w", err)
	}
	return nil
}

// ensureAccount makes an account of a fixed id unless it is there.
func ensureAccount(ctx context.Context, pool *pgxpool.Pool, id domain.AccountID, plan domain.Plan) error {
	const insert = `
		WITH made AS (INSERT INTO identity.account (id, plan) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id)
		INSERT INTO identity.account_key (account, key) SELECT id, $3 FROM made`
	if _, err := pool.Exec(ctx, insert, id, plan, newSecret()); err != nil {
		return fmt.Errorf("make account %s: %w", id, err)
	}
	return nil
}

// parseEmail asks no more of an address than that mail could be sent to it.
func parseEmail(raw string) (string, error) {
	email := strings.ToLower(strings.TrimSpace(raw))
	local, host, _ := strings.Cut(email, "@")
	if email != "" && (local == "" || host == "" || len(email) > 254 || strings.ContainsAny(email, " \t\r\n<>")) {
		return "", domain.Errorf(domain.Validation, "email", "%q is not an e-mail address", raw)
	}
	return email, nil
}

// newID draws an id of 80 random bits.
func newID(prefix string) string { return prefix + strings.ToLower(rand.Text()[:16]) }

func violates(err error, constraint string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.ConstraintName == constraint
}
