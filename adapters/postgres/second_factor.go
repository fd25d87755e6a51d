package postgres

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// recoveryCodes is how many there are of them.
const recoveryCodes = 10

// totpPeriod is how long a code is due, in seconds. The one before and the one after are taken, too:
// clocks differ.
const totpPeriod = 30

// BeginTwoFactor draws a secret for codes, which [People.ConfirmTwoFactor] takes into use. The URL
// is for an authenticator's camera. The person's address must be proven, and their password known if
// they have one: somebody else's codes would keep them out.
func (p *People) BeginTwoFactor(ctx context.Context, id identity.PersonID, password string) (secret, url string, err error) {
	if err := p.count(ctx, inSession, string(id)); err != nil {
		return "", "", err
	}
	who, err := p.credentials(ctx, `id = $1`, id)
	switch {
	case err != nil:
		return "", "", err
	case who.id == "":
		return "", "", errNoPerson()
	case !who.verified:
		return "", "", domain.Errorf(domain.Validation, "email", "Confirm your e-mail address first: follow the link in the mail.")
	case who.totp != nil:
		return "", "", domain.Errorf(domain.Validation, "code", "A second factor is in use already.")
	}
	if who.password != nil {
		if same, err := p.hashing.matches(ctx, password, who.password); err != nil || !same {
			return "", "", errOr(err, domain.Errorf(domain.Validation, "password", "The password is wrong."))
		}
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Linklog", AccountName: who.email, Period: totpPeriod, SecretSize: 20})
	if err != nil {
		return "", "", fmt.Errorf("draw second factor: %w", err)
	}
	sealed, err := p.seal(id, key.Secret())
	if err != nil {
		return "", "", err
	}
	err = p.change(ctx, "begin second factor", `UPDATE identity.person SET totp_new = $2 WHERE id = $1`, id, sealed)
	return key.Secret(), key.URL(), err
}

// ConfirmTwoFactor takes the secret last drawn into use, by a code of it, and returns codes that
// each stand in for one once.
func (p *People) ConfirmTwoFactor(ctx context.Context, id identity.PersonID, code string) ([]string, error) {
	if err := p.count(ctx, inSession, string(id)); err != nil {
		return nil, err
	}
	var sealed []byte
	err := p.pool.QueryRow(ctx, `SELECT totp_new FROM identity.person WHERE id = $1`, id).Scan(&sealed)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, errNoPerson()
	case err != nil:
		return nil, fmt.Errorf("read second factor: %w", err)
	case sealed == nil:
		return nil, domain.Errorf(domain.Validation, "code", "No second factor is being set up. Begin again.")
	}
	step, err := p.stepOf(id, sealed, code)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, domain.Errorf(domain.Validation, "code", "The code is wrong. Is the clock of your device right?")
	}
	codes, hashes := newRecoveryCodes()
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		const use = `UPDATE identity.person SET totp = totp_new, totp_new = NULL, totp_step = $3 WHERE id = $1 AND totp_new = $2`
		tag, err := tx.Exec(ctx, use, id, sealed, step)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return domain.Errorf(domain.Validation, "code", "Another second factor was set up meanwhile. Begin again.")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM identity.recovery_code WHERE person = $1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO identity.recovery_code (person, hash) SELECT $1, unnest($2::bytea[])`, id, hashes)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("confirm second factor: %w", err)
	}
	p.sessions.clear()
	return codes, nil
}

// EndTwoFactor takes the second factor out of use, by the password.
func (p *People) EndTwoFactor(ctx context.Context, id identity.PersonID, password string) error {
	if err := p.count(ctx, inSession, string(id)); err != nil {
		return err
	}
	who, err := p.credentials(ctx, `id = $1`, id)
	if err != nil {
		return err
	}
	if same, err := p.hashing.matches(ctx, password, who.password); err != nil || !same {
		return errOr(err, domain.Errorf(domain.Validation, "password", "The password is wrong."))
	}
	return p.change(ctx, "end second factor", endTwoFactor, id)
}

const endTwoFactor = `
	WITH codes AS (DELETE FROM identity.recovery_code WHERE person = $1)
	UPDATE identity.person SET totp = NULL, totp_new = NULL WHERE id = $1`

// LostTwoFactor is for an operator to whom somebody has proved otherwise who they are: it takes the
// second factor of a person who has neither the app nor a recovery code any more out of use.
func (p *People) LostTwoFactor(ctx context.Context, email string) error {
	email, err := parseEmail(email)
	if err != nil {
		return err
	}
	var id identity.PersonID
	err = p.pool.QueryRow(ctx, `SELECT id FROM identity.person WHERE email = $1`, email).Scan(&id)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return domain.Errorf(domain.NotFound, "email", "nobody here has the address %s", email)
	case err != nil:
		return fmt.Errorf("find person: %w", err)
	}
	return p.change(ctx, "end second factor", endTwoFactor, id)
}

func errOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// secondFactor takes a code, each once: the app's, or a recovery code.
func (p *People) secondFactor(ctx context.Context, who credentials, code string) error {
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if code == "" {
		return identity.ErrSecondFactor
	}
	step, err := p.stepOf(who.id, who.totp, code)
	if err != nil {
		return err
	}
	statement, arg := `UPDATE identity.person SET totp_step = $2 WHERE id = $1 AND totp_step < $2`, any(step)
	if step == 0 {
		statement, arg = `DELETE FROM identity.recovery_code WHERE person = $1 AND hash = $2`, digestOf(code)
	}
	tag, err := p.pool.Exec(ctx, statement, who.id, arg)
	if err != nil {
		return fmt.Errorf("take code: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return domain.Errorf(domain.Unauthorized, "code", "The code is wrong, or was used already. Wait for the next one.")
	}
	return nil
}

// stepOf is the time step that a code belongs to, 0 if it is none that is due.
func (p *People) stepOf(id identity.PersonID, sealed []byte, code string) (int64, error) {
	secret, err := p.open(id, sealed)
	if err != nil {
		return 0, err
	}
	now, found := p.clock().Unix()/totpPeriod, int64(0)
	for step := now - 1; step <= now+1; step++ {
		due, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // long after 1970
		if err != nil {
			return 0, fmt.Errorf("compute code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(due), []byte(strings.TrimSpace(code))) == 1 {
			found = step
		}
	}
	return found, nil
}

// newRecoveryCodes draws codes of 80 random bits, and what is kept of them.
func newRecoveryCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		code := strings.ToLower(rand.Text()[:16])
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		hashes = append(hashes, digestOf(code))
	}
	return codes, hashes
}

// sealer seals second factors, each for its person, with a key of this purpose.
func (p *People) sealer() (cipher.AEAD, error) {
	mac := hmac.New(sha256.New, p.secret)
	mac.Write([]byte("second factor"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (p *People) seal(id identity.PersonID, secret string) ([]byte, error) {
	a, err := p.sealer()
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, nil, []byte(secret), []byte(id)), nil //nolint:gosec // this AEAD draws a nonce of its own
}

func (p *People) open(id identity.PersonID, sealed []byte) (string, error) {
	a, err := p.sealer()
	if err != nil {
		return "", err
	}
	secret, err := a.Open(nil, nil, sealed, []byte(id))
	if err != nil {
		return "", fmt.Errorf("open second factor: %w", err)
	}
	return string(secret), nil
}
