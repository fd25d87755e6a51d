package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Members keeps who is in which account. Other processes go by what was for [SessionTTL].
type Members struct{ people *People }

// NewMembers keeps the members among people.
func NewMembers(people *People) *Members { return &Members{people} }

// Members are those of an account, the first first.
func (m *Members) Members(ctx context.Context, account domain.AccountID) ([]identity.Member, error) {
	rows, _ := m.people.pool.Query(ctx, `
		SELECT m.role, m.since, `+personColumns+` FROM identity.member m JOIN identity.person p ON p.id = m.person
		WHERE m.account = $1 ORDER BY m.since, p.id`, account)
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (one identity.Member, err error) {
		return one, row.Scan(append([]any{&one.Role, &one.Since}, personFields(&one.Person)...)...)
	})
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return all, nil
}

// SetRole gives a member another role, unless it leaves the account without an owner.
func (m *Members) SetRole(ctx context.Context, account domain.AccountID, id identity.PersonID, role identity.Role) error {
	if _, err := identity.ParseRole(string(role)); err != nil {
		return err
	}
	return m.change(ctx, account, `UPDATE identity.member SET role = $3 WHERE account = $1 AND person = $2`, account, id, role)
}

// RemoveMember takes somebody out of an account, unless it leaves the account without an owner.
func (m *Members) RemoveMember(ctx context.Context, account domain.AccountID, id identity.PersonID) error {
	return m.change(ctx, account, `DELETE FROM identity.member WHERE account = $1 AND person = $2`, account, id)
}

// change changes one member. The account's row is locked, so that two owners can't go at once.
func (m *Members) change(ctx context.Context, account domain.AccountID, statement string, args ...any) error {
	err := pgx.BeginFunc(ctx, m.people.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT FROM identity.account WHERE id = $1 FOR UPDATE`, account); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, statement, args...)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return domain.Errorf(domain.NotFound, "", "The account has no such member.")
		}
		var owned bool
		err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM identity.member WHERE account = $1 AND role = 'owner')`, account).Scan(&owned)
		if err == nil && !owned {
			err = domain.Errorf(domain.Validation, "role", "An account needs an owner: make somebody else one first.")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("change member: %w", err)
	}
	m.people.sessions.clear()
	return nil
}

// RenameAccount changes what an account is called.
func (m *Members) RenameAccount(ctx context.Context, account domain.AccountID, name string) error {
	name, err := parseName("name", name)
	if err != nil {
		return err
	}
	if name == "" {
		return domain.Errorf(domain.Validation, "name", "name is required")
	}
	tag, err := m.people.pool.Exec(ctx, `UPDATE identity.account SET name = $2 WHERE id = $1 AND erased IS NULL`, account, name)
	if err != nil {
		return fmt.Errorf("rename account: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return domain.Errorf(domain.NotFound, "account", "no account has the id %q", account)
	}
	m.people.sessions.clear()
	return nil
}
