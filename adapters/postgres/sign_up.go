package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// newcomer is somebody who is not here yet.
type newcomer struct {
	identity.NewPerson

	hash     *string // of the password; nil: none
	verified bool
}

// SignUp makes a person, and an account of theirs unless they were invited to one. That the address
// is theirs is known if the invitation went there.
func (p *People) SignUp(ctx context.Context, n identity.NewPerson) (identity.PersonID, error) {
	who, err := p.newcomer(ctx, n)
	if err != nil {
		return "", err
	}
	id, _, err := p.enrol(ctx, who)
	return id, err
}

// Create is SignUp by the operator: the address is taken for theirs, and a password may be missing,
// which they then set by having forgotten it.
func (p *People) Create(ctx context.Context, n identity.NewPerson) (identity.PersonID, domain.AccountID, error) {
	who := newcomer{NewPerson: n}
	if n.Password != "" {
		var err error
		if who, err = p.newcomer(ctx, n); err != nil {
			return "", "", err
		}
	}
	who.verified = true
	return p.enrol(ctx, who)
}

// newcomer is somebody with a password that is good enough.
func (p *People) newcomer(ctx context.Context, n identity.NewPerson) (newcomer, error) {
	if n.From.IsValid() {
		if err := p.count(ctx, newcomers, placeOf(n.From)); err != nil {
			return newcomer{}, err
		}
	}
	email, err := parseEmail(n.Email)
	if err != nil {
		return newcomer{}, err
	}
	if err := checkPassword(n.Password, email); err != nil {
		return newcomer{}, err
	}
	hash, err := p.hashing.hash(ctx, n.Password)
	return newcomer{NewPerson: n, hash: &hash}, err
}

func (p *People) enrol(ctx context.Context, n newcomer) (id identity.PersonID, account domain.AccountID, err error) {
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		id, account, err = enrol(ctx, tx, n)
		return err
	})
	return id, account, err
}

// enrol makes a person with an account of their own, or in the one they were invited to.
func enrol(ctx context.Context, tx pgx.Tx, n newcomer) (id identity.PersonID, account domain.AccountID, err error) {
	if n.Email, err = parseEmail(n.Email); err != nil {
		return "", "", err
	}
	if n.Name, err = parseName("name", n.Name); err != nil {
		return "", "", err
	}
	id = identity.PersonID(newID("usr_"))
	_, err = tx.Exec(ctx, `INSERT INTO identity.person (id, email, name, password, verified) VALUES ($1, $2, $3, $4, $5)`,
		id, n.Email, n.Name, n.hash, n.verified)
	if violates(err, "person_email_key") {
		return "", "", errAddressTaken(n.Email)
	}
	if err != nil {
		return "", "", fmt.Errorf("make person: %w", err)
	}
	if n.Invitation != "" {
		account, err = accept(ctx, tx, n.Invitation, id)
		return id, account, err
	}
	a, err := insertAccount(ctx, tx, cmp.Or(n.Account, n.Name, n.Email[:min(len(n.Email), longestName)]), n.Plan)
	if err != nil {
		return "", "", err
	}
	_, err = tx.Exec(ctx, `INSERT INTO identity.member (account, person, role) VALUES ($1, $2, $3)`, a.ID, id, identity.Owner)
	if err != nil {
		return "", "", fmt.Errorf("make owner: %w", err)
	}
	return id, a.ID, nil
}

func errAddressTaken(email string) error {
	return domain.Errorf(domain.Validation, "email", "%s is in use here already. Sign in, or set a new password if you forgot it.", email)
}

// Federated is the person of a foreign sign-in. Somebody here who has the address is that person if
// the foreign site has verified it, or is made, if that is allowed.
func (p *People) Federated(ctx context.Context, issuer, subject string, n identity.NewPerson, verified, allowed bool) (id identity.PersonID, err error) {
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `SELECT person FROM identity.federated WHERE issuer = $1 AND subject = $2`, issuer, subject).Scan(&id)
		if err == nil || !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if id, err = federate(ctx, tx, n, verified, allowed); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO identity.federated (issuer, subject, person) VALUES ($1, $2, $3)`, issuer, subject, id)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in from elsewhere: %w", err)
	}
	p.sessions.clear()
	return id, nil
}

// federate is who comes from elsewhere for the first time.
func federate(ctx context.Context, tx pgx.Tx, n identity.NewPerson, verified, allowed bool) (id identity.PersonID, err error) {
	if n.Email, err = parseEmail(n.Email); err != nil {
		return "", err
	}
	err = tx.QueryRow(ctx, `SELECT id FROM identity.person WHERE email = $1 FOR UPDATE`, n.Email).Scan(&id)
	switch {
	case errors.Is(err, pgx.ErrNoRows) && allowed:
		id, _, err = enrol(ctx, tx, newcomer{NewPerson: n, verified: verified})
		return id, err
	case errors.Is(err, pgx.ErrNoRows):
		return "", domain.Errorf(domain.Forbidden, "email", "Nobody here has the address %s, and new people need an invitation.", n.Email)
	case err != nil:
		return "", err
	case !verified:
		return "", errAddressTaken(n.Email)
	}
	return id, prove(ctx, tx, id)
}

// prove notes that a person's address is theirs. If that wasn't known, whoever signed up with it may
// have been somebody else: all that they could come back with ends, and so does what tells them of
// accounts that they share with nobody.
func prove(ctx context.Context, tx pgx.Tx, id identity.PersonID) error {
	tag, err := tx.Exec(ctx, `UPDATE identity.person SET verified = true, password = NULL, totp = NULL, totp_new = NULL WHERE id = $1 AND NOT verified`, id)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	const alone = `FROM identity.member m WHERE m.person = $1 AND m.role = 'owner'
		AND NOT EXISTS (SELECT FROM identity.member o WHERE o.account = m.account AND o.person <> $1)`
	for _, ending := range []string{
		`DELETE FROM identity.session WHERE person = $1`,
		`DELETE FROM identity.device WHERE person = $1`,
		`DELETE FROM identity.federated WHERE person = $1`,
		`DELETE FROM identity.invitation WHERE by = $1`,
		`UPDATE identity.api_key SET revoked_at = now() WHERE revoked_at IS NULL AND account IN (SELECT m.account ` + alone + `)`,
		`UPDATE identity.webhook SET enabled = false, reason = 'The owner''s address was proven after the webhook was made.'
			WHERE enabled AND account IN (SELECT m.account ` + alone + `)`,
	} {
		if _, err := tx.Exec(ctx, ending, id); err != nil {
			return err
		}
	}
	return nil
}
