package postgres

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// guesses is how many attempts something may see within a time.
type guesses struct {
	of     string
	most   int
	within time.Duration
	or     string // what else can be done than wait
}

const orReset = ", or set a new password with a mail to your address"

// The limits of guessing. An attempt on a device that the person has signed in on before counts
// for that device alone, so nobody else can use up its attempts.
var (
	onDevice  = guesses{"device", 20, 15 * time.Minute, orReset}
	atAddress = guesses{"place", 100, time.Hour, orReset} // whoever is meant
	fromThere = guesses{"person and place", 10, 15 * time.Minute, orReset}
	atPerson  = guesses{"person", 30, time.Hour, orReset}  // from wherever
	inSession = guesses{"session", 20, time.Hour, orReset} // of the password or a code by who has signed in
	byMail    = guesses{"mail", 5, time.Hour, ""}          // mails for one address
	toProve   = guesses{"verification", 5, time.Hour, ""}  // mails to one who may not have asked for any
	inviting  = guesses{"invitation", 50, time.Hour, ""}   // mails of one account to whom it likes
	newcomers = guesses{"sign-up", 30, time.Hour, ""}      // of one place
)

// mostDevices is how many devices of a person are known, the last seen.
const mostDevices = 50

// SignIn begins a session. identity.ErrSecondFactor asks for a code. Unauthorized is the one answer
// to every address and password that don't fit, and takes as long for addresses nobody has.
func (p *People) SignIn(ctx context.Context, a identity.Attempt) (identity.Entry, error) {
	email, malformed := parseEmail(a.Email)
	if malformed != nil {
		email = "" // nobody's
	}
	who, err := p.credentials(ctx, `email = $1`, email)
	if err != nil {
		return identity.Entry{}, err
	}
	if err := p.mayGuess(ctx, a, who.id, email); err != nil {
		return identity.Entry{}, err
	}
	same, err := p.hashing.matches(ctx, a.Password, who.password)
	if err != nil {
		return identity.Entry{}, err
	}
	if !same {
		return identity.Entry{}, domain.Errorf(domain.Unauthorized, "password", "The e-mail address or the password is wrong.")
	}
	if who.totp != nil {
		if err := p.secondFactor(ctx, who, a.Code); err != nil {
			return identity.Entry{}, err
		}
	}
	return p.begin(ctx, who.id, a.Agent, a.Device)
}

// credentials are what somebody is known by.
type credentials struct {
	id       identity.PersonID // empty: nobody
	email    string
	password *string
	totp     []byte
	verified bool
}

// credentials are those of whom a condition is true of, zero if it is nobody.
func (p *People) credentials(ctx context.Context, condition string, args ...any) (c credentials, err error) {
	err = p.pool.QueryRow(ctx, `SELECT id, email, password, totp, verified FROM identity.person WHERE `+condition, args...).
		Scan(&c.id, &c.email, &c.password, &c.totp, &c.verified)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return c, fmt.Errorf("read credentials: %w", err)
	}
	return c, nil
}

// mayGuess counts an attempt before anybody looks at it.
func (p *People) mayGuess(ctx context.Context, a identity.Attempt, id identity.PersonID, email string) error {
	known, err := p.knows(ctx, id, a.Device)
	if err != nil {
		return err
	}
	if known {
		return p.count(ctx, onDevice, a.Device)
	}
	place := placeOf(a.From)
	if err := p.count(ctx, atAddress, place); err != nil {
		return err
	}
	if err := p.count(ctx, fromThere, email+"\x00"+place); err != nil {
		return err
	}
	return p.count(ctx, atPerson, email)
}

// count takes one attempt off a limit. What it is of is only kept as a keyed hash.
func (p *People) count(ctx context.Context, g guesses, of string) error {
	mac := hmac.New(sha256.New, p.secret)
	mac.Write([]byte(g.of + "\x00" + of))
	bucket := "guess:" + hex.EncodeToString(mac.Sum(nil)[:16])
	_, reset, allowed, err := p.limiter.Take(ctx, bucket, g.most, g.within)
	if err != nil {
		return err
	}
	if !allowed {
		return domain.Errorf(domain.RateLimited, "", "Too many attempts. Try again after %s%s.", reset.UTC().Format("15:04 UTC"), g.or)
	}
	return nil
}

// placeOf is the network that somebody's address is in.
func placeOf(a netip.Addr) string {
	a, bits := a.Unmap().WithZone(""), 64
	if a.Is4() {
		bits = 24
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return "nowhere"
	}
	return prefix.String()
}

// knows reports whether somebody has signed in on a device before.
func (p *People) knows(ctx context.Context, id identity.PersonID, device string) (known bool, err error) {
	if device == "" {
		return false, nil
	}
	const query = `SELECT EXISTS (SELECT FROM identity.device WHERE hash = $1 AND person = $2)`
	if err := p.pool.QueryRow(ctx, query, digestOf(device), id).Scan(&known); err != nil {
		return false, fmt.Errorf("look for device: %w", err)
	}
	return known, nil
}

// rememberDevice notes that somebody has signed in on a device, and how it is called from now on:
// as before, if it was known.
func rememberDevice(ctx context.Context, tx pgx.Tx, id identity.PersonID, device string) (string, error) {
	tag, err := tx.Exec(ctx, `UPDATE identity.device SET seen = now() WHERE hash = $1 AND person = $2`, digestOf(device), id)
	if err != nil || tag.RowsAffected() == 1 {
		return device, err
	}
	device, hash := newOpaque()
	if _, err := tx.Exec(ctx, `INSERT INTO identity.device (hash, person) VALUES ($1, $2)`, hash, id); err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `
		DELETE FROM identity.device WHERE hash IN (
			SELECT hash FROM identity.device WHERE person = $1 ORDER BY seen DESC, hash OFFSET $2)`, id, mostDevices)
	return device, err
}
