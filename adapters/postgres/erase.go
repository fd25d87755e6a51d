package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// Close ends everybody's access to an account, for good: its API keys end, whatever else belongs to
// it here is deleted, and so are those of its members who are in no other account. What is left is
// its sealing key, which [Accounts.Erase] destroys: until then its content can be dealt with.
func (a *Accounts) Close(ctx context.Context, id domain.AccountID) error {
	return a.end(ctx, "close account", id, func(pgx.Tx) error { return nil })
}

// Erase closes the account and destroys its sealing key, and with it everything the log holds of
// the account, for good. Doing so again changes nothing.
func (a *Accounts) Erase(ctx context.Context, id domain.AccountID) error {
	return a.end(ctx, "erase account", id, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM identity.account_key WHERE account = $1`, id)
		return err
	})
}

// Closed are the accounts that were closed and are not erased yet: somebody was interrupted.
func (a *Accounts) Closed(ctx context.Context) ([]domain.AccountID, error) {
	rows, _ := a.pool.Query(ctx, `
		SELECT a.id FROM identity.account a JOIN identity.account_key k ON k.account = a.id WHERE a.erased IS NOT NULL ORDER BY a.erased, a.id`)
	all, err := pgx.CollectRows(rows, pgx.RowTo[domain.AccountID])
	if err != nil {
		return nil, fmt.Errorf("list closed accounts: %w", err)
	}
	return all, nil
}

func (a *Accounts) end(ctx context.Context, what string, id domain.AccountID, last func(pgx.Tx) error) error {
	if id == domain.SystemAccount || id == domain.AnonymousAccount {
		return domain.Errorf(domain.Forbidden, "account", "account %s is the installation's own and can't be erased", id)
	}
	err := pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE identity.account SET name = '', erased = coalesce(erased, now()) WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return domain.Errorf(domain.NotFound, "account", "no account has the id %q", id)
		}
		if err := erasePeople(ctx, tx, id); err != nil {
			return err
		}
		if err := eraseBelongings(ctx, tx, id); err != nil {
			return err
		}
		return last(tx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// erasePeople deletes the members who are in no other account, with their sessions, and whoever was
// invited is forgotten with the invitation.
func erasePeople(ctx context.Context, tx pgx.Tx, id domain.AccountID) error {
	const alone = `
		DELETE FROM identity.person p USING identity.member m
		WHERE m.person = p.id AND m.account = $1
			AND NOT EXISTS (SELECT FROM identity.member o WHERE o.person = p.id AND o.account <> $1)`
	if _, err := tx.Exec(ctx, alone, id); err != nil {
		return fmt.Errorf("delete people: %w", err)
	}
	return nil
}

// eraseBelongings deletes from every table that refers to accounts, whatever features there will
// be. Only the sealing key waits.
func eraseBelongings(ctx context.Context, tx pgx.Tx, id domain.AccountID) error {
	rows, _ := tx.Query(ctx, `
		SELECT format('DELETE FROM %s WHERE %I = $1', c.conrelid::regclass, a.attname)
		FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		WHERE c.contype = 'f' AND c.confrelid = 'identity.account'::regclass AND cardinality(c.conkey) = 1
			AND c.conrelid <> 'identity.account_key'::regclass
		ORDER BY c.conrelid`)
	deletions, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list what belongs to accounts: %w", err)
	}
	for _, d := range deletions {
		if _, err := tx.Exec(ctx, d, id); err != nil {
			return fmt.Errorf("%s: %w", d, err)
		}
	}
	return nil
}
