package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// mostSessions bounds how many sessions are remembered at a time.
const mostSessions = 10_000

// People keeps who may sign in, what with, and who has.
type People struct {
	pool     *pgxpool.Pool
	secret   []byte // seals second factors, hides addresses
	limiter  *Limiter
	hashing  *hashing
	sessions *recent[digest, identity.Session]
	clock    func() time.Time // tells which codes of a second factor are due
}

// NewPeople keeps people in pool's database. The secret seals their second factors; see [Secret].
func NewPeople(pool *pgxpool.Pool, secret []byte) *People {
	return &People{
		pool: pool, secret: secret, limiter: NewLimiter(pool, secret), hashing: newHashing(),
		sessions: newRecent[digest, identity.Session](SessionTTL, mostSessions), clock: time.Now,
	}
}

// personColumns are those of an identity.Person, in its order, of the table p.
const personColumns = `p.id, p.email, p.name, p.verified, p.password IS NOT NULL, p.totp IS NOT NULL, p.created`

// person are the places that personColumns are scanned to.
func personFields(p *identity.Person) []any {
	return []any{&p.ID, &p.Email, &p.Name, &p.Verified, &p.Password, &p.TwoFactor, &p.Created}
}

// Person is somebody by their id; otherwise a NotFound error.
func (p *People) Person(ctx context.Context, id identity.PersonID) (identity.Person, error) {
	return p.onePerson(ctx, `SELECT `+personColumns+` FROM identity.person p WHERE p.id = $1`, id)
}

func (p *People) onePerson(ctx context.Context, query string, args ...any) (identity.Person, error) {
	rows, _ := p.pool.Query(ctx, query, args...)
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.Person])
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.Person{}, errNoPerson()
	}
	if err != nil {
		return identity.Person{}, fmt.Errorf("read person: %w", err)
	}
	return found, nil
}

func errNoPerson() error { return domain.Errorf(domain.NotFound, "", "There is no such person.") }

// Rename changes what a person is called.
func (p *People) Rename(ctx context.Context, id identity.PersonID, name string) error {
	name, err := parseName("name", name)
	if err != nil {
		return err
	}
	return p.change(ctx, "rename person", `UPDATE identity.person SET name = $2 WHERE id = $1`, id, name)
}

// change changes one person's row.
func (p *People) change(ctx context.Context, what, statement string, args ...any) error {
	tag, err := p.pool.Exec(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if tag.RowsAffected() == 0 {
		return errNoPerson()
	}
	p.sessions.clear()
	return nil
}

// Memberships are the accounts somebody is a member of, oldest first.
func (p *People) Memberships(ctx context.Context, id identity.PersonID) ([]identity.Membership, error) {
	rows, _ := p.pool.Query(ctx, `
		SELECT a.id, a.name, a.plan, a.requests, m.role, m.since
		FROM identity.member m JOIN identity.account a ON a.id = m.account
		WHERE m.person = $1 ORDER BY m.since, a.id`, id)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Membership])
	if err != nil {
		return nil, fmt.Errorf("list memberships: %w", err)
	}
	return all, nil
}

// newOpaque draws a token of 256 random bits that is shown once, and its digest, which is kept.
func newOpaque() (token string, hash []byte) {
	token = opaque(newSecret())
	return token, digestOf(token)
}

// digestOf is what is kept of an opaque token.
func digestOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
