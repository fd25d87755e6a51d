package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// invitationTime is how long an invitation is open.
const invitationTime = "7 days"

// invitationColumns are those of an identity.Invitation, in its order, of the table i.
const invitationColumns = `i.id, i.account, i.email, i.role, i.by, i.created, i.expires`

// handed is the token that opens the same invitation as a mailed one, for who can't have it from
// the mail: nobody gets from it to the mailed one.
func handed(mailed string) string {
	sum := sha256.Sum256([]byte("handed\x00" + mailed))
	return opaque(sum[:])
}

// Invite invites an address. The mailed token proves that who brings it gets mail there; the handed
// one is for who invites, if no mail can be sent, and proves nothing. An earlier invitation of the
// address ends.
func (m *Members) Invite(ctx context.Context, account domain.AccountID, by identity.PersonID, email string, role identity.Role) (mailed, byHand string, err error) {
	if email, err = parseEmail(email); err != nil {
		return "", "", err
	}
	if _, err := identity.ParseRole(string(role)); err != nil {
		return "", "", err
	}
	if err := m.people.count(ctx, inviting, string(account)); err != nil {
		return "", "", err
	}
	mailed = opaque(newSecret())
	byHand = handed(mailed)
	err = pgx.BeginFunc(ctx, m.people.pool, func(tx pgx.Tx) error {
		var member bool
		err := tx.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM identity.member m JOIN identity.person p ON p.id = m.person WHERE m.account = $1 AND p.email = $2)`,
			account, email).Scan(&member)
		if err != nil {
			return err
		}
		if member {
			return domain.Errorf(domain.Validation, "email", "%s is a member already.", email)
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO identity.invitation (id, account, email, role, by, hash, expires)
			SELECT $1, id, $3, $4, $5, $6, now() + interval '`+invitationTime+`' FROM identity.account WHERE id = $2 AND erased IS NULL
			ON CONFLICT (account, email) DO UPDATE SET
				id = excluded.id, role = excluded.role, by = excluded.by, hash = excluded.hash, created = now(), expires = excluded.expires`,
			newID("inv_"), account, email, role, by, digestOf(byHand))
		if err == nil && tag.RowsAffected() == 0 {
			err = domain.Errorf(domain.NotFound, "account", "no account has the id %q", account)
		}
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("invite: %w", err)
	}
	return mailed, byHand, nil
}

// Invitations are an account's open ones, newest first.
func (m *Members) Invitations(ctx context.Context, account domain.AccountID) ([]identity.Invitation, error) {
	rows, _ := m.people.pool.Query(ctx, `
		SELECT `+invitationColumns+` FROM identity.invitation i WHERE i.account = $1 AND i.expires > now() ORDER BY i.created DESC, i.id`, account)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Invitation])
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	return all, nil
}

// WithdrawInvitation ends an invitation.
func (m *Members) WithdrawInvitation(ctx context.Context, account domain.AccountID, id string) error {
	tag, err := m.people.pool.Exec(ctx, `DELETE FROM identity.invitation WHERE account = $1 AND id = $2`, account, id)
	if err != nil {
		return fmt.Errorf("withdraw invitation: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return domain.Errorf(domain.NotFound, "", "There is no such invitation.")
	}
	return nil
}

// Invitation is an open one by its token, and what its account is called.
func (m *Members) Invitation(ctx context.Context, token string) (i identity.Invitation, name string, err error) {
	err = m.people.pool.QueryRow(ctx, `
		SELECT `+invitationColumns+`, a.name FROM identity.invitation i JOIN identity.account a ON a.id = i.account
		WHERE i.hash IN ($1, $2) AND i.expires > now()`, digestOf(token), digestOf(handed(token))).
		Scan(&i.ID, &i.Account, &i.Email, &i.Role, &i.By, &i.Created, &i.Expires, &name)
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.Invitation{}, "", errNoInvitation()
	}
	if err != nil {
		return identity.Invitation{}, "", fmt.Errorf("read invitation: %w", err)
	}
	return i, name, nil
}

func errNoInvitation() error {
	return domain.Errorf(domain.Validation, "token", "The invitation was used or withdrawn, or is too old. Ask for a new one.")
}

// Accept makes somebody a member of the account they were invited to. Who is one already keeps
// their role. Whoever has the token may: many sign in with another address than they get mail at.
func (m *Members) Accept(ctx context.Context, token string, id identity.PersonID) (account domain.AccountID, err error) {
	err = pgx.BeginFunc(ctx, m.people.pool, func(tx pgx.Tx) error {
		account, err = accept(ctx, tx, token, id)
		return err
	})
	if err != nil {
		return "", err
	}
	m.people.sessions.clear()
	return account, nil
}

// accept takes an invitation up. Mail to its address was answered by that, if the token was mailed.
func accept(ctx context.Context, tx pgx.Tx, token string, id identity.PersonID) (account domain.AccountID, err error) {
	var (
		email string
		role  identity.Role
		hash  []byte
	)
	wasMailed := digestOf(handed(token))
	err = tx.QueryRow(ctx, `DELETE FROM identity.invitation WHERE hash IN ($1, $2) AND expires > now() RETURNING account, email, role, hash`,
		digestOf(token), wasMailed).Scan(&account, &email, &role, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", errNoInvitation()
	}
	if err != nil {
		return "", fmt.Errorf("take up invitation: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO identity.member (account, person, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, account, id, role)
	if violates(err, "member_person_fkey") {
		return "", errNoPerson()
	}
	if err != nil {
		return "", fmt.Errorf("make member: %w", err)
	}
	if !bytes.Equal(hash, wasMailed) {
		return account, nil
	}
	if _, err := tx.Exec(ctx, `UPDATE identity.person SET verified = true WHERE id = $1 AND email = $2`, id, email); err != nil {
		return "", fmt.Errorf("prove address: %w", err)
	}
	return account, nil
}
