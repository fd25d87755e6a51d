package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
)

// Account is one customer.
type Account struct {
	ID    domain.AccountID
	Name  string // empty: none, or erased
	Email string // of its first owner; empty: nobody's, or erased
	Plan  domain.Plan
	// Requests an hour of each key that were agreed with it; 0: what the plan says.
	Requests int
	Created  time.Time
	Erased   time.Time // or closed, which is its beginning; zero: not
}

// Accounts keeps the installation's accounts.
type Accounts struct{ pool *pgxpool.Pool }

// NewAccounts keeps accounts in pool's database.
func NewAccounts(pool *pgxpool.Pool) *Accounts { return &Accounts{pool} }

// Create makes an account with its sealing key, and without people: only keys open it.
func (a *Accounts) Create(ctx context.Context, name string, plan domain.Plan) (Account, error) {
	var made Account
	err := pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) (err error) {
		made, err = insertAccount(ctx, tx, name, plan)
		return err
	})
	return made, err
}

// insertAccount makes an account with its sealing key.
func insertAccount(ctx context.Context, tx pgx.Tx, name string, plan domain.Plan) (Account, error) {
	name, err := parseName("account", name)
	if err != nil {
		return Account{}, err
	}
	made := Account{ID: domain.AccountID(newID("acc_")), Name: name, Plan: cmp.Or(plan, domain.Free)}
	const insert = `INSERT INTO identity.account (id, name, plan) VALUES ($1, $2, $3) RETURNING created`
	if err := tx.QueryRow(ctx, insert, made.ID, made.Name, made.Plan).Scan(&made.Created); err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO identity.account_key (account, key) VALUES ($1, $2)`, made.ID, newSecret()); err != nil {
		return Account{}, fmt.Errorf("create account's key: %w", err)
	}
	return made, nil
}

const accountColumns = `a.id, a.name,
	coalesce((SELECT p.email FROM identity.member m JOIN identity.person p ON p.id = m.person
		WHERE m.account = a.id AND m.role = 'owner' ORDER BY m.since, p.id LIMIT 1), ''),
	a.plan, a.requests, a.created, coalesce(a.erased, '0001-01-01Z')`

// List is every account, oldest first.
func (a *Accounts) List(ctx context.Context) ([]Account, error) {
	rows, _ := a.pool.Query(ctx, `SELECT `+accountColumns+` FROM identity.account a ORDER BY a.created, a.id`)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return all, nil
}

// Account is the account of that id, erased or not; otherwise a NotFound error.
func (a *Accounts) Account(ctx context.Context, id domain.AccountID) (Account, error) {
	rows, _ := a.pool.Query(ctx, `SELECT `+accountColumns+` FROM identity.account a WHERE a.id = $1`, id)
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Account])
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, domain.Errorf(domain.NotFound, "account", "no account has the id %q", id)
	}
	if err != nil {
		return Account{}, fmt.Errorf("read account: %w", err)
	}
	return found, nil
}

// mostRequests is more than any key can send in an hour.
const mostRequests = 1_000_000_000

// Entitle changes what an account may, where something is given: its plan, and the requests an hour
// of each of its keys, 0 for what the plan says. Everybody goes by it within [KeyTTL].
func (a *Accounts) Entitle(ctx context.Context, id domain.AccountID, plan *domain.Plan, requests *int) (Account, error) {
	if plan != nil {
		if _, err := domain.ParsePlan(string(*plan)); err != nil {
			return Account{}, err
		}
	}
	if requests != nil && (*requests < 0 || *requests > mostRequests) {
		return Account{}, domain.Errorf(domain.Validation, "requests", "requests an hour must be from 0 to %d", mostRequests)
	}
	tag, err := a.pool.Exec(ctx, `
		UPDATE identity.account SET plan = coalesce($2, plan), requests = coalesce($3, requests) WHERE id = $1 AND erased IS NULL`, id, plan, requests)
	if err != nil {
		return Account{}, fmt.Errorf("entitle account: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Account{}, domain.Errorf(domain.NotFound, "account", "no account has the id %q", id)
	}
	return a.Account(ctx, id)
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

// parseEmail asks no more of an address than that mail could be sent to it. Only the letters A to Z
// become small: mail to others that would become the same, as K in kelvin, goes elsewhere.
func parseEmail(raw string) (string, error) {
	email := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(raw))
	local, host, _ := strings.Cut(email, "@")
	bad := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>,;"`, r)
	}
	if local == "" || host == "" || len(email) > 254 || !utf8.ValidString(raw) || strings.ContainsFunc(email, bad) {
		return "", domain.Errorf(domain.Validation, "email", "%q is not an e-mail address", raw)
	}
	return email, nil
}

// longestName bounds what people and accounts are called, in characters.
const longestName = 100

func parseName(field, raw string) (string, error) {
	name := strings.Join(strings.Fields(strings.ToValidUTF8(raw, "")), " ")
	if len([]rune(name)) > longestName || strings.ContainsRune(name, 0) {
		return "", domain.Errorf(domain.Validation, field, "%s must have at most %d characters", field, longestName)
	}
	return name, nil
}

// newID draws an id of 80 random bits.
func newID(prefix string) string { return prefix + strings.ToLower(rand.Text()[:16]) }

func violates(err error, constraint string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.ConstraintName == constraint
}
