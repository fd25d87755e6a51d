package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// What tokens are sent by mail for, and how long they work.
const (
	toVerify = "verify"
	toReset  = "reset"

	verifyTime = 7 * 24 * time.Hour
	resetTime  = time.Hour
)

// Forgotten is a token for setting a new password, which works once within an hour; empty if nobody
// has the address, or it has been sent enough of them.
func (p *People) Forgotten(ctx context.Context, email string) (token string, err error) {
	email, malformed := parseEmail(email)
	if malformed != nil {
		return "", nil //nolint:nilerr // nobody has it
	}
	switch err := p.count(ctx, byMail, email); {
	case domain.CodeOf(err) == domain.RateLimited:
		return "", nil // those it has been sent go on working
	case err != nil:
		return "", err
	}
	who, err := p.credentials(ctx, `email = $1`, email)
	if err != nil || who.id == "" {
		return "", err
	}
	return p.mailToken(ctx, who.id, toReset, resetTime)
}

// Verification is a token that proves that the person gets mail at their address. There are few of
// them in an hour: the address may be somebody's who wants no mail.
func (p *People) Verification(ctx context.Context, id identity.PersonID) (token string, err error) {
	if err := p.count(ctx, toProve, string(id)); err != nil {
		return "", err
	}
	return p.mailToken(ctx, id, toVerify, verifyTime)
}

func (p *People) mailToken(ctx context.Context, id identity.PersonID, purpose string, valid time.Duration) (string, error) {
	token, hash := newOpaque()
	err := pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM identity.mail_token WHERE person = $1 AND expires < now()`, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO identity.mail_token (hash, person, purpose, expires) VALUES ($1, $2, $3, now() + make_interval(secs => $4))`,
			hash, id, purpose, valid.Seconds())
		return err
	})
	if violates(err, "mail_token_person_fkey") {
		return "", errNoPerson()
	}
	if err != nil {
		return "", fmt.Errorf("keep mail's token: %w", err)
	}
	return token, nil
}

// Verify takes a token of [People.Verification]'s of the person who brings it. Nobody else can: who
// gets the mail of somebody that signed up with their address must not vouch for them by a click.
func (p *People) Verify(ctx context.Context, token string, by identity.PersonID) error {
	err := pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		id, err := redeem(ctx, tx, token, toVerify)
		if err != nil {
			return err
		}
		if id != by {
			return domain.Errorf(domain.Validation, "token", "The mail was not sent to who has signed in here. Sign in as whom it was sent to.")
		}
		_, err = tx.Exec(ctx, `UPDATE identity.person SET verified = true WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("verify address: %w", err)
	}
	p.sessions.clear()
	return nil
}

// redeem takes a token, and with it all others of its person for the same purpose.
func redeem(ctx context.Context, tx pgx.Tx, token, purpose string) (id identity.PersonID, err error) {
	err = tx.QueryRow(ctx, `DELETE FROM identity.mail_token WHERE hash = $1 AND purpose = $2 AND expires > now() RETURNING person`,
		digestOf(token), purpose).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", errSpentToken()
	}
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `DELETE FROM identity.mail_token WHERE person = $1 AND purpose = $2`, id, purpose)
	return id, err
}

func errSpentToken() error {
	return domain.Errorf(domain.Validation, "token", "The link of the mail was used already, or is too old. Ask for a new mail.")
}

// Reset sets a new password with a token of [People.Forgotten]'s, proves the address and ends all
// sessions. A password that is refused doesn't use the token up. It does not stand in for a second
// factor: who has one still has to sign in.
func (p *People) Reset(ctx context.Context, token, password string) (id identity.PersonID, err error) {
	who, err := p.credentials(ctx, `id = (SELECT person FROM identity.mail_token WHERE hash = $1 AND purpose = $2 AND expires > now())`,
		digestOf(token), toReset)
	if err != nil {
		return "", err
	}
	if who.id == "" {
		return "", errSpentToken()
	}
	if err := checkPassword(password, who.email); err != nil {
		return "", err
	}
	hash, err := p.hashing.hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if id, err = redeem(ctx, tx, token, toReset); err != nil {
			return err
		}
		if err := prove(ctx, tx, id); err != nil {
			return err
		}
		return setPassword(ctx, tx, id, hash)
	})
	if err != nil {
		return "", fmt.Errorf("reset password: %w", err)
	}
	p.sessions.clear()
	return id, nil
}

// ChangePassword sets a new password for somebody who knows the old one, or has none. It ends all
// sessions, the present one too: who asked for it enters anew.
func (p *People) ChangePassword(ctx context.Context, id identity.PersonID, old, password string) error {
	if err := p.count(ctx, inSession, string(id)); err != nil {
		return err
	}
	who, err := p.credentials(ctx, `id = $1`, id)
	if err != nil {
		return err
	}
	if who.id == "" {
		return errNoPerson()
	}
	if who.password != nil {
		if same, err := p.hashing.matches(ctx, old, who.password); err != nil || !same {
			return errOr(err, domain.Errorf(domain.Validation, "old", "The old password is wrong."))
		}
	}
	if err := checkPassword(password, who.email); err != nil {
		return err
	}
	hash, err := p.hashing.hash(ctx, password)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error { return setPassword(ctx, tx, id, hash) })
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	p.sessions.clear()
	return nil
}

// setPassword sets a password; what could be done with the old one ends.
func setPassword(ctx context.Context, tx pgx.Tx, id identity.PersonID, hash string) error {
	if _, err := tx.Exec(ctx, `UPDATE identity.person SET password = $2 WHERE id = $1`, id, hash); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM identity.mail_token WHERE person = $1 AND purpose = $2`, id, toReset); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM identity.session WHERE person = $1`, id)
	return err
}
